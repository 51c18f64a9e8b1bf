"""Criteria over measurements: the pace of a framework's fastest mode beside the fastest of all (pure)."""

from collections.abc import Callable

from dashboard.analysis.choice.model import FRAMEWORKS, NAMES, Known, Range, Scores, Shown, mean_of, unknown
from dashboard.colours import framework_of
from language.words import N_, _
from verdicts.speed_claims import Timed

Cell = tuple[str, str, str, str]
"""Workload, size, device and preset: what has to be the same for two times to be compared."""


def training(workload: str) -> bool:
    """Whether a workload is a step of training."""
    return workload.endswith("_train_step")


def inference(workload: str) -> bool:
    """Whether a workload is a network without training."""
    return workload in ("resnet50_inference", "transformer_block", "lstm", "gru")


def pace(known: Known, wanted: Callable[[str], bool]) -> Scores:
    """The mean, over what was measured for two frameworks or more, of the fastest time of all over one's own.

    Each framework stands with its fastest mode. The interval of a pace is put together from the ends of both times, so
    it is wider than that of a paired comparison. Where a framework was not measured its pace is unknown.
    """
    cells = _cells(known, wanted)
    example = "mlp_train_step" if wanted("mlp_train_step") else "lstm"
    command = f"framescope bench run {example}"
    if not cells:
        missing = N_("times of {name} beside another")
        return {system: unknown(_(missing, name=NAMES[system]), command) for system in FRAMEWORKS}
    return {
        system: mean_of([_pace(known, cell, sides, system, command) for cell, sides in cells.items()])
        for system in FRAMEWORKS
    }


def _cells(known: Known, wanted: Callable[[str], bool]) -> dict[Cell, dict[str, Timed]]:
    """The fastest result of each framework by cell; cells with one framework alone are left out."""
    cells: dict[Cell, dict[str, Timed]] = {}
    for row in known.facts.speed().results:
        system = framework_of(row.variant)
        if not wanted(row.workload) or system not in FRAMEWORKS or not row.median:
            continue
        sides = cells.setdefault((row.workload, row.size, row.device, row.preset), {})
        if system not in sides or row.median < (sides[system].median or 0):
            sides[system] = row
    return {cell: sides for cell, sides in sorted(cells.items()) if len(sides) > 1}


def _pace(known: Known, cell: Cell, sides: dict[str, Timed], system: str, command: str) -> Range:
    where = _("{work} on {device}", work=f"{cell[0]} {cell[1]}", device=cell[2])
    if system not in sides:
        return unknown(_("{where}: no time of {name}", where=where, name=NAMES[system]), command)
    mine = sides[system]
    fastest = min(sides.values(), key=lambda row: row.median or 0.0)
    value = (fastest.median or 0.0) / (mine.median or 1.0)
    told = {"where": where, "variant": mine.variant, "times": f"{1 / value:.3g}", "fastest": fastest.variant}
    says = _("{where}: {variant} takes {times} times as long as {fastest}", **told)
    if mine is fastest:
        says = _("{where}: {variant} is the fastest of {n}", where=where, variant=mine.variant, n=len(sides))
    others = [_ends(row) for row in sides.values() if row is not mine]
    low, high = _ends(mine)
    ref, day = f"run {mine.run}", known.facts.run_days.get(mine.run)  # untranslated: a reference
    shown = Shown("benchmark", ref, round(value, 4), says, day)
    return Range(
        min(1.0, min(end[0] for end in others) / high), min(1.0, min(end[1] for end in others) / low), (shown,)
    )


def _ends(row: Timed) -> tuple[float, float]:
    """The ends of a time's interval; the median where there is none."""
    middle = row.median or 0.0
    return row.low or middle, row.high or middle
