"""What a chart of measurements shows, in a sentence: the titles of the figures of Speed (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from dashboard import format as fmt
from dashboard.analysis.speed import CLOSE, Ratio
from dashboard.analysis.speed_rows import Roof

NOTHING = "No two variants were right and could be compared."


def of_ratios(rows: Sequence[Ratio]) -> str:
    """How many of the comparisons drawn are slower, faster and too close to call, and over what."""
    drawn = [row for row in rows if row.drawable]
    if not drawn:
        return NOTHING
    if len(drawn) == 1:
        return _one(drawn[0])
    sides = {(row.variant, row.baseline) for row in drawn}
    works = {(row.workload, row.size) for row in drawn}
    if len(sides) == 1:
        variant, baseline = sides.pop()
        return f"{variant} over {baseline}: {_counts(drawn)} of {fmt.words(len(drawn))} comparisons"
    if len(works) == 1 and len({row.baseline for row in drawn}) == 1:
        work, size = works.pop()
        best = min(drawn, key=lambda row: row.ratio or 0)
        nearest = f"; the fastest is {best.variant}" if best.verdict == "faster" else ""
        return f"{work} {size} over {drawn[0].baseline}: {_counts(drawn)} of {fmt.words(len(drawn))} variants{nearest}"
    return f"{_counts(drawn).capitalize()} of {fmt.words(len(drawn))} comparisons"


def of_samples(latency: Sequence[Any], process: Sequence[int], variant: str) -> str:
    """The middle of the rounds, and how far the slowest lies above it."""
    good = [float(value) for value in latency if fmt.known(value)]
    if not good:
        return f"{variant} has no sample of its latency"
    middle, processes = median(good), len(set(process)) or 1
    worst = fmt.digits(max(good) / middle, 2) if middle > 0 else fmt.UNKNOWN
    where = f" in {fmt.count(processes, 'process')}" if processes == 1 else f" in {fmt.words(processes)} processes"
    return (
        f"{variant}: {fmt.duration(middle)} a call, the median of {fmt.count(len(good), 'round')}{where}; "
        f"the slowest takes {worst} × as long"
    )


def of_roof(points: Sequence[Roof], ceilings: Mapping[str, Any]) -> str:
    """Which variant comes nearest to what the machine was seen to do at the workload's intensity."""
    best = max(points, key=lambda point: share_of_roof(point, ceilings))
    return f"{best.variant} comes nearest the machine's roof: {fmt.percent(share_of_roof(best, ceilings))} of it"


def share_of_roof(point: Roof, ceilings: Mapping[str, Any]) -> float:
    """FLOP/s over the lesser of the compute ceiling and bandwidth times intensity (the roofline of Williams, 2009)."""
    return point.flops_per_s / float(min(ceilings["flops_per_s"], ceilings["bytes_per_s"] * point.intensity))


def of_history(rows: Sequence[Mapping[str, Any]], few: int) -> str:
    """How many steps a result made over its runs, and what the last one was; oldest run first."""
    first = rows[-1]
    who = f"{first['variant']} on {first['workload']} {first['size']}"
    steps = [row["step"] for row in rows if row.get("step")]
    if steps:
        return f"{who}: {fmt.count(len(steps), 'step')} in {fmt.count(len(rows), 'run')}, the last {_step(steps[-1])}"
    if len(rows) <= few:
        return f"{who}: {fmt.count(len(rows), 'run')}, too few to tell a step from noise"
    return f"{who}: no step in {fmt.count(len(rows), 'run')}"


def _step(step: Mapping[str, Any]) -> str:
    return f"{fmt.times(step['ratio'])}, {step['state']}"


def _one(row: Ratio) -> str:
    name = f"{row.workload} {row.size}"
    if row.verdict == CLOSE:
        return f"{name}: {row.variant} and {row.baseline} are too close to call"
    return f"{name}: {row.variant} is {fmt.times(row.ratio)} than {row.baseline}"


def _counts(rows: Sequence[Ratio]) -> str:
    """``slower in two, faster in one, too close to call in one``, what there is none of left out."""
    kinds = dict.fromkeys(("slower", "faster", CLOSE, *(row.verdict for row in rows)), 0)
    for row in rows:
        kinds[row.verdict] += 1
    return ", ".join(f"{verdict} in {fmt.words(many)}" for verdict, many in kinds.items() if many)
