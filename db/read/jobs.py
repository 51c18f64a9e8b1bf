"""Reading the queue."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Job
from db.records import ASKER


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
    lease_until: datetime | None = None

    @property
    def by_its_asker(self) -> bool:
        """Whether it is run by the command that asked for it."""
        return (self.worker or "").startswith(ASKER)

    def abandoned(self, now: datetime) -> bool:
        """Whether nobody works on it although it says that it is running: its lease ran out, and no worker saw it."""
        return self.state == "running" and self.lease_until is not None and self.lease_until < now


class JobWatch(NamedTuple):
    """What a page that watches a job shows beside its row.

    ``detail`` is what the job says of its parts, None where it says nothing; ``lease_until`` is when a worker that no
    longer answers loses it.
    """

    detail: dict[str, Any] | None
    lease_until: datetime | None
    cancel_requested: bool


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
    Job.lease_until,
)


def job(session: Session, job_id: int) -> JobRow | None:
    """One job, or None."""
    row = session.execute(select(*_JOB).where(Job.id == job_id)).first()
    return None if row is None else JobRow(*row)


def job_watch(session: Session, job_id: int) -> JobWatch | None:
    """What a job says of its parts and until when its lease holds, or None if there is no such job."""
    found = select(Job.detail, Job.lease_until, Job.cancel_requested).where(Job.id == job_id)
    row = session.execute(found).first()
    return None if row is None else JobWatch(*row)


def jobs(session: Session, *, states: tuple[str, ...] = (), kind: str | None = None, limit: int = 100) -> list[JobRow]:
    """Jobs, newest first."""
    query = select(*_JOB).order_by(Job.id.desc()).limit(limit)
    if states:
        query = query.where(Job.state.in_(states))
    if kind is not None:
        query = query.where(Job.kind == kind)
    return [JobRow(*row) for row in session.execute(query)]
