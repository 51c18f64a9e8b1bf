"""Writing what no receipt's body says: in a rebuilt database that runs and receipts were; that a body was given up."""

from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from db.models import Receipt, Run
from db.read.kept import KeptReceipt, KeptRun, prunable


def restore_run(session: Session, kept: KeptRun) -> int:
    """Note a run as it was noted first; gives its number here."""
    values = {name: value for name, value in kept._asdict().items() if name != "run"}
    return int(session.execute(insert(Run).values(values).returning(Run.id)).scalar_one())


def restore_counts(session: Session, run_id: int, *, observations: int, new: int, revised: int) -> None:
    """Give a run the counts of what was written again."""
    counts = {"observations": observations, "new": new, "revised": revised}
    session.execute(update(Run).where(Run.id == run_id).values(counts))


def restore_receipt(session: Session, run_id: int, kept: KeptReceipt) -> int:
    """List a receipt as it was listed, but as not read yet; gives its number here."""
    left_out = ("receipt", "run", "part")
    values = {name: value for name, value in kept._asdict().items() if name not in left_out}
    made = insert(Receipt).values(run_id=run_id, **values).returning(Receipt.id)
    return int(session.execute(made).scalar_one())


def prune_receipts(session: Session, cutoff: datetime, now: datetime) -> int:
    """Note on every receipt that may lose its body that it did; gives how many."""
    given_up = update(Receipt).where(prunable(cutoff)).values(pruned_at=now)
    return int(session.execute(given_up.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]  # an UPDATE's result is a CursorResult
