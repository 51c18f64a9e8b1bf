"""A benchmark job's whole way: job row, worker, spawned child, raw samples in the database."""

import os
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from collectors import jobs, lease, worker
from collectors.bench import machine
from collectors.bench.document import begun
from collectors.bench.spec import BenchSpec
from collectors.live import Watch
from collectors.measure import Keeper, measure, outcome
from db import read, write
from db.engine import Engine, Session, reading, writing
from db.errors import DatabaseBusy, DatabaseMissing
from tests.bench.documents import result


def measured(engine: Engine, **asked: Any) -> read.JobRow:
    job = jobs.request_benchmark(engine, requested_by="a test", seconds=2.0, processes=1, **asked)
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
        engine, workloads=["matmul"], variants=["numpy"], size="tiny", seconds=2.0, processes=1, requested_by="a test"
    )
    monkeypatch.setattr("db.engine.BUSY_TIMEOUT_S", 0.2)
    engine.dispose()
    begun = threading.Event()
    real = lease.JobContext.progress

    def progress(context: lease.JobContext, *told: Any, **more: Any) -> None:
        real(context, *told, **more)
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


class Away:
    """Another machine, which is lost in the middle of the run and replaced by a second one."""

    def __init__(self) -> None:
        self.checked: list[Any] = []

    def check(self, parameters: Any) -> None:
        self.checked.append(parameters["workloads"])

    def variants(self) -> list[dict[str, Any]]:
        return [{"variant": "numpy", "why_not": None}, {"variant": "torch.eager", "why_not": "not on that node"}]

    def run(
        self, spec: BenchSpec, on_event: Callable[[dict[str, Any]], None], should_stop: Callable[[], bool]
    ) -> dict[str, Any]:
        for node, variants in (("first", ("numpy", "torch.eager")), ("second", ("numpy",))):
            document = begun(spec, 3, "2026-06-01T12:00:00+00:00", {"processor": "P", "node": node})
            on_event({"kind": "begun", "document": document})
            for variant in variants:
                on_event({"kind": "result", "result": result(variant, 0.001)})
            document["results"] = [result(variant, 0.001) for variant in variants]
        on_event({"kind": "progress", "fraction": 0.5, "message": "half"})
        self.told = on_event.__self__.measured  # type: ignore[attr-defined]  # the keeper's own method
        return document | {"seconds": 1.0, "stopped_because": "done"}


def test_what_is_measured_elsewhere_is_kept_as_ever_and_what_a_lost_machine_had_done_is_not(engine: Engine) -> None:
    away = Away()
    number = jobs.request_benchmark(engine, workloads=["matmul"], variants=["numpy", "torch.eager"], requested_by="t")
    assert worker.run_next(engine, "w", handlers={jobs.BENCHMARK: lambda context: measure(context, away)})
    with reading(engine) as session:
        job = read.job(session, number)
        results = read.bench_results(session)
    assert job is not None
    assert (job.state, away.checked) == ("done", [["matmul"]]), job.message
    assert "measured on second" in job.message
    assert [row["variant"] for row in away.told["results"]] == ["numpy"]
    assert [row["variant"] for row in results] == ["numpy"]
    assert not worker.run_next(engine, "w", handlers={"another kind": lambda context: (None, "")})


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


def test_a_job_queued_before_there_were_further_options_still_runs(engine: Engine) -> None:
    older = {"workloads": ["matmul"], "variants": ["numpy"], "size": "tiny", "device": "cpu", "preset": "matched"}
    with writing(engine) as session:
        job = write.request_job(session, kind="benchmark", parameters=older | {"seconds": 2.0}, requested_by="before")
    assert worker.work(engine, once=True) == 1
    assert look(engine, job).state == "done", look(engine, job).message


def look(engine: Engine, job: int) -> read.JobRow:
    with reading(engine) as session:
        row = read.job(session, job)
    assert row is not None
    return row


