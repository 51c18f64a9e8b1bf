"""What a rule is given and what it gives: points, probe results, facts as of a day, and a state with its evidence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from catalog.load import Catalog
from verdicts.ratios import Ratio
from verdicts.speed_claims import Rows, Timed

Verdict = Literal["holds", "no longer holds", "never held", "cannot tell"]
VERDICTS: tuple[Verdict, ...] = ("holds", "no longer holds", "never held", "cannot tell")  # untranslated: keys
Kind = Literal["series", "probe", "benchmark", "catalogue", "task"]


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a line: its half-open period, and ``day``, the last day that it stands for."""

    start: date
    end: date
    day: date
    value: float
    status: str


@dataclass(frozen=True, slots=True)
class Line:
    """One metric of one system from one source, counted in one way; points in order."""

    metric: str
    system: str
    source: str
    definition: str
    granularity: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Probed:
    """One result of a probe on this machine."""

    result: int
    capability: str
    system: str
    mode: str
    state: str
    version: str
    day: date


@dataclass(frozen=True, slots=True)
class Tasked:
    """One result of a task in one interface on this machine: what its program took, None where it has none."""

    result: int
    task: str
    system: str
    state: str
    lines: int | None
    names: int | None
    day: date


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing a verdict rests on.

    ``ref`` is ``metric/system/source``, ``capability/system/mode``, ``run N``, a task or the address of a citation;
    ``supports`` is None where it is shown for the reader alone.
    """

    kind: Kind
    ref: str
    value: str | float | None
    what: str
    supports: bool | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class State:
    """Whether what a claim says is so, as of the day of the facts; None where that cannot be told.

    ``until`` is a cited day up to which it was so, where it no longer is.
    """

    met: bool | None
    says: str
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[str, ...] = ()
    command: str = ""
    until: date | None = None


@dataclass(frozen=True)
class Facts:
    """All that the rules may look at, as of the day ``at``: what is dated later does not exist yet."""

    at: date
    catalog: Catalog
    lines: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)
    probes: tuple[Probed, ...] = ()
    comparisons: tuple[Ratio, ...] = ()
    results: tuple[Timed, ...] = ()
    memory: Mapping[tuple[int, str, str, str, str], int] = field(default_factory=dict)
    run_days: Mapping[int, date] = field(default_factory=dict)
    released: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    tasks: tuple[Tasked, ...] = ()

    def as_of(self, at: date) -> "Facts":
        """The same facts as of another day."""
        return replace(self, at=at)

    def points(self, line: Line) -> tuple[Point, ...]:
        """The points of a line that stood by the day."""
        return tuple(point for point in line.points if point.day <= self.at)

    def cell(self, capability: str, system: str, mode: str) -> Probed | None:
        """The newest result of a cell; ``any`` answers for each mode."""
        found = [
            row
            for row in self.probes
            if row.day <= self.at and (row.capability, row.system) == (capability, system) and row.mode in (mode, "any")
        ]
        return max(found, key=lambda row: row.result, default=None)

    def tasked(self, task: str, system: str) -> Tasked | None:
        """The newest result of a task in one interface."""
        found = [row for row in self.tasks if row.day <= self.at and (row.task, row.system) == (task, system)]
        return max(found, key=lambda row: row.result, default=None)

    def speed(self) -> Rows:
        """The newest of each comparison and result by the day."""
        comparisons: dict[tuple[str, ...], Ratio] = {}
        for one in sorted(self.comparisons, key=lambda row: row.run):
            if self._known(one.run):
                comparisons[one.workload, one.size, one.device, one.preset, one.baseline, one.variant] = one
        results: dict[tuple[str, ...], Timed] = {}
        for row in sorted(self.results, key=lambda row: row.run):
            if self._known(row.run):
                results[row.workload, row.size, row.device, row.preset, row.variant] = row
        return Rows(tuple(comparisons.values()), tuple(results.values()))

    def _known(self, run: int) -> bool:
        return run in self.run_days and self.run_days[run] <= self.at


@dataclass(frozen=True)
class Rule:
    """One claim's rule.

    claim: its id in the catalogue.
    decide: whether it is so, from the facts alone.
    kind: what it rests on in the first place.
    method: a key of `statistics.METHODS`.
    change: what would change the verdict.
    past: it is about a time that is over, so that it held or it did not.
    reads: the metrics it reads, of which systems.
    """

    claim: str
    decide: Callable[[Facts], State]
    kind: Kind
    method: str
    change: str
    past: bool = False
    reads: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A claim's verdict as of a day; ``then`` says how it stood at the end of the article's year.

    ``outdated`` says of one that no longer holds that it had ceased to before its article appeared.
    """

    claim: str
    verdict: Verdict
    at: date
    now: State
    then: State | None
    note: str
    rule: Rule
    outdated: bool = False
