"""Reading runs, receipts, cursors and the state of each source."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import Date, func, select
from sqlalchemy.orm import Session

from db.models import Cursor, Metric, Observed, PackageRelease, Receipt, Revision, Run, Series, System

_GOOD = ("ok", "partial")
_LOOKED_BACK = 1_000


class RunRow(NamedTuple):
    """One run with its outcome and counts."""

    run: int
    kind: str
    source: str
    status: str
    started: datetime
    finished: datetime | None
    requests: int
    receipts: int
    observations: int
    new: int
    revised: int
    message: str


class ReceiptRow(NamedTuple):
    """One receipt; its body is in the receipt store under ``sha256``, unless it was given up at ``pruned_at``."""

    receipt: int
    run: int
    source: str
    url: str
    method: str
    status: int
    fetched_at: datetime
    sha256: str
    size: int
    content_type: str | None
    etag: str | None
    last_modified: str | None
    pruned_at: datetime | None


class SourceState(NamedTuple):
    """How a source last fared: its last success for all systems asked about, its last run, and what that one left.

    ``some_success`` is the last success of whatever systems it was for, and ``some_systems`` are those.
    """

    source: str
    last_success: datetime | None
    last_run: datetime | None
    last_status: str | None
    last_message: str
    last_finished: datetime | None = None
    parameters: Mapping[str, Any] = MappingProxyType({})
    some_success: datetime | None = None
    some_systems: tuple[str, ...] = ()


_RUN: tuple[Any, ...] = (
    Run.id,
    Run.kind,
    Run.source,
    Run.status,
    Run.started,
    Run.finished,
    Run.requests,
    Run.receipts,
    Run.observations,
    Run.new,
    Run.revised,
    Run.message,
)
_NEWEST = select(Run.id, Run.status, Run.observations, Run.finished).order_by(Run.id.desc()).limit(8)
_RECEIPT: tuple[Any, ...] = (
    Receipt.id,
    Receipt.run_id,
    Receipt.source,
    Receipt.url,
    Receipt.method,
    Receipt.status,
    Receipt.fetched_at,
    Receipt.sha256,
    Receipt.size,
    Receipt.content_type,
    Receipt.etag,
    Receipt.last_modified,
    Receipt.pruned_at,
)


def runs(session: Session, *, source: str | None = None, kind: str | None = None, limit: int = 100) -> list[RunRow]:
    """Runs, newest first."""
    query = select(*_RUN).order_by(Run.id.desc()).limit(limit)
    if source is not None:
        query = query.where(Run.source == source)
    if kind is not None:
        query = query.where(Run.kind == kind)
    return [RunRow(*row) for row in session.execute(query)]


def newest_runs(session: Session) -> list[tuple[int, str, int, datetime | None]]:
    """Of the newest runs what changes while they run: number, status, values written, end. Asked once a page."""
    return [(run, status, many, end) for run, status, many, end in session.connection().execute(_NEWEST)]


def receipt(session: Session, receipt_id: int) -> ReceiptRow | None:
    """One receipt, or None."""
    row = session.execute(select(*_RECEIPT).where(Receipt.id == receipt_id)).first()
    return None if row is None else ReceiptRow(*row)


def latest_receipt(session: Session, source: str, url: str) -> ReceiptRow | None:
    """The newest good (2xx) receipt of an address, whose validators a conditional request may use."""
    row = session.execute(
        select(*_RECEIPT)
        .where(Receipt.source == source, Receipt.url == url, Receipt.status.between(200, 299))
        .order_by(Receipt.id.desc())
        .limit(1)
    ).first()
    return None if row is None else ReceiptRow(*row)


def receipt_of_body(session: Session, source: str, method: str, sha256: str) -> ReceiptRow | None:
    """The earliest receipt of a source with this very body that came this way, or None."""
    row = session.execute(
        select(*_RECEIPT)
        .where(Receipt.source == source, Receipt.method == method, Receipt.sha256 == sha256)
        .order_by(Receipt.id)
        .limit(1)
    ).first()
    return None if row is None else ReceiptRow(*row)


def cursor(session: Session, source: str, key: str) -> str | None:
    """Where a source left off, or None."""
    return session.scalar(select(Cursor.value).where(Cursor.source == source, Cursor.key == key))


def cursors(session: Session, source: str) -> dict[str, str]:
    """Everywhere a source left off, by key."""
    return dict(session.execute(select(Cursor.key, Cursor.value).where(Cursor.source == source)).all())


def newest_periods(session: Session) -> dict[str, date]:
    """The day on which the newest period ends that a source has a value of, by source; one look-up a series."""
    newest = (
        select(Observed.period_end)
        .where(Observed.series_id == Series.id, Observed.status != "unavailable")
        .order_by(Observed.period_start.desc(), Observed.period_end.desc())
        .limit(1)
        .correlate(Series)
        .scalar_subquery()
    )
    query = select(Series.source, func.max(newest, type_=Date)).group_by(Series.source)
    return {source: end for source, end in session.execute(query) if end is not None}


def source_states(session: Session, systems: Iterable[str] = (), *, only: str | None = None) -> dict[str, SourceState]:
    """The last success, of a run that asked about all these systems, and the last run of every source that ever ran.

    With ``only`` of that source alone.
    """
    wanted = set(systems)
    newest = select(func.max(Run.id)).group_by(Run.source)
    if only is not None:
        newest = newest.where(Run.source == only)
    columns = (Run.source, Run.started, Run.status, Run.message, Run.finished, Run.parameters)
    last = session.execute(select(*columns).where(Run.id.in_(newest))).all()
    found = {}
    for source, started, status, message, finished, parameters in last:
        whole, some, some_systems = _successes(session, source, wanted)
        found[source] = SourceState(source, whole, started, status, message, finished, parameters, some, some_systems)
    return found


def _successes(
    session: Session, source: str, wanted: set[str]
) -> tuple[datetime | None, datetime | None, tuple[str, ...]]:
    """When a source last succeeded for all systems wanted, when for some, and for which."""
    good = select(Run.finished, Run.parameters).where(Run.source == source, Run.status.in_(_GOOD))
    some: datetime | None = None
    some_systems: tuple[str, ...] = ()
    for finished, parameters in session.execute(good.order_by(Run.id.desc()).limit(_LOOKED_BACK)):
        if parameters.get("since"):  # it read a part, and says nothing of the days before
            continue
        asked = tuple(parameters.get("systems", ()))
        if some is None:
            some, some_systems = finished, asked
        if wanted <= set(asked):
            return finished, some, some_systems
    return None, some, some_systems


def counts(session: Session) -> dict[str, int]:
    """How much the store holds."""
    tables: dict[str, Any] = {
        "systems": System,
        "metrics": Metric,
        "series": Series,
        "observations": Observed,
        "revisions": Revision,
        "receipts": Receipt,
        "releases": PackageRelease,
        "runs": Run,
    }
    return {name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in tables.items()}
