"""A benchmark job's whole way: job row, worker, spawned child, raw samples in the database."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from collectors import jobs, lease, worker
from collectors.bench.document import begun
from collectors.bench.spec import BenchSpec
from collectors.measure import outcome
from db import read
from db.engine import Engine, open_database, reading
from tests.bench.documents import result


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
        (["unavailable"], "failed"),
        ([], "failed"),
    ],
)
def test_what_a_run_came_to(states: list[str], status: str) -> None:
    rows = [{"status": state, "variant": f"v{number}", "message": "why"} for number, state in enumerate(states)]
    found, message = outcome({"results": rows, "stopped_because": "the budget was spent"})
    assert found == status
    assert ("v0: why" if states == ["unavailable"] else "the budget was spent") in message


def test_a_run_that_was_cut_short_is_not_whole() -> None:
    rows = [{"status": "ok", "variant": "v", "message": ""}]
    assert outcome({"results": rows, "stopped_because": "cancelled"})[0] == "partial"


def test_a_store_that_is_busy_for_a_while_loses_no_measurement(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = jobs.request_benchmark(
        engine, workloads=["matmul"], variants=["numpy"], size="tiny", seconds=2.0, requested_by="a test"
    )
    monkeypatch.setattr("db.engine.BUSY_TIMEOUT_S", 0.2)
    engine.dispose()
    begun = threading.Event()
    real = lease.JobContext.progress

    def progress(context: lease.JobContext, fraction: float, message: str, run_id: int | None = None) -> None:
        real(context, fraction, message, run_id)
        begun.set()

    monkeypatch.setattr(lease.JobContext, "progress", progress)
    working = threading.Thread(target=worker.work, args=(engine,), kwargs={"once": True})
    working.start()
    assert begun.wait(20)
    with sqlite3.connect(tmp_path / "framescope.db", isolation_level=None, timeout=30) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(3.0)
        other.execute("ROLLBACK")
    working.join(60)
    with reading(engine) as session:
        row = read.job(session, job)
        (run,) = read.runs(session, kind="benchmark")
    assert row is not None
    assert (row.state, run.status) == ("done", "ok"), row.message


def test_a_run_that_breaks_off_is_kept_with_what_it_was(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(spec: BenchSpec, on_event: Callable[[dict[str, Any]], None], **_: object) -> dict[str, Any]:
        on_event({"kind": "begun", "document": begun(spec, 3, "2026-06-01T12:00:00+00:00", {"processor": "P"})})
        on_event({"kind": "result", "result": result("numpy", 0.001)})
        on_event({"kind": "progress", "fraction": 0.5, "message": "half"})
        raise RuntimeError("the roof came down")

    monkeypatch.setattr("collectors.measure.run", breaks)
    job = measured(engine, workloads=["matmul"], variants=["numpy"], device="cpu", preset="defaults")
    assert job.state == "failed"
    assert job.run is not None
    with reading(engine) as session:
        document = read.bench_document(session, job.run)
        (run,) = read.runs(session, kind="benchmark")
        (row,) = read.bench_results(session)
    assert document is not None
    assert (document["preset"], document["device"], document["machine"]) == ("defaults", "cpu", {"processor": "P"})
    assert (document["stopped_because"], document["seconds"]) == ("still running", None)
    assert row["measured_at"] == run.finished
