"""Whole runs with fake variants in real child processes: what fails, fails alone; what is measured, is right."""

import json
import os
import platform
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from collectors.bench import machine, registry
from collectors.bench.runner import run, share
from collectors.bench.spec import BenchSpec, SpecError
from collectors.bench.variants import without_home
from tests.bench.fakes import NAP_S

ROOT = Path(__file__).resolve().parents[2]
FAKES = "tests.bench.fakes"
ORPHAN_LIMIT_S = 10.0


def _spec(*variants: str, **changes: Any) -> BenchSpec:
    settings: dict[str, Any] = {
        "workloads": ("nap",),
        "seconds": 120.0,
        "max_rounds": 10,
        "seed": 1,
        "registry": FAKES,
        "threads": 1,
        "time_limit_s": 20.0,
    }
    settings |= {"processes": 1, "ceilings": False, "busiest": 1.0}  # the suite may run beside other work
    slugs = tuple(f"fake.{variant}" for variant in variants)
    return BenchSpec(variants=slugs, **(settings | changes))


def _by_variant(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["variant"].removeprefix("fake."): row for row in document["results"]}


def _running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _gone(pids: list[int]) -> bool:
    end = time.monotonic() + ORPHAN_LIMIT_S
    while any(_running(pid) for pid in pids) and time.monotonic() < end:
        time.sleep(0.05)
    return not any(_running(pid) for pid in pids)


@pytest.fixture(scope="module")
def events() -> list[dict[str, Any]]:
    return []


@pytest.fixture(scope="module")
def measured(events: list[dict[str, Any]]) -> dict[str, Any]:
    """One run of everything that can go right or wrong by itself."""
    modes = ["plain", "slow", "threads", "lazy", "wrong", "nan", "crash", "memory", "recompile"]
    modes += ["absent", "gap", "missing"]
    return run(_spec(*modes, ceilings=True, max_rounds=20), events.append)


def test_a_run_says_what_it_is_before_anything_is_measured(
    measured: dict[str, Any], events: list[dict[str, Any]]
) -> None:
    begun = events[0]["document"]
    assert (events[0]["kind"], begun["stopped_because"], begun["seconds"]) == ("begun", "still running", None)
    assert begun["results"] == begun["comparisons"] == []
    assert list(begun) == list(measured)
    for name in ("kind", "format", "started", "machine", "preset", "device", "seed", "budget_s"):
        assert begun[name] == measured[name]


def test_the_document_is_what_the_command_promises(measured: dict[str, Any]) -> None:
    assert json.loads(json.dumps(measured, allow_nan=False)) == measured
    top = {"run", "machine", "seconds", "rounds", "stopped_because", "ceilings", "results", "comparisons"}
    assert top <= set(measured)
    assert measured["run"] is None
    assert {"flops_per_s", "bytes_per_s"} <= set(measured["ceilings"])
    row = {"workload", "size", "variant", "device", "preset", "status", "message", "latency_s", "throughput_s"}
    row |= {"first_call_s", "peak_bytes", "relative_error", "tolerance", "share_of_ceiling", "passport"}
    pair = {"workload", "size", "baseline", "variant", "ratio", "low", "high", "verdict", "floor", "why"}
    for result in measured["results"]:
        assert row <= set(result)
        for speed in (result["latency_s"], result["throughput_s"]):
            assert speed is None or set(speed) == {"median", "low", "high", "samples"}
    assert all(pair <= set(comparison) for comparison in measured["comparisons"])


def test_memory_means_the_same_in_every_row(measured: dict[str, Any]) -> None:
    told = {variant: row["memory"] for variant, row in _by_variant(measured).items() if row["peak_bytes"] is not None}
    assert {"plain", "slow", "wrong", "crash"} <= set(told)
    for variant, memory in told.items():
        assert _by_variant(measured)[variant]["peak_bytes"] == memory["process_bytes"]
        assert memory["said"]["peak_bytes"] == "process_bytes"
        assert memory["process_bytes"] > 0.9 * memory["framework_bytes"] > 10_000_000
        assert (memory["allocator_bytes"], memory["device_bytes"]) == (None, None)
    assert _by_variant(measured)["missing"]["memory"] is None


def test_the_passport_names_the_interpreter(measured: dict[str, Any]) -> None:
    told = _by_variant(measured)["plain"]["passport"]["interpreter"]
    assert told == {"version": platform.python_version(), "prefix": without_home(sys.prefix)}


