"""Building blocks of rules over series: who has the larger share, who grows faster, a fixed window (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from verdicts.model import Evidence, Facts, Line, State
from verdicts.statistics import FEWEST, Crossing, Span, crossing, growth, wilson

PAIR = ("pytorch", "tensorflow")
STOCKS = ("cumulative", "count_now")
YEAR = timedelta(days=365)
OLDEST = timedelta(days=730)
"""Figures that end longer before the day asked for tell nothing of that day."""
APART = timedelta(days=7)
LARGE = 1e-9
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
    """Both systems' figures of one metric from one source, counted alike, with the breaks that cut either."""

    metric: str
    source: str
    stock: bool
    rows: tuple[Both, ...]
    breaks: tuple[date, ...]

    @property
    def ref(self) -> str:
        """How evidence names it."""
        return f"{self.metric}/{PAIR[0]}+{PAIR[1]}/{self.source}"

    def span(self, row: Both) -> Span | None:
        """The first system's share in one period; a total at one moment is a full count, without an interval."""
        whole = row.first + row.second
        if self.stock:
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
        found = [_pair(facts, a, b, stock=kind in STOCKS) for a, b in sides]
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


def ahead(facts: Facts, metric: str, who: str = PAIR[0]) -> State:
    """Whether ``who`` has the larger share now: in the last twelve months without a break, or of the last total."""
    pair = best(facts, metric)
    if pair is None or facts.at - pair.rows[-1].day > OLDEST:
        return lacking(facts, metric, "figures of both frameworks" + (f" after {pair.rows[-1].day}" if pair else ""))
    kept = recent(pair)
    found = pooled(pair, kept)
    if found is None:
        return lacking(facts, metric, f"at least {FEWEST} counts in whole periods")
    return _decided(pair, found, who, f"{kept[0].start} to {kept[-1].end}", kept[-1].day, crossed(pair))


def within(facts: Facts, metric: str, first: date, last: date, who: str = PAIR[0], *, level: float = 0.5) -> State:
    """Whether ``who`` has more than ``level`` of both frameworks' counts in whole periods of ``[first, last)``."""
    for pair in pairs(facts, metric):
        kept = [row for row in pair.rows if first <= row.start and row.end <= last and row.day <= facts.at]
        kept = kept[-1:] if pair.stock else _unbroken(pair, kept)
        found = pooled(pair, kept)
        if found is not None:
            return _decided(pair, found, who, f"{kept[0].start} to {kept[-1].end}", kept[-1].day, None, level)
    return lacking(facts, metric, f"figures of both frameworks from {first} to {last}")


def grows_faster(facts: Facts, metric: str) -> State:
    """Whether PyTorch's figure grew faster than TensorFlow's over the last year without a break."""
    pair = best(facts, metric)
    if pair is None or facts.at - pair.rows[-1].day > OLDEST:
        return lacking(facts, metric, "recent figures of both frameworks")
    mine, other = _year_on_year(pair, 0), _year_on_year(pair, 1)
    if mine is None or other is None:
        return lacking(facts, metric, f"two years without a break, with {FEWEST} counts each")
    met = True if mine.low > other.high else False if mine.high < other.low else None
    says = f"{metric} grew by {mine.value:.1%} for PyTorch and {other.value:.1%} for TensorFlow in a year"
    shown = Evidence("series", pair.ref, f"{mine.value:+.1%} / {other.value:+.1%}", says, met, pair.rows[-1].day)
    return State(met, says, (shown,), () if met is not None else (f"a clear difference of growth in {metric}",))


def total(facts: Facts, metric: str, first: date, last: date) -> tuple[Pair, Both] | None:
    """Both frameworks' totals over ``[first, last)`` if every month of it is there and no break lies within."""
    months = (last.year - first.year) * 12 + last.month - first.month
    for pair in pairs(facts, metric):
        kept = [row for row in pair.rows if first <= row.start and row.end <= last]
        days = sum((row.end - row.start).days for row in kept)
        if len(kept) >= months and days == (last - first).days and _unbroken(pair, kept) == kept:
            sums = sum(row.first for row in kept), sum(row.second for row in kept)
            return pair, Both(first, last, kept[-1].day, *sums)
    return None


