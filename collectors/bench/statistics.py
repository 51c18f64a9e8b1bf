"""From samples to figures: medians, intervals, the floor and the verdict (pure)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DRAWS = 4000
LEVEL = 0.95
FEWEST_ROUNDS = 5
"""Below this many rounds no interval is given: half the chance that all lie on one side of the median is 1/32."""
FEWEST_FOR_A_VERDICT = 20
"""Below this many rounds nothing is called faster or slower: the protocol's least."""
SMALLEST_GAP = 0.03
STUDENT_T = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)
"""The 97.5 % points of Student's t for 1, 2, … degrees of freedom, as in any table of it."""


@dataclass(frozen=True)
class Estimate:
    """A median and the interval that bounds it at 95 %; the bounds are None where the samples are too few."""

    median: float
    low: float | None
    high: float | None
    samples: int


def by_process(values: Sequence[float], process: Sequence[int]) -> list[Floats]:
    """Split `values` into one array per process, in order of the process index."""
    array, index = np.asarray(values, dtype=np.float64), np.asarray(process)
    return [array[index == p] for p in np.unique(index)]


def estimate(values: Sequence[float], process: Sequence[int], seed: int) -> Estimate | None:
    """Give the median of positive `values` with its interval, resampled on the log scale; None without values."""
    if not values:
        return None
    logs = by_process(np.log(np.asarray(values, dtype=np.float64)).tolist(), process)
    low, high = interval(logs, seed)
    return Estimate(math.exp(_centre(logs)), _exp(low), _exp(high), len(values))


def ratio(baseline: Sequence[float], variant: Sequence[float], process: Sequence[int], seed: int) -> Estimate | None:
    """Give variant over baseline from values paired by round: the median of the rounds' log-ratios, as a ratio.

    Raises:
        ValueError: the two are not equally long.
    """
    if len(baseline) != len(variant):
        raise ValueError(f"{len(baseline)} rounds of the baseline against {len(variant)} of the variant")
    if not baseline:
        return None
    return estimate((np.asarray(variant) / np.asarray(baseline)).tolist(), process, seed)


def interval(groups: Sequence[Floats], seed: int, draws: int = DRAWS) -> tuple[float | None, float | None]:
    """Bound the mean over processes of the median over rounds, by resampling rounds nested in processes.

    Each draw takes as many processes as there are, with replacement, and within each as many rounds as it has
    (the percentile bootstrap of Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13).
    Two or three processes are too few to be resampled: where they differ much, such an interval is hardly more than
    their range, and was seen to hold the truth 61 and 78 times in 100. So either end is moved out to that of Student's
    t over the processes' medians, where that is further out. Together they held the truth 95 to 99.7 times in 100
    (normal noise of 1 % over 10 rounds in each of 2 or 3 processes, which differ by nothing, 0.5 % or 2 %;
    tests/bench/test_statistics.py). Two processes pay for it with five times the width of three.
    One process tells nothing of how processes differ: its interval holds for that process.
    """
    if sum(len(g) for g in groups) < FEWEST_ROUNDS:
        return None, None
    rng = np.random.default_rng(seed)
    slots = []
    for _ in groups:
        medians = np.stack([np.median(g[rng.integers(0, len(g), (draws, len(g)))], axis=1) for g in groups])
        slots.append(medians[rng.integers(0, len(groups), draws), np.arange(draws)])
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(np.mean(slots, axis=0), [tail, 1 - tail])
    reach = _reach([float(np.median(g)) for g in groups])
    return min(float(low), _centre(groups) - reach), max(float(high), _centre(groups) + reach)


def floor(again: Estimate | None) -> float | None:
    """Give the gap this run could show where there is none: the far end of the same variant against itself."""
    if again is None or again.low is None or again.high is None:
        return None
    return math.expm1(max(abs(math.log(again.low)), abs(math.log(again.high))))


def verdict(found: Estimate, noise_floor: float | None, processes: int = 1) -> str:
    """Judge a ratio: `faster` or `slower` where its interval excludes 1 and the median lies beyond 3 % and the floor.

    processes: how many fresh ones of each variant the interval rests on. That of a single one holds nothing of how
        processes differ, so all of it has to lie beyond; docs/decisions/0043 has what either rule finds and invents.
    """
    if found.low is None or found.high is None or noise_floor is None:
        return "not comparable"
    gap = math.log1p(max(SMALLEST_GAP, noise_floor))
    reached = gap if processes < 2 else 0.0
    if math.log(found.median) > gap and math.log(found.low) > reached:
        return "slower"
    if -math.log(found.median) > gap and -math.log(found.high) > reached:
        return "faster"
    return "too close to call"


def settled(medians: Sequence[float], within: float = 0.02, last: int = 3) -> bool:
    """Say whether the last three block medians agree within 2 %."""
    tail = medians[-last:]
    return len(tail) == last and max(tail) <= min(tail) * (1 + within)


def _reach(medians: Sequence[float]) -> float:
    """Give how far Student's t over the processes' medians reaches on either side; nothing for a single process."""
    count = len(medians)
    return 0.0 if count < 2 else STUDENT_T[count - 2] * float(np.std(medians, ddof=1)) / math.sqrt(count)


def _centre(groups: Sequence[Floats]) -> float:
    return float(np.mean([np.median(g) for g in groups]))


def _exp(value: float | None) -> float | None:
    return None if value is None else math.exp(value)
