"""The titles of Speed's figures, and the names of its points: made by hand, each with a known answer."""

from dataclasses import replace
from typing import Any

import pytest

from dashboard.analysis.speed import CLOSE, Ratio
from dashboard.analysis.speed_findings import NOTHING, of_history, of_ratios, of_roof, of_samples, share_of_roof
from dashboard.analysis.speed_points import Point, of_ratio, read
from dashboard.analysis.speed_rows import Roof

SLOW = Ratio(
    "lstm", "small", "torch.eager", "tensorflow.function", 2.1, 1.9, 2.3, "slower", "", 0.02, 5, None, {}
)  # fmt: skip
FAST = replace(SLOW, variant="torch.compile", ratio=0.5, low=0.45, high=0.55, verdict="faster")
LEVEL = replace(SLOW, variant="numpy", ratio=1.01, verdict=CLOSE)
APART = replace(SLOW, variant="jax.jit", ratio=None, verdict="not comparable")


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([SLOW], "lstm small: tensorflow.function is 2.1 × slower than torch.eager"),
        ([FAST, APART], "lstm small: torch.compile is 2.0 × faster than torch.eager"),
        ([LEVEL], "lstm small: numpy and torch.eager are too close to call"),
        (
            [FAST, LEVEL, SLOW, APART],
            "lstm small over torch.eager: slower in one, faster in one, too close to call in one of three variants; "
            "the fastest is torch.compile",
        ),
        ([SLOW, LEVEL], "lstm small over torch.eager: slower in one, too close to call in one of two variants"),
        (
            [SLOW, replace(SLOW, workload="gru")],
            "tensorflow.function over torch.eager: slower in two of two comparisons",
        ),
        ([SLOW, replace(FAST, workload="gru")], "Slower in one, faster in one of two comparisons"),
        ([APART], NOTHING),
        ([], NOTHING),
    ],
)
def test_ratios_are_told_in_a_sentence(rows: list[Ratio], says: str) -> None:
    assert of_ratios(rows).replace("\u00a0", " ") == says


def test_samples_are_told_by_their_median_and_the_slowest() -> None:
    said = of_samples([0.01, None, 0.012, 0.03, float("nan")], [0, 0, 1], "torch.eager").replace("\u00a0", " ")
    assert said == (
        "torch.eager: 12.0 ms a call, the median of three rounds in two processes; the slowest takes 2.5 × as long"
    )
    assert of_samples([None], [], "numpy") == "numpy has no sample of its latency"
    assert "in one process" in of_samples([0.01], [], "numpy")


def test_the_roof_is_the_lesser_of_both_ceilings() -> None:
    ceilings = {"flops_per_s": 1e12, "bytes_per_s": 1e10}
    below, above = Roof("torch.eager", 10.0, 5e10), Roof("jax.jit", 1_000.0, 4e11)
    assert share_of_roof(below, ceilings) == pytest.approx(0.5)
    assert share_of_roof(above, ceilings) == pytest.approx(0.4)
    said = of_roof([above, below], ceilings).replace("\u00a0", " ")
    assert said == "torch.eager comes nearest the machine's roof: 50.0 % of it"


def past(many: int, **step: Any) -> list[dict[str, Any]]:
    rows = [{"workload": "lstm", "size": "small", "variant": "numpy", "step": None} for _ in range(many)]
    return [*rows[:-1], rows[-1] | {"step": step or None}]


def test_a_history_is_told_by_its_steps() -> None:
    assert of_history(past(3), 4) == "numpy on lstm small: three runs, too few to tell a step from noise"
    assert of_history(past(6), 4) == "numpy on lstm small: no step in six runs"
    said = of_history(past(6, ratio=2.0, state="confirmed"), 4).replace("\u00a0", " ")
    assert said == "numpy on lstm small: one step in six runs, the last 2.0 × slower, confirmed"


def test_the_name_of_a_point_leads_back_to_it() -> None:
    one = of_ratio(SLOW)
    assert one.name == "5~lstm~small~tensorflow.function~torch.eager"
    sample = Point(5, "lstm", "small", "numpy", round="7")
    for point in (one, sample, Point(5, "lstm", "small", "numpy")):
        assert read(point.name) == point
    assert one.words == "lstm small, tensorflow.function over torch.eager, run 5"


@pytest.mark.parametrize("name", ["", "x~a~b~c", "-1~a~b~c", "5~lstm", f"{'9' * 30}~a~b~c", "1~a~b~c~d~e~f"])
def test_text_that_names_no_point_is_none(name: str) -> None:
    assert read(name) is None
