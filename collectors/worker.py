"""The worker: claims jobs one at a time, keeps their lease alive, and runs them through the one harness and loop."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from collectors import about, jobs
from collectors.errors import CollectError
from collectors.lease import Cancelled, JobContext, Leases, give_on, patiently
from db import read, write
from db.engine import Engine, home, queueing
from db.errors import DatabaseBehind, DatabaseNewer, StoreError
from db.records import ASKER

log = logging.getLogger(__name__)
POLL_S, AGAIN_S = 0.5, 5.0
JobEnd = Literal["done", "failed", "cancelled"]


def benchmark(context: JobContext) -> tuple[int, str]:
    """Run a benchmark job; gives the run's id and a closing message."""
    from collectors.measure import measure

    with OneAtATime(context):
        return measure(context)


def collection(context: JobContext) -> tuple[int | None, str]:
    """Run a collection job; its runs are listed by source, so it has none of its own."""
    from collectors.run import collect
    from collectors.settings import load_settings

    parameters = context.job.parameters
    reports = collect(
        parameters["sources"] or None,
        engine=context.engine,
        settings=load_settings(),
        due_only=parameters["due_only"],
        should_stop=context.should_stop,
    )
    failed = [report.source for report in reports if report.status == "failed"]
    if failed:
        raise RuntimeError(f"failed: {', '.join(failed)}; see the runs on the Data page")
    return None, "; ".join(f"{report.source}: {report.message or report.status}" for report in reports)


def tasks(context: JobContext) -> tuple[int, str]:
    """Run the programs of tasks; gives the run's id and a closing message."""
    from collectors.tasking import run_job

    with OneAtATime(context):
        return run_job(context)


def probes(context: JobContext) -> tuple[int, str]:
    """Run a job of probes; gives the run's id and a closing message."""
    from collectors.probe_job import probe_all

    with OneAtATime(context):
        return probe_all(context)


Handler = Callable[[JobContext], tuple[int | None, str]]
HANDLERS: dict[str, Handler] = {
    jobs.BENCHMARK: benchmark,
    jobs.COLLECTION: collection,
    jobs.TASKS: tasks,
    jobs.PROBES: probes,
}


def work(engine: Engine, *, once: bool = False, stop: threading.Event | None = None, kinds: Sequence[str] = ()) -> int:
    """Claim and run jobs until stopped, or with ``once`` until none is waiting; gives how many were run.

    ``kinds`` are the kinds of jobs to take; none means all. Raises `DatabaseNewer` or `DatabaseBehind` once the store
    is of another revision than this program: no waiting mends that, and who started it starts what is installed now.
    """
    stop, name, done = stop or threading.Event(), worker_name(), 0
    leases = None if once else Leases()
    while not stop.is_set():
        try:
            ran = run_next(engine, name, stop=stop, kinds=kinds, leases=leases)
        except (DatabaseNewer, DatabaseBehind):
            raise
        except StoreError as error:
            log.warning("%s", error)
            stop.wait(AGAIN_S)
            continue
        done += ran
        if once and not ran:
            return done
        if not ran:
            stop.wait(POLL_S)
    return done


def run_next(
    engine: Engine,
    worker: str,
    *,
    job_id: int | None = None,
    stop: threading.Event | None = None,
    kinds: Sequence[str] = (),
    why_stopped: Callable[[], str] | None = None,
    handlers: Mapping[str, Handler] | None = None,
    leases: Leases | None = None,
) -> bool:
    """Run the oldest waiting job, or the named one; False if there was none to claim.

    ``handlers`` run the jobs of each kind elsewhere than here.

    A job that is stopped with its worker waits for the next one, or, where ``why_stopped`` is given, is cancelled with
    that reason: it was run by who asked for it, and nobody else waits for it. ``leases`` are those of who looks again
    and again; without them the clock alone says which have run out.
    """
    handlers = HANDLERS if handlers is None else handlers
    with queueing(engine) as session:
        give_on(session, leases)
        claimed = write.claim_job(session, worker, kinds=tuple(kinds or handlers), job_id=job_id)
        job = None if claimed is None else read.job(session, claimed)
    if claimed is None or job is None:
        return False
    with about.at(job=claimed), JobContext(engine, job, worker, stop, leases) as context:
        log.info("job %s (%s) begins", claimed, job.kind)
        state, message, run_id = _outcome(context, handlers[job.kind])
        log.info("job %s (%s) ends: %s: %s", claimed, job.kind, state, message)
    if context.worker_stops() and state == "cancelled" and why_stopped is not None:
        message = why_stopped() + ("" if run_id is None else "; what was measured until then is kept")
    elif context.worker_stops() and state == "cancelled":
        told = "its worker was stopped; it starts again with the next one"
        patiently(engine, lambda session: write.requeue_job(session, claimed, worker, message=told))
        return True
    patiently(
        engine,
        lambda session: write.finish_job(session, claimed, worker, state=state, message=message, run_id=run_id),
    )
    return True


def worker_name() -> str:
    """Host and process, unique among the living."""
    return f"{socket.gethostname()}:{os.getpid()}:{int(time.time())}"


def asker_name() -> str:
    """The name under which a command runs the job that it asked for itself."""
    return f"{ASKER}{worker_name()}"


def _outcome(context: JobContext, handler: Handler) -> tuple[JobEnd, str, int | None]:
    try:
        run_id, message = handler(context)
    except Cancelled as cancelled:
        return "cancelled", str(cancelled), None
    except KeyboardInterrupt:
        return "cancelled", "cancelled at the keyboard", None
    except (CollectError, StoreError, RuntimeError, ValueError) as error:
        log.warning("job %s failed: %s", context.job.job, error)
        return "failed", str(error), None
    except Exception as error:
        log.exception("job %s failed unexpectedly", context.job.job)
        return "failed", f"{type(error).__name__}: {error}", None
    if context.should_stop():
        return "cancelled", "cancelled while it ran; what was measured until then is kept", run_id
    return "done", message, run_id


class OneAtATime:
    """Hold the machine's benchmark lock, so that two measurements never distort each other."""

    def __init__(self, context: JobContext) -> None:
        self.context = context
        path = Path(home())
        path.mkdir(parents=True, exist_ok=True)
        self.lock = FileLock(path / "benchmark.lock")

    def __enter__(self) -> None:
        """Wait for the lock, saying so, until it is free or the job is cancelled."""
        waited = False
        while True:
            if self.context.should_stop():
                raise Cancelled("cancelled while it waited for another measurement")
            try:
                self.lock.acquire(timeout=0.5)
            except Timeout:
                if not waited:
                    self.context.progress(0.0, "waiting for another measurement on this machine to end")
                waited = True
                continue
            return

    def __exit__(self, *_error: object) -> None:
        """Let the next one measure."""
        self.lock.release()