def lacking(facts: Facts, metric: str, what: str) -> State:
    """A state that cannot be told for want of a series, with the command that collects it."""
    live = [name for name in facts.catalog.metrics[metric].sources if not name.startswith("history.")]
    command = f"framescope collect {live[0]}" if live else ""
    if live == ["google_trends"]:
        command = "framescope import EXPORT.csv"
    return State(None, "", (), (f"{metric}: {what}",), command)


def recent(pair: Pair) -> list[Both]:
    """The last total, or the whole periods of the last year after the last break, without overlap."""
    if pair.stock:
        return [pair.rows[-1]]
    last = pair.rows[-1]
    kept = [row for row in pair.rows if row.start >= last.end - YEAR - timedelta(days=1)]
    return _unbroken(pair, kept, tail=True)


def pooled(pair: Pair, rows: Sequence[Both]) -> Span | None:
    """The first system's share in all these periods together; a mean of shares where the metric is one."""
    if not rows:
        return None
    first, second = sum(row.first for row in rows), sum(row.second for row in rows)
    return pair.span(Both(rows[0].start, rows[-1].end, rows[-1].day, first, second))


def crossed(pair: Pair) -> Crossing | None:
    """When the leader of a pair took the lead."""
    rows = [(row, pair.span(row)) for row in pair.rows]
    found = [(row.day, span) for row, span in rows if span is not None]
    return crossing([day for day, _ in found], [span for _, span in found], pair.breaks)


def since_words(found: Crossing | None) -> str:
    """When the lead began, in words; empty where nobody can say."""
    if found is None:
        return ""
    if found.jumped:
        return f"; what is counted changed between {found.first} and {found.last}, so nobody is said to have passed"
    return f"; the lead changed between {found.first} and {found.last}" if found.first else "; the lead never changed"


def _decided(
    pair: Pair, found: Span, who: str, period: str, day: date, since: Crossing | None, level: float = 0.5
) -> State:
    share = found if who == PAIR[0] else Span(1 - found.value, 1 - found.high, 1 - found.low)
    met = True if share.low > level + LARGE else False if share.high < level - LARGE else None
    name = "PyTorch" if who == PAIR[0] else "TensorFlow"
    interval = "" if share.low == share.high else f" ({share.low:.1%}–{share.high:.1%})"
    when = f"on {day}" if pair.stock else f"from {period}"
    says = f"{name} has {share.value:.1%}{interval} of both in {pair.metric} {when}{since_words(since)}"
    shown = Evidence("series", pair.ref, round(share.value, 6), says, met, day)
    return State(met, says, (shown,), () if met is not None else (f"a share of {pair.metric} clear of {level:.0%}",))


def _year_on_year(pair: Pair, side: int) -> Span | None:
    values = [(row, (row.first, row.second)[side]) for row in pair.rows]
    last = values[-1][0]
    if pair.stock:
        then = [value for row, value in values if 330 <= (last.day - row.day).days <= 400 and not _cut(pair, row, last)]
        if not then or then[-1] < FEWEST:
            return None
        exact = values[-1][1] / then[-1] - 1
        return Span(exact, exact, exact)
    late = _unbroken(pair, [row for row, _ in values if row.start >= last.end - YEAR - timedelta(days=1)])
    early = [row for row, _ in values if last.end - 2 * YEAR - timedelta(days=2) <= row.start < late[0].start]
    if len(early) != len(late) or _unbroken(pair, [*early, *late], tail=True) != [*early, *late]:
        return None
    sums = [sum((row.first, row.second)[side] for row in rows) for rows in (early, late)]
    return growth(*sums)


def _pair(facts: Facts, a: Line, b: Line, *, stock: bool) -> Pair:
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
    return Pair(a.metric, a.source, stock, tuple(rows), tuple(sorted(cuts)))


def _alike(a: Line, b: Line) -> bool:
    """Whether two lines count in the same way: by their names of it, or each system's package under its own."""
    if a.granularity != b.granularity:
        return False
    own = {"torch", "tensorflow"}
    return a.definition == b.definition or {a.definition, b.definition} == own


def _cut(pair: Pair, before: Both, after: Both) -> bool:
    return any(before.start < when <= after.start for when in pair.breaks)


def _unbroken(pair: Pair, rows: list[Both], *, tail: bool = True) -> list[Both]:
    """The last stretch of periods without a break and without overlap."""
    kept: list[Both] = []
    for row in reversed(rows):
        if kept and _cut(pair, row, kept[0]):
            break
        if not kept or row.end <= kept[0].start:
            kept.insert(0, row)
    return kept if tail or len(kept) == len(rows) else []
