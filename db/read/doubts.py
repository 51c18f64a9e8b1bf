"""Reading doubts: which values are held back, and what the rules need to see of the series."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from db.models import Doubt, Observed, Revision, Series

OPEN = "open"
HELD = (OPEN, "withdrawn")
SeriesKey = tuple[str, str, str, str]


class DoubtRow(NamedTuple):
    """One doubt with what it is about; ``value`` is the one doubted, which the source may have replaced since."""

    doubt: int
    metric: str
    system: str
    source: str
    definition: str
    granularity: str
    unit: str
    period_start: date
    period_end: date
    value: float
    rule: str
    seen: str
    state: str
    run: int
    opened_at: datetime
    settled_at: datetime | None
    settled_by_run: int | None
    why: str
    series: int


class TailRow(NamedTuple):
    """One of the newest observations of a series."""

    period_start: date
    period_end: date
    value: float | None
    status: str
    run: int


class HeldRow(NamedTuple):
    """A value that is held back where it stands: ``rule`` doubts it, ``seen`` says why."""

    system: str
    source: str
    definition: str
    granularity: str
    period_start: date
    period_end: date
    value: float
    unit: str
    primary: bool
    rule: str
    seen: str


_COLUMNS: tuple[Any, ...] = (
    Doubt.id,
    Series.metric,
    Series.system,
    Series.source,
    Series.definition,
    Series.granularity,
    Series.unit,
    Doubt.period_start,
    Doubt.period_end,
    Doubt.value,
    Doubt.rule,
    Doubt.seen,
    Doubt.state,
    Doubt.run_id,
    Doubt.opened_at,
    Doubt.settled_at,
    Doubt.settled_by_run,
    Doubt.why,
    Doubt.series_id,
)


def doubts(
    session: Session, *, states: Sequence[str] = (), number: int | None = None, series: Sequence[int] = ()
) -> list[DoubtRow]:
    """Doubts, newest first; an empty filter means all."""
    query = select(*_COLUMNS).join(Series, Series.id == Doubt.series_id).order_by(Doubt.id.desc())
    if states:
        query = query.where(Doubt.state.in_(states))
    if number is not None:
        query = query.where(Doubt.id == number)
    if series:
        query = query.where(Doubt.series_id.in_(series))
    return [DoubtRow(*row) for row in session.execute(query)]


def stands_there() -> ColumnElement[bool]:
    """The condition that joins an observation to the doubts that hold it back: same period, same value."""
    return and_(
        Doubt.series_id == Observed.series_id,
        Doubt.period_start == Observed.period_start,
        Doubt.period_end == Observed.period_end,
        Doubt.value == Observed.value,
        Doubt.state.in_(HELD),
    )


def held(session: Session, *, metric: str) -> list[HeldRow]:
    """The values of a metric that are held back now, in order of series and period; one row each."""
    query = (
        select(
            Series.system,
            Series.source,
            Series.definition,
            Series.granularity,
            Observed.period_start,
            Observed.period_end,
            Doubt.value,
            Series.unit,
            Series.is_primary,
            Doubt.rule,
            Doubt.seen,
        )
        .join(Doubt, Doubt.series_id == Series.id)
        .join(Observed, stands_there())
        .where(Series.metric == metric)
        .order_by(Series.id, Observed.period_start, Observed.period_end, Doubt.id)
    )
    rows = [HeldRow(*row) for row in session.execute(query)]
    return list({row[:6]: row for row in reversed(rows)}.values())[::-1]


def held_periods(session: Session, series_id: int) -> set[tuple[date, date]]:
    """The periods of one series whose value is held back."""
    query = select(Observed.period_start, Observed.period_end).join(Doubt, stands_there())
    return {(start, end) for start, end in session.execute(query.where(Doubt.series_id == series_id))}


def series_ids(session: Session, source: str) -> dict[SeriesKey, int]:
    """The series of a source by metric, system, granularity and definition."""
    query = select(Series.metric, Series.system, Series.granularity, Series.definition, Series.id)
    rows = session.execute(query.where(Series.source == source))
    return {
        (metric, system, granularity, definition): number for metric, system, granularity, definition, number in rows
    }


def tail(session: Session, series_id: int, limit: int) -> list[TailRow]:
    """The newest observations of a series, oldest first."""
    query = (
        select(Observed.period_start, Observed.period_end, Observed.value, Observed.status, Observed.run_id)
        .where(Observed.series_id == series_id)
        .order_by(Observed.period_start.desc(), Observed.period_end.desc())
        .limit(limit)
    )
    return [TailRow(*row) for row in session.execute(query)][::-1]


def replaced_by(session: Session, run_id: int, series: Sequence[int]) -> dict[tuple[int, date, date], float]:
    """The whole values (``ok``) that a run replaced, by series and period."""
    query = select(Revision.series_id, Revision.period_start, Revision.period_end, Revision.value).where(
        Revision.series_id.in_(series), Revision.replaced_by_run == run_id, Revision.status == "ok"
    )
    return {(number, start, end): value for number, start, end, value in session.execute(query) if value is not None}
