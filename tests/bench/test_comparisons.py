"""Who is compared with whom, and when a ratio is given without a verdict."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from collectors.bench.comparisons import GAP_IS_OFF, TWO_PROCESSES, compare, differences, estimates, pairs
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


def test_matched_variants_of_two_layout_families_are_not_compared() -> None:
    lanes = (_lane("torch.eager", layout="NHWC"), _lane("numpy", 1.3, layout="NCHW"))
    found = _compare(*lanes)
    assert (found["verdict"], found["why"]) == ("not comparable", "layout: NHWC against NCHW")
    assert _compare(*lanes, spec=replace(SPEC, preset="defaults"))["verdict"] == "slower"


@pytest.mark.parametrize(
    ("guard", "ratio", "verdict"),
    [("gap", 1.3, "too close to call"), ("floor", 1.0, "faster"), ("floor", 1.01, "slower")],
)
def test_without_its_guard_a_verdict_is_what_a_careless_harness_says(guard: str, ratio: float, verdict: str) -> None:
    assert (
        _compare(_lane("torch.eager"), _lane("numpy", ratio), spec=replace(SPEC, without=(guard,)))["verdict"]
        == verdict
    )


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


def test_a_throttled_or_drifting_machine_is_said_and_changes_no_verdict() -> None:
    warned = QUIET | {"warnings": ["the device was throttled in 40% of the rounds (temperature)"]}
    found, without = (_compare(_lane("torch.eager"), _lane("numpy", 1.3), disturbance=d) for d in (warned, QUIET))
    assert found["why"] == "the device was throttled in 40% of the rounds (temperature)"
    assert found | {"why": None} == without


def test_a_machine_that_does_not_tell_is_not_called_busy() -> None:
    unknown = {"others_share": None, "stolen_share": None, "busy": None}
    assert _compare(_lane("torch.eager"), _lane("numpy", 1.3), disturbance=unknown)["why"] is None


def test_sides_seldom_measured_against_themselves_give_no_verdict() -> None:
    baseline, variant = _lane("torch.eager"), _lane("numpy", 1.3)
    baseline.samples.again[3:] = [None] * 17
    assert _compare(baseline, variant)["floor"] is not None, "the other side has a floor"
    variant.samples.again[3:] = [None] * 17
    found = _compare(baseline, variant)
    assert (found["verdict"], found["floor"]) == ("not comparable", None)
    assert "against itself" in found["why"]


def _nested(slug: str, seconds: float, again: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> Lane:
    """Three processes of ten rounds, the later ones 10 % slower each; `again` is what the second blocks show more."""
    lane = _lane(slug, rounds=30)
    process = np.repeat([0, 1, 2], 10)
    noise = np.random.default_rng(len(slug)).lognormal(0, 0.002, (2, 30))
    latency = seconds * np.array([1.0, 1.1, 1.2])[process] * noise[0]
    lane.samples.latency, lane.samples.process = latency.tolist(), process.tolist()
    lane.samples.again = (latency * np.array(again)[process] * noise[1]).tolist()
    return lane


def test_rounds_pair_within_their_process_and_the_interval_knows_that_processes_differ() -> None:
    alike = _compare(_nested("torch.eager", 1.0), _nested("numpy", 1.3))
    assert alike["verdict"] == "slower"
    assert alike["high"] / alike["low"] < 1.02
    steady = _lane("numpy", 1.3, rounds=30)
    steady.samples.process = np.repeat([0, 1, 2], 10).tolist()
    apart = _compare(_nested("torch.eager", 1.0), steady)
    assert apart["low"] < 1.0 < 1.3 < apart["high"]
    assert apart["verdict"] == "too close to call"


def test_the_floor_knows_that_processes_differ() -> None:
    quiet = _compare(_nested("torch.eager", 1.0), _nested("numpy", 1.3))
    uneven = _compare(_nested("torch.eager", 1.0, again=(0.95, 1.0, 1.05)), _nested("numpy", 1.3))
    assert quiet["floor"] < 0.01
    assert uneven["floor"] > 0.1


def test_one_process_is_judged_by_itself_for_ending_early() -> None:
    lanes = [_nested("torch.eager", 1.0), _lane("numpy", 1.3, rounds=30)]
    lanes[1].samples.process = lanes[0].samples.process
    (nested,), (alone,) = estimates(lanes, 0), estimates(lanes, 0, process=2)
    assert nested is not None
    assert alone is not None
    assert (nested.samples, alone.samples) == (30, 10)
    assert alone.high is not None
    assert alone.low is not None
    assert alone.high < alone.low * 1.03


def test_what_a_later_process_resolved_differently_forbids_a_verdict() -> None:
    why = "numpy: threads 1 in process 1, 2 in process 2"
    found = _compare(_lane("torch.eager"), _lane("numpy", 1.3, processes_differ=[why]))
    assert (found["verdict"], found["why"]) == ("not comparable", why)


def test_close_says_how_close() -> None:
    assert _compare(_lane("torch.eager"), _lane("numpy", 1.0))["why"] == "the interval holds 1"
    assert "a gap of 3.0%" in _compare(_lane("torch.eager"), _lane("numpy", 1.025))["why"]
    assert "it is not beyond" in _compare(_lane("torch.eager"), _lane("numpy", 1.025))["why"]


def test_processes_that_agree_on_a_gap_decide_it_and_one_alone_does_not() -> None:
    baseline, variant = _lane("torch.eager", rounds=24), _lane("numpy", rounds=24)
    thirds = [0] * 8 + [1] * 8 + [2] * 8
    gaps = [(1.025, 1.05, 1.052)[p] for p in thirds]
    variant.samples.latency = [a * g for a, g in zip(baseline.samples.latency, gaps, strict=True)]
    baseline.samples.again, variant.samples.again = list(baseline.samples.latency), list(variant.samples.latency)
    assert _compare(baseline, variant)["verdict"] == "too close to call"
    baseline.samples.process = variant.samples.process = thirds
    found = _compare(baseline, variant)
    assert found["low"] < 1.03
    assert (found["verdict"], found["why"]) == ("slower", None)


@pytest.mark.parametrize(("rounds", "verdict"), [(5, "too close to call"), (19, "too close to call"), (20, "slower")])
def test_fewer_rounds_than_the_protocol_has_decide_nothing(rounds: int, verdict: str) -> None:
    found = _compare(_lane("torch.eager", rounds=rounds), _lane("numpy", 2.0, rounds=rounds))
    assert found["verdict"] == verdict
    assert found["low"] > 1.9
    enough = found["why"] is None
    assert enough if rounds >= 20 else found["why"] == f"not enough rounds: {rounds} of the 20 that a verdict needs"


def test_the_floor_is_that_of_the_side_which_is_less_like_itself() -> None:
    shaky = _lane("numpy", 1.3)
    shaky.samples.again = [latency * 1.5 for latency in shaky.samples.latency]
    found = _compare(_lane("torch.eager"), shaky)
    assert found["floor"] == pytest.approx(0.5, abs=0.02)
    assert found["verdict"] == "too close to call"
    assert "a gap of 50" in found["why"]
    turned = _compare(shaky, _lane("torch.compile"))
    assert turned["floor"] == pytest.approx(found["floor"])


@pytest.mark.parametrize(("processes", "warned"), [(1, False), (2, True), (3, False)])
def test_two_processes_are_warned_of(processes: int, warned: bool) -> None:
    lanes = (_lane("torch.eager", rounds=24), _lane("numpy", 3.0, rounds=24))
    for lane in lanes:
        lane.samples.process = sorted(number % processes for number in range(24))
    found = _compare(*lanes)
    assert (TWO_PROCESSES in (found["why"] or "")) is warned
    assert found["verdict"] == "slower", "it is said, and decides nothing"


def test_with_the_guard_of_gaps_off_a_miss_says_whether_it_is_the_guards() -> None:
    off = replace(SPEC, without=("gap",))
    assert GAP_IS_OFF in _compare(_lane("torch.eager"), _lane("numpy", 1.3), spec=off)["why"]
    assert GAP_IS_OFF not in _compare(_lane("torch.eager"), _lane("numpy", 1.0), spec=off)["why"]
