"""A benchmark's document comes back as it went in, with its raw samples; what JSON cannot say becomes null."""

import json
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event, text

from db import read, write
from db.engine import Engine, reading, writing
from db.errors import ImpossibleValue
from tests.db.conftest import begin
from tests.db.made import rows

NAN, INFINITE = float("nan"), float("inf")


def result(variant: str, **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "workload": "lstm", "size": "small", "variant": variant, "device": "cpu", "preset": "matched",
        "status": "ok", "message": "", "latency_s": {"median": 0.1, "low": 0.09, "high": 0.12, "samples": 3},
        "throughput_s": None, "first_call_s": 1.5, "peak_bytes": 10_000_000_000, "relative_error": 1e-7,
        "tolerance": 1e-5, "share_of_ceiling": None, "passport": {"threads": 2, "versions": {"torch": "2.13"}},
        "samples": {"latency_s": [0.09, 0.1, 0.12], "rounds": [0, 1, 2]},
    }  # fmt: skip
    return found | changes


def comparison(variant: str, **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "workload": "lstm", "size": "small", "baseline": "torch.eager", "variant": variant,
        "ratio": 2.0, "low": 1.8, "high": 2.3, "verdict": "slower", "floor": 0.02, "why": "",
    }  # fmt: skip
    return found | changes


@pytest.fixture
def document() -> dict[str, Any]:
    return {
        "preset": "matched",
        "device": "cpu",
        "cache": "cold",
        "machine": {"cpu": "something with “quotes” and 中文"},
        "seconds": 40.0,
        "rounds": 3,
        "stopped_because": "all intervals are narrow",
        "ceilings": {"flops_per_s": 1e11, "bytes_per_s": None},
        "results": [result("torch.eager"), result("numpy", status="unavailable", latency_s=None, samples={})],
        "comparisons": [comparison("numpy", ratio=None, low=None, high=None, verdict="not comparable", why="no time")],
    }


def keep(engine: Engine, run: int, document: dict[str, Any]) -> None:
    with writing(engine) as session:
        write.bench_run(session, run, document)


def back(engine: Engine, run: int) -> dict[str, Any]:
    with reading(engine) as session:
        found = read.bench_document(session, run)
    assert found is not None
    return found


def without_samples(document: dict[str, Any], run: int) -> dict[str, Any]:
    bare = deepcopy(document) | {"run": run}
    bare["results"] = [{k: v for k, v in row.items() if k != "samples"} for row in bare["results"]]
    return bare


def test_a_document_comes_back_as_it_was(engine: Engine, run: int, document: dict[str, Any]) -> None:
    kept = deepcopy(document)
    keep(engine, run, document)
    assert document == kept, "writing does not alter what it was given"
    assert back(engine, run) == without_samples(document, run)
    with reading(engine) as session:
        assert read.bench_document(session, 999) is None


def test_samples_are_kept_apart(engine: Engine, run: int, document: dict[str, Any]) -> None:
    keep(engine, run, document)
    with reading(engine) as session:
        unavailable, measured = read.bench_results(session, workload="lstm")
        assert read.bench_samples(session, measured["result"]) == document["results"][0]["samples"]
        assert read.bench_samples(session, unavailable["result"]) == {}
        assert read.bench_samples(session, 999) is None
        assert "samples" not in measured
        assert (measured["run"], measured["measured_at"]) == (run, None)
        assert read.bench_results(session, workload="matmul") == []
        (compared,) = read.bench_comparisons(session)
        assert (compared["run"], compared["why"], compared["machine"]) == (run, "no time", document["machine"])
        assert (compared["preset"], compared["device"], compared["cache"]) == ("matched", "cpu", "cold")
        assert [found["run"] for found in read.bench_runs(session)] == [run]


CODE = {"pytorch": "def step(x):\n    return x + “quotes”\n", "numpy": "def step(x): ..."}


def test_the_code_of_the_sides_comes_back_and_lies_in_no_list(
    engine: Engine, run: int, document: dict[str, Any]
) -> None:
    document["results"].append(result("torch.eager", workload="matmul"))
    document["code"] = {"lstm": CODE, "matmul": {"pytorch": "…"}, "not measured": {"jax": "?"}}
    keep(engine, run, document)
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    with reading(engine) as session:
        listed = [read.bench_results(session), read.bench_runs(session), read.bench_comparisons(session)]
        assert asked
        assert not any("bench_result.samples" in statement for statement in asked)
        assert "def step" not in json.dumps(listed[0] + listed[1], default=str)
        assert read.bench_document(session, run, samples=True) == document | {"run": run}
        assert read.bench_code(session, run, "lstm") == CODE
        assert read.bench_code(session, run, "not measured") == {}
        assert [read.bench_samples(session, row["result"]) for row in listed[0]][-1] == document["results"][0][
            "samples"
        ]
    assert back(engine, run) == {k: v for k, v in without_samples(document, run).items() if k != "code"}
    assert "def step" not in str(rows(engine, "SELECT document FROM bench_run"))


