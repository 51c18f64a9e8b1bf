"""Reading for the API: observations page by page, what changes with the store, and counts of jobs and runs."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from db.models import BenchResult, Doubt, Job, Observed, Receipt, Revision, Run, Series
from db.probe_models import ProbeResult
from db.read.doubts import held
from db.read.series import SeriesRow, columns, place
from db.records import ASKER
from db.task_models import TaskResult
from db.verdict_models import ClaimVerdict

_MOST_SERIES = 30_000


class After(NamedTuple):
    """The place of an observation in the order of pages: its series and period."""

    series: int
    start: date
    end: date


class QueueState(NamedTuple):
    """How the queue stands: jobs by kind and state, the oldest that waits, and when a worker last took one."""

    counts: dict[tuple[str, str], int]
    oldest_queued: datetime | None
    taken: datetime | None
    lease_until: datetime | None


def observation_page(
    session: Session,
    *,
    metrics: Sequence[str] = (),
    systems: Sequence[str] = (),
    sources: Sequence[str] = (),
    since: date | None = None,
    until: date | None = None,
    after: After | None = None,
    limit: int,
) -> tuple[list[tuple[SeriesRow, str | None]], After | None]:
    """So many observations after a place, each with its receipt's address, and where to go on (None at the end).

    In order of series and period, along the clustered key: a page costs the same wherever it lies. ``since`` and
    ``until`` keep the periods that begin in ``[since, until)``; an empty filter means all.
    """
    wanted = _series(session, metrics, systems, sources, after)
    query = (
        columns(Observed, Series.granularity, Observed.collected_at, Observed.receipt_id)
        .add_columns(Receipt.url, Observed.series_id)
        .join(Observed, Observed.series_id == Series.id)
        .outerjoin(Receipt, Receipt.id == Observed.receipt_id)
        .where(Observed.series_id.in_(wanted))
    )
    if since is not None:
        query = query.where(Observed.period_start >= since)
    if until is not None:
        query = query.where(Observed.period_start < until)
    key = (Observed.series_id, Observed.period_start, Observed.period_end)
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*after))
    found = session.execute(query.order_by(*key).limit(limit + 1)).all()
    rows = [(SeriesRow(*row[:13]), row[13]) for row in found[:limit]]
    last = found[limit - 1] if len(found) > limit else None
    place_of_last = After(last[14], last.period_start, last.period_end) if last is not None else None
    return _marked(session, rows), place_of_last


def store_stamp(session: Session) -> str:
    """What changes whenever a run begins, ends or writes, or a value comes into or out of doubt; not with the queue."""
    runs = select(Run.status, func.count(), func.max(Run.id), func.max(Run.finished), func.sum(Run.observations))
    state: list[Any] = [tuple(row) for row in session.execute(runs.group_by(Run.status).order_by(Run.status))]
    for table in (BenchResult, ProbeResult, TaskResult, ClaimVerdict, Revision):
        state.append(session.scalar(select(func.max(table.id))))
    doubts = select(Doubt.state, func.count(), func.max(Doubt.settled_at)).group_by(Doubt.state).order_by(Doubt.state)
    state += [tuple(row) for row in session.execute(doubts)]
    return repr(state)


def queue_state(session: Session) -> QueueState:
    """The queue as it is now; jobs that a command runs for itself are counted, but are no sign of a worker."""
    counted = session.execute(select(Job.kind, Job.state, func.count()).group_by(Job.kind, Job.state))
    of_worker = Job.worker.not_like(f"{ASKER}%")
    return QueueState(
        {(kind, state): many for kind, state, many in counted},
        session.scalar(select(func.min(Job.requested, type_=Job.requested.type)).where(Job.state == "queued")),
        session.scalar(select(func.max(Job.started, type_=Job.requested.type)).where(of_worker)),
        session.scalar(
            select(func.max(Job.lease_until, type_=Job.requested.type)).where(of_worker, Job.state == "running")
        ),
    )


def run_counts(session: Session) -> dict[tuple[str, str], int]:
    """How many runs there are by kind and status."""
    query = select(Run.kind, Run.status, func.count()).group_by(Run.kind, Run.status)
    return {(kind, status): many for kind, status, many in session.execute(query)}


def _series(
    session: Session, metrics: Sequence[str], systems: Sequence[str], sources: Sequence[str], after: After | None
) -> list[int]:
    query = select(Series.id).order_by(Series.id).limit(_MOST_SERIES)
    for column, wanted in ((Series.metric, metrics), (Series.system, systems), (Series.source, sources)):
        if wanted:
            query = query.where(column.in_(wanted))
    if after is not None:
        query = query.where(Series.id >= after.series)
    return list(session.scalars(query))


def _marked(session: Session, rows: list[tuple[SeriesRow, str | None]]) -> list[tuple[SeriesRow, str | None]]:
    """The same rows, those that are held back with the rule that does it."""
    doubted = {
        (metric, *row[:6]): row for metric in {row.metric for row, _ in rows} for row in held(session, metric=metric)
    }
    marked = []
    for row, url in rows:
        found = doubted.get(place(row))
        marked.append((row if found is None else row._replace(doubt=found.rule, seen=found.seen), url))
    return marked
