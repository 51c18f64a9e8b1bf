"""The worker against a real database: outcomes, cancelling, leases, and a worker killed in the middle of a job."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from collectors import jobs, lease, worker
from collectors.lease import Cancelled, JobContext
from db import read, write
from db.engine import Engine, reading, writing
from db.errors import JobRefused, UnknownName

Handler = Callable[[JobContext], tuple[int | None, str]]


def queue(engine: Engine, kind: str = "made", key: str | None = None) -> int:
    with writing(engine) as session:
        return write.request_job(session, kind=kind, parameters={}, requested_by="a test", key=key)


def look(engine: Engine, job: int) -> read.JobRow:
    with reading(engine) as session:
        row = read.job(session, job)
    assert row is not None
    return row


def handled_by(monkeypatch: pytest.MonkeyPatch, handler: Handler) -> None:
    monkeypatch.setattr(worker, "HANDLERS", {"made": handler})


def test_a_job_is_done_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[int] = []

    def handler(context: JobContext) -> tuple[int | None, str]:
        context.progress(0.5, "half way")
        assert look(engine, context.job.job).progress == 0.5
        ran.append(context.job.job)
        return None, "fine"

    handled_by(monkeypatch, handler)
    wanted = [queue(engine), queue(engine)]
    assert worker.work(engine, once=True) == 2
    assert ran == wanted
    job = look(engine, wanted[0])
    assert (job.state, job.message, job.progress) == ("done", "fine", 1.0)
    assert job.finished is not None
    assert worker.work(engine, once=True) == 0


@pytest.mark.parametrize(
    ("error", "state", "words"),
    [
        (RuntimeError("no GPU"), "failed", "no GPU"),
        (KeyError("bug"), "failed", "KeyError"),
        (Cancelled("not wanted"), "cancelled", "not wanted"),
    ],
)
def test_an_error_ends_the_job_and_not_the_worker(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, error: Exception, state: str, words: str
) -> None:
    def handler(context: JobContext) -> tuple[int | None, str]:
        raise error

    handled_by(monkeypatch, handler)
    job = queue(engine)
    assert worker.work(engine, once=True) == 1
    assert look(engine, job).state == state
    assert words in look(engine, job).message


def test_cancelling_reaches_a_running_job(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "BEAT_S", 0.05)
    begun = threading.Event()

    def handler(context: JobContext) -> tuple[int | None, str]:
        begun.set()
        until = time.monotonic() + 10
        while not context.should_stop() and time.monotonic() < until:
            time.sleep(0.01)
        return None, "ran to its end"

    handled_by(monkeypatch, handler)
    job = queue(engine)
    working = threading.Thread(target=worker.work, args=(engine,), kwargs={"once": True})
    working.start()
    assert begun.wait(5)
    assert jobs.cancel(engine, job)
    working.join(10)
    assert look(engine, job).state == "cancelled"
    assert not jobs.cancel(engine, job)


def test_a_worker_that_is_stopped_gives_its_job_back(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, stop = threading.Event(), threading.Event()

    def handler(context: JobContext) -> tuple[int | None, str]:
        begun.set()
        until = time.monotonic() + 10
        while not context.should_stop() and time.monotonic() < until:
            time.sleep(0.01)
        return None, "ran"

    handled_by(monkeypatch, handler)
    job = queue(engine)
    working = threading.Thread(target=worker.work, args=(engine,), kwargs={"stop": stop})
    working.start()
    assert begun.wait(5)
    stop.set()
    working.join(10)
    assert (look(engine, job).state, look(engine, job).attempts) == ("queued", 0)
    handled_by(monkeypatch, lambda _context: (None, "ran to its end"))
    assert worker.work(engine, once=True) == 1
    assert look(engine, job).state == "done"


def test_a_queued_job_is_cancelled_at_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    handled_by(monkeypatch, lambda _context: (None, "ran"))
    job = queue(engine)
    assert jobs.cancel(engine, job)
    assert worker.work(engine, once=True) == 0
    assert look(engine, job).state == "cancelled"


def test_a_worker_that_lost_its_lease_stops_and_cannot_finish(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "BEAT_S", 0.05)

    def handler(context: JobContext) -> tuple[int | None, str]:
        with writing(engine) as session:
            session.execute(text("UPDATE job SET worker = 'another'"))
        until = time.monotonic() + 10
        while not context.should_stop() and time.monotonic() < until:
            time.sleep(0.01)
        assert context.should_stop()
        return None, "mine"

    handled_by(monkeypatch, handler)
    job = queue(engine)
    worker.work(engine, once=True)
    assert (look(engine, job).state, look(engine, job).worker) == ("running", "another")


def test_a_killed_worker_loses_no_job(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = queue(engine)
    code = (
        "import time\n"
        "from collectors import worker\n"
        "from db.engine import open_database, writing\n"
        "from db import write\n"
        "def handler(context):\n"
        "    with writing(context.engine) as s: run = write.start_run(s, kind='benchmark', source='benchmark')\n"
        "    context.progress(0.3, 'measuring', run)\n"
        "    print('begun', flush=True)\n"
        "    time.sleep(60)\n"
        "worker.HANDLERS = {'made': handler}\n"
        "worker.work(open_database())\n"
    )
    for attempt in (1, 2):
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=dict(os.environ)) as victim:
            assert victim.stdout is not None
            assert victim.stdout.readline() == b"begun\n"
            victim.send_signal(signal.SIGKILL)
        assert look(engine, job).state == "running"
        with writing(engine) as session:
            session.execute(
                text("UPDATE job SET lease_until = :past"),
                {"past": (datetime.now(UTC) - timedelta(seconds=1)).replace(tzinfo=None)},
            )
            ((lost, state),) = write.recover_jobs(session)
        assert (lost, state) == (job, "queued" if attempt == 1 else "failed")
    ended = look(engine, job)
    assert ended.state == "failed"
    assert "not tried again" in ended.message
    with reading(engine) as session:
        assert [run.status for run in read.runs(session)] == ["failed", "failed"]


def test_two_measurements_never_run_at_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, overlaps = threading.Lock(), []

    def handler(context: JobContext) -> tuple[int | None, str]:
        with worker.OneAtATime(context):
            overlaps.append(not inside.acquire(blocking=False))
            time.sleep(0.1)
            inside.release()
        return None, "measured"

    handled_by(monkeypatch, handler)
    wanted = [queue(engine) for _ in range(3)]
    working = [threading.Thread(target=worker.work, args=(engine,), kwargs={"once": True}) for _ in wanted]
    for thread in working:
        thread.start()
    for thread in working:
        thread.join(20)
    assert [look(engine, job).state for job in wanted] == ["done"] * 3
    assert overlaps == [False] * 3


def test_asking_twice_with_a_key_gives_the_same_job(engine: Engine) -> None:
    assert queue(engine, key="once") == queue(engine, key="once")
    assert queue(engine) != queue(engine)


def test_a_full_queue_refuses(engine: Engine) -> None:
    for _ in range(50):
        queue(engine)
    with pytest.raises(JobRefused, match="50 jobs"):
        queue(engine)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"workloads": ["lstmm"]}, "Unknown workload 'lstmm': did you mean lstm"),
        ({"workloads": ["matmul"], "variants": ["torch.eagre"]}, "Unknown variant .* did you mean torch.eager"),
        ({"workloads": ["matmul"], "size": "smal"}, "Unknown size of matmul 'smal': did you mean small"),
        ({"workloads": ["matmul"], "preset": "fastest"}, "Unknown preset"),
        ({"workloads": ["matmul"], "cache": "lukewarm"}, "Unknown cache mode"),
    ],
)
def test_only_what_exists_can_be_asked_for(engine: Engine, asked: dict[str, object], words: str) -> None:
    with pytest.raises(UnknownName, match=words):
        jobs.request_benchmark(engine, requested_by="a test", **asked)  # type: ignore[arg-type]  # parametrised


@pytest.mark.parametrize("seconds", [0.0, 1e9, float("nan")])
def test_a_budget_is_bounded(engine: Engine, seconds: float) -> None:
    with pytest.raises(ValueError, match="budget"):
        jobs.request_benchmark(engine, workloads=["matmul"], seconds=seconds, requested_by="a test")
