"""Reading the queue."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Job


class JobRow(NamedTuple):
    """One job and how far it is; ``progress`` from 0 to 1."""

    job: int
    kind: str
    state: str
    requested: datetime
    started: datetime | None
    finished: datetime | None
    progress: float
    message: str
    parameters: dict[str, Any]
    requested_by: str
    worker: str | None
    attempts: int
    run: int | None


_JOB = (
    Job.id,
    Job.kind,
    Job.state,
    Job.requested,
    Job.started,
    Job.finished,
    Job.progress,
    Job.message,
    Job.parameters,
    Job.requested_by,
    Job.worker,
    Job.attempts,
    Job.run_id,
)


def job(session: Session, job_id: int) -> JobRow | None:
    """One job, or None."""
    row = session.execute(select(*_JOB).where(Job.id == job_id)).first()
    return None if row is None else JobRow(*row)


def jobs(session: Session, *, states: tuple[str, ...] = (), kind: str | None = None, limit: int = 100) -> list[JobRow]:
    """Jobs, newest first."""
    query = select(*_JOB).order_by(Job.id.desc()).limit(limit)
    if states:
        query = query.where(Job.state.in_(states))
    if kind is not None:
        query = query.where(Job.kind == kind)
    return [JobRow(*row) for row in session.execute(query)]
