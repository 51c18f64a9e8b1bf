"""Reading what may be given up by age: jobs that ended, and raw samples."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from db.models import BenchResult, BenchRun, Job, Run
from db.read.bench import MEASURED_AT

ENDED = ("done", "failed", "cancelled")
BARE_BYTES = 32
"""What no samples take, packed; a result with more may still hold none, but code."""


def ended_before(cutoff: datetime) -> ColumnElement[bool]:
    """Which jobs ended before a time; a queued or running one never did."""
    return and_(Job.state.in_(ENDED), Job.finished < cutoff)


def ended_jobs(session: Session, cutoff: datetime) -> int:
    """How many jobs ended before a time."""
    return session.scalar(select(func.count()).select_from(Job).where(ended_before(cutoff))) or 0


def old_samples(session: Session, cutoff: datetime, *, after: int, limit: int) -> list[tuple[int, bytes]]:
    """The packed samples of results measured before a time, by their number, so many beyond the number ``after``."""
    query = (
        select(BenchResult.id, BenchResult.samples)
        .join(Run, Run.id == BenchResult.run_id)
        .join(BenchRun, BenchRun.run_id == BenchResult.run_id)
        .where(cutoff > MEASURED_AT, BenchResult.id > after, func.length(BenchResult.samples) > BARE_BYTES)
        .order_by(BenchResult.id)
        .limit(limit)
    )
    return [(number, packed) for number, packed in session.execute(query)]
