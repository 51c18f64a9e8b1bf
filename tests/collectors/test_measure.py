"""A benchmark job's whole way: job row, worker, spawned child, raw samples in the database."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from collectors import jobs, worker
from collectors.measure import outcome
from db import read
from db.engine import Engine, open_database, reading


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setenv("FRAMESCOPE_HOME", str(tmp_path))
    engine = open_database(create=True)
    yield engine
    engine.dispose()


def measured(engine: Engine, **asked: Any) -> read.JobRow:
    job = jobs.request_benchmark(engine, requested_by="a test", seconds=2.0, **asked)
    assert worker.work(engine, once=True) == 1
    with reading(engine) as session:
        row = read.job(session, job)
    assert row is not None
    return row


def test_a_job_leaves_results_with_samples(engine: Engine) -> None:
    job = measured(engine, workloads=["matmul", "lstm"], variants=["numpy"], size="tiny")
    assert (job.state, job.progress) == ("done", 1.0), job.message
    assert job.run is not None
    with reading(engine) as session:
        document = read.bench_document(session, job.run)
        results = read.bench_results(session)
        samples = read.bench_samples(session, results[0]["result"])
        (run,) = read.runs(session, kind="benchmark")
    assert document is not None
    assert document["run"] == job.run
    assert {(row["workload"], row["variant"], row["status"]) for row in document["results"]} == {
        ("matmul", "numpy", "ok"),
        ("lstm", "numpy", "ok"),
    }
    assert run.status == "ok"
    assert samples is not None
    assert len(samples["latency"]) == results[0]["latency_s"]["samples"] > 0


def test_a_run_without_a_single_result_failed(engine: Engine) -> None:
    job = measured(engine, workloads=["cnn_train_step"], variants=["numpy"], size="tiny")
    assert job.state == "failed"
    with reading(engine) as session:
        (run,) = read.runs(session, kind="benchmark")
        (result,) = read.bench_results(session)
    assert run.status == "failed"
    assert result["status"] == "unavailable"
    assert result["message"]


@pytest.mark.parametrize(
    ("states", "status"),
    [
        (["ok", "ok"], "ok"),
        (["ok", "unavailable"], "ok"),
        (["ok", "failed"], "partial"),
        (["ok", "wrong"], "partial"),
        (["failed", "timed out"], "failed"),
        ([], "failed"),
    ],
)
def test_what_a_run_came_to(states: list[str], status: str) -> None:
    rows = [{"status": state, "variant": f"v{number}"} for number, state in enumerate(states)]
    found, message = outcome({"results": rows, "stopped_because": "the budget was spent"})
    assert found == status
    assert "the budget was spent" in message
