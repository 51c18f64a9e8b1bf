"""The coordinator: runs a request workload by workload and gives the document of `bench run --json`."""

import random
import secrets
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from collectors.bench import cold, devices, machine, memory, registry, roofline, source_code
from collectors.bench.comparisons import compare
from collectors.bench.document import begun
from collectors.bench.environment import empty_caches
from collectors.bench.environment import launch as settle_launch
from collectors.bench.generations import Generations, Hooks
from collectors.bench.lane import Lane
from collectors.bench.nvml import Gpu
from collectors.bench.preparation import Helper, open_lane, write_reference
from collectors.bench.process import CancelledError, Child, Launch, guarded, never
from collectors.bench.result import passport, result_row
from collectors.bench.sides import side_of
from collectors.bench.spec import BenchSpec, SpecError
from collectors.bench.variants import Variant, interpreter
from collectors.bench.watch import Watch
from collectors.bench.workload import Gap, Workload

ASK_EVERY_S = 0.1

Event = dict[str, Any]


def run(
    spec: BenchSpec, on_event: Callable[[Event], None] | None = None, should_stop: Callable[[], bool] = never
) -> dict[str, Any]:
    """Measure what `spec` asks for and give the document; every child is ended on the way out, whatever happens.

    on_event: told of `begun` (with the document as far as it is known), `progress`, `child`, `round`, `result` and
        `comparison` as they come. While a workload is measured, `progress` and `round` say which `process` of each
        variant it is, counted from 1, and of how many `processes`.
    should_stop: asked ten times a second; once true, the children are ended and what is complete is returned.

    Raises:
        SpecError: the request names an unknown workload, variant or size, a size too large for the free memory
            or the GPU's, a device that is not there, or asks for too many threads.
    """
    found = registry.load(spec.registry)
    workloads = [found.workload(slug) for slug in spec.workloads]
    variants = [found.variant(slug) for slug in spec.variants] or list(found.variants)
    gpu = devices.require(spec.device)
    sizes = [_size(workload, spec, variants) for workload in workloads]
    for workload, size in zip(workloads, sizes, strict=True):
        devices.fits(gpu, f"{workload.slug} at size {size}", workload.memory_needed(size))
    seed = secrets.randbits(32) if spec.seed is None else spec.seed
    with tempfile.TemporaryDirectory(prefix="framescope-bench-", ignore_cleanup_errors=True) as scratch:
        launch = guarded(settle_launch(spec, Path(scratch)), spec.memory_limit, spec.without)
        stop = _now_and_then(should_stop)
        helper = Helper(launch, stop)
        state = _Run(spec, launch, variants, seed, Path(scratch), on_event or _ignore, stop, helper, gpu)
        try:
            return state.measure(list(zip(workloads, sizes, strict=True)))
        finally:
            helper.end()


def share(seconds: float, spent: float, done: int, count: int) -> float:
    """Give the next workload's seconds: an even share of all, more where those before it left some over.

    One that took longer than its share (a round of imports takes many seconds) takes nothing from the others.
    """
    return max(seconds / count, (seconds - spent) / (count - done))


def _size(workload: Workload, spec: BenchSpec, variants: list[Variant]) -> str:
    """Give the size to measure; refuse one that the variants, all alive at once, could not hold."""
    size = spec.size or workload.default_size
    if size not in workload.sizes:
        raise SpecError(registry.unknown(f"size of {workload.slug}", size, workload.sizes))
    count = sum(not isinstance(side_of(variant, workload), Gap) for variant in variants)
    needed, free = workload.memory_needed(size, max(1, count)), machine.memory_free()
    if free is not None and needed > free:
        estimate = f"needs about {needed / 1e9:,.1f} GB of memory for {count} variants"
        told = f"{workload.slug} at size {size} {estimate}, and {free / 1e9:,.1f} GB are free here"
        raise SpecError(f"{told}: take a smaller size or fewer variants")
    cold.check(workload, size, spec, count)
    return size


def _now_and_then(should_stop: Callable[[], bool]) -> Callable[[], bool]:
    """Ask at most ten times a second, as the answer may come from a database; once true, it stays so."""
    due, stopped = 0.0, False

    def ask() -> bool:
        nonlocal due, stopped
        if not stopped and time.monotonic() >= due:
            due = time.monotonic() + ASK_EVERY_S
            stopped = should_stop()
        return stopped

    return ask


def _ignore(_: Event) -> None:
    """Drop an event nobody asked for."""


