"""Giving up by age what no figure rests on: jobs that ended, and raw samples."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from db.models import BenchResult, Job
from db.read.old import ended_before


def remove_ended_jobs(session: Session, cutoff: datetime) -> int:
    """Remove the jobs that ended before a time; their runs and what they measured stay. Gives how many."""
    gone = delete(Job).where(ended_before(cutoff)).execution_options(synchronize_session=False)
    return int(session.execute(gone).rowcount)  # type: ignore[attr-defined]  # a DELETE's result is a CursorResult


def replace_samples(session: Session, result: int, packed: bytes) -> None:
    """Put something else in the place of a result's packed samples."""
    session.execute(update(BenchResult).where(BenchResult.id == result).values(samples=packed))
