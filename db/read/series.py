"""Reading series: rows for export, rows rolled up for charts, and a list of what there is."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Select, func, literal, null, select, type_coerce, union_all
from sqlalchemy.orm import Session

from db.models import Id, Observed, Revision, RollUp, Series, UTCDateTime


class SeriesRow(NamedTuple):
    """One observation with what it is an observation of; ``period_end`` is exclusive."""

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
    query = _columns(Observed, Series.granularity, Observed.collected_at, Observed.receipt_id)
    query = _filtered(query, metrics, systems, sources).join(Observed, Observed.series_id == Series.id)
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
    return (SeriesRow(*row) for row in session.execute(ordered))


def charted(
    session: Session,
    *,
    metric: str,
    systems: Sequence[str] = (),
    sources: Sequence[str] = (),
    resolution: Literal["week", "month"] = "month",
    primary_only: bool = True,
) -> list[SeriesRow]:
    """One metric for a chart: daily series as their roll-up of ``resolution``, all others as they were stored.

    The aggregation was done at write time, so a chart reads some hundred rows however long the series is.
    """
    kept: list[ColumnElement[bool]] = [Series.metric == metric]
    if primary_only:
        kept.append(Series.is_primary.is_(True))
    rolled = (
        _filtered(
            _columns(RollUp, literal(resolution), type_coerce(null(), UTCDateTime()), type_coerce(null(), Id)),
            (),
            systems,
            sources,
        )
        .join(RollUp, RollUp.series_id == Series.id)
        .where(Series.granularity == "day", RollUp.granularity == resolution, *kept)
    )
    stored = (
        _filtered(
            _columns(Observed, Series.granularity, Observed.collected_at, Observed.receipt_id), (), systems, sources
        )
        .join(Observed, Observed.series_id == Series.id)
        .where(Series.granularity != "day", *kept)
    )
    both = union_all(rolled, stored).subquery()
    ordered = select(both).order_by(
        both.c.system, both.c.source, both.c.definition, both.c.granularity, both.c.period_start, both.c.period_end
    )
    return [SeriesRow(*row) for row in session.execute(ordered)]


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


def _columns(table: Any, granularity: Any, collected_at: Any, receipt: Any) -> Select[Any]:
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


def _filtered(
    query: Select[Any], metrics: Sequence[str], systems: Sequence[str], sources: Sequence[str]
) -> Select[Any]:
    for column, wanted in ((Series.metric, metrics), (Series.system, systems), (Series.source, sources)):
        if wanted:
            query = query.where(column.in_(wanted))
    return query
