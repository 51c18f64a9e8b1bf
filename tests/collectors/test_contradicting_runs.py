"""Runs that contradict themselves: each is refused with the sentence that says why, and nothing of it is stored."""

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest

from collectors.errors import SkipItem
from collectors.imports.run_checked import checked
from db import clock
from tests.bench.documents import START, document
from tests.collectors.importing import Importing
from tests.collectors.test_imported_runs import imported, written

Change = Callable[[dict[str, Any]], object]
NOW = START + timedelta(days=30)


def of_result(number: int = 0, **changes: Any) -> Change:
    return lambda told: told["results"][number].update(changes)


def of_time(**changes: Any) -> Change:
    return lambda told: told["results"][0]["latency_s"].update(changes)


def of_samples(**changes: Any) -> Change:
    return lambda told: told["results"][0]["samples"].update(changes)


def of_pair(**changes: Any) -> Change:
    return lambda told: told["comparisons"][0].update(changes)


def of_run(**changes: Any) -> Change:
    return lambda told: told.update(changes)


def work(**changes: Any) -> dict[str, Any]:
    return {"workload": "matmul", "size": "tiny", "rounds": 2} | changes


WORKS = [work(), work()]
THROTTLED = work(throttle={"known": True, "rounds_throttled": 9, "rounds": 2, "share": 1.0, "why": None})
ASKED = {"workloads": ["conv2d"], "variants": [], "size": None, "processes": 3, "threads": None}
CASES: tuple[tuple[Change, str], ...] = (
    (of_pair(variant="jax.jit"), "names a variant that has no result"),
    (of_pair(workload="conv2d"), "names a variant that has no result"),
    (of_pair(baseline="torch.eager"), "compares it with itself"),
    (of_pair(ratio=1.7), "has a ratio outside its own interval"),
    (of_pair(ratio=1.2), "has a ratio outside its own interval"),
    (of_pair(low=1.6, high=1.4), "with an interval that ends before it begins"),
    (of_pair(low=None), "with one end of its interval only"),
    (of_pair(ratio=None), "has an interval or a verdict without a ratio"),
    (of_pair(low=0.9), "says slower, which its interval does not"),
    (of_pair(verdict="faster"), "says faster, which its interval does not"),
    (of_pair(floor=0.6), "its ratio is within the gap that tells nothing"),
    (of_pair(ratio=1.02, low=1.01, high=1.03), "its ratio is within the gap that tells nothing"),
    (of_pair(floor=None), "says slower without an interval or a floor"),
    (of_pair(low=None, high=None), "says slower without an interval or a floor"),
    (of_pair(rounds=3), "rests on 3 rounds, and there were 2"),
    (of_result(status="wrong", latency_s=None, throughput_s=None), "names a variant that has no speed"),
    (of_result(latency_s=None), "is ok and has no time"),
    (of_result(tolerance=1e-8), "is ok although its error is above its tolerance"),
    (of_result(preset="defaults"), "of another device or preset than the run"),
    (of_result(device="cuda"), "of another device or preset than the run"),
    (of_time(low=0.002, high=0.0005), "has a latency with an interval that ends before it begins"),
    (of_time(low=0.001005), "has a latency outside its own interval"),
    (of_time(samples=20), "has a latency of 20 samples, and there are 2"),
    (of_time(median=0.01, low=0.009, high=0.011), "has a latency that lies outside its samples"),
    (of_samples(rounds=[0]), "has not one sample for each round"),
    (of_samples(rounds=[1, 1]), "rounds that are told twice or out of order"),
    (of_samples(process=[0]), "does not tell the process of each round"),
    (of_result(processes=[{}], samples={"latency": [0.001] * 2, "rounds": [0, 1], "process": [0, 1]}), "not told of"),
    (of_run(rounds=20, workloads=[work()]), "The run says 20 rounds, and its workloads had 2"),
    (of_run(workloads=WORKS), "A workload is told of twice"),
    (of_run(workloads=[work(workload="conv2d")]), "A workload is told of that has no result"),
    (of_run(workloads=[THROTTLED]), "matmul was throttled in 9 of 2 rounds"),
    (of_run(asked=ASKED), "a workload that was not asked for"),
    (of_run(seconds=0.004), "The calls timed take 0.005 s together, and the whole run 0.004 s"),
    (of_run(seconds=3_000_000.0), "The run ends at a time to come"),
)
FIGURES: tuple[tuple[Change, str], ...] = (
    (of_time(median=-0.001), "latency_s.median"),
    (of_time(median=0), "latency_s.median"),
    (of_time(mean=0.001), "latency_s.mean: Extra inputs are not permitted"),
    (of_samples(latency=[0.001, -0.001]), "samples.latency.1"),
    (of_samples(latency=[0.001, float("nan")]), "samples.latency.1"),
    (of_samples(latency=[0.001, float("inf")]), "samples.latency.1"),
    (of_samples(clock=[1, 2]), "samples.clock: Extra inputs are not permitted"),
    (of_samples(rounds=[0, 2**64]), "samples.rounds.1"),
    (of_run(asked=ASKED | {"workloads": []}), "asked.workloads"),
    (of_run(asked=ASKED | {"variants": ["numpy"] * 201}), "asked.variants"),
    (of_run(asked=ASKED | {"size": "tiny; rm"}), "asked.size"),
)


def changed(change: Change) -> dict[str, Any]:
    told = deepcopy(document())
    change(told)
    return told


@pytest.mark.parametrize(("change", "why"), CASES, ids=[why for _, why in CASES])
def test_a_run_that_contradicts_itself_is_refused(change: Change, why: str) -> None:
    with pytest.raises(SkipItem) as refused:
        checked(changed(change), NOW)
    said = str(refused.value)
    assert said.startswith("This run contradicts itself, and nothing of it was stored. ")
    assert why in said


@pytest.mark.parametrize(("change", "why"), FIGURES, ids=[f"{number} {why}" for number, (_, why) in enumerate(FIGURES)])
def test_a_figure_that_cannot_be_is_refused_by_where_it_stands(change: Change, why: str) -> None:
    with pytest.raises(SkipItem, match="no whole document") as refused:
        checked(changed(change), NOW)
    assert why in str(refused.value)


def test_a_run_at_one_with_itself_is_taken(importing: Importing) -> None:
    assert checked(document(), NOW)
    asked = ASKED | {"workloads": ["matmul"]}
    whole = document(asked=asked, workloads=[work()])
    (report,) = importing(written(whole))
    assert (report.status, report.new) == ("ok", 2), report.message
    assert clock.now() > NOW


def test_nothing_of_a_refused_one_is_stored(importing: Importing) -> None:
    before = importing.counts()
    (report,) = importing(written(changed(of_pair(ratio=1.7))))
    assert report.status == "failed"
    assert "has a ratio outside its own interval" in report.message
    assert imported(importing) == []
    assert importing.counts() == before


def test_a_verdict_that_is_less_than_its_interval_has_its_reasons() -> None:
    for verdict in ("too close to call", "not comparable"):
        assert checked(changed(of_pair(verdict=verdict, floor=None)), NOW)
