"""From a variant to a lane that may be timed: available, started, prepared, and right."""

import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from collectors.bench.lane import Lane, Process
from collectors.bench.process import Child, ChildError, Launch
from collectors.bench.sides import side_of
from collectors.bench.spec import BenchSpec
from collectors.bench.variants import Variant, availability
from collectors.bench.workload import Gap, Workload

LOOK_EVERY_S = 0.02


def open_lane(variant: Variant, workload: Workload, device: str) -> Lane:
    """Give a lane, already `unavailable` with the reason where the variant cannot run here."""
    side = side_of(variant, workload)
    if isinstance(side, Gap):
        return Lane(variant, status="unavailable", message=side.reason)
    found = availability(variant, device.partition(":")[0])
    if not found.available:
        return Lane(variant, found.version, status="unavailable", message=found.why_not)
    return Lane(variant, found.version)


def start_all(
    lanes: Sequence[Lane],
    spec: BenchSpec,
    at_once: int,
    spawn: Callable[[Variant], Child],
    on_start: Callable[[int, Lane], None],
) -> None:
    """Give every lane that is `ok` a fresh process with its framework imported, at most `at_once` starting at a time.

    Nothing is timed meanwhile but the imports, and a process whose import had company says so.

    on_start: told, before each, how many were begun before it.

    Raises:
        CancelledError: the caller asked to stop meanwhile; the children are the lanes' to end.
    """
    waiting, starting = [lane for lane in lanes if lane.ok], list[Lane]()
    count = len(waiting)
    while waiting or starting:
        while waiting and len(starting) < at_once:
            lane = waiting.pop(0)
            on_start(count - len(waiting) - 1, lane)
            _begin(lane, spawn, spec.without)
            starting += [lane] if lane.ok else []
        for lane in starting:
            lane.now.import_alone &= len(starting) == 1
        time.sleep(LOOK_EVERY_S)
        starting = [lane for lane in starting if not _started(lane, spec.time_limit_s)]


def _begin(lane: Lane, spawn: Callable[[Variant], Child], without: tuple[str, ...]) -> None:
    lane.processes.append(Process(without=without))
    try:
        lane.now.child = spawn(lane.variant)
    except OSError as error:
        lane.fail("failed", f"the child process could not be started: {error}")
        return
    lane.attempt(lambda process: process.running.tell("start"))


def _started(lane: Lane, limit_s: float) -> bool:
    """Say whether a lane has answered, failed or taken too long to start, and note what came of it."""
    if not lane.now.running.ready(limit_s):
        return False
    lane.now.start = lane.attempt(lambda process: process.running.answer("start", limit_s)) or {}
    return True


def prepare(lane: Lane, workload: Workload, path: Path, spec: BenchSpec) -> None:
    """Time the first call of the lane's process, and check its result; a wrong one is taken out."""
    begun = time.monotonic()
    lane.attempt(lambda process: _prepare(process, workload, path, spec))
    if lane.processes:
        lane.now.prepare_s = time.monotonic() - begun


def _prepare(process: Process, workload: Workload, path: Path, spec: BenchSpec) -> None:
    limit = spec.time_limit_s
    unguarded = {"guard_wait": False} if "wait" in spec.without else {}
    process.prepared = process.ask("prepare", limit, workload=workload.slug, path=str(path), **unguarded)
    process.resolved = process.ask("passport", limit)
    error, tolerance = process.prepared["relative_error"], process.prepared["tolerance"]
    if not math.isfinite(error):
        process.prepared["relative_error"] = None
        raise ChildError("wrong", "the result holds values that are not finite")
    if error > tolerance and "result" not in spec.without:
        raise ChildError(
            "wrong", f"relative error {error:.2g} against the float64 reference; {tolerance:.2g} is allowed"
        )
    process.null_s = process.ask("null", limit)["seconds"]
    process.calibrate(limit)


class Helper:
    """The one child that makes references and ceilings, on the processor, for a whole run; started when first asked.

    Between requests it waits on its pipe and holds no inputs. One that failed is ended, and the next request
    starts another.
    """

    def __init__(self, launch: Launch, should_stop: Callable[[], bool]) -> None:
        cpu = replace(launch, device="cpu")
        self.launch, self.should_stop = cpu, should_stop
        self.child: Child | None = None

    def ask(self, do: str, limit_s: float, **arguments: Any) -> dict[str, Any]:
        """Ask as `Child.ask` does.

        Raises:
            ChildError: it could not be started, or as `Child.ask`.
            CancelledError: the caller asked to stop meanwhile.
        """
        try:
            self.child = self.child or Child(self.launch, "reference", sys.executable, self.should_stop)
            return self.child.ask(do, limit_s, **arguments)
        except (ChildError, OSError) as error:
            self.end()
            raise error if isinstance(error, ChildError) else ChildError("failed", str(error)) from error

    def end(self) -> None:
        """End the child, if there is one."""
        if self.child is not None:
            self.child.end()
            self.child = None


def write_reference(workload: Workload, size: str, path: Path, helper: Child | Helper, spec: BenchSpec) -> str | None:
    """Have the helper write inputs and reference; give the reason where it cannot."""
    try:
        helper.ask("reference", spec.time_limit_s, workload=workload.slug, size=size, path=str(path))
    except ChildError as error:
        return f"the reference could not be computed: {error.message}"
    return None
