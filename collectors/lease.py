"""A claimed job in hand: its lease kept alive by a heartbeat, its progress told, its end asked for."""

import contextvars
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import tenacity

from db import read, write
from db.engine import Engine, Session, queueing, writing
from db.errors import DatabaseAway, DatabaseBusy, DatabaseMissing, DiskFull, StoreError

log = logging.getLogger(__name__)
BEAT_S = 5.0
_BUSY_ATTEMPTS = 20


AWAY_S = 5.0
PATIENCE_S = 600.0


def _wait(state: tenacity.RetryCallState) -> float:
    """A busy store has been waited for already; a server that is away, and a full disk, answer at once."""
    away = state.outcome is not None and isinstance(state.outcome.exception(), DatabaseAway | DiskFull)
    return AWAY_S if away else 0.0


def _enough(state: tenacity.RetryCallState) -> bool:
    away = _wait(state) > 0
    return (state.seconds_since_start or 0.0) >= PATIENCE_S if away else state.attempt_number >= _BUSY_ATTEMPTS


@tenacity.retry(
    retry=tenacity.retry_if_exception_type((DatabaseBusy, DatabaseAway, DiskFull)),
    wait=_wait,
    stop=_enough,
    reraise=True,
)
def patiently(engine: Engine, write_it: Callable[[Session], object]) -> None:
    """Write what must not be lost: wait for a busy store, a server that is away or room on the disk, up to ten minutes.

    Raises the store's errors.
    """
    with writing(engine) as session:
        write_it(session)


class Leases:
    """How long each lease has not moved, by this process's own clock, which nobody sets back or forward."""

    def __init__(self) -> None:
        self._since: dict[read.Lease, float] = {}

    def look(self, session: Session) -> dict[read.Lease, float]:
        """Look at every lease; gives the seconds for which each has been seen as it is now."""
        now = time.monotonic()
        self._since = {lease: self._since.get(lease, now) for lease in read.leases(session)}
        return {lease: now - since for lease, since in self._since.items()}


def give_on(session: Session, leases: Leases | None) -> None:
    """Give on the jobs whose worker is gone; without ``leases`` those whose lease ran out by the clock."""
    for lost, state in write.recover_jobs(session, None if leases is None else leases.look(session)):
        log.warning("job %s was left by its worker and is now %s", lost, state)


class Cancelled(Exception):
    """The job is no longer wanted, or no longer this worker's."""


class JobContext:
    """A claimed job in hand: reports progress, keeps the lease alive from a thread, says when to stop."""

    def __init__(
        self,
        engine: Engine,
        job: read.JobRow,
        worker: str,
        stop: threading.Event | None = None,
        leases: Leases | None = None,
    ) -> None:
        self.engine, self.job, self.worker, self.leases = engine, job, worker, leases
        self._asked = stop or threading.Event()
        self._lost = threading.Event()
        self._done = threading.Event()
        self._thread = threading.Thread(
            target=contextvars.copy_context().run, args=(self._beat,), name=f"lease-{job.job}", daemon=True
        )

    def __enter__(self) -> "JobContext":
        """Start the heartbeat."""
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """End the heartbeat."""
        self._done.set()
        self._thread.join()

    def should_stop(self) -> bool:
        """Whether the job was cancelled, its lease lost, or the whole worker is to stop."""
        return self._lost.is_set() or self._asked.is_set()

    def worker_stops(self) -> bool:
        """Whether it is the worker that is to stop, and not the job that is unwanted."""
        return self._asked.is_set() and not self._lost.is_set()

    def progress(
        self, fraction: float, message: str, run_id: int | None = None, detail: dict[str, Any] | None = None
    ) -> None:
        """Note how far the job is; a store that is busy just then is no reason to lose what is being done."""
        told: dict[str, Any] = {"fraction": fraction, "message": message, "run_id": run_id, "detail": detail}
        try:
            with queueing(self.engine) as session:
                write.progress_job(session, self.job.job, self.worker, **told)
        except StoreError as error:
            log.warning("the progress of job %s was not noted: %s", self.job.job, error)

    def _beat(self) -> None:
        while not self._done.wait(BEAT_S):
            try:
                with queueing(self.engine) as session:
                    kept = write.beat_job(session, self.job.job, self.worker)
                    if self.leases is not None:  # no job waits for this one to end before it is found to be lost
                        give_on(session, self.leases)
            except DatabaseMissing as error:
                log.warning("job %s ends, since there is nothing to write to any more: %s", self.job.job, error)
                self._lost.set()
                return
            except StoreError as error:
                log.warning("the heartbeat of job %s failed and is tried again: %s", self.job.job, error)
                continue
            if not kept:
                self._lost.set()
                return
