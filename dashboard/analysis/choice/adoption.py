"""Criteria over series: the share of the four, the size of an interface, how many models are shipped (pure)."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from dashboard.analysis.choice.model import FRAMEWORKS, NAMES, Known, Range, Scores, Shown, exactly, unknown
from language.lists import commas
from language.words import N_, _
from verdicts.model import Facts, Line, Point
from verdicts.pairing import APART, GRANULARITIES, OLDEST, STOCKS, YEAR
from verdicts.series_blocks import lacking
from verdicts.statistics import FEWEST, wilson
from verdicts.wording import counted, on, percent

HEADLINES = {"pytorch": "torch", "tensorflow": "tensorflow", "keras": "keras", "jax": "jax"}
LARGEST = 20.0
"""An interface so many times as large as the smallest has the score 0."""
QUARTER = timedelta(days=92)
"""A line that ends so long before the newest of its source is not compared with it."""
Counted = tuple[str, dict[str, float], date, date]
"""A source, what each framework counts to there, and the first and the last day of it."""


def share(known: Known, metric: str) -> Scores:
    """The share of each among those of the four that one source counts alike, in its last year after the last break.

    Counts of a period have Wilson's interval; a total at one moment is a full count. A framework that the source
    does not count is unknown, and the shares of the others are among them alone, which the evidence says.
    """
    facts = known.facts
    found = max(_counted(facts, metric), key=lambda one: _worth(facts, metric, one), default=None)
    if found is None or len(found[1]) < 2:
        told = lacking(facts, metric, _("recent figures of two frameworks or more, counted alike"))
        return dict.fromkeys(FRAMEWORKS, unknown(told.missing[0], told.command))
    source, counts, first, last = found
    whole = sum(counts.values())
    stock = facts.catalog.metrics[metric].kind in STOCKS
    among, what = commas(NAMES[system] for system in counts), counted(metric)
    said = N_("{name}: {share} of {metric} among {among}, {first} to {last}, {source}")
    if stock:
        said = N_("{name}: {share} of {metric} among {among}, on {last}, {source}")
    parts = {"metric": what, "among": among, "first": on(first), "last": on(last), "source": source}
    scores: dict[str, Range] = {}
    for system in FRAMEWORKS:
        if system not in counts:
            missing = _("{metric} of {name} from {source}", metric=what, name=NAMES[system], source=source)
            scores[system] = unknown(missing, lacking(facts, metric, "").command)
            continue
        part = counts[system] / whole
        says = _(said, name=NAMES[system], share=percent(part), **parts)
        shown = Shown("series", f"{metric}/{system}/{source}", round(counts[system]), says, last)
        span = None if stock else wilson(counts[system], whole)
        scores[system] = Range(span.low, span.high, (shown,)) if span else exactly(part, shown)
    return scores


def small(known: Known, metric: str) -> Scores:
    """1 for the fewest, 0 for `LARGEST` times as many or more, by the logarithm of the factor between."""
    return _compared(known, metric, lambda value, held: 1 - min(1.0, math.log(value / min(held)) / math.log(LARGEST)))


def large(known: Known, metric: str) -> Scores:
    """The number as a part of the largest."""
    return _compared(known, metric, lambda value, held: value / max(held))


def _compared(known: Known, metric: str, score: Callable[[float, list[float]], float]) -> Scores:
    """Each newest number that is above nought beside the others; two are needed, for one alone has no order."""
    newest = _newest(known.facts, metric)
    held = [one[0].value for one in newest.values()]
    command = f"framescope {'models' if metric == 'models_shipped' else 'api'}"
    scores: dict[str, Range] = {}
    for system in FRAMEWORKS:
        if system not in newest or len(held) < 2:
            lone = N_("{metric} of {name} and of another to compare with")
            scores[system] = unknown(_(lone, metric=counted(metric), name=NAMES[system]), command)
            continue
        point, source = newest[system]
        told = {"value": f"{point.value:,.0f}", "metric": counted(metric), "source": source, "day": on(point.day)}
        says = _("{name}: {value} ({metric}, {source}, {day})", name=NAMES[system], **told)
        shown = Shown("series", f"{metric}/{system}/{source}", point.value, says, point.day)
        scores[system] = exactly(score(point.value, held), shown)
    return scores


def _newest(facts: Facts, metric: str) -> dict[str, tuple[Point, str]]:
    found: dict[str, tuple[Point, str]] = {}
    for line in facts.lines.get(metric, ()):
        for point in facts.points(line)[-1:]:
            fresh = line.system in FRAMEWORKS and point.value > 0 and facts.at - point.day <= OLDEST
            if fresh and (line.system not in found or point.day > found[line.system][0].day):
                found[line.system] = (point, line.source)
    return found


def _worth(facts: Facts, metric: str, one: Counted) -> tuple[bool, int, int, date]:
    """Recent first, then how many of the four it counts, then the catalogue's order of sources."""
    order = facts.catalog.metrics[metric].sources
    place = -order.index(one[0]) if one[0] in order else -len(order)
    return (facts.at - one[3] <= YEAR, len(one[1]), place, one[3])


