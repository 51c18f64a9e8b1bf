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

from collectors.bench import machine, registry
from collectors.bench.comparisons import compare
from collectors.bench.document import begun
from collectors.bench.environment import empty_caches
from collectors.bench.environment import launch as settle_launch
from collectors.bench.generations import Generations, Hooks
from collectors.bench.lane import Lane
from collectors.bench.preparation import Helper, open_lane, write_reference
from collectors.bench.process import CancelledError, Child, ChildError, Launch, never
from collectors.bench.result import add_share, passport, raise_ceiling, result_row
from collectors.bench.spec import BenchSpec, SpecError
from collectors.bench.variants import Variant, interpreter
from collectors.bench.workload import Workload

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
        SpecError: the request names an unknown workload, variant or size, a size too large for the free memory, or
            asks for too many threads.
    """
    found = registry.load(spec.registry)
    workloads = [found.workload(slug) for slug in spec.workloads]
    variants = [found.variant(slug) for slug in spec.variants] or list(found.variants)
    sizes = [_size(workload, spec.size) for workload in workloads]
    seed = secrets.randbits(32) if spec.seed is None else spec.seed
    with tempfile.TemporaryDirectory(prefix="framescope-bench-", ignore_cleanup_errors=True) as scratch:
        launch = settle_launch(spec, Path(scratch))
        stop = _now_and_then(should_stop)
        helper = Helper(launch, stop)
        state = _Run(spec, launch, variants, seed, Path(scratch), on_event or _ignore, stop, helper)
        try:
            return state.measure(list(zip(workloads, sizes, strict=True)))
        finally:
            helper.end()


def share(seconds: float, spent: float, done: int, count: int) -> float:
    """Give the next workload's seconds: an even share of all, more where those before it left some over.

    One that took longer than its share (a round of imports takes many seconds) takes nothing from the others.
    """
    return max(seconds / count, (seconds - spent) / (count - done))


def _size(workload: Workload, asked: str | None) -> str:
    size = asked or workload.default_size
    if size not in workload.sizes:
        raise SpecError(registry.unknown(f"size of {workload.slug}", size, workload.sizes))
    needed, free = workload.memory_needed(size), machine.memory_free()
    if free is not None and needed > free:
        estimate = f"needs about {needed / 1e9:,.1f} GB of memory, and {free / 1e9:,.1f} GB are free here"
        raise SpecError(f"{workload.slug} at size {size} {estimate}: take a smaller size")
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
    ceilings: dict[str, Any] = field(default_factory=lambda: {"flops_per_s": None, "bytes_per_s": None})
    results: list[dict[str, Any]] = field(default_factory=list)
    comparisons: list[dict[str, Any]] = field(default_factory=list)
    done: list[dict[str, Any]] = field(default_factory=list)
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
        for row in self.results:
            add_share(row, self.ceilings)
        seconds = time.monotonic() - started
        return document | {
            "seconds": seconds,
            "measured_s": self.measured_s,
            "preparation_s": seconds - self.measured_s,
            "rounds": min((w["rounds"] for w in self.done), default=0),
            "stopped_because": because or "; ".join(f"{w['workload']}: {w['stopped_because']}" for w in self.done),
            "ceilings": self.ceilings,
            "workloads": self.done,
            "results": self.results,
            "comparisons": self.comparisons,
        }

    def _measure_ceilings(self) -> None:
        """Measure the processor's ceilings; a GPU's are unknown to NumPy and stay so."""
        if not self.spec.ceilings:
            self.ceilings["why"] = "not asked for"
            return
        if self.spec.device != "cpu":
            self.ceilings["why"] = f"NumPy cannot measure the ceilings of a {self.spec.device} device"
            return
        self._progress(0.0, "measuring the machine's ceilings")
        try:
            self.ceilings |= self.helper.ask("ceilings", self.spec.time_limit_s)
        except ChildError as error:
            self.ceilings["why"] = error.message

    def _workload(self, workload: Workload, size: str, share_s: float) -> None:
        begun = time.monotonic()
        lanes = [open_lane(variant, workload, self.spec.device) for variant in self.variants]
        path = self.scratch / f"{workload.slug}-{size}.npz"
        at_once = len(self.launch.cpus or machine.processors())
        order = random.Random(f"{self.seed} {workload.slug}")  # noqa: S311  # an order to be repeated, not a secret
        sets = Generations(lanes, workload, path, self.spec, share_s, at_once, order, self._hooks(workload, lanes))
        try:
            self._reference(lanes, workload, size, path)
            sets.measure()
        finally:
            self.measured_s += sets.elapsed_s
            path.unlink(missing_ok=True)
        preparation_s = time.monotonic() - begun - sets.elapsed_s
        self._conclude(lanes, workload, size, sets, preparation_s)

    def _reference(self, lanes: list[Lane], workload: Workload, size: str, path: Path) -> None:
        """Write the reference; where it cannot be, that is the outcome of every variant that could have run."""
        failure = write_reference(workload, size, path, self.helper, self.spec)
        for lane in lanes:
            if failure and lane.ok:
                lane.fail("failed", failure)

    def _hooks(self, workload: Workload, lanes: list[Lane]) -> Hooks:
        def on_round(number: int, turns: list[str], **which: int) -> None:
            now = {lane.variant.slug: lane.samples.latency[-1] for lane in lanes if lane.ok}
            facts = {"workload": workload.slug, "round": number, "order": turns, "latency_s": now}
            self.on_event({"kind": "round"} | facts | which)

        return Hooks(self._start, lambda: empty_caches(self.scratch), self._progress, on_round)

    def _conclude(
        self, lanes: list[Lane], workload: Workload, size: str, sets: Generations, preparation_s: float
    ) -> None:
        for lane in lanes:
            lane.passport = passport(lane, workload, self.launch)
        facts = {"workload": workload.slug, "size": size} | sets.facts(self.seed) | {"preparation_s": preparation_s}
        rows = [result_row(lane, workload, size, self.launch, self.seed) for lane in lanes]
        for row in rows:
            raise_ceiling(self.ceilings, row)
        for row in rows:
            add_share(row, self.ceilings)
            self.on_event({"kind": "result", "result": row})
        compared = compare(lanes, workload.slug, size, self.spec, self.seed, facts["disturbance"])
        for comparison in compared:
            self.on_event({"kind": "comparison", "comparison": comparison})
        self.results += rows
        self.comparisons += compared
        self.done.append(facts)
        self._progress(1.0, f"{workload.slug}: done, {facts['stopped_because']}")

    def _start(self, variant: Variant) -> Child:
        child = Child(self.launch, variant.slug, interpreter(variant.framework), self.should_stop)
        self.on_event({"kind": "child", "variant": variant.slug, "pid": child.pid})
        return child

    def _progress(self, share: float, message: str, **more: int) -> None:
        index, count = self.part
        self.on_event({"kind": "progress", "fraction": (index + share) / count, "message": message} | more)
