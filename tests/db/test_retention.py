"""Giving up by age: what goes, what stays, and that a dry run says the same and changes nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from db import read, write
from db.engine import Engine, reading, writing
from db.models import Job
from db.retention import GivenUp, give_up_samples, remove_jobs
from tests.db.made import dump, on, put, rows

LIMIT = timedelta(days=30)
SAMPLES = {"latency": [[0.1, 0.2]], "throughput": [[0.3]]}


def measured(engine: Engine, days_ago: float, *, code: bool = True) -> int:
    """A benchmark run that ended so many days ago; with the code of its sides, or without. Gives its number."""
    started = datetime.now(UTC) - timedelta(days=days_ago)
    result: dict[str, Any] = {
        "workload": "matmul", "size": "small", "variant": "numpy", "device": "cpu", "preset": "matched", "status": "ok",
        "latency_s": {"median": 0.1, "low": 0.1, "high": 0.2}, "samples": SAMPLES,
    }  # fmt: skip
    document = {"started": started.isoformat(), "seconds": 1.0, "results": [result, result | {"variant": "jax.jit"}]}
    with writing(engine) as session:
        run = write.start_run(session, kind="benchmark", source="bench")
        write.bench_run(session, run, document | ({"code": {"matmul": {"numpy": "a @ b"}}} if code else {}))
        write.finish_run(session, run, status="ok")
    return run


def job(engine: Engine, state: str, days_ago: float) -> None:
    at = datetime.now(UTC) - timedelta(days=days_ago)
    ended = None if state in ("queued", "running") else at
    with writing(engine) as session:
        number = write.request_job(session, kind="probe", parameters={}, requested_by="x")
        session.execute(update(Job).where(Job.id == number).values(state=state, finished=ended, requested=at))


def kept_samples(engine: Engine, run: int) -> list[Any]:
    with reading(engine) as session:
        document = read.bench_document(session, run, samples=True)
    assert document is not None
    return [row["samples"] for row in document["results"]]


@pytest.mark.parametrize("code", [True, False])
def test_old_samples_go_and_results_and_code_stay(engine: Engine, code: bool) -> None:
    old, young = measured(engine, 40, code=code), measured(engine, 20, code=code)
    with reading(engine) as session:
        before = read.bench_results(session), read.bench_document(session, old)
    dry = give_up_samples(engine, LIMIT, dry_run=True)
    assert (dry.rows, dry.bytes > 0) == (2, True)
    assert kept_samples(engine, old) == [SAMPLES, SAMPLES]
    assert give_up_samples(engine, LIMIT) == dry
    assert (kept_samples(engine, old), kept_samples(engine, young)) == ([None, None], [SAMPLES, SAMPLES])
    with reading(engine) as session:
        assert (read.bench_results(session), read.bench_document(session, old)) == before
        assert read.bench_code(session, old, "matmul") == ({"numpy": "a @ b"} if code else {})
    assert give_up_samples(engine, LIMIT) == GivenUp(0, 0)


def test_more_results_than_one_transaction_takes(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.retention._BATCH", 2)
    runs = [measured(engine, 40) for _ in range(3)]
    assert give_up_samples(engine, LIMIT).rows == 6
    assert [kept_samples(engine, run) for run in runs] == [[None, None]] * 3


def test_old_jobs_go_but_none_that_waits_or_runs(engine: Engine) -> None:
    for state in ("done", "failed", "cancelled", "queued", "running"):
        job(engine, state, 40)
        job(engine, state, 20)
    assert remove_jobs(engine, LIMIT, dry_run=True) == GivenUp(3, 0)
    assert rows(engine, "SELECT count(*) FROM job") == [(10,)]
    assert remove_jobs(engine, LIMIT) == GivenUp(3, 0)
    assert rows(engine, "SELECT state, count(*) FROM job GROUP BY state ORDER BY state") == [
        ("cancelled", 1),
        ("done", 1),
        ("failed", 1),
        ("queued", 2),
        ("running", 2),
    ]


def test_no_observation_and_no_run_ever_goes(engine: Engine, run: int) -> None:
    measured(engine, 4000)
    job(engine, "done", 4000)
    put(engine, run, [on(datetime(2016, 1, 1, tzinfo=UTC).date())])
    tables = ("observation", "roll_up", "series", "run", "bench_run", "bench_comparison", "receipt")
    before = dump(engine, *tables)
    remove_jobs(engine, timedelta(days=1))
    give_up_samples(engine, timedelta(days=1))
    assert dump(engine, *tables) == before
