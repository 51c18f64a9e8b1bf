"""Jobs whose worker is gone: given back to the queue once, then marked failed, with the runs they had begun."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.models import Job
from db.read.jobs import Lease
from db.records import ASKER
from db.write import jobs

GRACE_S = 12
"""A living worker renews its lease within two of its heartbeats, whatever was done to the clock meanwhile."""


def recover_jobs(session: Session, unmoved: Mapping[Lease, float] | None = None) -> list[tuple[int, str]]:
    """Give jobs whose lease ran out back to the queue once, then mark them failed; gives ids and new states.

    ``unmoved`` are the seconds for which the caller has seen each lease as it is. With them a lease that ran out counts
    only once it has not moved for `GRACE_S`, since a clock that was set forward ends every lease, and one that has not
    moved for its whole length counts whatever it says, since a clock that was set back lets it end much later.
    A job whose worker had asked for it itself is marked failed at once: nobody waits for it any more.
    """
    now = jobs.queue_time(session)
    still = [lease.job for lease, seconds in (unmoved or {}).items() if seconds >= jobs.LEASE_S]
    found = session.scalars(
        select(Job)
        .where(Job.state == "running", or_(Job.lease_until < now, Job.id.in_(still)))
        .order_by(Job.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    lost = [job for job in found if unmoved is None or _is_lost(job, now, unmoved)]
    return [(job.id, _given_on(session, job, now)) for job in lost]


def _is_lost(job: Job, now: datetime, unmoved: Mapping[Lease, float]) -> bool:
    seconds = unmoved.get(Lease(job.id, job.worker, job.lease_until), 0.0)
    return seconds >= jobs.LEASE_S or (job.lease_until is not None and job.lease_until < now and seconds >= GRACE_S)


def _given_on(session: Session, job: Job, now: datetime) -> str:
    if job.cancel_requested:
        job.state, job.finished, job.message = "cancelled", now, "cancelled; its worker had died"
    elif (job.worker or "").startswith(ASKER):
        job.state, job.finished = "failed", now
        job.message = f"the command that asked for it and ran it ({job.worker}) died: not tried again"
    elif job.attempts < jobs.MAX_ATTEMPTS:
        job.state, job.message = "queued", f"its worker ({job.worker}) died; it is tried once more"
    else:
        job.state, job.finished = "failed", now
        job.message = f"its worker ({job.worker}) died, and so did the one before: not tried again"
    job.lease_until, job.detail = None, None
    session.flush()
    jobs.close_runs(session, job.id, now, why="its worker died")
    return job.state
