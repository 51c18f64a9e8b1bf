"""Fresh processes, several of each variant: what they give, what fails in a later one, what they cost."""

import os
import signal
import time
from typing import Any

import pytest

from collectors.bench.generations import disturbance
from collectors.bench.lane import Lane, Process
from collectors.bench.registry import VARIANTS
from collectors.bench.runner import run
from tests.bench.fakes import SLUMBER_S
from tests.bench.test_run import _by_variant, _gone, _spec

Document = dict[str, Any]


@pytest.fixture(scope="module")
def events() -> list[dict[str, Any]]:
    return []


@pytest.fixture(scope="module")
def measured(events: list[dict[str, Any]]) -> Document:
    """Three processes of each; one starts but once, one resolves other threads from its second process on."""
    return run(_spec("plain", "slow", "once", "fickle", processes=3, max_rounds=20), events.append)


def test_every_variant_gets_three_fresh_processes(measured: Document, events: list[dict[str, Any]]) -> None:
    plain = _by_variant(measured)["plain"]
    assert [p["rounds"] for p in plain["processes"]] == [6, 7, 7]
    assert all(p["warm_up_blocks"] >= 3 and p["peak_bytes"] > 0 and p["import_s"] >= 0 for p in plain["processes"])
    assert all(0 < p["first_call_s"] < p["prepare_s"] for p in plain["processes"])
    first_calls = sorted(p["first_call_s"] for p in plain["processes"])
    assert plain["first_call_s"] == first_calls[1]
    pids = [event["pid"] for event in events if event["kind"] == "child"]
    assert len(set(pids)) == len(pids) == 4 + 4 + 3
    assert _gone(pids)


def test_rounds_are_numbered_through_and_samples_know_their_process(measured: Document) -> None:
    samples = _by_variant(measured)["plain"]["samples"]
    assert samples["rounds"] == list(range(1, 21))
    assert samples["process"] == [0] * 6 + [1] * 7 + [2] * 7
    assert measured["rounds"] == _by_variant(measured)["plain"]["latency_s"]["samples"] == 20


def test_the_workload_says_how_many_processes_and_why(measured: Document) -> None:
    (workload,) = measured["workloads"]
    told = workload["processes"]
    assert (told["wanted"], told["done"], len(told["preparation_s"])) == (3, 3, 3)
    assert "three processes each, as asked" in told["why"]
    assert told["preparation_s"][0] < workload["preparation_s"] < measured["seconds"]
    assert measured["measured_s"] > workload["seconds"] + sum(told["preparation_s"][1:])


def test_what_fails_in_a_later_process_fails_alone_and_says_in_which(measured: Document) -> None:
    once = _by_variant(measured)["once"]
    assert (once["status"], once["latency_s"], once["first_call_s"]) == ("failed", None, None)
    assert once["message"] == "process 2: RuntimeError: it starts but once"
    assert [p["rounds"] for p in once["processes"]] == [6, 0]
    assert once["processes"][1]["first_call_s"] is None


def test_a_later_process_that_resolved_something_else_is_not_comparable(measured: Document) -> None:
    found = {c["variant"]: c for c in measured["comparisons"]}
    assert found["fake.fickle"]["verdict"] == "not comparable"
    assert "fake.fickle: threads 1 in process 1, 99 in process 2, 99 in process 3" in found["fake.fickle"]["why"]
    assert _by_variant(measured)["plain"]["passport"]["processes_differ"] == []
    assert found["fake.slow"]["verdict"] == "slower"


def test_events_say_which_process(measured: Document, events: list[dict[str, Any]]) -> None:
    rounds = [event for event in events if event["kind"] == "round"]
    assert [event["round"] for event in rounds] == list(range(1, 21))
    assert [event["process"] for event in rounds] == [1] * 6 + [2] * 7 + [3] * 7
    assert {event["processes"] for event in rounds} == {3}
    progress = [event for event in events if event["kind"] == "progress"]
    fractions = [event["fraction"] for event in progress]
    assert (fractions, fractions[-1]) == (sorted(fractions), 1.0)
    assert {event.get("process") for event in progress} == {1, 2, 3, None}
    assert measured["stopped_because"] == "nap: the most rounds, 20, were done"


def test_processes_that_cost_too_much_are_left_out() -> None:
    document = run(_spec("plain", "slow", processes=3, seconds=0.2))
    told = document["workloads"][0]["processes"]
    assert told["done"] == 1
    assert told["why"].startswith("one process each: preparing a second would have taken ")
    assert {len(row["processes"]) for row in document["results"]} == {1}


def test_narrow_within_a_process_says_how_wide_it_is_over_them() -> None:
    document = run(_spec("plain", "slow", processes=2, target=0.9, max_rounds=200))
    assert document["rounds"] == 20
    because = document["workloads"][0]["stopped_because"]
    assert because.startswith("every interval was narrower than ±90.0% within a process, and over the two processes up")


