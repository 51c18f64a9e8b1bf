"""Writing runs, the receipts they brought and the cursors they left."""

from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db import clock
from db.models import Cursor, Receipt, Run
from db.records import ReceiptRecord, RunStatus


def program_version() -> str:
    """The version of Framescope that writes, for every run row."""
    try:
        return version("framescope")
    except PackageNotFoundError:
        return "unknown"


def start_run(
    session: Session,
    *,
    kind: str,
    source: str,
    parameters: dict[str, Any] | None = None,
    started: datetime | None = None,
    job: int | None = None,
) -> int:
    """Open a run, in state ``running`` and begun now if no time is given, and give its id.

    ``job`` is the job it is part of, whose end by death closes it too.
    """
    run = Run(
        kind=kind,
        source=source,
        status="running",
        started=started or clock.now(),
        program=program_version(),
        parameters=(parameters or {}) | ({} if job is None else {"job": job}),
    )
    session.add(run)
    session.flush()
    return run.id


def finish_run(
    session: Session,
    run_id: int,
    *,
    status: RunStatus,
    message: str = "",
    requests: int = 0,
    receipts: int = 0,
    observations: int = 0,
    new: int = 0,
    revised: int = 0,
    parameters: dict[str, Any] | None = None,
) -> None:
    """Close a run with its outcome and its counts; ``parameters`` are added to those it was opened with."""
    if parameters:
        known = session.scalar(select(Run.parameters).where(Run.id == run_id)) or {}
        session.execute(update(Run).where(Run.id == run_id).values(parameters={**known, **parameters}))
    session.execute(
        update(Run)
        .where(Run.id == run_id)
        .values(
            status=status,
            message=message,
            finished=clock.now(),
            requests=requests,
            receipts=receipts,
            observations=observations,
            new=new,
            revised=revised,
        )
    )


def abandon_runs(session: Session, *, source: str, why: str) -> int:
    """Close runs of a source that their process left open when it died; gives how many."""
    found = session.execute(
        update(Run)
        .where(Run.source == source, Run.status == "running")
        .values(status="failed", finished=clock.now(), message=why)
    )
    return int(found.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result is a CursorResult


def must_be_possible(session: Session) -> None:
    """Change nothing, in the way of a change: raises the store's error where it cannot be written to."""
    session.execute(update(Run).where(Run.id < 0).values(message=""))


def add_receipt(session: Session, run_id: int, source: str, record: ReceiptRecord) -> int:
    """List a receipt whose body is already on disk, and give its id."""
    receipt = Receipt(
        run_id=run_id,
        source=source,
        url=record.url,
        method=record.method,
        status=record.status,
        fetched_at=record.fetched_at,
        sha256=record.sha256,
        size=record.size,
        content_type=record.content_type,
        etag=record.etag,
        last_modified=record.last_modified,
        request=record.request,
    )
    session.add(receipt)
    session.flush()
    return receipt.id


def read_receipts(session: Session, receipts: Sequence[int]) -> None:
    """Note that these answers of one item were read together, in this order, in the transaction of what they say."""
    for part, receipt_id in enumerate(receipts, 1):
        session.execute(update(Receipt).where(Receipt.id == receipt_id).values(part=part))


def set_cursor(session: Session, run_id: int, source: str, key: str, value: str) -> None:
    """Note where a source left off, in the transaction of what it wrote."""
    found = session.scalar(select(Cursor).where(Cursor.source == source, Cursor.key == key))
    if found is None:
        session.add(Cursor(source=source, key=key, value=value, run_id=run_id))
    else:
        found.value, found.run_id = value, run_id