def test_clocks_speed_and_load_are_watched_at_every_round(measured: dict[str, Any]) -> None:
    (entry,) = measured["workloads"]
    assert entry["throttle"]["rounds"] == entry["rounds"]
    assert entry["throttle"]["known"] == (entry["throttle"]["why"] is None or entry["throttle"]["share"] is not None)
    looks = entry["sentinel"]
    assert looks["rounds"][0] == 0
    assert len(looks["rounds"]) == len(looks["seconds"]) >= 1
    assert set(entry["disturbance"]["rounds_busy"]) <= set(range(1, entry["rounds"] + 1))


def test_every_variant_has_its_own_outcome(measured: dict[str, Any]) -> None:
    states = {variant: row["status"] for variant, row in _by_variant(measured).items()}
    assert states == {
        **dict.fromkeys(("plain", "slow", "threads", "lazy"), "ok"),
        **dict.fromkeys(("wrong", "nan"), "wrong"),
        **dict.fromkeys(("crash", "recompile"), "failed"),
        **dict.fromkeys(("absent", "gap", "missing"), "unavailable"),
        "memory": "out of memory",
    }


@pytest.mark.parametrize(
    ("variant", "says"),
    [
        ("wrong", "relative error 0.001 against the float64 reference; 1e-05 is allowed"),
        ("nan", "not finite"),
        ("crash", "SIGABRT"),
        ("crash", "something broke deep inside"),
        ("recompile", "compiled again during the rounds"),
        ("absent", "this device was never built"),
        ("gap", "there is nothing to run"),
        ("missing", "no_such_framework is not installed"),
        ("memory", "MemoryError: asked for a yottabyte"),
    ],
)
def test_an_outcome_says_why(measured: dict[str, Any], variant: str, says: str) -> None:
    assert says in _by_variant(measured)[variant]["message"]


def test_only_what_is_right_has_a_speed(measured: dict[str, Any]) -> None:
    for row in measured["results"]:
        for figure in ("latency_s", "throughput_s", "first_call_s", "share_of_ceiling"):
            assert (row[figure] is not None) == (row["status"] == "ok")
    assert _by_variant(measured)["wrong"]["relative_error"] == pytest.approx(0.001, rel=0.01)
    assert _by_variant(measured)["nan"]["relative_error"] is None


def test_the_speed_is_the_nap(measured: dict[str, Any]) -> None:
    plain = _by_variant(measured)["plain"]
    assert NAP_S <= plain["latency_s"]["median"] < 5 * NAP_S
    assert NAP_S <= plain["throughput_s"]["median"] < 5 * NAP_S
    assert plain["latency_s"]["low"] <= plain["latency_s"]["median"] <= plain["latency_s"]["high"]
    assert plain["relative_error"] < 1e-6


def test_samples_are_kept_one_a_round(measured: dict[str, Any]) -> None:
    samples = _by_variant(measured)["plain"]["samples"]
    count = measured["rounds"]
    assert samples["rounds"] == list(range(1, count + 1))
    assert {len(samples[name]) for name in ("latency", "throughput", "again", "process")} == {count}
    assert _by_variant(measured)["plain"]["latency_s"]["samples"] == count


def test_a_slowed_variant_is_caught_and_a_mismatched_one_is_not_compared(measured: dict[str, Any]) -> None:
    found = {c["variant"]: c for c in measured["comparisons"] if c["baseline"] == "fake.plain"}
    assert found["fake.slow"]["verdict"] == "slower"
    assert found["fake.slow"]["low"] < found["fake.slow"]["ratio"] < found["fake.slow"]["high"]
    assert found["fake.slow"]["ratio"] == pytest.approx(2.0, abs=0.5)
    assert found["fake.threads"]["verdict"] == "not comparable"
    assert "threads: 1 against 99" in found["fake.threads"]["why"]
    assert set(found) == {"fake.slow", "fake.threads", "fake.lazy"}


def test_the_passport_tells_what_was_in_force(measured: dict[str, Any]) -> None:
    plain, wrong = (_by_variant(measured)[variant]["passport"] for variant in ("plain", "wrong"))
    assert plain["threads"] == 1
    assert len(plain["affinity"]) == 1
    assert plain["environment"]["OMP_NUM_THREADS"] == "1"
    assert plain["layout"] == "a row"
    assert plain["precision"] == wrong["precision"] == "float32"
    assert plain["calls_per_block"] >= 2
    assert 0 < plain["null_call_s"] < NAP_S