def test_what_no_longer_fits_when_its_turn_comes_is_refused_in_the_worker(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = jobs.request_benchmark(engine, workloads=["matmul"], variants=["numpy"], size="large", requested_by="a test")
    monkeypatch.setattr(machine, "memory_free", lambda: 1_000_000)
    worker.work(engine, once=True)
    assert look(engine, job).state == "failed"
    assert "needs about 1.0 GB of memory" in look(engine, job).message
    with reading(engine) as session:
        assert read.runs(session, kind="benchmark") == [], "nothing was begun"


def test_a_watched_run_tells_every_step_of_every_variant(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real harness with real children: what a page that looks often enough would have seen."""
    seen: list[dict[str, Any]] = []
    real = lease.JobContext.progress

    def progress(context: lease.JobContext, *told: Any, **more: Any) -> None:
        real(context, *told, **more)
        with reading(engine) as session:
            watched = read.job_watch(session, context.job.job)
        assert watched is not None
        assert watched.detail is not None
        seen.append(watched.detail)

    monkeypatch.setattr(lease.JobContext, "progress", progress)
    monkeypatch.setattr("collectors.measure._TELL_EVERY_S", 0.0)
    wanted = {"workloads": ["matmul", "mlp_train_step"], "variants": ["numpy"], "size": "tiny"}
    job = measured(engine, **wanted)
    assert job.state == "done", job.message
    works = [[work["state"] for work in detail["workloads"]] for detail in seen]
    assert works[0] == ["waiting", "waiting"]
    assert works[-1] == ["done", "failed"]
    assert ["measuring", "waiting"] in works
    states = [row["state"] for detail in seen for row in detail["variants"] if detail["workload"] == "matmul"]
    assert list(dict.fromkeys(states))[-2:] == ["measuring", "ok"]
    assert "warming up" in states
    assert {"starting", "first call"} & set(states)
    gap = seen[-1]["variants"][0]
    assert gap["state"] == "unavailable"
    assert "NumPy" in gap["message"]
    (row,) = next(detail for detail in seen if detail["round"] > 2)["variants"]
    assert row["rounds"] > 1
    assert row["latency_s"] > 0
    assert row["ratio"] == 1.0
    assert all(detail["left_s"] is None or 0 <= detail["left_s"] < 600 for detail in seen)


def test_progress_is_written_at_most_twice_a_second_and_none_is_kept_back_while_a_framework_starts() -> None:
    told: list[str] = []

    class Context:
        def progress(self, fraction: float, message: str, detail: object) -> None:
            told.append(message)

        def should_stop(self) -> bool:
            return False

    keeper = Keeper(Context(), 1, Watch(["matmul"], ["numpy"], {}))  # type: ignore[arg-type]  # what it uses of one

    def progress(message: str, **more: int) -> None:
        keeper.see({"kind": "progress", "fraction": 0.1, "message": message} | more)

    progress("matmul: starting numpy")
    progress("matmul: the first call of numpy")
    assert told == ["matmul: starting numpy"]
    keeper.told_at -= 1
    assert keeper.should_stop() is False
    assert told[1:] == ["matmul: the first call of numpy"]
    progress("matmul: round 1 done", round=1)
    keeper.told_at -= 1
    keeper.should_stop()
    assert len(told) == 2, "a block may be running"
    for _ in range(100):
        progress("matmul: round 2 done", round=2)
    assert told[2:] == ["matmul: round 2 done"]


class TestTheStoreGoesAway:
    """In the middle of a run: one clear refusal or what was measured so far, never a hang or an empty table."""

    @staticmethod
    def breaking(monkeypatch: pytest.MonkeyPatch, breaks: Callable[[], None]) -> None:
        """Let a run measure one result, then ``breaks()``, then another, then end as if all were well."""

        def harness(_spec: BenchSpec, on_event: Callable[[dict[str, Any]], None], **_: object) -> dict[str, Any]:
            document = begun(_spec, 3, "2026-06-01T12:00:00+00:00", {"processor": "P"})
            rows = [result(variant, 0.001) for variant in ("numpy", "torch.eager")]
            on_event({"kind": "begun", "document": document | {"results": [], "comparisons": []}})
            on_event({"kind": "result", "result": rows[0]})
            on_event({"kind": "progress", "fraction": 0.5, "message": "half"})
            breaks()
            on_event({"kind": "result", "result": rows[1]})
            time.sleep(0.6)
            on_event({"kind": "progress", "fraction": 0.9, "message": "more"})
            return document | {"results": rows, "seconds": 3.0, "stopped_because": "the budget was spent"}

        monkeypatch.setattr("collectors.measure.run", harness)

    def test_removed(self, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.breaking(monkeypatch, lambda: (tmp_path / "framescope.db").unlink())
        jobs.request_benchmark(engine, workloads=["matmul"], variants=["numpy"], requested_by="a test")
        with pytest.raises(DatabaseMissing, match="is gone"):
            worker.run_next(engine, "w")
        assert not (tmp_path / "framescope.db").exists(), "no empty one is made in its place"

    def test_removed_ends_the_measuring_early(
        self, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(lease, "BEAT_S", 0.2)
        job = jobs.request_benchmark(
            engine, workloads=["matmul"], variants=["numpy"], size="tiny", seconds=1_000.0, requested_by="a test"
        )
        monkeypatch.setattr(BenchSpec, "max_rounds", 10**9, raising=False)
        started = time.monotonic()
        threading.Timer(2.0, (tmp_path / "framescope.db").unlink).start()
        with pytest.raises(DatabaseMissing, match="is gone"):
            worker.run_next(engine, "w", job_id=job)
        assert time.monotonic() - started < 60

    def test_replaced_by_another(self, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def replace() -> None:
            (tmp_path / "framescope.db").rename(tmp_path / "old.db")
            sqlite3.connect(tmp_path / "framescope.db").execute("CREATE TABLE recipes (id INTEGER)").connection.close()

        self.breaking(monkeypatch, replace)
        jobs.request_benchmark(engine, workloads=["matmul"], variants=["numpy"], requested_by="a test")
        with pytest.raises(DatabaseMissing, match="no longer the Framescope database"):
            worker.run_next(engine, "w")

    def test_full(self, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The store takes not one page more; what was measured before is kept, and the job says what happened."""

        self.breaking(monkeypatch, lambda: None)
        monkeypatch.setattr("collectors.lease.PATIENCE_S", 3.0)  # there is no room to wait for
        real = write.bench_run
        written: list[int] = []

        def keep(session: Session, run_id: int, document: dict[str, Any]) -> None:
            if written:
                for row in document["results"]:
                    row["samples"] = {"latency": [os.urandom(1_000_000).hex()]}
            written.append(run_id)
            real(session, run_id, document)

        monkeypatch.setattr(write, "bench_run", keep)

        def limit(connection: sqlite3.Connection, _record: object, _proxy: object) -> None:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages + 20}")

        event.listen(engine, "checkout", limit)
        job = measured(engine, workloads=["matmul"], variants=["numpy", "torch.eager"])
        assert job.state == "failed"
        assert "No space is left" in job.message
        with reading(engine) as session:
            (run,) = read.runs(session, kind="benchmark")
            kept = read.bench_results(session)
        assert run.status == "failed"
        assert "No space is left" in run.message
        assert [row["variant"] for row in kept] == ["numpy"]

    def test_locked_for_longer_than_anybody_waits(
        self, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("db.engine.BUSY_TIMEOUT_S", 0.05)
        other = sqlite3.connect(tmp_path / "framescope.db", isolation_level=None, timeout=30)

        def lock() -> None:
            other.execute("BEGIN IMMEDIATE")

        self.breaking(monkeypatch, lock)
        job = jobs.request_benchmark(engine, workloads=["matmul"], variants=["numpy"], requested_by="a test")
        engine.dispose()
        with pytest.raises(DatabaseBusy):
            worker.run_next(engine, "w", job_id=job)
        other.execute("ROLLBACK")
        other.close()
        assert look(engine, job).state == "running", "its lease runs out, and it is tried again"
