"""Made facts for the tests of the rules: what a claim says is so, or is not, in a phase of time."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from catalog.load import load_catalog
from verdicts.model import Facts, Line, Point, Probed
from verdicts.ratios import Ratio
from verdicts.speed_claims import Timed

NOW = date(2026, 11, 22)
TURN = date(2025, 1, 1)
RUNS = {1: date(2018, 6, 1), 2: date(2026, 11, 1)}
PT, TF = "pytorch", "tensorflow"
Phase = Callable[[date], bool]
Maker = Callable[[Phase], Facts]


def bare(**changes: Any) -> Facts:
    """Nothing collected, probed or measured, and a catalogue without breaks and dated facts."""
    empty = replace(load_catalog(), breaks=(), milestones=(), adoptions=(), bindings=(), platforms=())
    return Facts(NOW, empty, **changes)


def month(number: int) -> date:
    """The first day of the month number ``number`` since January 2015."""
    return date(2015 + number // 12, number % 12 + 1, 1)


MONTHS = [(month(n), month(n + 1)) for n in range(142)]


def line(metric: str, system: str, value: Callable[[date], float], source: str = "made") -> Line:
    """A monthly line from 2015 to October 2026."""
    points = [Point(first, end, end - timedelta(days=1), value(first), "ok") for first, end in MONTHS]
    return Line(metric, system, source, "", "month", tuple(points))


def shares(metric: str, who: str, most: float = 900.0, least: float = 100.0) -> Maker:
    """``who`` has most of a metric where the phase says so, and the other one elsewhere."""

    def made(phase: Phase) -> Facts:
        sides = [
            line(metric, system, lambda day, mine=system == who: most if phase(day) == mine else least)  # type: ignore[misc]  # a default binds it here
            for system in (PT, TF)
        ]
        return bare(lines={metric: tuple(sides)})

    return made


def growing(*metrics: str) -> Maker:
    """PyTorch's totals grow by 5 % a month where the phase says so, TensorFlow's by 1 %, and the reverse elsewhere."""

    def made(phase: Phase) -> Facts:
        held: dict[str, tuple[Line, ...]] = {}
        for metric in metrics:
            sides = []
            for system in (PT, TF):
                value, values = 1_000.0, {}
                for first, _ in MONTHS:
                    value *= 1.05 if phase(first) == (system == PT) else 1.01
                    values[first] = value
                sides.append(line(metric, system, values.__getitem__))
            held[metric] = tuple(sides)
        return bare(lines=held)

    return made


def probes(*cells: tuple[str, str, str, str]) -> Maker:
    """Cells (capability, system, mode, state where the phase says so), run in 2018 and again in November 2026."""

    def made(phase: Phase) -> Facts:
        found = []
        for run, day in RUNS.items():
            for number, (capability, system, mode, state) in enumerate(cells):
                said = state if phase(day) else {"pass": "fail", "fail": "pass"}[state]
                found.append(Probed(run * 100 + number, capability, system, mode, said, "1.0", day))
        return bare(probes=tuple(found))

    return made


def times(workloads: Sequence[str], baseline: str, variant: str, yes: str) -> Maker:
    """Comparisons of two variants that come to ``yes`` where the phase says so, and to the opposite elsewhere."""

    def made(phase: Phase) -> Facts:
        rows, results = [], []
        for run, day in RUNS.items():
            said = yes if phase(day) else {"faster": "slower", "slower": "faster"}[yes]
            for workload in workloads:
                rows.append(compared(workload, baseline, variant, 2.0 if said == "slower" else 0.5, said, run))
                results += [timed(workload, name, 0.01, run) for name in (baseline, variant)]
        return bare(comparisons=tuple(rows), results=tuple(results), run_days=RUNS)

    return made


def both(*makers: Maker) -> Maker:
    """The facts of several makers together."""

    def made(phase: Phase) -> Facts:
        found = bare(run_days=RUNS)
        for maker in makers:
            one = maker(phase)
            found = replace(
                found,
                lines={**found.lines, **one.lines},
                probes=(*found.probes, *one.probes),
                comparisons=(*found.comparisons, *one.comparisons),
                results=(*found.results, *one.results),
                memory={**found.memory, **one.memory},
            )
        return found

    return made


def compared(workload: str, baseline: str, variant: str, value: float, said: str, run: int) -> Ratio:
    """A comparison with an interval of a tenth."""
    return Ratio(
        workload, "small", baseline, variant, value, value * 0.9, value * 1.1, said, "", 0.02, run, None, {},
        "matched", "cpu",
    )  # fmt: skip


def timed(workload: str, variant: str, median: float, run: int, device: str = "cpu", *calls: float) -> Timed:
    """A result with an interval of 2 %."""
    ends = median * 0.98, median * 1.02
    return Timed(workload, "small", variant, device, "matched", run, median, *ends, calls)
