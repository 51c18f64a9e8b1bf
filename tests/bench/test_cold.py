"""Cold caches: other memory in each call, enough of it, the same figures of what rotates; and refusals that say why."""

import ctypes
import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from collectors.bench import cold, machine, registry, rotation
from collectors.bench.adapters import numpy as numpy_adapter
from collectors.bench.adapters.base import Setting, copied
from collectors.bench.comparisons import differences
from collectors.bench.lane import Lane, Process
from collectors.bench.registry import VARIANTS
from collectors.bench.runner import run
from collectors.bench.spec import BenchSpec, SpecError

ROOT = Path(__file__).resolve().parents[2]
MB = 1 << 20
COLD = BenchSpec(("elementwise",), cache="cold", registry="tests.bench.fakes")


def _address(array: np.ndarray[Any, Any]) -> int:
    return int(array.__array_interface__["data"][0])


def _lane(slug: str, bytes_of_a_set: int, rotated: str = rotation.ALL) -> Lane:
    prepared = {"bytes_of_a_set": bytes_of_a_set, "rotated": rotated}
    return Lane(next(v for v in VARIANTS if v.slug == slug), processes=[Process(prepared=prepared)])


def test_each_call_takes_the_next_copy_and_the_first_again_after_the_last() -> None:
    adapter = numpy_adapter.Adapter(Setting("eager", "cpu", "matched", 1))
    first = (np.arange(5.0), [np.ones(3)])
    sets = [first, *(adapter.copy(first) for _ in range(3))]
    seen: list[tuple[int, int]] = []

    def step(x: Any, others: Any) -> Any:
        seen.append((_address(x), _address(others[0])))
        return x + others[0].sum()

    call = rotation.calling(step, sets, None)
    results = [call() for _ in range(8)]
    assert len(set(seen[:4])) == 4
    assert seen[:4] == seen[4:]
    assert all(np.array_equal(result, results[0]) for result in results)


@pytest.mark.alone  # measures, and a neighbour empties the cache
def test_a_megabyte_that_fits_the_cache_takes_longer_where_it_has_left_it() -> None:
    """Seen here: 1.3 to 1.5 times; the fastest tenth of interleaved calls, so that other work does not decide."""
    known = cold.cache_bytes("cpu")
    if known is None:
        pytest.skip("this system does not tell the size of its last-level cache")
    adapter = numpy_adapter.Adapter(Setting("eager", "cpu", "matched", 1))
    arguments = (np.ones(MB // 4, np.float32),)
    copies = [arguments, *(adapter.copy(arguments) for _ in range(cold.sets_needed(known, MB) - 1))]
    calls = {"hot": rotation.calling(np.sum, [arguments], None), "cold": rotation.calling(np.sum, copies, None)}
    times: dict[str, list[float]] = {"hot": [], "cold": []}
    for _ in range(12):
        for name, call in calls.items():
            for _ in range(60):
                started = time.perf_counter()
                call()
                times[name].append(time.perf_counter() - started)
    tenth = {name: float(np.percentile(found, 10)) for name, found in times.items()}
    assert tenth["cold"] > 1.1 * tenth["hot"]


def test_a_state_is_carried_on_while_the_inputs_rotate() -> None:
    call = rotation.calling(lambda state, x: state + x, [(1,), (10,)], 100)
    assert [call() for _ in range(4)] == [101, 111, 112, 122]


def test_copies_keep_containers_strides_and_arrays_that_are_one_and_the_same() -> None:
    shared = np.ones((4, 3)).T
    value = (shared, [shared, {"scale": 2.0, "name": "x"}], None)
    made = copied(value, lambda a: a.copy(order="K") if isinstance(a, np.ndarray) else a)
    assert isinstance(made, tuple)
    assert made[0] is made[1][0]
    assert _address(made[0]) != _address(shared)
    assert made[0].strides == shared.strides
    assert made[1][1] == {"scale": 2.0, "name": "x"}
    assert made[2] is None


def test_what_rotates_is_told_in_bytes_and_as_a_share_of_what_was_drawn() -> None:
    drawn = {"x": np.zeros(25, np.float32), "kernel": np.zeros((3, 25), np.float32)}
    assert rotation.described((drawn["x"], [drawn["kernel"]], 3), drawn) == {
        "bytes_of_a_set": 400,
        "rotated": "all inputs",
    }
    assert rotation.described((drawn["x"],), drawn) == {
        "bytes_of_a_set": 100,
        "rotated": "25% of the inputs' values; the step holds the rest",
    }
    assert rotation.described((drawn["x"], drawn["x"]), drawn)["bytes_of_a_set"] == 100


@pytest.mark.parametrize(("set_bytes", "sets"), [(1, 65), (32, 3), (33, 3), (64, 2), (640, 2), (3, 23)])
def test_the_sets_besides_the_one_in_use_are_more_than_twice_the_cache(set_bytes: int, sets: int) -> None:
    assert cold.sets_needed(32 * MB, set_bytes * MB) == sets
    assert (sets - 1) * set_bytes >= 2 * 32 or set_bytes >= 64


def _asked(monkeypatch: pytest.MonkeyPatch, lanes: list[Lane], cache: int = 32 * MB, free: int = 10**10) -> list[Any]:
    asked: list[Any] = []

    def ask(do: str, limit_s: float, **more: Any) -> dict[str, Any]:
        asked.append((do, limit_s, more["sets"]))
        return {}

    for lane in lanes:
        lane.now.child = SimpleNamespace(ask=ask, end=lambda: None)  # type: ignore[assignment]  # all a lane asks of it
    monkeypatch.setattr(cold, "cache_bytes", lambda _: cache)
    monkeypatch.setattr(machine, "memory_free", lambda: free)
    cold.rotate(lanes, COLD)
    return asked


def test_variants_that_rotate_the_same_hold_as_many_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    part = "25% of the inputs' values; the step holds the rest"
    lanes = [_lane("numpy", 4 * MB), _lane("jax.jit", 2 * MB), _lane("torch.eager", MB, part)]
    assert [sets for _, _, sets in _asked(monkeypatch, lanes)] == [33, 33, 65]


def test_a_variant_that_has_nothing_to_rotate_has_no_cold_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    lanes = [_lane("numpy", 0), _lane("torch.eager", 4 * MB)]
    assert len(_asked(monkeypatch, lanes)) == 1
    assert lanes[0].status == "unavailable"
    assert "takes no inputs" in str(lanes[0].message)


def test_inputs_too_small_to_copy_often_enough_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    lanes = [_lane("numpy", 64)]
    assert _asked(monkeypatch, lanes) == []
    assert (lanes[0].status, "take a larger size" in str(lanes[0].message)) == ("unavailable", True)


def test_copies_that_do_not_fit_the_free_memory_are_refused_with_the_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    lanes = [_lane("numpy", 100 * MB), _lane("torch.eager", 100 * MB)]
    assert _asked(monkeypatch, lanes, free=300 * MB) == []
    assert all("need 0.4 GB, and 0.3 GB are free" in str(lane.message) for lane in lanes)


def test_an_unknown_cache_is_refused_with_what_would_be_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cold, "cache_bytes", lambda _: None)
    with pytest.raises(SpecError, match="take cache hot"):
        run(replace(COLD, workloads=("nap",)))


def test_a_run_too_large_for_cold_copies_is_refused_before_a_child_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cold, "cache_bytes", lambda _: 32 * MB)
    monkeypatch.setattr(machine, "memory_free", lambda: 100 * MB)
    with pytest.raises(SpecError, match=r"for \d+ variants need about 1\.\d GB, and 0\.1 GB are free"):
        run(replace(COLD, workloads=("nap",)))
    with pytest.raises(SpecError, match="unknown cache 'luke'"):
        BenchSpec(("nap",), cache="luke")