def test_processes_are_added_while_they_differ_and_time_is_left() -> None:
    """Every other process of `moody` is twice as slow: three tell next to nothing, and more tell more."""
    document = run(_spec("plain", "moody", processes=3, target=0.4, max_rounds=500, seconds=30.0))
    told = document["workloads"][0]["processes"]
    assert told["wanted"] == 3
    assert 3 < told["done"] <= 10
    assert told["why"].startswith("three processes each, as asked: ")
    assert told["why"].endswith("processes in the end, as the interval over them was not ±40.0%")
    assert {len(row["processes"]) for row in document["results"]} == {told["done"]}
    (compared,) = document["comparisons"]
    assert compared["low"] < 1.4 < compared["high"]


def test_no_process_is_added_beyond_the_share_or_the_most_rounds() -> None:
    short = run(_spec("plain", "moody", processes=3, target=0.4, max_rounds=500, seconds=2.0))
    few = run(_spec("plain", "moody", processes=3, target=0.4, max_rounds=9, seconds=30.0))
    assert short["workloads"][0]["processes"]["done"] <= 3
    assert few["workloads"][0]["processes"]["done"] == 3
    assert short["measured_s"] < 4


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
def test_a_child_killed_in_its_second_process_keeps_its_first_rounds() -> None:
    pids: dict[str, int] = {}

    def kill(event: dict[str, Any]) -> None:
        if event["kind"] == "child":
            pids[event["variant"]] = event["pid"]
        if event["kind"] == "round" and event["process"] == 2 and event["round"] == 7:
            os.kill(pids["fake.plain"], signal.SIGKILL)

    document = run(_spec("plain", "slow", "threads", processes=2), kill)
    rows = _by_variant(document)
    assert {name: row["status"] for name, row in rows.items()} == {"plain": "failed", "slow": "ok", "threads": "ok"}
    assert rows["plain"]["message"].startswith("process 2: the child process was ended by signal 9 (SIGKILL)")
    assert rows["plain"]["samples"]["process"] == [0] * 5 + [1] * 2
    assert rows["slow"]["samples"]["process"] == [0] * 5 + [1] * 5


def test_a_slow_call_gets_its_rounds_before_its_warm_up() -> None:
    """A share in which five rounds just fit, of two blocks of two calls (one to wake up) each."""
    document = run(_spec("slumber", seconds=5.4 * 4 * SLUMBER_S, max_rounds=100))
    slumber = _by_variant(document)["slumber"]
    assert document["rounds"] >= 5
    assert slumber["processes"][0]["warm_up_blocks"] <= 2
    assert slumber["samples"]["latency"] == slumber["samples"]["throughput"]
    assert slumber["latency_s"]["low"] is not None


def test_a_share_too_short_for_an_interval_says_how_long_would_do() -> None:
    told: list[dict[str, Any]] = []
    document = run(_spec("slumber", seconds=SLUMBER_S, max_rounds=30), told.append)
    (workload,) = document["workloads"]
    assert workload["rounds"] == 1
    assert "only 1 round fitted, and an interval needs 5 and a verdict 20: a sh" in workload["stopped_because"]
    before = [event for event in told if event["kind"] in ("progress", "round")]
    first = next(number for number, event in enumerate(before) if "round" in event)
    assert any("a verdict is not to be expected, as its rounds need about" in e["message"] for e in before[:first])


def test_stretches_are_put_together_by_their_seconds() -> None:
    quiet = {"others_share": 0.0, "stolen_share": 0.0, "busy": False}
    loud = {"others_share": 0.4, "stolen_share": 0.1, "busy": True}
    unknown = {"others_share": None, "stolen_share": None, "busy": None}
    assert disturbance([(9.0, quiet), (1.0, loud)]) == pytest.approx(
        {"others_share": 0.04, "stolen_share": 0.01, "busy": False}
    )
    assert disturbance([(1.0, quiet), (1.0, loud)])["busy"] is True
    assert disturbance([(1.0, unknown)]) == disturbance([]) == unknown


class _Made(Process):
    """A process whose blocks take what a list says, and no time."""

    def __init__(self, seconds: list[float]) -> None:
        super().__init__(call_s=seconds[0])
        self.seconds = seconds

    def block(self, kind: str, limit_s: float) -> float:
        return self.seconds.pop(0)


def test_warming_up_stops_when_settled_when_out_of_time_and_skips_what_is_slow() -> None:
    settles = _Made([0.001, 0.5, 0.1, 0.1, 0.1, 0.1])
    settles.warm(1.0, time.monotonic() + 60, slow_s=1.0)
    assert settles.warm_up == [0.001, 0.5, 0.1, 0.1, 0.1]
    once = _Made([0.1, 0.1])
    once.warm(1.0, time.monotonic(), slow_s=1.0)
    assert once.warm_up == [0.1]
    slow = _Made([2.0])
    slow.warm(1.0, time.monotonic(), slow_s=1.0)
    assert slow.warm_up == []


def test_the_first_call_is_the_median_and_is_unknown_where_there_was_none() -> None:
    lane = Lane(VARIANTS[0], processes=[Process(prepared={"first_call_s": s}) for s in (3.0, 1.0, 2.0)])
    assert lane.first_call_s() == 2.0
    assert Lane(VARIANTS[0]).first_call_s() is None
