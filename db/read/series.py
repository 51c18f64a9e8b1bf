"""Reading series: rows for export, rows rolled up for charts, and a list of what there is."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from db.models import Observed, Revision, Series
from db.read.doubts import held


class SeriesRow(NamedTuple):
    """One observation with what it is an observation of; ``period_end`` is exclusive.

    ``doubt`` is the rule that holds the value back, None where it counts; ``left_out`` says in words which days a
    week or a month was rolled up without, ``last_seen`` which was the last one it was rolled up from.
    """

    system: str
    metric: str
    source: str
    definition: str
    granularity: str
    period_start: date
    period_end: date
    value: float | None
    unit: str
    status: str
    collected_at: datetime | None
    receipt: int | None
    primary: bool
    doubt: str | None = None
    seen: str | None = None
    left_out: tuple[str, ...] = ()
    last_seen: date | None = None


class SeriesSummary(NamedTuple):
    """One series: what it counts and how far it reaches."""

    series: int
    metric: str
    system: str
    source: str
    definition: str
    granularity: str
    unit: str
    primary: bool
    observations: int
    first: date
    last: date
    collected_at: datetime


class RevisionRow(NamedTuple):
    """What an observation said before, and which run saw it change."""

    metric: str
    system: str
    source: str
    definition: str
    period_start: date
    period_end: date
    value: float | None
    status: str
    run: int
    replaced_by_run: int
    replaced_at: datetime


def observations(
    session: Session,
    *,
    metrics: Sequence[str] = (),
    systems: Sequence[str] = (),
    sources: Sequence[str] = (),
    since: date | None = None,
    until: date | None = None,
) -> Iterator[SeriesRow]:
    """Observations as they were stored, in order of series and period; an empty filter means all.

    ``since`` and ``until`` keep the periods that begin in ``[since, until)``.
    """
    query = columns(Observed, Series.granularity, Observed.collected_at, Observed.receipt_id)
    query = filtered(query, metrics, systems, sources).join(Observed, Observed.series_id == Series.id)
    if since is not None:
        query = query.where(Observed.period_start >= since)
    if until is not None:
        query = query.where(Observed.period_start < until)
    ordered = query.order_by(
        Series.metric,
        Series.system,
        Series.source,
        Series.granularity,
        Series.definition,
        Observed.period_start,
        Observed.period_end,
    )
    known = {row.metric for row in session.execute(select(Series.metric).distinct())}
    return _marked(session, (SeriesRow(*row) for row in session.execute(ordered)), metrics or sorted(known))


def _marked(session: Session, rows: Iterator[SeriesRow], metrics: Sequence[str]) -> Iterator[SeriesRow]:
    """The same rows, those that are held back with the rule that does it."""
    doubted = {(metric, *row[:6]): row for metric in metrics for row in held(session, metric=metric)}
    for row in rows:
        found = doubted.get(place(row)) if doubted else None
        yield row if found is None else row._replace(doubt=found.rule, seen=found.seen)


def place(row: SeriesRow) -> tuple[str, str, str, str, str, date, date]:
    """Which observation a row is."""
    return row.metric, row.system, row.source, row.definition, row.granularity, row.period_start, row.period_end


def metrics_by_source(session: Session) -> dict[str, list[str]]:
    """The metrics that each source has a series of."""
    found: dict[str, list[str]] = {}
    query = select(Series.source, Series.metric).distinct().order_by(Series.source, Series.metric)
    for source, metric in session.execute(query):
        found.setdefault(source, []).append(metric)
    return found


def series_list(session: Session) -> list[SeriesSummary]:
    """Every series with its extent, by one pass over the clustered observations."""
    extent = (
        select(
            Observed.series_id,
            func.count(Observed.value).label("observations"),
            func.min(Observed.period_start).label("first"),
            func.max(Observed.period_end).label("last"),
            func.max(Observed.collected_at).label("collected_at"),
        )
        .group_by(Observed.series_id)
        .subquery()
    )
    query = (
        select(
            Series.id,
            Series.metric,
            Series.system,
            Series.source,
            Series.definition,
            Series.granularity,
            Series.unit,
            Series.is_primary,
            extent.c.observations,
            extent.c.first,
            extent.c.last,
            extent.c.collected_at,
        )
        .join(extent, extent.c.series_id == Series.id)
        .order_by(Series.metric, Series.system, Series.source, Series.definition, Series.granularity)
    )
    return [SeriesSummary(*row) for row in session.execute(query)]


def known_names(session: Session) -> dict[str, set[str]]:
    """The metrics, systems and sources that have a series."""
    rows = session.execute(select(Series.metric, Series.system, Series.source).distinct()).all()
    return {name: {row[i] for row in rows} for i, name in enumerate(("metrics", "systems", "sources"))}


def revisions(session: Session, *, source: str | None = None, limit: int = 1_000) -> list[RevisionRow]:
    """Values that changed upstream, newest first."""
    query = (
        select(
            Series.metric,
            Series.system,
            Series.source,
            Series.definition,
            Revision.period_start,
            Revision.period_end,
            Revision.value,
            Revision.status,
            Revision.run_id,
            Revision.replaced_by_run,
            Revision.replaced_at,
        )
        .join(Series, Series.id == Revision.series_id)
        .order_by(Revision.id.desc())
        .limit(limit)
    )
    if source is not None:
        query = query.where(Series.source == source)
    return [RevisionRow(*row) for row in session.execute(query)]


def columns(table: Any, granularity: Any, collected_at: Any, receipt: Any) -> Select[Any]:
    """The columns of a `SeriesRow` up to ``primary``, read from a table of observations or of roll-ups."""
    return select(
        Series.system,
        Series.metric,
        Series.source,
        Series.definition,
        granularity.label("granularity"),
        table.period_start,
        table.period_end,
        table.value,
        Series.unit,
        table.status,
        collected_at.label("collected_at"),
        receipt.label("receipt"),
        Series.is_primary,
    ).select_from(Series)


def filtered(query: Select[Any], metrics: Sequence[str], systems: Sequence[str], sources: Sequence[str]) -> Select[Any]:
    """Only these metrics, systems and sources; an empty choice means all."""
    for column, wanted in ((Series.metric, metrics), (Series.system, systems), (Series.source, sources)):
        if wanted:
            query = query.where(column.in_(wanted))
    return query
