"""The queue: each job claimed once by whoever asks, given back once when its worker dies, ended once."""

import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from db import errors, read, write
from db.engine import Engine, reading, writing
from db.read import JobRow
from db.write import jobs as queue
from tests.db.conftest import begin

ROOT = Path(__file__).resolve().parents[2]
CLAIM_ALL = """
import sys
from db import write
from db.engine import open_database, queueing
engine = open_database(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
while True:
    with queueing(engine) as session:
        job = write.claim_job(session, sys.argv[2])
    if job is None:
        break
    with queueing(engine) as session:
        assert write.finish_job(session, job, sys.argv[2], state="done", message="")
    print(job, flush=True)
"""


def ask(engine: Engine, key: str | None = None, kind: str = "benchmark", **parameters: Any) -> int:
    with writing(engine) as session:
        return write.request_job(session, kind=kind, parameters=parameters, requested_by="test", key=key)


def claim(engine: Engine, worker: str = "a", **which: Any) -> int | None:
    with writing(engine) as session:
        return write.claim_job(session, worker, **which)


def finish(engine: Engine, job: int, worker: str = "a", **changes: Any) -> bool:
    with writing(engine) as session:
        return write.finish_job(session, job, worker, **({"state": "done", "message": "well"} | changes))


def beat(engine: Engine, job: int, worker: str = "a") -> bool:
    with writing(engine) as session:
        return write.beat_job(session, job, worker)


def cancel(engine: Engine, job: int) -> bool:
    with writing(engine) as session:
        return write.cancel_job(session, job)


def recover(engine: Engine) -> list[tuple[int, str]]:
    with writing(engine) as session:
        return write.recover_jobs(session)


def look(engine: Engine, job: int) -> JobRow:
    with reading(engine) as session:
        found = read.job(session, job)
    assert found is not None
    return found


def expire(engine: Engine, job: int) -> None:
    """Let the lease have run out a second ago."""
    with writing(engine) as session:
        past = (datetime.now(UTC) - timedelta(seconds=1)).replace(tzinfo=None).isoformat(" ")
        session.execute(text("UPDATE job SET lease_until = :past WHERE id = :job"), {"past": past, "job": job})


