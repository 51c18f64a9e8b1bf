"""What the rules see of a series: its points, what kind of count it is, and when its meaning changed; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from catalog.models import Break, Metric

Period = tuple[date, date]
STOCKS = ("cumulative", "count_now")
WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class Point:
    """One whole value (status ``ok``) of a series."""

    start: date
    end: date
    value: float

    @property
    def period(self) -> Period:
        """The half-open interval of days it stands for."""
        return self.start, self.end


@dataclass(frozen=True, slots=True)
class Span:
    """Days on which a documented break may have moved a series, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Nature:
    """What a series counts, as far as the rules ask: the metric's kind and ``falls``, its granularity, its breaks."""

    kind: str
    falls: str
    granularity: str
    breaks: tuple[Span, ...] = ()

    @property
    def stock(self) -> bool:
        """Whether a value stands for a state and not for what happened in a period."""
        return self.kind in STOCKS

    @property
    def weekly(self) -> bool:
        """Whether a day is like the same day of the week before, more than like the day before."""
        return self.kind == "per_period" and self.granularity == "day"

    def explained(self, before: Point, now: Point) -> bool:
        """Whether a documented break lies in between, or began at most one step earlier.

        A break dated by a month may have come on any day of it, and what it moves may take as long again to show.
        """
        late = now.start - before.start
        return any(span.first < now.end and before.start <= span.last + late for span in self.breaks)


@dataclass(frozen=True, slots=True)
class Doubt:
    """One value that a rule doubts; ``seen`` says in words what was seen."""

    period: Period
    value: float
    rule: str
    seen: str


def nature_of(
    metric: Metric, system: str, source: str, granularity: str, definition: str, breaks: Sequence[Break]
) -> Nature:
    """The nature of one series by the catalogue."""
    mine = [entry for entry in breaks if entry.applies_to(metric.slug, system, source, definition)]
    spans = tuple(span for entry in mine for span in _spans(entry))
    return Nature(metric.kind, metric.falls, granularity, spans)


def _spans(entry: Break) -> tuple[Span, ...]:
    """A change of meaning moves a series where it begins and where it ends; an event may at any time of its course."""
    begins = Span(entry.date.first, entry.date.last)
    if entry.until is None:
        return (begins,)
    if not entry.cuts:
        return (Span(entry.date.first, entry.until.last),)
    return begins, Span(entry.until.first, entry.until.last)
