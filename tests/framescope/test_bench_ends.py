"""`bench run` that is ended from outside, killed, or has to wait: its job says so, and nothing of it goes on."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from filelock import FileLock
from sqlalchemy import text

from collectors import jobs, worker
from db import read
from db.engine import Engine, open_database, reading, writing
from framescope.commands import bench
from framescope.ending import Ending
from tests.framescope.test_bench_files import framescope

ROOT = Path(__file__).resolve().parents[2]
LONG = ("matmul", "--variant", "numpy", "--size", "tiny", "--seconds", "1000")
SHORT = (*LONG[:-1], "2", "--processes", "1")
LIMIT_S = 90.0


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setenv("FRAMESCOPE_HOME", str(tmp_path))
    engine = open_database(create=True)
    yield engine
    engine.dispose()


def said_in() -> Path:
    return Path(os.environ["FRAMESCOPE_HOME"]) / "said.txt"


def said() -> str:
    """What the command has told on standard error until now."""
    return said_in().read_text(encoding="utf-8")


@contextmanager
def measuring(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "framescope", "bench", "run", *arguments]
    told = said_in().open("w", encoding="utf-8")
    with told, subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=told, text=True) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def until(look: Callable[[], object]) -> None:
    """Wait for a state, however slow the machine is just now."""
    end = time.monotonic() + LIMIT_S
    while not look():
        assert time.monotonic() < end, "the state that was waited for did not come"
        time.sleep(0.05)


def only_job(engine: Engine) -> read.JobRow:
    with reading(engine) as session:
        (job,) = read.jobs(session)
    return job


def at_work(engine: Engine, process: subprocess.Popen[str]) -> list[psutil.Process]:
    """The children that measure, once rounds are told of."""

    def rounds() -> bool:
        with reading(engine) as session:
            return any("round" in job.message for job in read.jobs(session))

    until(rounds)
    children: list[psutil.Process] = psutil.Process(process.pid).children(recursive=True)
    return children


def gone(children: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(children, timeout=LIMIT_S)[1]


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (signal.SIGTERM, "ended by SIGTERM (SIGTERM)"),
        (signal.SIGHUP, "its terminal was closed (SIGHUP)"),
        (signal.SIGINT, "cancelled at the keyboard (SIGINT)"),
    ],
)
def test_a_signal_cancels_the_job_with_its_reason_and_leaves_nothing(
    engine: Engine, number: signal.Signals, why: str
) -> None:
    with measuring(*LONG) as process:
        children = at_work(engine, process)
        assert children
        process.send_signal(number)
        process.communicate(timeout=LIMIT_S)
    assert process.returncode == 128 + number
    assert gone(children)
    job = only_job(engine)
    assert (job.state, job.message) == ("cancelled", f"{why}; what was measured until then is kept")
    assert why in said()
    assert "Traceback" not in said()
    assert worker.work(engine, once=True) == 0, "no other worker takes it up"


def test_a_killed_ones_job_says_that_nobody_works_on_it_and_is_not_tried_again(engine: Engine) -> None:
    with measuring(*LONG) as process:
        children = at_work(engine, process)
        process.kill()
    assert gone(children)
    assert only_job(engine).state == "running", "until its lease runs out"
    with writing(engine) as session:
        session.execute(text("UPDATE job SET lease_until = '2026-01-01 00:00:00.000000'"))
    home = Path(os.environ["FRAMESCOPE_HOME"])
    (row,) = json.loads(framescope(home, "jobs", "--json").stdout)
    assert (row["state"], row["message"].partition(":")[0]) == ("running", "nobody works on it")
    assert worker.work(engine, once=True) == 0, "it is not measured by surprise"
    job = only_job(engine)
    assert job.state == "failed"
    assert "the command that asked for it and ran it (asker:" in job.message
    assert "not tried again" in job.message
    with reading(engine) as session:
        assert [run.status for run in read.runs(session, kind="benchmark")] == ["failed"]


def test_it_waits_behind_another_measurement_says_so_and_goes_on(engine: Engine, tmp_path: Path) -> None:
    other = FileLock(tmp_path / "benchmark.lock")
    other.acquire()
    with measuring(*SHORT) as process:
        until(lambda: "waiting for another measurement on this machine to end" in said())
        assert only_job(engine).run is None, "nothing is measured meanwhile"
        other.release()
        process.communicate(timeout=LIMIT_S)
    assert process.returncode == 0, said()
    assert only_job(engine).state == "done"


def test_a_signal_ends_the_waiting_too(engine: Engine, tmp_path: Path) -> None:
    with FileLock(tmp_path / "benchmark.lock"), measuring(*SHORT, "--json") as process:
        until(lambda: [job for job in jobs_of(engine) if "waiting for another measurement" in job.message])
        process.terminate()
        answer, _ = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 143
    assert "ended by SIGTERM" in json.loads(answer)["error"]["message"]
    assert (only_job(engine).state, only_job(engine).message) == ("cancelled", "ended by SIGTERM (SIGTERM)")


def jobs_of(engine: Engine) -> list[read.JobRow]:
    with reading(engine) as session:
        return read.jobs(session)


def test_one_that_is_left_to_a_worker_is_not_measured_here(engine: Engine) -> None:
    with measuring(*SHORT, "--worker", "--json") as process:
        until(lambda: jobs_of(engine))
        assert not psutil.Process(process.pid).children()
        assert worker.work(engine, once=True) == 1
        answer, _ = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 0, said()
    job = only_job(engine)
    assert json.loads(answer)["run"] == job.run
    assert f":{os.getpid()}:" in str(job.worker), "this process, not the command's"


def test_one_that_no_worker_takes_is_given_up_with_its_asker(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def measured_here(*_: object, **__: object) -> None:
        pytest.fail("it was measured by the command")

    monkeypatch.setattr(worker, "run_next", measured_here)
    number = jobs.request_benchmark(engine, workloads=["matmul"], variants=["numpy"], requested_by="a test")
    asked = Ending()
    asked._ask(signal.SIGTERM, None)
    bench._finish(engine, number, asked, by_worker=True)
    assert (only_job(engine).state, only_job(engine).run) == ("cancelled", None)


def test_a_job_that_a_worker_took_is_cancelled_when_its_asker_is_ended(engine: Engine) -> None:
    number = jobs.request_benchmark(engine, workloads=["matmul"], variants=["numpy"], requested_by="a test")
    with writing(engine) as session:
        session.execute(text("UPDATE job SET state = 'running', worker = 'another'"))
    asked = Ending()
    asked._ask(signal.SIGTERM, None)
    assert bench._finish(engine, number, asked).state == "running"
    with reading(engine) as session:
        watched = read.job_watch(session, number)
    assert watched is not None
    assert watched.cancel_requested, "the worker ends it at its next heartbeat"
    with writing(engine) as session:
        session.execute(text("UPDATE job SET state = 'cancelled'"))  # so that the thread that tells of it ends
    for thread in threading.enumerate():
        if thread.daemon and thread.name.endswith("(_tell)"):
            thread.join(10)


def test_a_second_signal_does_not_wait() -> None:
    asked = Ending()
    asked._ask(signal.SIGTERM, None)
    with pytest.raises(SystemExit) as ended:
        asked._ask(signal.SIGTERM, None)
    assert ended.value.code == asked.status == 143
