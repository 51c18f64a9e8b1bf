"""The ceilings: measured for real by NumPy and every framework here, at toy sizes; put together from made ones."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from collectors.bench import ceilings, datasheet, roofline
from collectors.bench.nvml import Gpu
from collectors.bench.process import Child, ChildError
from collectors.bench.registry import VARIANTS
from collectors.bench.variants import Availability, Variant, availability, interpreter

ROOT = Path(__file__).resolve().parents[2]
BY_SLUG = {variant.slug: variant for variant in VARIANTS}
TOY = """
import importlib, json, sys
from collectors.bench import ceilings
from collectors.bench.adapters.base import Setting
ceilings.SIDES, ceilings.COPY_BYTES, ceilings.SECONDS = {"cpu": (64, 128)}, {"cpu": 1 << 20}, 0.02
module, mode, framework = sys.argv[1:]
adapter = importlib.import_module(module).Adapter(Setting(mode, "cpu", "matched", 1))
before = adapter.facts()
found = ceilings.measure_with(framework, "cpu", adapter.wait)
print(json.dumps([found, before == adapter.facts()]))
"""


@pytest.mark.frameworks
@pytest.mark.parametrize("slug", ["torch.eager", "tensorflow.function", "jax.jit"])
def test_each_framework_finds_ceilings_and_leaves_its_settings_as_they_were(slug: str) -> None:
    variant = BY_SLUG[slug]
    state = availability(variant)
    if not state.available:
        pytest.skip(str(state.why_not))
    command = [interpreter(variant), "-c", TOY, variant.adapter, variant.mode, variant.framework]
    environment = {
        "PYTHONPATH": str(ROOT),
        "PATH": "/usr/bin:/bin",
        "JAX_PLATFORMS": "cpu",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    found, unchanged = json.loads(done.stdout)
    assert set(found["flops"]) == {"float32", "bfloat16"}
    assert all(1e6 < rate < 1e13 for rate in found["flops"].values())
    assert 1e7 < found["bytes_per_s"] < 1e12
    assert unchanged


def test_numpy_finds_float32_and_a_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ceilings, "SIDES", {"cpu": (64,)})
    monkeypatch.setattr(ceilings, "COPY_BYTES", {"cpu": 1 << 20})
    monkeypatch.setattr(ceilings, "SECONDS", 0.01)
    found = ceilings.measure(1)
    assert list(found["flops"]) == ["float32"]
    assert found["flops"]["float32"] > 1e6
    assert found["bytes_per_s"] > 1e6


class _Slow:
    """A side whose products take their time; which were asked for is kept."""

    def __init__(self, seconds: dict[int, float]) -> None:
        self.seconds, self.asked = seconds, list[int]()

    def product(self, n: int, mode: str) -> Callable[[], int]:
        self.asked.append(n)
        return lambda: n

    def precise(self, mode: str) -> Any:
        import contextlib

        return contextlib.nullcontext()


def test_a_mode_the_device_does_not_have_is_not_tried_at_the_larger_size(monkeypatch: pytest.MonkeyPatch) -> None:
    side = _Slow({1024: 2.0, 2048: 16.0})
    monkeypatch.setattr(ceilings, "_best", lambda call, wait: side.seconds[call()])
    assert ceilings._product(side, "bfloat16", "cpu", lambda _: None) == 1024**3  # type: ignore[arg-type]  # half a side
    assert side.asked == [1024]
    side.seconds, side.asked = {1024: 0.5, 2048: 0.5}, []
    assert ceilings._product(side, "bfloat16", "cpu", lambda _: None) == 4 * 2048**3  # type: ignore[arg-type]  # as above
    assert side.asked == [1024, 2048]


class _Asked:
    """A child that answers as it is told."""

    def __init__(self, answer: dict[str, Any] | ChildError) -> None:
        self.answer, self.requests, self.ended = answer, list[Any](), False

    def ask(self, do: str, limit_s: float, **arguments: Any) -> dict[str, Any]:
        self.requests.append((do, arguments))
        if do == "ceilings" and isinstance(self.answer, ChildError):
            raise self.answer
        return self.answer if isinstance(self.answer, dict) else {}

    def end(self) -> None:
        self.ended = True


NUMPY = {"flops": {"float32": 5e10}, "bytes_per_s": 9e9}
TORCH = {"flops": {"float32": 8e10, "bfloat16": 2e11}, "bytes_per_s": 7e9}


def _gather(answers: dict[str, Any], numpy: dict[str, Any] | None = NUMPY, gpu: Gpu | None = None) -> dict[str, Any]:
    children = {BY_SLUG[slug]: _Asked(answer) for slug, answer in answers.items()}

    def start(variant: Variant) -> Child:
        return children[variant]  # type: ignore[return-value]  # all that is asked of a child

    found = roofline.candidates(list(children), "cpu")
    ceilings_found = roofline.gather(None if numpy is None else lambda: numpy, found, start, 1.0, gpu)
    assert all(children[variant].ended for variant in found.values())
    return ceilings_found


@pytest.fixture(autouse=True)
def all_installed(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if "frameworks" not in request.keywords:
        monkeypatch.setattr(
            roofline, "availability", lambda v, _: Availability(v.slug, True, None, "1", sys.executable)
        )


def test_the_best_of_each_mode_is_the_ceiling_and_says_whose_it_is() -> None:
    found = _gather({"torch.eager": TORCH})
    assert (found["flops_per_s"], found["bytes_per_s"], found["bytes_from"]) == (8e10, 9e9, "numpy, copy")
    assert found["by_precision"] == {
        "float32": {"flops_per_s": 8e10, "from": "pytorch, matrix product"},
        "bfloat16": {"flops_per_s": 2e11, "from": "pytorch, matrix product"},
    }
    assert found["datasheet"] is None
    assert "missed" not in found


def test_a_framework_that_fails_is_named_and_the_others_count() -> None:
    found = _gather({"torch.eager": ChildError("failed", "it broke"), "jax.jit": TORCH})
    assert found["missed"] == {"pytorch": "it broke"}
    assert found["flops_per_s"] == 8e10


def test_where_nobody_can_measure_nothing_is_known_and_the_reason_is() -> None:
    found = _gather({}, numpy=None, gpu=Gpu(0, name="NVIDIA H200"))
    assert (found["flops_per_s"], found["bytes_per_s"], found["by_precision"]) == (None, None, {})
    assert "no framework of this run" in found["why"]
    assert found["datasheet"]["flops_per_s"]["bfloat16"] == 989.5e12


def test_each_framework_is_asked_once_and_keras_only_where_its_backend_is_not_there() -> None:
    found = roofline.candidates(VARIANTS, "cpu")
    assert {name: v.slug for name, v in found.items()} == {
        "pytorch": "torch.eager",
        "tensorflow": "tensorflow.eager",
        "jax": "jax.jit",
    }
    alone = roofline.candidates([BY_SLUG["keras.torch"], BY_SLUG["numpy"]], "cpu")
    assert {name: v.slug for name, v in alone.items()} == {"pytorch": "keras.torch"}


def _row(precision: str, seconds: float | None, flops: float = 1e9, moved: float = 1e6) -> dict[str, Any]:
    speed = None if seconds is None else {"median": seconds}
    facts = {"workload": "w", "variant": "v", "share_of_ceiling": None, "flops": flops, "bytes": moved}
    return facts | {"throughput_s": speed, "passport": {"precision": precision}}


@pytest.mark.parametrize(
    ("row", "share", "nearer"),
    [
        (_row("float32", 0.025), 0.5, "flops"),
        (_row("bfloat16", 0.025), 0.2, "flops"),
        (_row("float32", 0.025, moved=2e8), 0.8, "bytes"),
        (_row("tf32", 0.025), None, None),
        (_row("float32", None), None, None),
    ],
)
def test_a_share_is_of_the_ceiling_of_the_rows_own_precision(
    row: dict[str, Any], share: float | None, nearer: str | None
) -> None:
    measured = {
        "flops_per_s": 8e10,
        "bytes_per_s": 1e10,
        "by_precision": {"float32": {"flops_per_s": 8e10}, "bfloat16": {"flops_per_s": 2e11}},
    }
    roofline.add_share(row, measured)
    assert row["share_of_ceiling"] == pytest.approx(share) if share else row["share_of_ceiling"] is None
    assert row.get("nearer_ceiling") == nearer
    without = _row("float32", 0.025)
    roofline.add_share(without, roofline.unknown("not asked for"))
    assert without["share_of_ceiling"] is None


def test_a_variant_above_the_ceiling_raises_that_of_its_own_precision() -> None:
    found = _gather({"torch.eager": TORCH})
    roofline.raise_by(found, _row("bfloat16", 0.001))
    roofline.raise_by(found, _row("tf32", 0.00001))
    roofline.raise_by(found, _row("float32", 1.0))
    assert found["by_precision"]["bfloat16"] == {"flops_per_s": 1e12, "from": "w v"}
    assert (found["flops_per_s"], set(found["by_precision"])) == (8e10, {"float32", "bfloat16"})
    roofline.raise_by(found, _row("float32", 0.001))
    assert found["flops_per_s"] == found["by_precision"]["float32"]["flops_per_s"] == 1e12


def test_data_sheets_are_found_by_the_drivers_name_and_are_in_order() -> None:
    assert datasheet.promised("NVIDIA H200") == datasheet.SHEETS["H200"]
    assert datasheet.promised("NVIDIA L4") == datasheet.SHEETS["L4"]
    assert datasheet.promised("NVIDIA H200 NVL") is None
    assert datasheet.promised(None) is None
    for sheet in datasheet.SHEETS.values():
        assert sheet["origin"].startswith("NVIDIA ")
        flops = list(sheet["flops_per_s"].values())
        assert flops == sorted(flops)
        assert 1e12 < flops[0] <= flops[-1] < 3e15
        assert 1e11 < sheet["bytes_per_s"] < 1e13
