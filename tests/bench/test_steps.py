"""Steps in a history: found where there is one, not where there is noise, and put down to whose doing they were."""

import math
import random
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from collectors.bench.steps import Point, State, Step, label, steps

CALM = (1.0, 1.01, 0.99, 1.0, 1.005, 0.995)


def points(*seconds: float, width: float = 0.001) -> list[Point]:
    return [Point(n, s, s * (1 - width), s * (1 + width)) for n, s in enumerate(seconds)]


def found(*seconds: float, width: float = 0.001) -> list[tuple[int, int, State]]:
    return [(step.before, step.run, step.state) for step in steps(points(*seconds, width=width))]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ((), []),
        ((1.01, 0.99), []),
        ((1.3,), [(5, 6, "suspected")]),
        ((1.3, 1.3), [(5, 6, "confirmed")]),
        ((1.3, 1.31, 1.29), [(5, 6, "confirmed")]),
        ((0.7, 0.71), [(5, 6, "confirmed")]),
        ((1.3, 1.0, 1.0), [(5, 6, "noise")]),
        ((1.3, 0.7, 0.7), [(5, 6, "noise"), (5, 7, "confirmed")]),
        ((1.3, 1.3, 1.31, 1.29, 1.3, 1.0, 1.0), [(5, 6, "confirmed"), (10, 11, "confirmed")]),
        ((1.3, 1.3, 1.3, 1.0), [(5, 6, "confirmed")]),
    ],
)
def test_a_step_is_suspected_then_confirmed_or_noise(
    after: Sequence[float], expected: list[tuple[int, int, State]]
) -> None:
    assert found(*CALM, *after) == expected


def test_little_history_says_nothing() -> None:
    assert found(1.0, 1.0, 1.0, 2.0, 2.0) == []
    assert found(1.0, 1.0, 1.0, 1.0, 2.0) == [(3, 4, "suspected")]


def test_the_threshold_is_the_widest_of_the_three() -> None:
    still = (1.0,) * 8
    assert found(*still, 1.029) == []
    assert found(*still, 1.031) == [(7, 8, "suspected")]
    assert found(*still, 1.2, width=0.25) == [], "within the run's own interval"
    wild = (1.0, 1.2, 0.85, 1.1, 0.9, 1.15)
    assert found(*wild, 1.3) == [], "within what the runs differ by anyway"


def test_the_threshold_is_the_prediction_interval_of_the_formula() -> None:
    """Four runs, Student's t for three degrees of freedom at three standard deviations: 9.22 (a printed table)."""
    (step,) = steps(points(1.0, 1.02, 1.0, 1.02, 3.0))
    deviation = math.log(1.02) / math.sqrt(3)
    assert math.log(step.threshold) == pytest.approx(9.22 * deviation * math.sqrt(1.25), rel=1e-6)
    assert step.ratio == pytest.approx(3 / math.sqrt(1.02))


def made(rng: random.Random, noise: float, shift: float) -> list[Point]:
    """Forty runs, the last twenty slower by `shift`."""
    return points(*(math.exp(rng.gauss(math.log1p(shift) * (n >= 20), noise)) for n in range(40)))


def test_noise_is_seldom_suspected_and_never_confirmed_and_a_true_step_is_found() -> None:
    rng = random.Random(5)  # noqa: S311  # made noise, not a secret
    quiet = [step for _ in range(200) for step in steps(made(rng, 0.02, 0.0))]
    assert len(quiet) <= 30, "in 200 histories of 40 runs"
    assert sum(step.state == "confirmed" for step in quiet) <= 1
    hits = [any(s.state == "confirmed" and s.run == 20 for s in steps(made(rng, 0.01, 0.10))) for _ in range(100)]
    assert sum(hits) >= 95


def told(
    others: Mapping[str, Sequence[float]],
    *,
    state: State = "confirmed",
    method: tuple[Any, Any] = (1, 1),
    version: tuple[str, str] = ("2.0", "2.0"),
) -> tuple[str | None, str]:
    """The label of a step of 1.3 at run 6, beside other variants' times."""
    after = 6
    series = [
        Point(
            n, 1.3 if n >= after else 1.0, None, None, {"version": version[n >= after]}, {"threads": method[n >= after]}
        )
        for n in range(8)
    ]
    return label(Step(after, 5, 1.3, 1.05, state), series, {name: points(*held) for name, held in others.items()})


UP, LEVEL = (1.0,) * 6 + (1.28, 1.3), (1.0,) * 6 + (1.01, 1.0)


@pytest.mark.parametrize(
    ("others", "expected", "why"),
    [
        ({"tensorflow.function": UP, "numpy": UP}, "machine", "numpy, tensorflow.function moved with it"),
        ({"tensorflow.function": LEVEL}, "framework", "tensorflow.function did not move"),
        ({"tensorflow.function": LEVEL, "numpy": UP}, None, "numpy moved with it, tensorflow.function did not"),
        ({"tensorflow.function": (1.0,) * 6 + (0.8, 0.8)}, "framework", "did not move"),
        ({"tensorflow.function": (1.0,) * 6}, None, "cannot be told"),
        ({}, None, "no other framework was measured"),
    ],
)
def test_whose_doing_a_step_was(others: dict[str, tuple[float, ...]], expected: str | None, why: str) -> None:
    whose, said = told(others)
    assert whose == expected
    assert why in said


def test_a_new_version_is_named_and_another_method_is_not_the_frameworks_doing() -> None:
    assert told({"numpy": LEVEL}, version=("2.0", "2.1")) == ("framework", "numpy did not move; version: 2.0 to 2.1")
    assert told({"numpy": LEVEL}, method=(1, 2)) == ("method", "measured otherwise: threads: 1 to 2")
    assert told({"numpy": UP}, state="noise")[0] == "noise"
