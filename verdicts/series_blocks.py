"""Building blocks of rules over series: who has the larger share, who grows faster, a fixed window (pure)."""

from collections.abc import Sequence
from datetime import date, timedelta

from language.lists import semicolons
from language.words import N_, _
from verdicts.model import Evidence, Facts, State
from verdicts.pairing import OLDEST, PAIR, YEAR, Both, Pair, best, pairs, severed, unbroken
from verdicts.statistics import FEWEST, Crossing, Span, crossing, growth
from verdicts.wording import counted, on, percent

LARGE = 1e-9
OTHER_WAYS = {
    "google_trends": "framescope import EXPORT.csv",
    "papers_with_code": "framescope import DUMP.json.gz",
    "wheels": "framescope api",
}
"""The commands of sources whose figures `framescope collect` does not fetch."""
WHOLE = 0.9
"""The part of a window's days that its periods have to cover."""


def ahead(facts: Facts, metric: str, who: str = PAIR[0]) -> State:
    """Whether ``who`` has the larger share now: in the last twelve months without a break, or of the last total."""
    pair = best(facts, metric)
    if pair is None or facts.at - pair.rows[-1].day > OLDEST:
        late = _("figures of both frameworks after {day}", day=on(pair.rows[-1].day)) if pair else ""
        return lacking(facts, metric, late or _("figures of both frameworks"))
    kept = recent(pair)
    found = pooled(pair, kept)
    if found is None:
        return lacking(facts, metric, _("at least {n} counts in whole periods", n=FEWEST))
    return _decided(pair, found, who, kept, crossed(pair))


def within(facts: Facts, metric: str, first: date, last: date, who: str = PAIR[0], *, level: float = 0.5) -> State:
    """Whether ``who`` has more than ``level`` of both frameworks' counts in whole periods of ``[first, last)``.

    Nobody can tell before that time is over, nor where the periods cover less than `WHOLE` of its days.
    """
    end = last - timedelta(days=1)
    if facts.at < end:
        return lacking(facts, metric, _("the end of the time from {first} to {last}", first=on(first), last=on(end)))
    for pair in pairs(facts, metric):
        kept = [row for row in pair.rows if first <= row.start and row.end <= last and row.day <= facts.at]
        kept = kept[-1:] if pair.stock else unbroken(pair, kept)
        if not pair.stock and sum((row.end - row.start).days for row in kept) < WHOLE * (last - first).days:
            continue
        found = pooled(pair, kept)
        if found is not None:
            return _decided(pair, found, who, kept, None, level)
    return lacking(facts, metric, _("figures of both frameworks from {first} to {last}", first=on(first), last=on(end)))


def grows_faster(facts: Facts, metric: str) -> State:
    """Whether PyTorch's figure grew faster than TensorFlow's over the last year without a break."""
    pair = best(facts, metric)
    if pair is None or facts.at - pair.rows[-1].day > OLDEST:
        return lacking(facts, metric, _("recent figures of both frameworks"))
    mine, other = _year_on_year(pair, 0), _year_on_year(pair, 1)
    if mine is None or other is None:
        return lacking(facts, metric, _("two years without a break, with {n} counts each", n=FEWEST))
    met = True if mine.low > other.high else False if mine.high < other.low else None
    says = _(
        "{metric} grew by {mine} for PyTorch and {other} for TensorFlow in a year",
        metric=pair.title,
        mine=percent(mine.value),
        other=percent(other.value),
    )
    shown = Evidence("series", pair.ref, f"{mine.value:+.1%} / {other.value:+.1%}", says, met, pair.rows[-1].day)
    return State(
        met,
        says,
        (shown,),
        () if met is not None else (_("a clear difference of growth in {metric}", metric=counted(metric)),),
    )


def total(facts: Facts, metric: str, first: date, last: date) -> tuple[Pair, Both] | None:
    """Both frameworks' totals over ``[first, last)`` if every month of it is there and no break lies within."""
    months = (last.year - first.year) * 12 + last.month - first.month
    for pair in pairs(facts, metric):
        kept = [row for row in pair.rows if first <= row.start and row.end <= last]
        days = sum((row.end - row.start).days for row in kept)
        if len(kept) >= months and days == (last - first).days and unbroken(pair, kept) == kept:
            sums = sum(row.first for row in kept), sum(row.second for row in kept)
            return pair, Both(first, last, kept[-1].day, *sums)
    return None