@dataclass
class _Run:
    """A request being measured."""

    spec: BenchSpec
    launch: Launch
    variants: list[Variant]
    seed: int
    scratch: Path
    on_event: Callable[[Event], None]
    should_stop: Callable[[], bool]
    helper: Helper
    gpu: Gpu | None
    ceilings: dict[str, Any] = field(default_factory=roofline.unknown)
    results: list[dict[str, Any]] = field(default_factory=list)
    comparisons: list[dict[str, Any]] = field(default_factory=list)
    done: list[dict[str, Any]] = field(default_factory=list)
    code: dict[str, dict[str, str]] = field(default_factory=dict)
    measured_s: float = 0.0
    part: tuple[int, int] = (0, 1)

    def measure(self, workloads: list[tuple[Workload, str]]) -> dict[str, Any]:
        described, began, started = machine.describe(), datetime.now(UTC), time.monotonic()
        because = None
        document = begun(self.spec, self.seed, began.isoformat(timespec="seconds"), described)
        self.on_event({"kind": "begun", "document": document})
        try:
            self._measure_ceilings()
            for index, (workload, size) in enumerate(workloads):
                self.part = (index, len(workloads))
                self._workload(workload, size, share(self.spec.seconds, self.measured_s, index, len(workloads)))
        except CancelledError:
            because = "cancelled"
        memory.settle(self.results, self.spec.device)
        for row in self.results:
            roofline.add_share(row, self.ceilings)
        seconds = time.monotonic() - started
        return document | {
            "seconds": seconds,
            "measured_s": self.measured_s,
            "preparation_s": seconds - self.measured_s,
            "rounds": min((w["rounds"] for w in self.done), default=0),
            "stopped_because": because or "; ".join(f"{w['workload']}: {w['stopped_because']}" for w in self.done),
            "ceilings": self.ceilings,
            "workloads": self.done,
            "code": self.code,
            "results": self.results,
            "comparisons": self.comparisons,
        }

    def _measure_ceilings(self) -> None:
        """Measure the ceilings of the device with the run's frameworks, and on a processor with NumPy."""
        if not self.spec.ceilings:
            self.ceilings = roofline.unknown("not asked for")
            return
        self._progress(0.0, "measuring the machine's ceilings")
        found = roofline.candidates(self.variants, self.launch.kind)
        numpy = self._numpy_ceilings if self.gpu is None else None
        self.ceilings = roofline.gather(numpy, found, self._start, self.spec.time_limit_s, self.gpu)

    def _numpy_ceilings(self) -> dict[str, Any]:
        return self.helper.ask("ceilings", self.spec.time_limit_s)

    def _workload(self, workload: Workload, size: str, share_s: float) -> None:
        begun = time.monotonic()
        lanes = [open_lane(variant, workload, self.spec.device) for variant in self.variants]
        cold.close(lanes, workload, self.spec)
        watch = Watch(self.gpu, self.launch.cpus)
        path = self.scratch / f"{workload.slug}-{size}.npz"
        at_once = len(self.launch.cpus or machine.processors())
        order = random.Random(f"{self.seed} {workload.slug}")  # noqa: S311  # an order to be repeated, not a secret
        sets = Generations(
            lanes, workload, path, self.spec, share_s, at_once, order, self._hooks(workload, lanes, watch)
        )
        try:
            self._reference(lanes, workload, size, path)
            sets.measure()
        finally:
            self.measured_s += sets.elapsed_s
            path.unlink(missing_ok=True)
            watch.close()
        preparation_s = time.monotonic() - begun - sets.elapsed_s
        facts = {"workload": workload.slug, "size": size} | sets.facts(self.seed) | {"preparation_s": preparation_s}
        facts = facts | {"disturbance": facts["disturbance"] | watch.noise()} | watch.told()
        self._conclude(lanes, workload, size, facts, watch)

    def _reference(self, lanes: list[Lane], workload: Workload, size: str, path: Path) -> None:
        """Write the reference; where it cannot be, that is the outcome of every variant that could have run."""
        failure = write_reference(workload, size, path, self.helper, self.spec)
        for lane in lanes:
            if failure and lane.ok:
                lane.fail("failed", failure)

    def _hooks(self, workload: Workload, lanes: list[Lane], watch: Watch) -> Hooks:
        def on_round(number: int, turns: list[str], **which: int) -> None:
            watch.round(number, {lane.variant.slug: lane.child.pid for lane in lanes if lane.ok and lane.child})
            now = {lane.variant.slug: lane.samples.latency[-1] for lane in lanes if lane.ok}
            facts = {"workload": workload.slug, "round": number, "order": turns, "latency_s": now}
            self.on_event({"kind": "round"} | facts | which)

        return Hooks(self._start, lambda: empty_caches(self.scratch), self._progress, on_round)

    def _conclude(self, lanes: list[Lane], workload: Workload, size: str, facts: dict[str, Any], watch: Watch) -> None:
        for lane in lanes:
            lane.passport = passport(lane, workload, self.launch)
        rows = [result_row(lane, workload, size, self.launch, self.seed) for lane in lanes]
        memory.add_device(rows, watch.held, watch.why_not_held)
        memory.settle(rows, self.spec.device)
        for row in rows:
            roofline.raise_by(self.ceilings, row)
        for row in rows:
            roofline.add_share(row, self.ceilings)
            self.on_event({"kind": "result", "result": row})
        compared = compare(lanes, workload.slug, size, self.spec, self.seed, facts["disturbance"])
        for comparison in compared:
            self.on_event({"kind": "comparison", "comparison": comparison})
        self.code[workload.slug] = source_code.of_workload(workload, self.variants)
        self.results += rows
        self.comparisons += compared
        self.done.append(facts)
        self._progress(1.0, f"{workload.slug}: done, {facts['stopped_because']}")

    def _start(self, variant: Variant) -> Child:
        child = Child(self.launch, variant.slug, interpreter(variant), self.should_stop)
        self.on_event({"kind": "child", "variant": variant.slug, "pid": child.pid})
        return child

    def _progress(self, share: float, message: str, **more: int) -> None:
        index, count = self.part
        self.on_event({"kind": "progress", "fraction": (index + share) / count, "message": message} | more)