def _counted(facts: Facts, metric: str) -> Iterator[Counted]:
    """By source, what each framework counts to in the same whole periods, with their first and last day."""
    stock = facts.catalog.metrics[metric].kind in STOCKS
    lines = [line for line in facts.lines.get(metric, ()) if line.system in FRAMEWORKS]
    for source in dict.fromkeys(line.source for line in lines):
        for granularity in GRANULARITIES:
            mine = [line for line in lines if (line.source, line.granularity) == (source, granularity)]
            for definition in dict.fromkeys(_definition(line) for line in mine):
                sides = {line.system: line for line in mine if _definition(line) == definition}
                made = _stocks(facts, sides) if stock else _flows(facts, sides)
                if made is not None and facts.at - made[2] <= OLDEST:
                    yield (source, *made)


def _definition(line: Line) -> str:
    """What a line counts; each framework's own package stands for the same."""
    return "" if line.definition == HEADLINES[line.system] else line.definition


def _stocks(facts: Facts, sides: Mapping[str, Line]) -> tuple[dict[str, float], date, date] | None:
    """The newest totals, of those that lie within a week of the newest of all."""
    newest = {system: facts.points(line)[-1] for system, line in sides.items() if facts.points(line)}
    if not newest:
        return None
    last = max(point.day for point in newest.values())
    kept = {system: point.value for system, point in newest.items() if last - point.day <= APART and point.value > 0}
    return (kept, last, last) if kept else None


def _flows(facts: Facts, sides: Mapping[str, Line]) -> tuple[dict[str, float], date, date] | None:
    """Sums over the whole periods that all have, of the last year after the last break, without overlap.

    A period with a break inside it counts two things and is no whole one.
    """
    held = {
        system: {(point.start, point.end): point for point in facts.points(line) if point.status == "ok"}
        for system, line in sides.items()
    }
    ends = {system: max(points)[1] for system, points in held.items() if points}
    if not ends:
        return None
    held = {system: held[system] for system, end in ends.items() if max(ends.values()) - end <= QUARTER}
    common = sorted(set.intersection(*(set(points) for points in held.values())))
    breaks = _breaks(facts, [sides[system] for system in held])
    whole = [(start, end) for start, end in common if not any(start < when < end for when in breaks)]
    periods = _last_year(whole, breaks)
    sums = {system: sum(points[period].value for period in periods) for system, points in held.items()}
    if not periods or sum(sums.values()) < FEWEST:
        return None
    return sums, periods[0][0], max(held[system][periods[-1]].day for system in held)


def _breaks(facts: Facts, lines: Sequence[Line]) -> list[date]:
    return [
        cut.date.first
        for line in lines
        for cut in facts.catalog.breaks_of(line.metric, line.system, line.source, line.definition)
        if cut.cuts and cut.date.first <= facts.at
    ]


def _last_year(periods: Sequence[tuple[date, date]], breaks: Sequence[date]) -> list[tuple[date, date]]:
    kept: list[tuple[date, date]] = []
    for start, end in reversed(periods):
        cut = bool(kept) and any(start < when <= kept[0][0] for when in breaks)
        if cut or start < periods[-1][1] - YEAR - timedelta(days=1):
            break
        if not kept or end <= kept[0][0]:
            kept.insert(0, (start, end))
    return kept
