"""Speed figures as a page reads them: filtered, paged, the newest of each, without what has not ended."""

from typing import Any

import pytest

from db import read, write
from db.engine import Engine, reading, writing
from db.read import BenchFilter
from tests.bench.documents import comparison, result

HERE, THERE = {"processor": "Here", "processors": 2}, {"processor": "There", "processors": 64}


def kept(
    engine: Engine,
    *variants: str,
    started: str = "2026-06-01T12:00:00+00:00",
    kind: str = "benchmark",
    ended: bool = True,
    **more: Any,
) -> int:
    """Write a run of matmul whose variants are compared with torch.eager; gives its number."""
    workload, machine = more.pop("workload", "matmul"), more.pop("machine", HERE)
    verdict = more.pop("verdict", "slower")
    document = {
        "format": 1,
        "machine": machine,
        "started": started if ended else None,
        "seconds": 60.0 if ended else None,
        "results": [result(v, 0.1, workload=workload, **more) for v in ("torch.eager", *variants)],
        "comparisons": [
            comparison(workload=workload, baseline="torch.eager", variant=v, verdict=verdict) for v in variants
        ],
    }
    with writing(engine) as session:
        run = write.start_run(session, kind=kind, source="benchmark")
        write.bench_run(session, run, document)
        if ended:
            write.finish_run(session, run, status="ok", new=1)
    return run


def rows(engine: Engine, chosen: BenchFilter, **page: int) -> tuple[list[dict[str, Any]], int]:
    with reading(engine) as session:
        return read.bench_result_rows(session, chosen, **page)


def ratios(engine: Engine, chosen: BenchFilter) -> list[dict[str, Any]]:
    with reading(engine) as session:
        return read.bench_comparison_rows(session, chosen)


def test_rows_are_plain_and_come_a_page_at_a_time(engine: Engine) -> None:
    kept(engine, "numpy", "jax.jit")
    found, total = rows(engine, BenchFilter(), limit=2)
    assert (len(found), total) == (2, 3)
    assert not {"document", "passport", "samples", "place", "total", "kind"} & set(found[0])
    assert found[0]["latency_median"] == 0.1
    rest, total = rows(engine, BenchFilter(), limit=2, offset=2)
    assert (len(rest), total) == (1, 3)
    assert {row["variant"] for row in found + rest} == {"torch.eager", "numpy", "jax.jit"}
    assert rows(engine, BenchFilter(), offset=9) == ([], 0)


@pytest.mark.parametrize(
    ("chosen", "results", "compared"),
    [
        (BenchFilter(workloads=("lstm",)), 2, 1),
        (BenchFilter(sizes=("tiny",)), 5, 3),
        (BenchFilter(sizes=("huge",)), 0, 0),
        (BenchFilter(variants=("numpy",)), 1, 1),
        (BenchFilter(variants=("torch.eager",)), 2, 3),
        (BenchFilter(variants=("torch.eager", "jax.jit")), 4, 2),
        (BenchFilter(devices=("cuda",)), 2, 1),
        (BenchFilter(presets=("defaults",)), 2, 1),
        (BenchFilter(verdicts=("faster",)), 2, 1),
        (BenchFilter(verdicts=("not comparable",)), 0, 0),
        (BenchFilter(runs=()), 0, 0),
    ],
)
def test_each_filter_counts_in_the_store(engine: Engine, chosen: BenchFilter, results: int, compared: int) -> None:
    kept(engine, "numpy", "jax.jit")
    kept(engine, "jax.jit", workload="lstm", device="cuda", preset="defaults", verdict="faster")
    assert rows(engine, chosen)[1] == results
    assert len(ratios(engine, chosen)) == compared


def test_the_newest_of_each_is_by_when_it_was_measured_and_by_machine(engine: Engine) -> None:
    newest = kept(engine, "numpy", started="2026-06-03T12:00:00+00:00")
    kept(engine, "numpy", started="2026-06-02T12:00:00+00:00")
    other = kept(engine, "numpy", machine=THERE)
    brought = kept(engine, "numpy", kind="import")
    chosen = BenchFilter(newest=True, variants=("numpy",))
    assert {row["run"] for row in rows(engine, chosen)[0]} == {newest, other, brought}
    found = {row["run"]: row for row in ratios(engine, chosen)}
    assert set(found) == {newest, other, brought}
    assert found[other]["machine"] == THERE
    assert found[brought]["imported"] is True
    assert (found[newest]["device"], found[newest]["preset"]) == ("cpu", "matched")


def test_a_cold_run_does_not_stand_for_a_hot_one(engine: Engine) -> None:
    hot = kept(engine, "numpy")
    with writing(engine) as session:
        cold = write.start_run(session, kind="benchmark", source="benchmark")
        later = {"started": "2026-07-01T12:00:00+00:00", "seconds": 60.0, "machine": HERE, "cache": "cold"}
        write.bench_run(session, cold, later | {"results": [result("numpy", 0.1)]})
        write.finish_run(session, cold, status="ok", new=1)
    found = rows(engine, BenchFilter(newest=True, variants=("numpy",)))[0]
    assert [(row["run"], row["cache"]) for row in found] == [(cold, "cold"), (hot, "hot")]


def test_what_has_not_ended_is_not_there(engine: Engine) -> None:
    kept(engine, "numpy", ended=False)
    assert rows(engine, BenchFilter()) == ([], 0)
    assert ratios(engine, BenchFilter(newest=True)) == []
    with reading(engine) as session:
        assert read.bench_heads(session) == []
        assert read.bench_conditions(session) == {}
        assert read.bench_newest(session) == 2


def test_heads_say_what_a_run_holds_newest_first(engine: Engine) -> None:
    late = kept(engine, "numpy", started="2026-06-03T12:00:00+00:00", device="cuda")
    early = kept(engine, workload="lstm", kind="import")
    with reading(engine) as session:
        first, second = read.bench_heads(session)
        conditions = read.bench_conditions(session, workload="lstm")
    assert (first.run, first.device, first.workloads, first.results) == (late, "cuda", ("matmul",), 2)
    assert (second.run, second.imported, second.machine) == (early, True, HERE)
    assert conditions == {early: {"run": early, "machine": HERE, "format": 1, "cache": None}}


def test_first_calls_come_by_process_with_whether_anything_was_compiled(engine: Engine) -> None:
    run = kept(
        engine,
        processes=[{"first_call_s": 1.5}, {"first_call_s": None}, {"first_call_s": 2.5}],
        passport={"jit": {"asked": True, "on": False}},
    )
    with reading(engine) as session:
        (number,) = [row["result"] for row in read.bench_results(session, run=run, workload="matmul", size="tiny")]
        assert read.bench_first_calls(session, [number]) == {number: ([1.5, 2.5], False)}
        assert read.bench_results(session, run=run, size="huge") == []
        head = read.bench_head(session, run)
    assert head is not None
    assert head["machine"] == HERE
