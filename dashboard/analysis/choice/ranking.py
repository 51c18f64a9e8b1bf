"""From ranges and weights to a ranking of ranges, its overlaps, and the weights at which the leader changes (pure).

The weighted mean of ranges is interval arithmetic (R. E. Moore, R. B. Kearfott, M. J. Cloud, Introduction to Interval
Analysis, SIAM 2009, chapter 2): each end is the weighted mean of the same ends, exact as no weight is negative and
each range occurs once. The order is that of the middles (L. Hurwicz 1951, with equal regard to best and worst case);
who leads is certain only where the leader's low end lies above every other's high end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.analysis.choice.model import FRAMEWORKS, Range, Scores

MOST = 10.0
LOW = 0.5
"""A score whose whole range lies below this speaks against a framework, whatever is known of the others."""
LEVEL = 1e-9
"""Middles closer than this are level: rounding is no lead."""
Weights = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Ranked:
    """One framework's range over all criteria; ``score`` is its middle."""

    system: str
    score: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Flip:
    """A weight of one criterion, the others as they are, beyond which another leads; ``by`` is how far that is."""

    criterion: str
    today: float
    weight: float
    to: str

    @property
    def by(self) -> float:
        """How far from today's weight, with its sign."""
        return self.weight - self.today


@dataclass(frozen=True, slots=True)
class Pull:
    """How far one criterion pulls another framework ahead of the winner, in points of the whole score (0 to 1).

    ``certain`` is the pull that is left at the ends that favour the winner.
    """

    criterion: str
    system: str
    middle: float
    certain: float


@dataclass(frozen=True, slots=True)
class Weak:
    """A criterion by which the winner itself is known to be low: ``lost`` is what that takes from the whole score.

    ``unknown`` are the frameworks that nothing is known of there, so that none can be said to be ahead.
    """

    criterion: str
    lost: float
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """How much of the winner's and the rivals' ranges is owed to one criterion: its weighted width, summed."""

    criterion: str
    width: float


def rank(scores: Mapping[str, Scores], weights: Weights) -> list[Ranked]:
    """The frameworks by the middle of their ranges, best first; level ones in the order of `FRAMEWORKS`.

    Raises:
        ValueError: a weight is outside 0 to 10, or none is above 0.
    """
    counted = counting(weights)
    whole = sum(counted.values())
    found = []
    for system in FRAMEWORKS:
        low = sum(weight * scores[name][system].low for name, weight in counted.items()) / whole
        high = sum(weight * scores[name][system].high for name, weight in counted.items()) / whole
        found.append(Ranked(system, (low + high) / 2, low, high))
    return sorted(found, key=lambda one: (-round(one.score / LEVEL), FRAMEWORKS.index(one.system)))


def counting(weights: Weights) -> dict[str, float]:
    """The weights above 0; raises `ValueError` where there is none, or one is not from 0 to 10."""
    for name, weight in weights.items():
        if not 0 <= weight <= MOST:
            raise ValueError(f"The weight of {name} must be from 0 to {MOST:g}, and is {weight:g}.")
    counted = {name: weight for name, weight in weights.items() if weight > 0}
    if not counted:
        raise ValueError("Nothing has a weight above 0, so there is nothing to choose by.")
    return counted


def level(ranking: Sequence[Ranked]) -> list[str]:
    """The frameworks whose middles are level with the first one's, itself among them."""
    return [one.system for one in ranking if abs(one.score - ranking[0].score) <= LEVEL]


def not_separated(ranking: Sequence[Ranked]) -> list[str]:
    """The others whose ranges overlap the first one's: they may in truth be ahead."""
    return [one.system for one in ranking[1:] if one.high >= ranking[0].low - LEVEL]


def flips(scores: Mapping[str, Scores], weights: Weights, names: Sequence[str] | None = None) -> list[Flip]:
    """Every weight from 0 to 10 at which the lead passes to another, of each criterion in turn; nearest first.

    The lead of one over another by the middles is a straight line in each weight, so the weight is exact: the first
    one up and the first one down. Empty where the first is level with another: nobody leads.
    """
    ranking = rank(scores, weights)
    if len(level(ranking)) > 1:
        return []
    found = []
    for name in names or weights:
        found += _flips_of(name, scores, weights, ranking[0].system)
    return sorted(found, key=lambda one: (abs(one.by), one.criterion))


def _flips_of(name: str, scores: Mapping[str, Scores], weights: Weights, leader: str) -> list[Flip]:
    today = weights.get(name, 0.0)
    ups: list[tuple[float, float, str]] = []
    downs: list[tuple[float, float, str]] = []
    for rival in FRAMEWORKS:
        slope = scores[name][leader].middle - scores[name][rival].middle
        if rival == leader or abs(slope) <= LEVEL:
            continue
        rest = sum(
            weight * (scores[other][leader].middle - scores[other][rival].middle)
            for other, weight in weights.items()
            if other != name
        )
        at = -rest / slope
        if slope < 0 and today < at <= MOST:
            ups.append((at, slope, rival))
        elif slope > 0 and LEVEL < at < today:
            downs.append((-at, -slope, rival))
    down = [Flip(name, today, -at, rival) for at, _, rival in sorted(downs)[:1]]
    return down + [Flip(name, today, at, rival) for at, _, rival in sorted(ups)[:1]]


def against(scores: Mapping[str, Scores], weights: Weights, winner: str) -> list[Pull]:
    """The criteria by which another is ahead of the winner, the strongest first, by weight times difference."""
    counted = counting(weights)
    whole = sum(counted.values())
    found = []
    for name, weight in counted.items():
        pulls = [_pull(name, scores[name], winner, rival, weight / whole) for rival in FRAMEWORKS if rival != winner]
        best = max(pulls, key=lambda one: (one.middle, one.certain))
        if best.middle > LEVEL and scores[name][best.system].evidence:
            found.append(best)
    return sorted(found, key=lambda one: (-one.middle, one.criterion))


def weak(scores: Mapping[str, Scores], weights: Weights, winner: str, told: Sequence[Pull] = ()) -> list[Weak]:
    """The criteria by which the winner is known to be low, those already told left out, the heaviest first.

    Lost is what even the upper end of its range leaves out of the whole score.
    """
    counted = counting(weights)
    whole, said = sum(counted.values()), {one.criterion for one in told}
    found = [
        Weak(
            name,
            weight / whole * (1 - own.high),
            tuple(one for one in FRAMEWORKS if scores[name][one].width > 1 - LEVEL),
        )
        for name, weight in counted.items()
        if name not in said and (own := scores[name][winner]).evidence and own.high < LOW
    ]
    return sorted(found, key=lambda one: (-one.lost, one.criterion))


def _pull(name: str, ranges: Scores, winner: str, rival: str, part: float) -> Pull:
    mine: Range = ranges[winner]
    other: Range = ranges[rival]
    return Pull(name, rival, part * (other.middle - mine.middle), max(0.0, part * (other.low - mine.high)))


def doubts(scores: Mapping[str, Scores], weights: Weights, ranking: Sequence[Ranked]) -> list[Doubt]:
    """The criteria whose unknowns keep the leader and what overlaps it apart from an answer, the widest first."""
    counted = counting(weights)
    whole = sum(counted.values())
    systems = [ranking[0].system, *not_separated(ranking)]
    if len(systems) == 1:
        return []
    found = [
        Doubt(name, weight / whole * sum(scores[name][system].width for system in systems) / len(systems))
        for name, weight in counted.items()
    ]
    return sorted((one for one in found if one.width > LEVEL), key=lambda one: (-one.width, one.criterion))
