"""Reading runs, receipts, cursors and the state of each source."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Cursor, Metric, Observed, PackageRelease, Receipt, Revision, Run, Series, System

_GOOD = ("ok", "partial")


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
    """How a source last fared."""

    source: str
    last_success: datetime | None
    last_run: datetime | None
    last_status: str | None
    last_message: str


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


def cursor(session: Session, source: str, key: str) -> str | None:
    """Where a source left off, or None."""
    return session.scalar(select(Cursor.value).where(Cursor.source == source, Cursor.key == key))


def source_states(session: Session) -> dict[str, SourceState]:
    """The last success, whole or of some systems only, and the last run of every source that ever ran."""
    success = dict(
        session.execute(
            select(Run.source, func.max(Run.finished)).where(Run.status.in_(_GOOD)).group_by(Run.source)
        ).all()
    )
    newest = select(func.max(Run.id)).group_by(Run.source)
    last = session.execute(select(Run.source, Run.started, Run.status, Run.message).where(Run.id.in_(newest))).all()
    return {
        source: SourceState(source, success.get(source), started, status, message)
        for source, started, status, message in last
    }


def last_success_of(session: Session, source: str, systems: Iterable[str]) -> datetime | None:
    """When a run of a source last succeeded that asked about all these systems, or None."""
    wanted = set(systems)
    good = select(Run.finished, Run.parameters).where(Run.source == source, Run.status.in_(_GOOD))
    rows: Iterable[Any] = session.execute(good.order_by(Run.id.desc()).limit(1_000))
    covering = (finished for finished, parameters in rows if wanted <= set(parameters.get("systems", ())))
    return next(covering, None)


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