def lacking(facts: Facts, metric: str, what: str) -> State:
    """A state that cannot be told for want of a series, with the command that collects it."""
    live = [name for name in facts.catalog.metrics[metric].sources if not name.startswith("history.")]
    command = OTHER_WAYS.get(live[0], f"framescope collect {live[0]}") if live else ""
    return State(None, "", (), (_("{metric}: {what}", metric=counted(metric), what=what),), command)


def recent(pair: Pair) -> list[Both]:
    """The last total, or the whole periods of the last year after the last break, without overlap."""
    if pair.stock:
        return [pair.rows[-1]]
    last = pair.rows[-1]
    kept = [row for row in pair.rows if row.start >= last.end - YEAR - timedelta(days=1)]
    return unbroken(pair, kept, tail=True)


def recent_of_both(facts: Facts, metric: str) -> tuple[Pair, Both] | None:
    """Both frameworks' counts of the last year after the last break, as one row; None where none are recent."""
    pair = best(facts, metric)
    if pair is None or facts.at - pair.rows[-1].day > OLDEST:
        return None
    kept = recent(pair)
    sums = sum(row.first for row in kept), sum(row.second for row in kept)
    return pair, Both(kept[0].start, kept[-1].end, kept[-1].day, *sums)


def pooled(pair: Pair, rows: Sequence[Both]) -> Span | None:
    """The first system's share in all these periods together."""
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
    if found.first is None:
        return _("the lead never changed")
    said = N_("the lead changed between {first} and {last}")
    if found.jumped:
        said = N_("what is counted changed between {first} and {last}, so nobody is said to have passed")
    return _(said, first=on(found.first), last=on(found.last))


def _decided(
    pair: Pair, found: Span, who: str, kept: Sequence[Both], since: Crossing | None, level: float = 0.5
) -> State:
    share = found if who == PAIR[0] else Span(1 - found.value, 1 - found.high, 1 - found.low)
    met = True if share.low > level + LARGE else False if share.high < level - LARGE else None
    name = "PyTorch" if who == PAIR[0] else "TensorFlow"
    interval = "" if share.low == share.high else f" ({percent(share.low)}–{percent(share.high)})"
    told = {"name": name, "share": f"{percent(share.value)}{interval}", "metric": pair.title}
    day, first = kept[-1].day, kept[0].start
    if pair.stock:
        has = _("{name} has {share} of both in {metric} on {day}", **told, day=on(day))
    elif len(kept) == 1:
        has = _("{name} has {share} of both in {metric} from {first} to {last}", **told, first=on(first), last=on(day))
    else:
        together = N_("{name} has {share} of both in {metric} from {first} to {last}, {n} periods taken together")
        has = _(together, **told, first=on(first), last=on(day), n=len(kept))
    says = semicolons([has, since_words(since)])
    shown = Evidence("series", pair.ref, round(share.value, 6), says, met, day)
    missing = _("a share of {metric} clear of {level}", metric=counted(pair.metric), level=percent(level, 0))
    return State(met, says, (shown,), () if met is not None else (missing,))


def _year_on_year(pair: Pair, side: int) -> Span | None:
    values = [(row, (row.first, row.second)[side]) for row in pair.rows]
    last = values[-1][0]
    if pair.stock:
        then = [
            value for row, value in values if 330 <= (last.day - row.day).days <= 400 and not severed(pair, row, last)
        ]
        if not then or then[-1] < FEWEST:
            return None
        exact = values[-1][1] / then[-1] - 1
        return Span(exact, exact, exact)
    late = unbroken(pair, [row for row, _ in values if row.start >= last.end - YEAR - timedelta(days=1)])
    early = [row for row, _ in values if last.end - 2 * YEAR - timedelta(days=2) <= row.start < late[0].start]
    if len(early) != len(late) or unbroken(pair, [*early, *late], tail=True) != [*early, *late]:
        return None
    sums = [sum((row.first, row.second)[side] for row in rows) for rows in (early, late)]
    return growth(*sums)
