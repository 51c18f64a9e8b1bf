"""Reading the queue."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Job
from db.records import ASKER, PastJob


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
    asker: str | None = None
    asker_name: str | None = None
    expected_s: float | None = None

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


class Lease(NamedTuple):
    """Until when a running job is a worker's; every heartbeat makes it another one."""

    job: int
    worker: str | None
    until: datetime | None


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
    Job.asker,
    Job.asker_name,
    Job.expected_s,
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


def jobs(
    session: Session,
    *,
    states: tuple[str, ...] = (),
    kind: str | None = None,
    asker: str | None = None,
    limit: int = 100,
) -> list[JobRow]:
    """Jobs, newest first; ``asker`` is the key of who asked for them through the site."""
    query = select(*_JOB).order_by(Job.id.desc()).limit(limit)
    if states:
        query = query.where(Job.state.in_(states))
    if kind is not None:
        query = query.where(Job.kind == kind)
    if asker is not None:
        query = query.where(Job.asker == asker)
    return [JobRow(*row) for row in session.execute(query)]


def leases(session: Session) -> list[Lease]:
    """The leases of all running jobs, as they are now."""
    return [
        Lease(*row)
        for row in session.execute(select(Job.id, Job.worker, Job.lease_until).where(Job.state == "running"))
    ]


def asked_since(session: Session, group: str, since: datetime) -> list[PastJob]:
    """The jobs that one quota counts, asked for since then, oldest first; ``group`` is how their askers' keys begin."""
    found = (
        select(Job.kind, Job.state, Job.requested, Job.started, Job.finished, Job.expected_s)
        .where(Job.asker.startswith(group, autoescape=True), Job.requested > since)
        .order_by(Job.requested, Job.id)
    )
    return [PastJob(*row) for row in session.execute(found)]


def waiting_jobs(session: Session) -> int:
    """How many jobs are queued, whoever asked for them."""
    return session.scalar(select(func.count()).select_from(Job).where(Job.state == "queued")) or 0
