"""What a chart of measurements shows, in a sentence: the titles of the figures of Speed (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from dashboard import format as fmt
from dashboard.analysis.speed import CLOSE, Ratio
from dashboard.analysis.speed_rows import Roof
from language.lists import clauses
from language.words import N_, _, _n, filled

NOTHING = N_("No two variants were right and could be compared.")
_COUNTED = {
    "slower": N_("slower in {many}"),
    "faster": N_("faster in {many}"),
    CLOSE: N_("too close to call in {many}"),
}


def of_ratios(rows: Sequence[Ratio]) -> str:
    """How many of the comparisons drawn are slower, faster and too close to call, and over what."""
    drawn = [row for row in rows if row.drawable]
    if not drawn:
        return _(NOTHING)
    if len(drawn) == 1:
        return _one(drawn[0])
    sides = {(row.variant, row.baseline) for row in drawn}
    works = {(row.workload, row.size) for row in drawn}
    if len(sides) == 1:
        variant, baseline = sides.pop()
        said = _("{variant} over {baseline}: {counts} of {n} comparisons")
        return filled(said, variant=variant, baseline=baseline, counts=_counts(drawn), n=fmt.words(len(drawn)))
    if len(works) == 1 and len({row.baseline for row in drawn}) == 1:
        work, size = works.pop()
        best = min(drawn, key=lambda row: (row.verdict != "faster", row.ratio or 0))
        said = _("{work} {size} over {baseline}: {counts} of {n} variants")
        if best.verdict == "faster":
            said = _("{work} {size} over {baseline}: {counts} of {n} variants; the fastest is {best}")
        told = {"work": work, "size": size, "baseline": drawn[0].baseline, "best": best.variant}
        return filled(said, counts=_counts(drawn), n=fmt.words(len(drawn)), **told)
    return _("{counts} of {n} comparisons", counts=_counts(drawn).capitalize(), n=fmt.words(len(drawn)))


def of_samples(latency: Sequence[Any], process: Sequence[int], variant: str) -> str:
    """The middle of the rounds, and how far the slowest lies above it."""
    good = [float(value) for value in latency if fmt.known(value)]
    if not good:
        return _("{variant} has no sample of its latency", variant=variant)
    middle, processes = median(good), len(set(process)) or 1
    worst = fmt.digits(max(good) / middle, 2) if middle > 0 else fmt.UNKNOWN
    return _(
        "{variant}: {time} a call, the median of {rounds} in {processes}; the slowest takes {worst} × as long",
        variant=variant,
        time=fmt.duration(middle),
        rounds=_n("{n} round", "{n} rounds", len(good), n=fmt.words(len(good))),
        processes=_n("{n} process", "{n} processes", processes, n=fmt.words(processes)),
        worst=worst,
    )


def of_roof(points: Sequence[Roof], ceilings: Mapping[str, Any]) -> str:
    """Which variant comes nearest to what the machine was seen to do at the workload's intensity."""
    best = max(points, key=lambda point: share_of_roof(point, ceilings))
    share = fmt.percent(share_of_roof(best, ceilings))
    return _("{variant} comes nearest the machine's roof: {share} of it", variant=best.variant, share=share)


def share_of_roof(point: Roof, ceilings: Mapping[str, Any]) -> float:
    """FLOP/s over the lesser of the compute ceiling and bandwidth times intensity (the roofline of Williams, 2009)."""
    return point.flops_per_s / float(min(ceilings["flops_per_s"], ceilings["bytes_per_s"] * point.intensity))


def of_history(rows: Sequence[Mapping[str, Any]], few: int) -> str:
    """How many steps a result made over its runs, and what the last one was; oldest run first."""
    first = rows[-1]
    who = {name: first[name] for name in ("variant", "workload", "size")}
    runs = _n("{n} run", "{n} runs", len(rows), n=fmt.words(len(rows)))
    steps = [row["step"] for row in rows if row.get("step")]
    if steps:
        many = _n("{n} step", "{n} steps", len(steps), n=fmt.words(len(steps)))
        said = _("{variant} on {workload} {size}: {steps} in {runs}, the last {last}")
        return filled(said, steps=many, runs=runs, last=step_words(steps[-1]), **who)
    if len(rows) <= few:
        return _("{variant} on {workload} {size}: {runs}, too few to tell a step from noise", runs=runs, **who)
    return _("{variant} on {workload} {size}: no step in {runs}", runs=runs, **who)


def step_words(step: Mapping[str, Any]) -> str:
    """A step as its ratio and its state."""
    return clauses([fmt.times(step["ratio"]), _(step["state"])])


def _one(row: Ratio) -> str:
    name = f"{row.workload} {row.size}"
    if row.verdict == CLOSE:
        said = _("{name}: {variant} and {baseline} are too close to call")
        return filled(said, name=name, variant=row.variant, baseline=row.baseline)
    said = _("{name}: {variant} is {times} than {baseline}")
    return filled(said, name=name, variant=row.variant, baseline=row.baseline, times=fmt.times(row.ratio))


def _counts(rows: Sequence[Ratio]) -> str:
    """``slower in two, faster in one, too close to call in one``, what there is none of left out."""
    kinds = dict.fromkeys(("slower", "faster", CLOSE, *(row.verdict for row in rows)), 0)
    for row in rows:
        kinds[row.verdict] += 1
    return clauses([_counted(verdict, many) for verdict, many in kinds.items() if many])


def _counted(verdict: str, many: int) -> str:
    if verdict in _COUNTED:
        return _(_COUNTED[verdict], many=fmt.words(many))
    return _("{verdict} in {many}", verdict=_(verdict), many=fmt.words(many))