def test_the_cache_of_this_machine_is_that_of_its_cores_together(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for cpu, shared in enumerate(["0-1", "0-1", "2-3", "2-3"]):
        for index, size in enumerate(["32K", "32K", "1024K", "16384K"]):
            folder = tmp_path / f"cpu{cpu}" / "cache" / f"index{index}"
            folder.mkdir(parents=True)
            (folder / "size").write_text(size + "\n")
            (folder / "level").write_text("3\n")
            (folder / "shared_cpu_list").write_text(shared + "\n")
    monkeypatch.setattr(cold, "_CPUS", tmp_path)
    monkeypatch.setattr(machine, "processors", lambda: [0, 1, 2])
    assert cold.cache_bytes("cpu") == 2 * 16 * MB
    monkeypatch.setattr(machine, "processors", lambda: [1])
    assert cold.cache_bytes("cpu") == 16 * MB
    monkeypatch.setattr(cold, "_CPUS", tmp_path / "nothing")
    assert cold.cache_bytes("cpu") is None


def test_a_gpu_without_a_driver_has_no_known_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> None:
        raise OSError("libcuda.so.1: cannot open shared object file")

    monkeypatch.setattr(ctypes, "CDLL", missing)
    assert cold.cache_bytes("cuda:1") is None


def test_a_cold_variant_is_not_compared_with_a_hot_one_nor_with_one_that_rotates_less() -> None:
    passport = {"device": "cpu", "precision": "float32", "jit": {"asked": False, "on": False}}
    hot, whole = (
        passport | {"cache": {"mode": "hot"}},
        {"mode": "cold", "sets": 3, "bytes_of_a_set": 1, "rotated": "all inputs"},
    )
    part = whole | {"rotated": "25% of the inputs' values; the step holds the rest"}
    assert differences(passport, hot, "defaults") == []
    assert differences(hot, passport | {"cache": whole}, "defaults") == ["cache: hot against cold, all inputs"]
    assert differences(passport | {"cache": whole | {"sets": 9}}, passport | {"cache": whole}, "matched") == []
    assert "25%" in differences(passport | {"cache": part}, passport | {"cache": whole}, "matched")[0]


def test_a_whole_cold_run_says_what_rotated_and_what_could_not(monkeypatch: pytest.MonkeyPatch) -> None:
    known = 32 * 2**20  # a machine's own may be so large that the tiny size has too few bytes for it
    monkeypatch.setattr(cold, "cache_bytes", lambda _device: known)
    spec = BenchSpec(
        ("matmul", "import_time"), ("numpy",), cache="cold", size="tiny", threads=1, seconds=60, max_rounds=3
    )
    document = run(replace(spec, ceilings=False, busiest=1.0))
    product, start = document["results"]
    n = registry.load(spec.registry).workload("matmul").sizes["tiny"]["n"]
    sets = cold.sets_needed(known, 8 * n * n)
    assert document["cache"] == "cold"
    assert product["status"] == "ok"
    told = {"mode": "cold", "sets": sets, "bytes_of_a_set": 8 * n * n, "rotated": "all inputs"}
    assert product["passport"]["cache"] == told
    assert (start["status"], start["latency_s"]) == ("unavailable", None)
    assert start["message"].startswith("cache cold: an import takes no inputs")


def test_the_command_line_of_the_harness_takes_it() -> None:
    command = [sys.executable, "-m", "collectors.bench", "run", "import_time", "--variant", "numpy", "--cache", "cold"]
    done = subprocess.run([*command, "--json"], cwd=ROOT, capture_output=True, text=True, check=True)
    document = json.loads(done.stdout)
    assert (document["cache"], document["results"][0]["status"]) == ("cold", "unavailable")