def test_eight_processes_claim_two_hundred_jobs_once_each(
    engine: Engine, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "MAX_QUEUED", 200)
    asked = {ask(engine) for _ in range(200)}
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIM_ALL, url, f"worker {n}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        )
        for n in range(8)
    ]  # fmt: skip
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdin is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    said = [worker.communicate(timeout=50) for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * 8, [error for _, error in said]
    claims = Counter(int(line) for out, _ in said for line in out.split())
    assert set(claims) == asked
    assert set(claims.values()) == {1}
    with reading(engine) as session:
        done = read.jobs(session, states=("done",), limit=300)
    assert {(job.attempts, job.progress) for job in done} == {(1, 1.0)}
    assert len({job.worker for job in done}) > 1, "more than one process had a share"


def test_the_oldest_is_claimed_first_or_the_one_that_is_named(engine: Engine) -> None:
    first, second, third = ask(engine, n=1), ask(engine, kind="collection"), ask(engine, n=3)
    assert claim(engine, kinds=("collection",)) == second
    assert claim(engine, job_id=third) == third
    assert claim(engine, job_id=third) is None
    assert claim(engine) == first
    assert claim(engine) is None
    found = look(engine, first)
    assert (found.state, found.worker, found.attempts, found.parameters) == ("running", "a", 1, {"n": 1})
    with reading(engine) as session:
        assert [job.job for job in read.jobs(session)] == [third, second, first]
        assert [job.job for job in read.jobs(session, kind="collection", states=("running",))] == [second]
        assert read.job(session, 999) is None


def test_a_job_whose_worker_dies_is_tried_once_more_then_failed(engine: Engine) -> None:
    job, run = ask(engine), begin(engine, "benchmark")
    claim(engine, "first")
    with writing(engine) as session:
        write.progress_job(session, job, "first", fraction=0.5, message="half", run_id=run)
    assert recover(engine) == [], "its lease still holds"
    expire(engine, job)
    assert recover(engine) == [(job, "queued")]
    assert "first" in look(engine, job).message
    with reading(engine) as session:
        assert [(r.status, r.message) for r in read.runs(session, source="benchmark")] == [
            ("failed", "its worker died")
        ]

    assert claim(engine, "second") == job
    assert (look(engine, job).progress, look(engine, job).message) == (0.0, "")
    expire(engine, job)
    assert recover(engine) == [(job, "failed")]
    assert recover(engine) == []
    ended = look(engine, job)
    assert "second" in ended.message
    assert "not tried again" in ended.message
    assert ended.finished is not None
    assert claim(engine) is None


def test_a_heartbeat_keeps_the_lease(engine: Engine) -> None:
    job = ask(engine)
    claim(engine)
    expire(engine, job)
    assert beat(engine, job) is True
    assert recover(engine) == []


def test_a_heartbeat_says_when_to_stop(engine: Engine) -> None:
    cancelled, lost, unknown = ask(engine), ask(engine), 999
    claim(engine)
    claim(engine)
    assert cancel(engine, cancelled)
    expire(engine, lost)
    recover(engine)
    claim(engine, "b")
    assert [beat(engine, job) for job in (cancelled, lost, unknown)] == [False, False, False]
    assert beat(engine, lost, "b") is True


def test_a_worker_that_lost_its_lease_changes_nothing(engine: Engine) -> None:
    job = ask(engine)
    claim(engine, "slow")
    expire(engine, job)
    recover(engine)
    claim(engine, "quick")
    with writing(engine) as session:
        write.progress_job(session, job, "slow", fraction=0.9, message="late")
    assert finish(engine, job, "slow", message="late") is False
    assert (look(engine, job).state, look(engine, job).progress, look(engine, job).message) == ("running", 0.0, "")
    assert finish(engine, job, "quick") is True
    assert finish(engine, job, "quick", state="failed") is False, "a job ends once"
    assert (look(engine, job).state, look(engine, job).message) == ("done", "well")


def test_a_failed_job_keeps_the_run_it_filled(engine: Engine) -> None:
    job, run = ask(engine), begin(engine)
    claim(engine)
    with writing(engine) as session:
        write.progress_job(session, job, "a", fraction=7.0, message="so far", run_id=run)
    assert look(engine, job).progress == 1.0, "a fraction is kept between 0 and 1"
    assert finish(engine, job, state="failed", message="out of memory")
    assert (look(engine, job).run, look(engine, job).state) == (run, "failed")


def test_cancelling(engine: Engine) -> None:
    queued, running, over = ask(engine), ask(engine), ask(engine)
    claim(engine, job_id=running)
    claim(engine, job_id=over)
    finish(engine, over)
    assert [cancel(engine, job) for job in (queued, running, over, 999)] == [True, True, False, False]
    assert (look(engine, queued).state, look(engine, running).state) == ("cancelled", "running")
    assert claim(engine) is None
    assert finish(engine, running, state="cancelled", message="stopped")
    assert look(engine, running).state == "cancelled"


def test_a_job_that_was_to_be_cancelled_is_not_tried_again(engine: Engine) -> None:
    job = ask(engine)
    claim(engine)
    cancel(engine, job)
    expire(engine, job)
    assert recover(engine) == [(job, "cancelled")]


def test_the_queue_has_an_end(engine: Engine) -> None:
    for _ in range(queue.MAX_QUEUED):
        ask(engine)
    with pytest.raises(errors.JobRefused, match="50 jobs"):
        ask(engine)
    claim(engine)
    ask(engine)


def test_asking_twice_with_one_key_gives_one_job(engine: Engine) -> None:
    job = ask(engine, "monday", n=1)
    assert ask(engine, "monday", n=2) == job
    assert ask(engine, "tuesday") != job
    assert ask(engine) != ask(engine), "without a key each is its own"
    assert look(engine, job).parameters == {"n": 1}


def test_a_full_queue_still_knows_a_key(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    job = ask(engine, "monday")
    monkeypatch.setattr(queue, "MAX_QUEUED", 1)
    assert ask(engine, "monday") == job


def detail(engine: Engine, job: int) -> dict[str, Any] | None:
    with reading(engine) as session:
        found = read.job_watch(session, job)
    assert found is not None
    return found.detail


def progress(engine: Engine, job: int, worker: str = "a", **told: Any) -> None:
    with writing(engine) as session:
        whole: dict[str, Any] = {"fraction": 0.1, "message": "at it"} | told
        write.progress_job(session, job, worker, **whole)


def test_what_a_running_job_says_of_its_parts_is_there_while_it_runs(engine: Engine) -> None:
    job = ask(engine)
    assert detail(engine, job) is None
    claim(engine)
    progress(engine, job, detail={"round": 3})
    assert detail(engine, job) == {"round": 3}
    progress(engine, job, message="on")
    assert detail(engine, job) == {"round": 3}, "told without one, the one before stays"
    progress(engine, job, "another", detail={"round": 9})
    assert detail(engine, job) == {"round": 3}, "it is not that worker's job"
    finish(engine, job)
    assert detail(engine, job) is None
    with reading(engine) as session:
        assert read.job_watch(session, 999) is None


@pytest.mark.parametrize("how", ["given back", "its worker died", "claimed again"])
def test_a_job_that_starts_anew_says_nothing_of_the_start_before(engine: Engine, how: str) -> None:
    job = ask(engine)
    claim(engine)
    progress(engine, job, detail={"round": 3})
    if how == "given back":
        with writing(engine) as session:
            assert write.requeue_job(session, job, "a", message="")
    elif how == "its worker died":
        expire(engine, job)
        assert recover(engine) == [(job, "queued")]
    else:
        with writing(engine) as session:
            session.execute(text("UPDATE job SET state = 'queued'"))
        assert claim(engine) == job
    assert detail(engine, job) is None


def test_a_detail_too_large_to_be_written_twice_a_second_is_refused(engine: Engine) -> None:
    job = ask(engine)
    claim(engine)
    with pytest.raises(ValueError, match="may take"):
        progress(engine, job, detail={"much": "x" * queue.MAX_DETAIL_BYTES})


def test_who_watches_a_job_sees_its_lease_and_whether_it_is_to_stop(engine: Engine) -> None:
    job = ask(engine)
    claim(engine)
    with reading(engine) as session:
        before = read.job_watch(session, job)
    assert before is not None
    assert before.lease_until is not None
    assert 50 < (before.lease_until - datetime.now(UTC)).total_seconds() <= queue.LEASE_S
    assert before.cancel_requested is False
    cancel(engine, job)
    with reading(engine) as session:
        after = read.job_watch(session, job)
    assert after is not None
    assert after.cancel_requested is True
