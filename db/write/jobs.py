"""The queue: jobs are asked for, claimed with a lease, kept alive by a heartbeat, and end in one state."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db import postgresql
from db.errors import JobRefused
from db.models import Job, Run
from db.read.jobs import asked_since, waiting_jobs
from db.records import ASKER, Permit

LEASE_S = 60
MAX_QUEUED = 50
MAX_ATTEMPTS = 2
MAX_DETAIL_BYTES = 16_384


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
    now, waiting = datetime.now(UTC), waiting_jobs(session)
    if waiting >= MAX_QUEUED:
        raise JobRefused(f"{waiting} jobs are already waiting; try again when some are done.")
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

    Two workers never get the same job.
    """
    now = datetime.now(UTC)
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
    until = datetime.now(UTC) + timedelta(seconds=LEASE_S)
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

    Without ``run_id`` the run noted by `progress_job` stays.
    """
    done = session.scalar(
        update(Job)
        .where(Job.id == job_id, Job.worker == worker, Job.state == "running")
        .values(
            state=state,
            message=message,
            finished=datetime.now(UTC),
            lease_until=None,
            run_id=Job.run_id if run_id is None else run_id,
            progress=1.0 if state == "done" else Job.progress,
            detail=None,
        )
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )
    return done is not None


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
    return given is not None


def cancel_job(session: Session, job_id: int, *, asker: str | None = None) -> bool:
    """Cancel a queued job at once, or ask a running one to stop; False if it had already ended.

    With ``asker`` only a job of that key; raises `JobRefused` for any other, one that is not there included.
    """
    if asker is not None and session.scalar(select(Job.asker).where(Job.id == job_id)) != asker:
        raise JobRefused(
            f"Job {job_id} is not yours: who asked for it can cancel it, and the operator with "
            f"`framescope jobs cancel {job_id}`."
        )
    at_once = session.scalar(
        update(Job)
        .where(Job.id == job_id, Job.state == "queued")
        .values(state="cancelled", finished=datetime.now(UTC), message="cancelled before it started")
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


def recover_jobs(session: Session) -> list[tuple[int, str]]:
    """Give jobs whose lease ran out back to the queue once, then mark them failed; gives ids and new states.

    One whose worker had asked for it itself is marked failed at once: nobody waits for it any more.
    """
    now = datetime.now(UTC)
    lost = session.scalars(
        select(Job)
        .where(Job.state == "running", Job.lease_until < now)
        .order_by(Job.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    changed: list[tuple[int, str]] = []
    for job in lost:
        if job.cancel_requested:
            job.state, job.finished, job.message = "cancelled", now, "cancelled; its worker had died"
        elif (job.worker or "").startswith(ASKER):
            job.state, job.finished = "failed", now
            job.message = f"the command that asked for it and ran it ({job.worker}) died: not tried again"
        elif job.attempts < MAX_ATTEMPTS:
            job.state, job.message = "queued", f"its worker ({job.worker}) died; it is tried once more"
        else:
            job.state, job.finished = "failed", now
            job.message = f"its worker ({job.worker}) died, and so did the one before: not tried again"
        job.lease_until, job.detail = None, None
        if job.run_id is not None:
            session.execute(
                update(Run)
                .where(Run.id == job.run_id, Run.status == "running")
                .values(status="failed", finished=now, message="its worker died")
            )
        changed.append((job.id, job.state))
    return changed
