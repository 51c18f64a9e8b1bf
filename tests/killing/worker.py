"""A worker with short leases that notes what it begins and ends: ``python -m tests.killing.worker DIARY KIND``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from collectors import lease, worker
from collectors.lease import JobContext
from db.engine import open_database
from db.write import jobs, lost
from tests.killing.diary import Diary

LEASE_S, GRACE_S, BEAT_S, AWAY_S = 6, 2, 0.5, 0.5
Handler = Callable[[JobContext], tuple[int | None, str]]


def hurry() -> None:
    """Let leases, and whatever goes by them, be a tenth of what they are."""
    jobs.LEASE_S, lost.GRACE_S, lease.BEAT_S, lease.AWAY_S = LEASE_S, GRACE_S, BEAT_S, AWAY_S


def noted(diary: Diary, handler: Handler) -> Handler:
    """The same handler, its begin and its end written down."""

    def run(context: JobContext) -> tuple[int | None, str]:
        diary.note("begin", job=context.job.job, attempt=context.job.attempts)
        try:
            return handler(context)
        finally:
            diary.note("end", job=context.job.job)

    return run


def main() -> None:
    """Work until killed."""
    path, *kinds = sys.argv[1:]
    hurry()
    worker.HANDLERS = {kind: noted(Diary(Path(path)), handler) for kind, handler in worker.HANDLERS.items()}
    worker.work(open_database(), kinds=kinds)


if __name__ == "__main__":
    main()
