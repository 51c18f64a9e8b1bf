"""Steps in the history of a speed: where the time of one variant changed for good, and whose doing it was (pure).

The rule is a control chart. x is the natural logarithm of a median latency; m and s are the mean and the standard
deviation of the n runs since the last step that were not noise, at most the newest 20. A run lies off that level where

    |x - m| > max(t * s * sqrt(1 + 1/n), log(1.03), h)

The first is the prediction interval of one more value of a normal distribution (Hahn and Meeker, Statistical Intervals,
1991, section 4.8), with Student's t for n - 1 degrees of freedom at the chance that three standard deviations leave
outside (Shewhart, Economic Control of Quality of Manufactured Product, 1931): 0.27 %. The others keep it from lying
below the 3 % that the protocol calls the smallest gap, and below h, half the width of the run's own 95 % interval.

Before four runs nothing is said. A run off the level is a step that is `suspected`; where the next run lies off it on
the same side it is `confirmed` and begins a new level, and otherwise it was `noise`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median, stdev
from typing import Any, Literal

from collectors.bench.statistics import SMALLEST_GAP

FEWEST_BEFORE = 4
WINDOW = 20
STUDENT = (9.22, 6.62, 5.51, 4.9, 4.53, 4.28, 4.09, 3.96, 3.85, 3.76, 3.69, 3.64, 3.59, 3.54, 3.51, 3.48, 3.45)
"""Student's t at 0.135 % on either side, for 3 to 19 degrees of freedom."""

State = Literal["suspected", "confirmed", "noise"]
Label = Literal["machine", "framework", "method", "noise"]


@dataclass(frozen=True)
class Point:
    """One run's result in a series: seconds per call with its 95 % interval, None where it has none.

    conditions: what was in force, by name; `method` holds what a change of makes times not comparable.
    """

    run: int
    seconds: float
    low: float | None = None
    high: float | None = None
    conditions: Mapping[str, Any] | None = None
    method: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Step:
    """A change at `run`: `ratio` is its time over the level before, `threshold` the smallest ratio told as one."""

    run: int
    before: int
    ratio: float
    threshold: float
    state: State


def steps(points: Sequence[Point]) -> list[Step]:
    """Find the steps of one series, oldest first; the points must be in the order of their times."""
    found: list[Step] = []
    level: list[Point] = []
    index = 0
    while index < len(points):
        point, following = points[index], points[index + 1 : index + 2]
        step = _off(level, point)
        if step is None:
            level.append(point)
        elif following and (again := _off(level, following[0])) and (again.ratio > 1) == (step.ratio > 1):
            found.append(_as(step, "confirmed"))
            level = [point]
        else:
            found.append(_as(step, "noise" if following else "suspected"))
        index += 1
    return found


def label(step: Step, series: Sequence[Point], others: Mapping[str, Sequence[Point]]) -> tuple[Label | None, str]:
    """Say whose doing a step was, and why; None where the runs cannot tell.

    series: the points in which it was found.
    others: the points of the variants that share no framework with it, in the same work on the same machine, by name;
        those count that were measured both before the step and at it.
    """
    if step.state == "noise":
        return "noise", "the next run was back at the level before"
    at = {point.run: point for point in series}
    changed = changes(at[step.before].method, at[step.run].method)
    if changed:
        return "method", f"measured otherwise: {'; '.join(changed)}"
    moved = {name: _moved(step, points) for name, points in others.items()}
    known = {name: did for name, did in moved.items() if did is not None}
    if not known:
        return None, "no other framework was measured before it and at it, so it cannot be told whose doing it was"
    along = sorted(name for name, did in known.items() if did)
    still = sorted(name for name, did in known.items() if not did)
    if not still:
        return "machine", f"{', '.join(along)} moved with it"
    if not along:
        news = changes(at[step.before].conditions, at[step.run].conditions)
        return "framework", "; ".join([f"{', '.join(still)} did not move", *news])
    return None, f"{', '.join(along)} moved with it, {', '.join(still)} did not"


def changes(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[str]:
    """Name what differs between two sets of conditions, each as `name: before to after`."""
    old, new = before or {}, after or {}
    return [
        f"{name}: {old.get(name)} to {new.get(name)}" for name in sorted({*old, *new}) if old.get(name) != new.get(name)
    ]


def _off(level: Sequence[Point], point: Point) -> Step | None:
    """Tell whether a point lies off the level of those before it, as a step that is not judged yet."""
    if len(level) < FEWEST_BEFORE:
        return None
    logs = [math.log(earlier.seconds) for earlier in level[-WINDOW:]]
    centre, n = fmean(logs), len(logs)
    noise = STUDENT[n - FEWEST_BEFORE] * stdev(logs) * math.sqrt(1 + 1 / n)
    width = math.log(point.high / point.low) / 2 if point.low and point.high else 0.0
    least = max(noise, math.log1p(SMALLEST_GAP), width)
    gap = math.log(point.seconds) - centre
    if abs(gap) <= least:
        return None
    return Step(point.run, level[-1].run, math.exp(gap), math.exp(least), "suspected")


def _moved(step: Step, points: Sequence[Point]) -> bool | None:
    """Tell whether another series moved along: the same way, by more than half as much; None where it cannot be told.

    Half, as a fair division between not having moved and having moved alike; on the log scale.
    """
    at = {point.run: index for index, point in enumerate(points)}
    if step.run not in at or not at[step.run]:
        return None
    index = at[step.run]
    earlier = [math.log(point.seconds) for point in points[max(0, index - WINDOW) : index]]
    gap = math.log(points[index].seconds) - median(earlier)
    return gap / math.log(step.ratio) > 0.5


def _as(step: Step, state: State) -> Step:
    return Step(step.run, step.before, step.ratio, step.threshold, state)
