"""What a worker sees of others' leases, and workers where the clock jumps or the store is upgraded beneath them."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from collectors import lease, worker
from collectors.lease import JobContext, Leases
from db import errors, read, write
from db.engine import Engine, open_database, reading, writing
from db.write import jobs as queue
from db.write import lost

ROOT = Path(__file__).resolve().parents[2]
WAIT_S = 60.0


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setenv("FRAMESCOPE_HOME", str(tmp_path))
    opened = open_database(create=True)
    yield opened
    opened.dispose()


def ask(engine: Engine, kind: str = "made") -> int:
    with writing(engine) as session:
        return write.request_job(session, kind=kind, parameters={"sources": [], "due_only": True}, requested_by="test")


def look(engine: Engine, job: int) -> read.JobRow:
    with reading(engine) as session:
        row = read.job(session, job)
    assert row is not None
    return row


def upgraded(engine: Engine, revision: str = "9999") -> None:
    with writing(engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": revision})


def test_a_lease_is_as_old_as_it_has_been_seen_unmoved(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: clock)
    job, leases = ask(engine), Leases()

    def seen() -> list[float]:
        with reading(engine) as session:
            return list(leases.look(session).values())

    assert seen() == []
    with writing(engine) as session:
        write.claim_job(session, "a")
    assert seen() == [0.0]
    clock += 7
    assert seen() == [7.0]
    with writing(engine) as session:
        write.beat_job(session, job, "a")
    clock += 7
    assert seen() == [0.0], "it moved"


def test_a_dead_workers_job_goes_on_although_the_clock_was_set_back_a_day(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "LEASE_S", 0.5)
    monkeypatch.setattr(worker, "HANDLERS", {"made": lambda _context: (None, "well")})
    job, stop = ask(engine), threading.Event()
    with writing(engine) as session:
        write.claim_job(session, "dead")
    monkeypatch.setattr(queue, "queue_time", lambda _session: datetime.now(UTC) - timedelta(days=1))
    working = threading.Thread(target=worker.work, args=(engine,), kwargs={"stop": stop})
    working.start()
    until = time.monotonic() + WAIT_S
    while look(engine, job).state != "done" and time.monotonic() < until:
        time.sleep(0.05)
    stop.set()
    working.join(WAIT_S)
    assert (look(engine, job).state, look(engine, job).attempts) == ("done", 2)


def test_a_living_workers_job_stays_its_own_although_the_clock_jumps(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "BEAT_S", 0.05)
    monkeypatch.setattr(lost, "GRACE_S", 30)
    begun, jumped, ran = threading.Event(), threading.Event(), list[int]()

    def handler(context: JobContext) -> tuple[int | None, str]:
        ran.append(context.job.job)
        begun.set()
        assert jumped.wait(WAIT_S)
        return None, "well"

    monkeypatch.setattr(worker, "HANDLERS", {"made": handler})
    job, stop = ask(engine), threading.Event()
    working = [threading.Thread(target=worker.work, args=(engine,), kwargs={"stop": stop}) for _ in range(2)]
    for thread in working:
        thread.start()
    assert begun.wait(WAIT_S)
    for days in (1, -1, 0):
        moved = datetime.now(UTC) + timedelta(days=days)
        monkeypatch.setattr(queue, "queue_time", lambda _session, moved=moved: moved)
        time.sleep(1.2)  # the second worker looks twice a second
    jumped.set()
    until = time.monotonic() + WAIT_S
    while look(engine, job).state == "running" and time.monotonic() < until:
        time.sleep(0.05)
    stop.set()
    for thread in working:
        thread.join(WAIT_S)
    assert (look(engine, job).state, look(engine, job).attempts, ran) == ("done", 1, [job])


def test_a_lost_job_is_given_on_by_a_worker_that_is_busy(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "BEAT_S", 0.05)
    monkeypatch.setattr(lost, "GRACE_S", 0.2)
    left, held, seen = ask(engine), ask(engine), list[str]()
    with writing(engine) as session:
        write.claim_job(session, "dead", job_id=left)
        session.execute(text("UPDATE job SET lease_until = '2026-01-01 00:00:00.000000'"))
    stop = threading.Event()

    def handler(context: JobContext) -> tuple[int | None, str]:
        until = time.monotonic() + WAIT_S
        while look(engine, left).state == "running" and time.monotonic() < until:
            time.sleep(0.02)
        seen.append(look(engine, left).state)
        stop.set()
        return None, "well"

    monkeypatch.setattr(worker, "HANDLERS", {"made": handler})
    worker.work(engine, stop=stop)
    assert seen == ["queued"]
    assert look(engine, held).attempts == 0, "it was stopped, and its job given back"


def test_a_worker_ends_what_it_holds_and_itself_where_the_store_is_upgraded_beneath_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def handler(context: JobContext) -> tuple[int | None, str]:
        upgraded(engine)
        return None, "well"

    monkeypatch.setattr(worker, "HANDLERS", {"made": handler})
    held, waiting = ask(engine), ask(engine)
    with pytest.raises(errors.DatabaseNewer, match="Upgrade Framescope"):
        worker.work(engine, once=True)
    assert [look(engine, job).state for job in (held, waiting)] == ["done", "queued"]


NEWER = """
import db.migrations, sys
db.migrations.REVISIONS += ("9999",)
from framescope.cli import main
sys.argv = ["framescope", "worker", *sys.argv[1:]]
main()
"""


def test_an_older_worker_says_so_and_takes_nothing_while_a_newer_one_goes_on(engine: Engine, tmp_path: Path) -> None:
    environment = os.environ | {"FRAMESCOPE_HOME": str(tmp_path), "FRAMESCOPE_OFFLINE": "1"}
    command = [sys.executable, "-m", "framescope", "worker"]
    with subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True) as older:
        assert older.stderr is not None
        first = ask(engine, "collection")
        until = time.monotonic() + WAIT_S
        while look(engine, first).state in ("queued", "running") and time.monotonic() < until:
            time.sleep(0.05)
        upgraded(engine)
        waiting = ask(engine, "collection")
        said = older.communicate(timeout=WAIT_S)[1]
    assert older.returncode == 1
    assert "which this Framescope does not know" in said.splitlines()[-1]
    assert "Traceback" not in said
    assert [look(engine, job).state for job in (first, waiting)] == ["done", "queued"]
    again = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, timeout=WAIT_S, check=False)
    assert again.returncode == 1
    command = [sys.executable, "-c", NEWER, "--once"]
    newer = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, timeout=WAIT_S, check=False)
    assert newer.returncode == 0, newer.stderr
    assert look(engine, waiting).state == "done"
