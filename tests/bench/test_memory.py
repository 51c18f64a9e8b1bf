"""What each figure of memory counts: in real processes, and for GPUs by a fake NVML."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from collectors.bench import memory
from collectors.bench.adapters import jax, pytorch, tensorflow
from collectors.bench.adapters.base import Setting
from collectors.bench.nvml import Gpu
from collectors.bench.watch import Watch
from tests.bench import fake_nvml
from tests.bench.fake_nvml import GB, Card

ROOT = Path(__file__).resolve().parents[2]
MB = 10**6
TAKEN = """
import json, numpy as np
from collectors.bench.memory import Memory
from tests.bench.test_memory import Silent
def take(megabytes):
    return float(np.ones(megabytes * 125_000).sum())
memory = Memory()
memory.imported()
take(300)
memory.begin()
before = memory.process_bytes()
take(100)
after = memory.process_bytes()
with memory.apart():
    take(400)
apart = memory.process_bytes()
take(150)
print(json.dumps([memory.framework, before, after, apart, memory.process_bytes(), memory.told(Silent())]))
"""

linux = pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="only Linux counts a peak anew")


class Silent:
    """An adapter without an allocator."""

    def reset_peak(self) -> None:
        """There is none."""

    def peak_bytes(self) -> int | None:
        return None

    def reserved_bytes(self) -> int | None:
        return None


@pytest.fixture(scope="module")
def taken() -> list[Any]:
    done = subprocess.run([sys.executable, "-c", TAKEN], cwd=ROOT, capture_output=True, text=True, check=True)
    found: list[Any] = json.loads(done.stdout)
    return found


@linux
def test_the_peak_is_of_the_workload_alone(taken: list[Any]) -> None:
    framework, before, after, apart, last, _ = taken
    assert before - framework < 50 * MB, "what was taken before the workload began does not count"
    assert after - framework == pytest.approx(100 * MB, abs=20 * MB)
    assert apart == after, "what was taken for the check does not count"
    assert last - framework == pytest.approx(150 * MB, abs=30 * MB)


@linux
def test_each_figure_says_what_it_is(taken: list[Any]) -> None:
    told = taken[-1]
    assert set(memory.KINDS) <= set(told)
    assert (told["allocator_bytes"], told["device_bytes"]) == (None, None)
    assert "during the workload" in told["said"]["process_bytes"]
    assert "before the inputs" in told["said"]["framework_bytes"]
    assert "keeps no count" in told["said"]["allocator_bytes"]


def test_a_system_that_cannot_count_anew_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(memory, "_CLEAR", tmp_path / "no" / "clear_refs")
    found = memory.Memory()
    found.begin()
    assert "since it started" in found.told(Silent())["said"]["process_bytes"]


def test_a_system_that_tells_nothing_gives_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(memory, "_STATUS", tmp_path / "status")
    monkeypatch.setattr(sys, "platform", "win32")
    found = memory.Memory()
    found.imported()
    told = found.told(Silent())
    assert (told["process_bytes"], told["framework_bytes"]) == (None, None)
    assert told["said"]["process_bytes"] == told["said"]["framework_bytes"] == "not told by this system"


def _row(variant: str, process: int, status: str = "ok") -> dict[str, Any]:
    told: dict[str, Any] = {"process_bytes": process, "device_bytes": None, "said": {}}
    return {"variant": variant, "status": status, "peak_bytes": None, "memory": told}


def test_on_the_processor_the_peak_is_the_process() -> None:
    rows = [_row("a", 5), _row("b", 7), {"variant": "c", "status": "unavailable", "peak_bytes": None, "memory": None}]
    memory.add_device(rows, {}, None)
    memory.settle(rows, "cpu")
    assert [row["peak_bytes"] for row in rows] == [5, 7, None]
    assert {row["memory"]["said"]["peak_bytes"] for row in rows[:2]} == {"process_bytes"}
    assert "no memory apart" in rows[0]["memory"]["said"]["device_bytes"]


@pytest.mark.parametrize(
    ("held", "failed_too", "peaks", "kind"),
    [
        ({"a": 50, "b": 70}, False, [50, 70], "device_bytes"),
        ({"a": 50}, False, [5, 7], "process_bytes"),
        ({"a": 50}, True, [50, None], "device_bytes"),
        ({}, False, [5, 7], "process_bytes"),
    ],
)
def test_on_a_gpu_the_peak_means_the_same_for_all(
    held: dict[str, int], failed_too: bool, peaks: list[int | None], kind: str
) -> None:
    rows = [_row("a", 5), _row("b", 7, "failed" if failed_too else "ok")]
    memory.add_device(rows, held, "nobody of this id")
    memory.settle(rows, "cuda:0")
    assert [row["peak_bytes"] for row in rows] == peaks
    assert {row["memory"]["said"]["peak_bytes"] for row in rows} == {kind}
    for row in rows:
        said = row["memory"]["said"]["device_bytes"]
        assert said == (memory.DEVICE if row["variant"] in held else "nobody of this id")


def test_the_most_that_a_process_held_is_kept_over_the_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    card = Card(processes={11: 2 * GB, 12: None, 99: 50 * GB})
    driver = fake_nvml.install(monkeypatch, card)
    watch = Watch(Gpu(0), [])
    watch.round(1, {"a": 11, "b": 12, "c": 13})
    card.processes[11] = 5 * GB
    watch.round(2, {"a": 11, "b": 12, "c": 13})
    card.processes[11] = 3 * GB
    watch.round(3, {"a": 11})
    watch.close()
    assert watch.held == {"a": 5 * GB}
    assert "in a container, processes have other ids" in str(watch.why_not_held)
    assert driver.opened == 0


def test_without_nvml_the_reason_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_nvml.remove(monkeypatch)
    watch = Watch(Gpu(0), [])
    watch.round(1, {"a": 11})
    assert (watch.held, watch.why_not_held) == ({}, "the package nvidia-ml-py is not installed")
    assert watch.told()["throttle"]["why"] == watch.why_not_held


class _Cuda:
    """The memory calls of torch.cuda, tf.config.experimental and a JAX device, as their documentation gives them."""

    def __init__(self) -> None:
        self.resets: list[Any] = []
        self.cuda = self.config = self.experimental = self

    def reset_peak_memory_stats(self) -> None:
        self.resets.append(None)

    def max_memory_allocated(self) -> int:
        return 3 * GB

    def max_memory_reserved(self) -> int:
        return 4 * GB

    def reset_memory_stats(self, device: str) -> None:
        self.resets.append(device)

    def get_memory_info(self, device: str) -> dict[str, int]:
        return {"current": 1, "peak": 3 * GB}

    def memory_stats(self) -> dict[str, int] | None:
        return {"peak_bytes_in_use": 3 * GB, "peak_pool_bytes": -1}


@pytest.mark.parametrize(
    ("module", "attribute", "resets", "reserved"),
    [(pytorch, "torch", [None], 4 * GB), (tensorflow, "tf", ["GPU:0"], None), (jax, "device", [], None)],
)
def test_adapters_ask_their_frameworks_own_allocator(
    module: Any, attribute: str, resets: list[Any], reserved: int | None
) -> None:
    adapter = object.__new__(module.Adapter)  # as if imported and set up on a GPU
    framework = _Cuda()
    adapter.setting = Setting("eager", "cuda", "matched", 1)
    setattr(adapter, attribute, framework)
    adapter.reset_peak()
    assert (adapter.peak_bytes(), adapter.reserved_bytes()) == (3 * GB, reserved)
    assert framework.resets == resets
