"""Reading what a replay begins with: runs and receipts, in the order they were made, with all they say."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from db.models import Receipt, Run

COLLECTED = ("collection", "history")


class KeptRun(NamedTuple):
    """One run with everything it was noted with."""

    run: int
    kind: str
    source: str
    status: str
    started: datetime
    finished: datetime | None
    message: str
    program: str
    requests: int
    receipts: int
    observations: int
    new: int
    revised: int
    parameters: dict[str, Any]


class KeptReceipt(NamedTuple):
    """One receipt with what was asked; ``part`` numbers the answers that were read together, None where none was."""

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
    request: dict[str, Any]
    part: int | None
    pruned_at: datetime | None


def rests_on_receipts() -> ColumnElement[bool]:
    """Which runs are of figures with receipts: all of a collection or of bundled tables, and all that have one."""
    return or_(Run.kind.in_(COLLECTED), Run.id.in_(select(Receipt.run_id)))


def kept_runs(session: Session) -> list[KeptRun]:
    """Every run of figures with receipts, oldest first; measurements and loads of the catalogue are none."""
    columns = [getattr(Run, "id" if name == "run" else name) for name in KeptRun._fields]
    return [KeptRun(*row) for row in session.execute(select(*columns).where(rests_on_receipts()).order_by(Run.id))]


def kept_receipts(session: Session, run_id: int) -> Iterator[KeptReceipt]:
    """The receipts of a run, oldest first."""
    names = {"receipt": "id", "run": "run_id"}
    columns = [getattr(Receipt, names.get(name, name)) for name in KeptReceipt._fields]
    query = select(*columns).where(Receipt.run_id == run_id).order_by(Receipt.id)
    return (KeptReceipt(*row) for row in session.execute(query))
