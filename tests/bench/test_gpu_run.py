"""A whole run on `cuda:1` of a fake driver, with children that only say that they are on a GPU."""

from typing import Any

import pytest

from collectors.bench.memory import DEVICE
from collectors.bench.runner import run
from collectors.bench.spec import BenchSpec
from tests.bench import fake_nvml
from tests.bench.fake_nvml import GB, Card

SPEC = BenchSpec(
    ("nap",),
    device="cuda:1",
    seconds=60.0,
    max_rounds=6,
    seed=1,
    threads=1,
    busiest=1.0,
    registry="tests.bench.fakes_gpu",
)


def _run(monkeypatch: pytest.MonkeyPatch, *, in_a_container: bool = False) -> dict[str, Any]:
    second = Card(name="NVIDIA L4", uuid="GPU-bbbb", reasons=0x04)
    driver = fake_nvml.install(monkeypatch, Card(), second)

    def on_event(event: dict[str, Any]) -> None:
        if event["kind"] == "child" and not in_a_container:
            second.processes[event["pid"]] = len(second.processes) * GB + GB
        if event["kind"] == "round" and event["round"] == 3:
            second.reasons = 0

    document = run(SPEC, on_event)
    assert driver.opened == 0
    return document


def _ok(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for row in document["results"] if row["status"] == "ok"]


@pytest.fixture(scope="module")
def measured() -> Any:
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield _run(monkeypatch)


def test_the_children_see_the_gpu_asked_for_and_the_rows_name_it(measured: dict[str, Any]) -> None:
    rows = _ok(measured)
    assert [row["variant"] for row in rows] == ["gpu.one", "gpu.two"]
    assert {row["device"] for row in measured["results"]} == {measured["device"]} == {"cuda:1"}
    assert {row["passport"]["device_name"] for row in rows} == {"GPU 1"}
    assert rows[0]["passport"]["environment"]["CUDA_DEVICE_ORDER"] == "PCI_BUS_ID"


def test_a_framework_without_cuda_is_alone_unavailable(measured: dict[str, Any]) -> None:
    left = [(row["variant"], row["status"], row["message"]) for row in measured["results"] if row["status"] != "ok"]
    assert left == [("gpu.without", "unavailable", "a build without CUDA")]


def test_memory_is_the_devices_for_all(measured: dict[str, Any]) -> None:
    rows = _ok(measured)
    assert all(row["peak_bytes"] == row["memory"]["device_bytes"] >= GB for row in rows)
    assert {row["memory"]["said"]["device_bytes"] for row in rows} == {DEVICE}
    assert {(row["memory"]["allocator_bytes"], row["memory"]["allocator_reserved_bytes"]) for row in rows} == {
        (1_000, 2_000)
    }


def test_throttled_rounds_are_counted_said_and_kept(measured: dict[str, Any]) -> None:
    (entry,) = measured["workloads"]
    assert (entry["rounds"], entry["throttle"]["rounds_throttled"], entry["throttle"]["throttled"]) == (6, 3, [1, 2, 3])
    (comparison,) = measured["comparisons"]
    assert comparison["rounds"] == 6
    assert "the device was throttled in 50% of the rounds (power cap)" in comparison["why"]
    assert comparison["verdict"] != "not comparable"


def test_ceilings_nobody_could_measure_are_unknown_beside_the_data_sheet(measured: dict[str, Any]) -> None:
    found = measured["ceilings"]
    assert (found["flops_per_s"], found["bytes_per_s"]) == (None, None)
    assert "no framework of this run" in found["why"]
    assert found["datasheet"]["bytes_per_s"] == 300e9
    assert {row["share_of_ceiling"] for row in measured["results"]} == {None}


def test_in_a_container_the_peak_is_the_process_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = _ok(_run(monkeypatch, in_a_container=True))
    assert len(rows) == 2
    for row in rows:
        assert row["memory"]["device_bytes"] is None
        assert "in a container" in row["memory"]["said"]["device_bytes"]
        assert row["peak_bytes"] == row["memory"]["process_bytes"] > 1_000_000
