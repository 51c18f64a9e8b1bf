"""The queue: jobs are asked for, claimed with a lease, kept alive by a heartbeat, and end in one state."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from db import postgresql
from db.errors import JobRefused
from db.models import Job, Run
from db.read.jobs import asked_since, waiting_jobs
from db.records import Permit
from db.revision import must_fit
from language.words import _

LEASE_S = 60
MAX_QUEUED = 50
MAX_ATTEMPTS = 2
MAX_DETAIL_BYTES = 16_384


def queue_time(session: Session) -> datetime:
    """The time that dates jobs and ends leases: the server's where there is one, since clocks of machines differ."""
    return postgresql.server_time(session) or datetime.now(UTC)


def request_job(
    session: Session,
    *,
    kind: str,
    parameters: dict[str, Any],
    requested_by: str,
    key: str | None = None,
    permit: Permit | None = None,
) -> int:
    """Queue a job and give its id; with ``key``, asking twice gives the same job.

    Raises `JobRefused` if the queue is full, or where ``permit`` says that its asker may have no more now; nobody else
    adds to the queue between that look and the job.
    """
    postgresql.take_queue(session)
    if key is not None:
        known = session.scalar(select(Job.id).where(Job.key == key))
        if known is not None:
            return known
    now, waiting = queue_time(session), waiting_jobs(session)
    if waiting >= MAX_QUEUED:
        raise JobRefused(_("{n} jobs are already waiting; try again when some are done.", n=waiting))
    if permit and (why := permit.judge(asked_since(session, permit.asker.group, now - permit.reach), waiting, now)):
        raise JobRefused(why)
    job = Job(
        kind=kind,
        parameters=parameters,
        state="queued",
        requested=now,
        requested_by=requested_by,
        key=key,
        asker=permit.asker.key if permit else None,
        asker_name=permit.asker.name if permit else None,
        expected_s=permit.expected_s if permit else None,
    )
    session.add(job)
    session.flush()
    return job.id


def claim_job(
    session: Session, worker: str, *, kinds: tuple[str, ...] | None = None, job_id: int | None = None
) -> int | None:
    """Take the oldest queued job, or the named one, with a lease; None if there is none.

    Two workers never get the same job. Raises `DatabaseNewer` or `DatabaseBehind` where the store is no longer of the
    revision that it was opened with: who knows less than the store takes nothing from it.
    """
    must_fit(session)
    now = queue_time(session)
    oldest = select(Job.id).where(Job.state == "queued").order_by(Job.requested, Job.id).limit(1)
    if kinds is not None:
        oldest = oldest.where(Job.kind.in_(kinds))
    if job_id is not None:
        oldest = oldest.where(Job.id == job_id)
    oldest = oldest.with_for_update(skip_locked=True)  # SQLite has one writer at a time and leaves this out
    return session.scalar(
        update(Job)
        .where(Job.id == oldest.scalar_subquery(), Job.state == "queued")
        .values(
            state="running",
            worker=worker,
            started=now,
            lease_until=now + timedelta(seconds=LEASE_S),
            attempts=Job.attempts + 1,
            progress=0.0,
            message="",
            detail=None,
        )
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )


def beat_job(session: Session, job_id: int, worker: str) -> bool:
    """Extend the lease. False if the job is no longer this worker's or is to be cancelled: stop working on it."""
    until = queue_time(session) + timedelta(seconds=LEASE_S)
    kept = session.scalar(
        update(Job)
        .where(Job.id == job_id, Job.worker == worker, Job.state == "running")
        .values(lease_until=until)
        .returning(Job.cancel_requested)
        .execution_options(synchronize_session=False)
    )
    return kept is False


def progress_job(
    session: Session,
    job_id: int,
    worker: str,
    *,
    fraction: float,
    message: str,
    run_id: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Note how far a running job is, the run it fills and what its parts do, for every page that looks at it.

    Without ``detail`` the one noted before stays. Raises `ValueError` for one too large to be written twice a second.
    """
    values: dict[str, Any] = {"progress": min(max(fraction, 0.0), 1.0), "message": message}
    if run_id is not None:
        values["run_id"] = run_id
    if detail is not None:
        size = len(json.dumps(detail))
        if size > MAX_DETAIL_BYTES:
            raise ValueError(f"the detail of a job may take {MAX_DETAIL_BYTES} bytes, not {size}")
        values["detail"] = detail
    session.execute(
        update(Job)
        .where(Job.id == job_id, Job.worker == worker, Job.state == "running")
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def finish_job(
    session: Session,
    job_id: int,
    worker: str,
    *,
    state: Literal["done", "failed", "cancelled"],
    message: str,
    run_id: int | None = None,
) -> bool:
    """End a job that is still this worker's; False if its lease had passed to another.

    Without ``run_id`` the run noted by `progress_job` stays. A run that is still open is closed with a job that did not
    end well: the store may have gone between the run's beginning and the job's knowing of it.
    """
    now = queue_time(session)
    done = session.scalar(
        update(Job)
        .where(Job.id == job_id, Job.worker == worker, Job.state == "running")
        .values(
            state=state,
            message=message,
            finished=now,
            lease_until=None,
            run_id=Job.run_id if run_id is None else run_id,
            progress=1.0 if state == "done" else Job.progress,
            detail=None,
        )
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )
    if done is not None and state != "done":
        close_runs(session, job_id, now, why=message)
    return done is not None


def close_runs(session: Session, job_id: int, now: datetime, *, why: str) -> None:
    """Close as failed the runs that a job left open."""
    of_it = or_(
        Run.id == select(Job.run_id).where(Job.id == job_id).scalar_subquery(),
        Run.parameters["job"].as_integer() == job_id,
    )
    session.execute(
        update(Run)
        .where(Run.status == "running", of_it)
        .values(status="failed", finished=now, message=why)
        .execution_options(synchronize_session=False)
    )


def requeue_job(session: Session, job_id: int, worker: str, *, message: str) -> bool:
    """Give a running job back, unharmed, because its worker is told to end; False if it is not this worker's."""
    given = session.scalar(
        update(Job)
        .where(Job.id == job_id, Job.worker == worker, Job.state == "running")
        .values(
            state="queued",
            message=message,
            lease_until=None,
            run_id=None,
            attempts=Job.attempts - 1,
            progress=0.0,
            detail=None,
        )
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )
    if given is not None:
        close_runs(session, job_id, queue_time(session), why=message)
    return given is not None


def cancel_job(session: Session, job_id: int, *, asker: str | None = None) -> bool:
    """Cancel a queued job at once, or ask a running one to stop; False if it had already ended.

    With ``asker`` only a job of that key; raises `JobRefused` for any other, one that is not there included.
    """
    if asker is not None and session.scalar(select(Job.asker).where(Job.id == job_id)) != asker:
        raise JobRefused(
            _(
                "Job {job} is not yours: who asked for it can cancel it, and the operator with "
                "`framescope jobs cancel {job}`.",
                job=job_id,
            )
        )
    at_once = session.scalar(
        update(Job)
        .where(Job.id == job_id, Job.state == "queued")
        .values(state="cancelled", finished=queue_time(session), message="cancelled before it started")
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )
    if at_once is not None:
        return True
    asked = session.scalar(
        update(Job)
        .where(Job.id == job_id, Job.state == "running")
        .values(cancel_requested=True)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )
    return asked is not None