def test_events_tell_the_run_as_it_goes(measured: dict[str, Any], events: list[dict[str, Any]]) -> None:
    fractions = [event["fraction"] for event in events if event["kind"] == "progress"]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)
    assert [event["result"] for event in events if event["kind"] == "result"] == measured["results"]
    assert [event["comparison"] for event in events if event["kind"] == "comparison"] == measured["comparisons"]
    assert sum(event["kind"] == "round" for event in events) == measured["rounds"]


def test_no_child_is_left(measured: dict[str, Any], events: list[dict[str, Any]]) -> None:
    pids = [event["pid"] for event in events if event["kind"] == "child"]
    assert len(pids) == 10
    assert _gone(pids)


def test_a_variant_against_itself_in_disguise_is_too_close_to_call() -> None:
    document = run(_spec("plain", "lazy", preset="defaults", threads=None))
    assert [c["verdict"] for c in document["comparisons"]] == ["too close to call"]


def test_one_child_at_a_time_and_another_order_each_round() -> None:
    orders: list[tuple[str, ...]] = []

    def keep(event: dict[str, Any]) -> None:
        if event["kind"] == "round":
            orders.append(tuple(event["order"]))

    run(_spec("plain", "slow", "threads"), keep)
    assert len(set(orders)) > 1
    assert {tuple(sorted(order)) for order in orders} == {tuple(sorted(orders[0]))}
    assert orders[0].count("fake.plain again") == 1


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
def test_killing_a_child_in_the_middle_fails_that_variant_only() -> None:
    pids: dict[str, int] = {}

    def kill(event: dict[str, Any]) -> None:
        if event["kind"] == "child":
            pids[event["variant"]] = event["pid"]
        if event["kind"] == "round" and event["round"] == 6:
            os.kill(pids["fake.plain"], signal.SIGKILL)

    document = run(_spec("plain", "slow", "threads"), kill)
    rows = _by_variant(document)
    assert {variant: row["status"] for variant, row in rows.items()} == {
        "plain": "failed",
        "slow": "ok",
        "threads": "ok",
    }
    assert "signal 9 (SIGKILL)" in rows["plain"]["message"]
    assert rows["plain"]["latency_s"] is None
    assert len(rows["plain"]["samples"]["latency"]) == 6
    assert rows["slow"]["latency_s"]["samples"] == document["rounds"] > 6
    assert [(c["baseline"], c["variant"]) for c in document["comparisons"]] == [("fake.slow", "fake.threads")]


def test_a_hanging_child_times_out_alone() -> None:
    started = time.monotonic()
    rows = _by_variant(run(_spec("hang", "plain", time_limit_s=3.0)))
    assert (rows["hang"]["status"], rows["plain"]["status"]) == ("timed out", "ok")
    assert "within 3 s" in rows["hang"]["message"]
    assert time.monotonic() - started < 20


def test_a_budget_for_a_round_or_two_gives_no_interval_and_says_so() -> None:
    document = run(_spec("plain", "slow", seconds=0.001))
    assert 1 <= document["rounds"] < 5
    comparison = document["comparisons"][0]
    assert (comparison["low"], comparison["high"], comparison["verdict"]) == (None, None, "not comparable")
    assert f"only {document['rounds']} rounds were done" in comparison["why"]
    assert comparison["ratio"] > 1
    assert "budget" in document["stopped_because"]


def test_rounds_end_early_once_every_interval_is_narrow() -> None:
    document = run(_spec("plain", "slow", target=0.9, max_rounds=200))
    assert document["rounds"] == 20
    assert "narrower" in document["stopped_because"]


def test_the_budget_is_shared_among_workloads() -> None:
    document = run(_two())
    seconds = {w["workload"]: w["seconds"] for w in document["workloads"]}
    assert set(seconds) == {"nap", "siesta"}
    assert all(0.2 < spent < 3 for spent in seconds.values())


def test_what_a_workload_leaves_goes_to_the_rest_and_what_it_overruns_is_not_taken_from_them() -> None:
    assert share(30.0, spent=0.0, done=0, count=3) == 10.0
    assert share(30.0, spent=2.0, done=1, count=3) == 14.0
    assert share(30.0, spent=25.0, done=1, count=3) == 10.0
    assert share(30.0, spent=90.0, done=2, count=3) == 10.0


def _two() -> BenchSpec:
    return BenchSpec(
        ("nap", "siesta"), ("fake.plain", "fake.slow"), seconds=1.0, threads=1, ceilings=False, registry=FAKES
    )


