"""The history of results over real rows: keys, steps, whose doing they were, and the measurement a step asks for."""

from typing import Any

import pytest

from collectors import jobs, worker
from collectors.bench import machine
from db import read, write
from db.engine import Engine, reading, writing
from tests.bench.documents import document, result

OLD, NEW = {"version": "2.0"}, {"version": "2.1"}


def keep(engine: Engine, told: dict[str, Any], kind: str = "benchmark") -> int:
    with writing(engine) as session:
        run = write.start_run(session, kind=kind, source="benchmark")
        write.bench_run(session, run, told)
        write.finish_run(session, run, status="ok")
    return run


def days(engine: Engine, *torch: float, others: float = 0.001, first: int = 0, **changes: Any) -> list[int]:
    """A run a day with these times of torch.eager; the others stand still."""
    return [
        keep(
            engine,
            document({"torch.eager": seconds, "numpy": others, "keras.torch": seconds}, day=first + n, **changes),
        )
        for n, seconds in enumerate(torch)
    ]


def stepped(rows: list[dict[str, Any]]) -> dict[tuple[int, str], tuple[str, str | None]]:
    return {(row["run"], row["variant"]): (row["step"]["state"], row["step"]["label"]) for row in rows if row["step"]}


def test_cold_runs_are_a_history_of_their_own_and_older_runs_were_hot(engine: Engine) -> None:
    days(engine, *(0.0010, 0.00101, 0.0010, 0.00099, 0.0010))
    days(engine, 0.0020, 0.0020, first=10, cache="cold")
    rows = jobs.bench_history(engine)
    assert stepped(rows) == {}
    assert [row["key"]["cache"] for row in rows if row["variant"] == "numpy"] == ["cold"] * 2 + ["hot"] * 5


def test_a_step_of_one_framework_is_its_own_and_of_keras_upon_it(engine: Engine) -> None:
    days(engine, *(0.0010, 0.00101, 0.0010, 0.00099, 0.0010))
    at, _ = days(engine, 0.0013, 0.0013, first=10)
    rows = jobs.bench_history(engine)
    assert stepped(rows) == {
        (at, "torch.eager"): ("confirmed", "framework"),
        (at, "keras.torch"): ("confirmed", "framework"),
    }
    (step,) = [row["step"] for row in rows if row["step"] and row["variant"] == "torch.eager"]
    assert (step["before"], step["why"]) == (at - 1, "numpy did not move")
    assert step["ratio"] == pytest.approx(1.3, rel=0.01)
    assert [row["run"] for row in rows] == sorted((row["run"] for row in rows), reverse=True)
    assert jobs.bench_history(engine, workload="lstm") == []


def test_what_all_share_is_the_machines(engine: Engine) -> None:
    days(engine, *(0.001,) * 5)
    at, _ = days(engine, 0.0013, 0.0013, others=0.0013, first=10)
    assert set(stepped(jobs.bench_history(engine)).values()) == {("confirmed", "machine")}
    assert {run for run, _ in stepped(jobs.bench_history(engine))} == {at}


def test_a_history_goes_by_when_it_was_measured_and_imports_are_apart(engine: Engine) -> None:
    days(engine, 0.0013, 0.0013, first=10)
    days(engine, *(0.001,) * 5)
    assert {state for state, _ in stepped(jobs.bench_history(engine)).values()} == {"confirmed"}
    before = stepped(jobs.bench_history(engine))
    for day in range(8):
        keep(engine, document({"torch.eager": 0.009, "numpy": 0.009}, day=day + 0.5), kind="import")
    assert stepped(jobs.bench_history(engine)) == before


def test_another_machine_size_or_preset_is_another_history(engine: Engine) -> None:
    days(engine, *(0.001,) * 5)
    keep(engine, document({"torch.eager": 0.009}, day=10, machine={"processor": "Another"}))
    for change in ({"size": "large"}, {"preset": "defaults"}, {"device": "cuda"}, {"workload": "lstm"}):
        keep(engine, document(day=11, results=[result("torch.eager", 0.009, **change)], comparisons=[]))
    keep(engine, document({"torch.eager": None}, day=12))
    rows = jobs.bench_history(engine)
    assert stepped(rows) == {}
    assert len({row["key"]["machine"] for row in rows}) == 3, "a GPU is one more"


def test_the_key_tells_versions_and_passport(engine: Engine) -> None:
    base = result("torch.eager", 0.001)["passport"]
    changed = [base, base | NEW, base | {"threads": 2}, base | {"warm_up": {"blocks": 9}, "null_call_s": 1e-6}]
    for day, passport in enumerate(changed):
        rows = [result("torch.eager", 0.001, passport=passport)]
        keep(engine, document(day=day, results=rows, comparisons=[]))
    *_, newer, older = keys = [row["key"] for row in jobs.bench_history(engine)]
    cost, threads = keys[:2]
    assert older["versions"] == {"version": "1.0"}
    assert newer == older | {"versions": NEW}
    assert threads["passport"] != older["passport"]
    assert cost == older, "what a run measured of itself is no part of the key"


def test_a_step_asks_for_one_more_measurement_and_that_confirms_it(engine: Engine) -> None:
    """Five made runs a thousand times slower than matrix products of this size can be here; then two real ones."""
    here = machine.describe()
    for day in range(5):
        keep(engine, document({"numpy": 1.0}, day=day, machine=here))
    asked = {"workloads": ["matmul"], "variants": ["numpy"], "size": "tiny"}
    job = jobs.request_benchmark(engine, **asked, seconds=2.0, requested_by="a test")  # type: ignore[arg-type]  # as above
    assert worker.work(engine, once=True) == 2
    with reading(engine) as session:
        second, first = read.jobs(session)
    assert first.job == job
    assert f"a step in the history of matmul: job {second.job} measures again" in first.message
    assert second.requested_by == "a step in the history"
    assert second.parameters == first.parameters | {"confirms": first.run}
    assert "step" not in second.message
    (step,) = [row["step"] for row in jobs.bench_history(engine) if row["step"]]
    assert (step["state"], step["label"]) == ("confirmed", "method"), step["why"]


def test_a_second_measurement_asks_for_no_third(engine: Engine) -> None:
    here = machine.describe()
    runs = [keep(engine, document({"numpy": 1.0}, day=day, machine=here)) for day in range(5)]
    jobs.request_benchmark(
        engine,
        workloads=["matmul"],
        variants=["numpy"],
        size="tiny",
        seconds=2.0,
        requested_by="a test",
        confirms=runs[-1],
    )
    assert worker.work(engine, once=True) == 1
    (step,) = [row["step"] for row in jobs.bench_history(engine) if row["step"]]
    assert step["state"] == "suspected"


def test_a_full_queue_costs_no_measurement(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in range(5):
        keep(engine, document({"numpy": 1.0}, day=day, machine=machine.describe()))
    asked = {"workloads": ["matmul"], "variants": ["numpy"], "size": "tiny", "seconds": 2.0}
    job = jobs.request_benchmark(engine, **asked, requested_by="a test")  # type: ignore[arg-type]  # as above
    monkeypatch.setattr("db.write.jobs.MAX_QUEUED", 0)
    assert worker.work(engine, once=True) == 1
    with reading(engine) as session:
        row = read.job(session, job)
    assert row is not None
    assert row.state == "done", row.message
    assert "step" not in row.message
