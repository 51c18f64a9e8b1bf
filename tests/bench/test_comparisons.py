"""Who is compared with whom, and when a ratio is given without a verdict."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from collectors.bench.comparisons import compare, differences, pairs
from collectors.bench.lane import Lane, Samples
from collectors.bench.registry import VARIANTS
from collectors.bench.spec import BenchSpec

QUIET = {"others_share": 0.01, "stolen_share": 0.0, "busy": False}
SPEC = BenchSpec(("matmul",))
PASSPORT: dict[str, Any] = {
    "device": "cpu",
    "precision": "float32",
    "threads": 2,
    "affinity": [0, 1],
    "jit": {"asked": False, "on": False, "why": None},
}


def _lane(slug: str, seconds: float = 1.0, rounds: int = 20, **passport: Any) -> Lane:
    rng = np.random.default_rng(len(slug))
    times = seconds * rng.lognormal(0, 0.01, (2, rounds))
    samples = Samples(times[0].tolist(), times[0].tolist(), times[1].tolist(), list(range(rounds)), [0] * rounds)
    variant = next(v for v in VARIANTS if v.slug == slug)
    return Lane(variant, samples=samples, passport=PASSPORT | passport)


def _compare(*lanes: Lane, spec: BenchSpec = SPEC, disturbance: dict[str, Any] = QUIET) -> dict[str, Any]:
    return compare(lanes, "matmul", "tiny", spec, 1, disturbance)[0]


def _slugs(*slugs: str) -> list[tuple[str, str]]:
    found = pairs([_lane(slug) for slug in slugs])
    return [(baseline.variant.slug, variant.variant.slug) for baseline, variant in found]


def test_all_against_torch_eager_and_compiled_against_torch_compile() -> None:
    found = _slugs(*(variant.slug for variant in VARIANTS))
    assert [pair for pair in found if pair[0] == "torch.eager"] == [("torch.eager", v.slug) for v in VARIANTS[1:]]
    compiled = ["tensorflow.function", "tensorflow.xla", "jax.jit", "keras.tensorflow", "keras.jax"]
    assert [pair for pair in found if pair[0] != "torch.eager"] == [("torch.compile", slug) for slug in compiled]


def test_without_torch_the_first_is_the_baseline() -> None:
    assert _slugs("jax.jit", "numpy") == [("jax.jit", "numpy")]
    assert _slugs("torch.compile", "jax.jit") == [("torch.compile", "jax.jit")]
    assert _slugs("numpy") == [("numpy", "numpy")]
    assert _slugs() == []


def test_a_clear_ratio_has_a_verdict_and_no_excuse() -> None:
    found = _compare(_lane("torch.eager"), _lane("numpy", 1.3))
    assert (found["verdict"], found["why"]) == ("slower", None)
    assert found["ratio"] == pytest.approx(1.3, rel=0.02)
    assert 0 < found["floor"] < 0.03
    assert _compare(_lane("torch.eager"), _lane("numpy", 0.5))["verdict"] == "faster"


@pytest.mark.parametrize(
    ("name", "value", "preset", "comparable"),
    [
        ("precision", "tf32", "matched", False),
        ("precision", "tf32", "defaults", False),
        ("device", "cuda", "defaults", False),
        ("threads", 1, "matched", False),
        ("threads", 1, "defaults", True),
        ("affinity", [0], "matched", False),
        ("layout", "NHWC", "matched", True),
    ],
)
def test_what_differs_and_matters_forbids_a_verdict(name: str, value: Any, preset: str, comparable: bool) -> None:
    spec = replace(SPEC, preset=preset)
    found = _compare(_lane("torch.eager"), _lane("numpy", 1.3, **{name: value}), spec=spec)
    assert found["verdict"] == ("slower" if comparable else "not comparable")
    assert comparable or name in found["why"]


def test_a_compiled_variant_that_compiled_nothing_is_not_matched() -> None:
    jit = {"asked": True, "on": False, "why": "it ran as eager code"}
    lanes = (_lane("torch.eager"), _lane("torch.compile", 1.3, jit=jit))
    assert _compare(*lanes)["why"] == "it ran as eager code"
    assert differences(lanes[0].passport, lanes[1].passport, "defaults") == []


@pytest.mark.parametrize(("share", "verdict"), [(0.12, "slower"), (0.4, "not comparable")])
def test_a_busy_machine_is_named_and_forbids_a_verdict_when_too_busy(share: float, verdict: str) -> None:
    busy = {"others_share": share, "stolen_share": 0.0, "busy": True}
    found = _compare(_lane("torch.eager"), _lane("numpy", 1.3), disturbance=busy)
    assert found["verdict"] == verdict
    assert found["why"] == f"the machine was busy: {share:.0%} of its processors went to others"


def test_a_machine_that_does_not_tell_is_not_called_busy() -> None:
    unknown = {"others_share": None, "stolen_share": None, "busy": None}
    assert _compare(_lane("torch.eager"), _lane("numpy", 1.3), disturbance=unknown)["why"] is None


def test_a_baseline_seldom_measured_against_itself_gives_no_verdict() -> None:
    baseline = _lane("torch.eager")
    baseline.samples.again[3:] = [None] * 17
    found = _compare(baseline, _lane("numpy", 1.3))
    assert (found["verdict"], found["floor"]) == ("not comparable", None)
    assert "against itself" in found["why"]


def test_close_says_how_close() -> None:
    assert _compare(_lane("torch.eager"), _lane("numpy", 1.0))["why"] == "the interval holds 1"
    assert "a gap of 3.0%" in _compare(_lane("torch.eager"), _lane("numpy", 1.025))["why"]
    assert "it is not beyond" in _compare(_lane("torch.eager"), _lane("numpy", 1.025))["why"]


def test_processes_that_agree_on_a_gap_decide_it_and_one_alone_does_not() -> None:
    baseline, variant = _lane("torch.eager", rounds=24), _lane("numpy", rounds=24)
    thirds = [0] * 8 + [1] * 8 + [2] * 8
    gaps = [(1.022, 1.05, 1.057)[p] for p in thirds]
    variant.samples.latency = [a * g for a, g in zip(baseline.samples.latency, gaps, strict=True)]
    baseline.samples.again = list(baseline.samples.latency)
    assert _compare(baseline, variant)["verdict"] == "too close to call"
    baseline.samples.process = variant.samples.process = thirds
    found = _compare(baseline, variant)
    assert found["low"] < 1.03
    assert (found["verdict"], found["why"]) == ("slower", None)
