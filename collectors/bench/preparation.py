"""From a variant to a lane that may be timed: available, started, prepared, and right."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from collectors.bench.lane import Lane
from collectors.bench.process import Child, ChildError, Launch
from collectors.bench.sides import side_of
from collectors.bench.spec import BenchSpec
from collectors.bench.variants import Variant, availability
from collectors.bench.workload import Gap, Workload


def open_lane(variant: Variant, workload: Workload, device: str) -> Lane:
    """Give a lane, already `unavailable` with the reason where the variant cannot run here."""
    side = side_of(variant, workload)
    if isinstance(side, Gap):
        return Lane(variant, status="unavailable", message=side.reason)
    found = availability(variant, device)
    if not found.available:
        return Lane(variant, found.version, status="unavailable", message=found.why_not)
    return Lane(variant, found.version)


def prepare(lane: Lane, workload: Workload, path: Path, spec: BenchSpec, start: Callable[[Variant], Child]) -> None:
    """Start the lane's child, time its first call, and check its result; a wrong one is taken out."""
    lane.without = spec.without
    try:
        lane.child = start(lane.variant)
    except OSError as error:
        lane.fail("failed", f"the child process could not be started: {error}")
        return
    lane.attempt(lambda child: _prepare(lane, child, workload, path, spec))


def _prepare(lane: Lane, child: Child, workload: Workload, path: Path, spec: BenchSpec) -> None:
    limit = spec.time_limit_s
    lane.start = child.ask("start", limit)
    unguarded = {"guard_wait": False} if "wait" in spec.without else {}
    lane.prepared = child.ask("prepare", limit, workload=workload.slug, path=str(path), **unguarded)
    lane.resolved = child.ask("passport", limit)
    error, tolerance = lane.prepared["relative_error"], lane.prepared["tolerance"]
    if not math.isfinite(error):
        lane.prepared["relative_error"] = None
        raise ChildError("wrong", "the result holds values that are not finite")
    if error > tolerance and "result" not in spec.without:
        raise ChildError(
            "wrong", f"relative error {error:.2g} against the float64 reference; {tolerance:.2g} is allowed"
        )
    lane.null_s = child.ask("null", limit)["seconds"]
    lane.call_s = child.ask("latency", limit, calls=1)["seconds"]


def write_reference(workload: Workload, size: str, path: Path, helper: Child, spec: BenchSpec) -> str | None:
    """Have the helper write inputs and reference; give the reason where it cannot."""
    try:
        helper.ask("reference", spec.time_limit_s, workload=workload.slug, size=size, path=str(path))
    except ChildError as error:
        return f"the reference could not be computed: {error.message}"
    return None


def helper_launch(launch: Launch) -> Launch:
    """Start the helper, which makes references and ceilings, as the others are, but on the processor."""
    return replace(launch, device="cpu")