@pytest.mark.parametrize("code", [{}, {"lstm": {}}])
def test_a_document_without_code_comes_back_without_or_as_empty_as_it_was(
    engine: Engine, run: int, document: dict[str, Any], code: dict[str, Any]
) -> None:
    keep(engine, run, document | {"code": code})
    with reading(engine) as session:
        found = read.bench_document(session, run, samples=True)
    assert found == document | {"code": code, "run": run}


def test_a_second_write_replaces_the_first_of_its_run_only(engine: Engine, run: int, document: dict[str, Any]) -> None:
    other = begin(engine)
    keep(engine, other, document)
    keep(engine, run, document | {"results": document["results"][:1], "comparisons": [], "rounds": 1})
    keep(engine, run, document)
    keep(engine, run, document)
    assert back(engine, run) == without_samples(document, run)
    assert back(engine, other) == without_samples(document, other)
    assert rows(engine, "SELECT count(*) FROM bench_result") == [(4,)]


def test_one_transaction_may_write_twice(engine: Engine, run: int, document: dict[str, Any]) -> None:
    with writing(engine) as session:
        write.bench_run(session, run, document | {"rounds": 1})
        write.bench_run(session, run, document)
    assert back(engine, run) == without_samples(document, run)


def test_what_json_has_no_word_for_becomes_null(engine: Engine, run: int, document: dict[str, Any]) -> None:
    document["results"] = [
        result(
            "torch.eager",
            status="wrong",
            relative_error=NAN,
            latency_s={"median": INFINITE, "low": -INFINITE, "high": NAN, "samples": 1},
            samples={"latency_s": [0.1, NAN], "nested": ({"a": INFINITE},)},
        )
    ]
    document["comparisons"] = [comparison("numpy", ratio=NAN, high=INFINITE)]
    document["ceilings"] = {"flops_per_s": INFINITE}
    keep(engine, run, document)
    found = back(engine, run)
    json.dumps(found, allow_nan=False)
    assert found["results"][0]["relative_error"] is None
    assert found["results"][0]["latency_s"] == {"median": None, "low": None, "high": None, "samples": 1}
    assert (found["comparisons"][0]["ratio"], found["comparisons"][0]["low"]) == (None, 1.8)
    assert found["ceilings"] == {"flops_per_s": None}
    with reading(engine) as session:
        (measured,) = read.bench_results(session)
        samples = read.bench_samples(session, measured["result"])
    assert samples == {"latency_s": [0.1, None], "nested": [{"a": None}]}
    assert rows(engine, "SELECT latency_median, relative_error FROM bench_result") == [(None, None)]


def test_a_comparison_comes_back_whole_and_an_older_one_from_its_columns(
    engine: Engine, run: int, document: dict[str, Any]
) -> None:
    document["comparisons"][0] |= {"why": None, "rounds": 20}
    keep(engine, run, document)
    assert back(engine, run)["comparisons"] == document["comparisons"]
    with writing(engine) as session:
        session.execute(text("UPDATE bench_comparison SET document = NULL"))
    (older,) = back(engine, run)["comparisons"]
    assert older == {name: held for name, held in document["comparisons"][0].items() if name != "rounds"} | {"why": ""}


def test_when_a_run_was_measured_is_told_by_its_document(engine: Engine, run: int, document: dict[str, Any]) -> None:
    keep(engine, run, document | {"started": "2026-03-04T23:30:00+02:00", "seconds": 90.5})
    other = begin(engine)
    keep(engine, other, document | {"started": "2026-03-04T23:30:00+02:00", "seconds": None})
    with reading(engine) as session:
        times = {row["run"]: row["measured_at"] for row in read.bench_runs(session)}
        assert {row["measured_at"] for row in read.bench_results(session) if row["run"] == run} == {times[run]}
        assert read.bench_runs_begun(session, "2026-03-04T23:30:00+02:00") == [run, other]
        assert read.bench_runs_begun(session, "2026-03-04T21:30:00+00:00") == []
    assert times == {run: datetime(2026, 3, 4, 21, 31, 30, 500000, tzinfo=UTC), other: None}


def test_samples_come_with_the_document_where_asked(engine: Engine, run: int, document: dict[str, Any]) -> None:
    document["results"].append(result("jax.jit", samples=None))
    keep(engine, run, document)
    with reading(engine) as session:
        assert read.bench_document(session, run, samples=True) == document | {"run": run}


def test_a_document_of_nothing_but_its_head(engine: Engine, run: int) -> None:
    keep(engine, run, {"stopped_because": "cancelled"})
    assert back(engine, run) == {"run": run, "stopped_because": "cancelled", "results": [], "comparisons": []}


def test_a_run_without_a_guard_is_never_stored(engine: Engine, document: dict[str, Any]) -> None:
    run = begin(engine)
    with writing(engine) as session:
        with pytest.raises(ImpossibleValue, match="made without wait, gap: it is no measurement"):
            write.bench_run(session, run, document | {"without": ["wait", "gap"]})
        write.bench_run(session, run, document | {"without": []})