def test_a_reference_that_cannot_be_made_fails_the_variants_with_the_reason() -> None:
    rows = _by_variant(run(_spec("plain", size="huge")))
    assert rows["plain"]["status"] == "failed"
    assert "the reference could not be computed" in rows["plain"]["message"]


def test_cancelling_ends_at_once_and_keeps_what_is_complete() -> None:
    stop = threading.Event()
    pids: list[int] = []

    def watch(event: dict[str, Any]) -> None:
        if event["kind"] == "child":
            pids.append(event["pid"])
        if event["kind"] == "round" and event["workload"] == "siesta":
            stop.set()

    document = run(_two(), watch, stop.is_set)
    assert document["stopped_because"] == "cancelled"
    assert {row["workload"] for row in document["results"]} == {"nap"}
    assert _gone(pids)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc to see whether a process lives")
@pytest.mark.parametrize("variant", ["plain", "hang"])
def test_children_do_not_outlive_a_killed_coordinator(variant: str) -> None:
    code = (
        "import sys; from collectors.bench.runner import run; from tests.bench.test_run import _spec\n"
        "spec = _spec(sys.argv[1], seconds=60.0, time_limit_s=60.0, target=0.0, max_rounds=10000)\n"
        "run(spec, lambda event: print(event.get('pid', ''), flush=True))"
    )
    command = [sys.executable, "-c", code, variant]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as coordinator:
        assert coordinator.stdout is not None
        pid = int(next(line for line in coordinator.stdout if line.strip()))
        time.sleep(1.0)  # past the start, into the blocks (or the hang)
        assert _running(pid)
        coordinator.kill()
    assert _gone([pid])


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"workloads": ("nope",)}, "unknown workload 'nope': one of matmul, "),
        ({"workloads": ("matmull",)}, "unknown workload 'matmull': did you mean matmul or "),
        ({"variants": ("torch.eagr",)}, "unknown variant 'torch.eagr': did you mean torch.eager"),
        ({"variants": ("caffe",)}, "unknown variant 'caffe': one of torch.eager, "),
        ({"size": "vast"}, "unknown size of matmul 'vast': one of tiny, small, medium, large"),
        ({"size": "lagre"}, "unknown size of matmul 'lagre': did you mean large"),
        ({"preset": "fair"}, "unknown preset"),
        ({"device": "tpu"}, "unknown device"),
        ({"seconds": 0.0}, "seconds must be above zero"),
        ({"without": ("magic",)}, "unknown guard 'magic': one of wait, "),
        ({"memory_limit": 0}, "memory limit must be at least 1 byte"),
        ({"workloads": ()}, "at least one workload"),
        ({"processes": 0}, "processes must be from 1 to 10, not 0"),
        ({"processes": 11}, "processes must be from 1 to 10, not 11"),
        ({"seed": -1}, "the seed must be from 0 to 4294967295, not -1"),
        ({"seed": 2**32}, "not 4294967296"),
        ({"workloads": ("matmul", "fft", "matmul")}, "matmul is named twice"),
        ({"variants": ("numpy", "numpy")}, "numpy is named twice"),
        ({"threads": 100_000}, "100000 threads asked for"),
    ],
)
def test_a_request_that_cannot_be_is_refused_with_what_would_be_right(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(SpecError, match=says):
        run(BenchSpec(**({"workloads": ("matmul",)} | changes)))


def test_a_size_too_large_for_the_machine_is_refused_with_the_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "memory_free", lambda: 10**8)
    alone = r"matmul at size large needs about 0\.8 GB of memory for 1 variants, and 0\.1 GB are free here: take a sm"
    with pytest.raises(SpecError, match=alone):
        run(BenchSpec(("matmul",), ("numpy",), size="large"))


def test_variants_that_are_alive_at_once_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """384 products of 1024 by 64 by 1024: 1.8 GB of inputs and outputs in each of ten children, 7.2 GB at the peak."""
    monkeypatch.setattr(machine, "memory_free", lambda: 20 * 10**9)
    with pytest.raises(SpecError, match=r"needs about 23\.6 GB of memory for 10 variants, and 20\.0 GB are free"):
        run(BenchSpec(("batched_matmul",), size="large"))
    shape = registry.load("collectors.bench.registry").workload("batched_matmul")
    assert shape.memory_needed("large", 10) == shape.memory_needed("large") + 9 * shape.bytes_moved(
        shape.sizes["large"]
    )
