"""Reading what a replay begins with, runs and receipts with all they say, and which bodies are needed."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from db.models import Receipt, Run

COLLECTED = ("collection", "history", "decision")


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
    """Which runs figures rest on: collections, bundled tables, decisions about doubts, and all that have a receipt."""
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


class KeptBody(NamedTuple):
    """A body that is needed, by the newest receipt that has it."""

    sha256: str
    receipt: int
    source: str
    url: str
    fetched_at: datetime


def prunable(cutoff: datetime) -> ColumnElement[bool]:
    """Which receipts may lose their body: no receipt with the same one is younger, or the newest of its address.

    Newest is the last good answer (2xx or 304) that bears an ETag or a date, as the next conditional request rests on
    that; without either no request ever does.
    """
    good = or_(Receipt.status.between(200, 299), Receipt.status == 304)
    newest = select(func.max(Receipt.id)).where(good).group_by(Receipt.source, Receipt.url)
    rested_on = and_(Receipt.id.in_(newest), or_(Receipt.etag.is_not(None), Receipt.last_modified.is_not(None)))
    needed = select(Receipt.sha256).where(or_(Receipt.fetched_at >= cutoff, rested_on))
    return and_(Receipt.pruned_at.is_(None), Receipt.sha256.not_in(needed))


def prunable_receipts(session: Session, cutoff: datetime) -> int:
    """How many receipts would lose their body."""
    return session.scalar(select(func.count()).select_from(Receipt).where(prunable(cutoff))) or 0


def needed_bodies(session: Session, cutoff: datetime | None = None) -> dict[str, KeptBody]:
    """The bodies that were not given up, by hash; with a time also without those that a prune to it would give up."""
    query = select(Receipt.sha256, Receipt.id, Receipt.source, Receipt.url, Receipt.fetched_at)
    query = query.where(Receipt.pruned_at.is_(None)).order_by(Receipt.id)
    if cutoff is not None:
        query = query.where(~prunable(cutoff))
    return {row[0]: KeptBody(*row) for row in session.execute(query)}


def needed_among(session: Session, hashes: Sequence[str]) -> set[str]:
    """Which of these bodies a receipt has that did not give up its own."""
    query = select(Receipt.sha256).where(Receipt.sha256.in_(hashes), Receipt.pruned_at.is_(None))
    return set(session.scalars(query))


def listed_hashes(session: Session) -> set[str]:
    """The hashes of all receipts, with or without a body."""
    return set(session.scalars(select(Receipt.sha256).distinct()))
