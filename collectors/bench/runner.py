"""The coordinator: runs a request workload by workload and gives the document of `bench run --json`."""

import contextlib
import random
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from collectors.bench import cold, machine, registry, source_code
from collectors.bench.comparisons import compare
from collectors.bench.document import begun
from collectors.bench.environment import launch as settle_launch
from collectors.bench.lane import Lane
from collectors.bench.preparation import helper_launch, open_lane, prepare, write_reference
from collectors.bench.process import CancelledError, Child, ChildError, Launch, never
from collectors.bench.result import add_share, passport, raise_ceiling, result_row
from collectors.bench.rounds import Ended, run_rounds, warm_up
from collectors.bench.sides import side_of
from collectors.bench.spec import BenchSpec, SpecError
from collectors.bench.variants import Variant, interpreter
from collectors.bench.workload import Gap, Workload

PREPARING_SHARE = 0.5
ASK_EVERY_S = 0.1

Event = dict[str, Any]


def run(
    spec: BenchSpec, on_event: Callable[[Event], None] | None = None, should_stop: Callable[[], bool] = never
) -> dict[str, Any]:
    """Measure what `spec` asks for and give the document; every child is ended on the way out, whatever happens.

    on_event: told of `begun` (with the document as far as it is known), `progress`, `child`, `round`, `result` and
        `comparison` as they come.
    should_stop: asked ten times a second; once true, the children are ended and what is complete is returned.

    Raises:
        SpecError: the request names an unknown workload, variant or size, a size too large for the free memory, or
            asks for too many threads.
    """
    found = registry.load(spec.registry)
    workloads = [found.workload(slug) for slug in spec.workloads]
    variants = [found.variant(slug) for slug in spec.variants] or list(found.variants)
    sizes = [_size(workload, spec, variants) for workload in workloads]
    seed = secrets.randbits(32) if spec.seed is None else spec.seed
    with tempfile.TemporaryDirectory(prefix="framescope-bench-", ignore_cleanup_errors=True) as scratch:
        launch = settle_launch(spec, Path(scratch))
        state = _Run(spec, launch, variants, seed, Path(scratch), on_event or _ignore, _now_and_then(should_stop))
        return state.measure(list(zip(workloads, sizes, strict=True)))


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
    """Ask at most ten times a second: the answer may come from a database, and blocks are milliseconds long."""
    due = 0.0

    def ask() -> bool:
        nonlocal due
        if time.monotonic() < due:
            return False
        due = time.monotonic() + ASK_EVERY_S
        return should_stop()

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
    ceilings: dict[str, Any] = field(default_factory=lambda: {"flops_per_s": None, "bytes_per_s": None})
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
            "code": self.code,
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
        with self._helper() as helper:
            try:
                self.ceilings |= helper.ask("ceilings", self.spec.time_limit_s)
            except ChildError as error:
                self.ceilings["why"] = error.message

    def _workload(self, workload: Workload, size: str, budget_s: float) -> None:
        lanes = [open_lane(variant, workload, self.spec.device) for variant in self.variants]
        cold.close(lanes, workload, self.spec)
        try:
            self._prepare_all(lanes, workload, size)
            ready = [lane for lane in lanes if lane.ok]
            before = machine.use(_pids(ready))
            begun = time.monotonic()
            ended = self._measure(ready, workload, budget_s)
            self.measured_s += time.monotonic() - begun
            noise = machine.disturbance(before, machine.use(_pids([lane for lane in ready if lane.ok])))
            for lane in ready:
                answer = lane.attempt(lambda child: child.ask("passport", self.spec.time_limit_s))
                lane.resolved = answer or lane.resolved
        finally:
            for lane in lanes:
                lane.end()
        self._conclude(lanes, workload, size, ended, noise)

    def _prepare_all(self, lanes: list[Lane], workload: Workload, size: str) -> None:
        path = self.scratch / f"{workload.slug}-{size}.npz"
        with self._helper() as helper:
            failure = write_reference(workload, size, path, helper, self.spec)
        for index, lane in enumerate(lanes):
            if failure and lane.ok:
                lane.fail("failed", failure)
            if lane.ok:
                message = f"{workload.slug}: starting {lane.variant.slug} and its first call"
                self._progress(PREPARING_SHARE * index / len(lanes), message)
                prepare(lane, workload, path, self.spec, self._start)
        cold.rotate(lanes, self.spec)

    def _measure(self, ready: list[Lane], workload: Workload, budget_s: float) -> Ended:
        self._progress(PREPARING_SHARE, f"{workload.slug}: warming up")
        begun = time.monotonic()
        warm_up(ready, self.spec, budget_s)
        left = max(0.001, budget_s - (time.monotonic() - begun))

        def on_round(count: int, spent: float, turns: list[str]) -> None:
            share = PREPARING_SHARE + (1 - PREPARING_SHARE) * spent
            self._progress(share, f"{workload.slug}: round {count} done", round=count)
            now = {lane.variant.slug: lane.samples.latency[-1] for lane in ready if lane.ok}
            facts = {"workload": workload.slug, "round": count, "order": turns, "latency_s": now}
            self.on_event({"kind": "round"} | facts)

        order = random.Random(f"{self.seed} {workload.slug}").getrandbits(32)  # noqa: S311  # an order, not a secret
        return run_rounds(ready, self.spec, left, order, on_round)

    def _conclude(self, lanes: list[Lane], workload: Workload, size: str, ended: Ended, noise: dict[str, Any]) -> None:
        for lane in lanes:
            lane.passport = passport(lane, workload, self.launch)
        rows = [result_row(lane, workload, size, self.launch, self.seed) for lane in lanes]
        for row in rows:
            raise_ceiling(self.ceilings, row)
        for row in rows:
            add_share(row, self.ceilings)
            self.on_event({"kind": "result", "result": row})
        compared = compare(lanes, workload.slug, size, self.spec, self.seed, noise)
        for comparison in compared:
            self.on_event({"kind": "comparison", "comparison": comparison})
        self.code[workload.slug] = source_code.of_workload(workload, self.variants)
        self.results += rows
        self.comparisons += compared
        facts = {"workload": workload.slug, "size": size, "rounds": ended.rounds, "seconds": ended.seconds}
        self.done.append(facts | {"stopped_because": ended.because, "disturbance": noise})
        self._progress(1.0, f"{workload.slug}: done, {ended.because}")

    def _start(self, variant: Variant) -> Child:
        child = Child(self.launch, variant.slug, interpreter(variant.framework), self.should_stop)
        self.on_event({"kind": "child", "variant": variant.slug, "pid": child.pid})
        return child

    @contextlib.contextmanager
    def _helper(self) -> Iterator[Child]:
        helper = Child(helper_launch(self.launch), "reference", sys.executable, self.should_stop)
        try:
            yield helper
        finally:
            helper.end()

    def _progress(self, share: float, message: str, **more: int) -> None:
        index, count = self.part
        self.on_event({"kind": "progress", "fraction": (index + share) / count, "message": message} | more)


def _pids(lanes: list[Lane]) -> list[int]:
    return [lane.child.pid for lane in lanes if lane.child is not None]
