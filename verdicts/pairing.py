"""Both frameworks' figures of one metric side by side, as far as they are counted alike (pure)."""

from dataclasses import dataclass
from datetime import date, timedelta

from verdicts.model import Facts, Line
from verdicts.statistics import FEWEST, Span, wilson
from verdicts.wording import counted

PAIR = ("pytorch", "tensorflow")
STOCKS = ("cumulative", "count_now")
YEAR = timedelta(days=365)
OLDEST = timedelta(days=730)
"""Figures that end longer before the day asked for tell nothing of that day."""
APART = timedelta(days=7)
GRANULARITIES = ("month", "week", "window", "quarter", "day", "event", "year")


@dataclass(frozen=True, slots=True)
class Both:
    """One period that both systems have, whole: their two values and the last day they stand for."""

    start: date
    end: date
    day: date
    first: float
    second: float


@dataclass(frozen=True)
class Pair:
    """Both systems' figures of one metric from one source, counted alike, with the breaks that cut either.

    ``stock`` is a total at one moment; ``counted`` says that the values are counts, which an index is not.
    """

    metric: str
    source: str
    stock: bool
    rows: tuple[Both, ...]
    breaks: tuple[date, ...]
    definition: str = ""
    counted: bool = True

    @property
    def ref(self) -> str:
        """How evidence names it."""
        return f"{self.metric}/{PAIR[0]}+{PAIR[1]}/{self.source}"

    @property
    def title(self) -> str:
        """The metric in words, with what narrows it: papers_exclusive (NeurIPS)."""
        return counted(self.metric, self.definition)

    def span(self, row: Both) -> Span | None:
        """The first system's share in one period; what is no count of cases (a total, an index) has no interval."""
        whole = row.first + row.second
        if self.stock or not self.counted:
            return Span(row.first / whole, row.first / whole, row.first / whole) if whole else None
        return wilson(row.first, whole) if whole >= FEWEST else None


def pairs(facts: Facts, metric: str) -> list[Pair]:
    """Both systems' figures of a metric by source, the catalogue's preferred source first; windows do not overlap."""
    kind, order = facts.catalog.metrics[metric].kind, facts.catalog.metrics[metric].sources
    lines = facts.lines.get(metric, ())
    made = []
    for source in sorted(
        {line.source for line in lines}, key=lambda name: (order.index(name) if name in order else len(order), name)
    ):
        mine = [line for line in lines if line.source == source]
        sides = [(a, b) for a in mine for b in mine if (a.system, b.system) == PAIR and _alike(a, b)]
        found = [_pair(facts, a, b, kind) for a, b in sides]
        best = max(
            (pair for pair in found if pair.rows), key=lambda pair: (len(pair.rows), pair.rows[-1].day), default=None
        )
        made += [best] if best else []
    return made


def best(facts: Facts, metric: str) -> Pair | None:
    """The preferred source of those whose figures end within a year of the newest; None where no source has both."""
    found = pairs(facts, metric)
    newest = max((pair.rows[-1].day for pair in found), default=None)
    return next((pair for pair in found if newest and newest - pair.rows[-1].day <= YEAR), None)


def severed(pair: Pair, before: Both, after: Both) -> bool:
    """Whether a break lies between two rows: a total is of its day, a count of a period that begins."""
    ends = (before.day, after.day) if pair.stock else (before.start, after.start)
    return any(ends[0] < when <= ends[1] for when in pair.breaks)


def unbroken(pair: Pair, rows: list[Both], *, tail: bool = True) -> list[Both]:
    """The last stretch of periods without a break and without overlap."""
    kept: list[Both] = []
    for row in reversed(rows):
        if kept and severed(pair, row, kept[0]):
            break
        if not kept or row.end <= kept[0].start:
            kept.insert(0, row)
    return kept if tail or len(kept) == len(rows) else []


def _pair(facts: Facts, a: Line, b: Line, kind: str) -> Pair:
    """The rows that both lines have; a period with a break inside it counts two things and is left out."""
    stock = kind in STOCKS
    good = ("ok", "partial") if stock else ("ok",)
    others = {(p.start, p.end): p for p in facts.points(b) if p.status in good}
    rows: list[Both] = []
    for point in facts.points(a):
        other = others.get((point.start, point.end))
        if point.status in good and other is not None and not (stock and abs(point.day - other.day) > APART):
            rows.append(Both(point.start, point.end, max(point.day, other.day), point.value, other.value))
    cuts = {
        cut.date.first
        for line in (a, b)
        for cut in facts.catalog.breaks_of(line.metric, line.system, line.source, line.definition)
        if cut.cuts and cut.date.first <= facts.at
    }
    if not stock:
        rows = [row for row in rows if not any(row.start < when < row.end for when in cuts)]
    said = a.definition if a.definition == b.definition else ""
    return Pair(a.metric, a.source, stock, tuple(rows), tuple(sorted(cuts)), said, kind == "per_period")


def _alike(a: Line, b: Line) -> bool:
    """Whether two lines count in the same way: by their names of it, or each system's package under its own."""
    if a.granularity != b.granularity:
        return False
    own = {"torch", "tensorflow"}
    return a.definition == b.definition or {a.definition, b.definition} == own
