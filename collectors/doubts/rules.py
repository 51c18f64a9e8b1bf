"""The rules: each looks at a series and at one new value and says in words what is doubtful about it, or nothing; pure.

`before` are the trusted whole values ahead of the new one, oldest first: what is in doubt itself is not in it. No rule
speaks of a step that a documented break explains, and none before there is enough of a history to differ from.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import pairwise
from statistics import median

from collectors.doubts.points import WEEK_DAYS, Nature, Point

FELL, SHRANK, JUMPED, STUCK = "counter fell", "period shrank", "jump", "constant"
SMALL_FALL = 0.005
SHRUNK = 0.8
LEAST = 30
NOISE = 6
STEPS = 8
BEYOND = 2
FACTOR_DAY, FACTOR = 3.0, 2.0
COUNTER_BEYOND, COUNTER_SHARE = 3, 0.01
RARE = 1e-3
MOVING = 0.5
REPEATS = 2

Rule = Callable[[Sequence[Point], Point, Nature], "str | None"]


def counter_fell(before: Sequence[Point], now: Point, nature: Nature) -> str | None:
    """A total that is smaller than the one before it.

    Doubted if ``v < b`` where the metric's totals never fall (pulls, files' downloads), and if ``b - v`` is over
    `SMALL_FALL` of ``b`` and at least `LEAST` where they do a little: stars are taken back one by one, and the largest
    purge of fake accounts seen in the bundled figures took under half a per cent. Totals that fall freely are no
    counters.
    """
    if nature.kind != "cumulative" or nature.falls == "freely" or not before:
        return None
    last = before[-1]
    fall = last.value - now.value
    allowed = 0.0 if nature.falls == "never" else max(SMALL_FALL * last.value, LEAST)
    if fall <= allowed or nature.explained(last, now):
        return None
    return f"the total fell from {_number(last.value)} to {_number(now.value)}"


def period_shrank(earlier: float, now: Point, nature: Nature) -> str | None:
    """A period that was whole and is told again with far fewer: a sum that lacks a part looks like this.

    Doubted below `SHRUNK` of what it was, from `LEAST` on: what is deleted later takes a few per cent (questions,
    repositories), a lost part takes more. Not where the past shrinks by its definition (``falls = "freely"``).
    """
    if nature.kind != "per_period" or nature.falls == "freely":
        return None
    if earlier < LEAST or now.value >= SHRUNK * earlier:
        return None
    return f"the same period was told as {_number(earlier)} before and is {_number(now.value)} now"


def jumped(before: Sequence[Point], now: Point, nature: Nature) -> str | None:
    """A step beyond the series' own history.

    Counts of a period and states: the step is ``r = ln(v / b)``; doubted if ``|r|`` is over `BEYOND` times the largest
    of the last steps and over a factor of `FACTOR` (`FACTOR_DAY` for days, which holidays halve). A count of a day must
    be so far both from the day before and from the same day a week before, since weekends are low. Small counts need
    ``|v - b| > NOISE * sqrt(max(v, b))`` and `LEAST` at least: chance (Poisson) alone moves them by one root.
    Totals: the step is the gain a day; doubted if it is over `COUNTER_BEYOND` times the largest and over
    `COUNTER_SHARE` of the total. With fewer than `STEPS` steps nothing is beyond anything. Shares and indices are
    bounded and rescaled by their makers: not judged.
    """
    if nature.kind == "cumulative":
        return _gained(before, now, nature)
    if nature.kind not in ("per_period", "count_now"):
        return None
    if nature.falls == "freely" and before and now.value < before[-1].value:
        return None
    lags = (1, WEEK_DAYS) if nature.weekly else (1,)
    bases = [base for lag in lags if (base := _jump(before, now, nature, lag)) is not None]
    if len(bases) < len(lags):
        return None
    when = "a week before" if nature.weekly else "before"
    return f"{_number(now.value)} after {_number(bases[-1].value)} {when}, a step beyond any of its history"


def constant(before: Sequence[Point], now: Point, nature: Nature) -> str | None:
    """The same value again and again in a series that otherwise moves: an old copy answers.

    With ``p`` the chance that a step is nought, doubted after ``k`` such steps in a row with ``p ** k < RARE`` and
    ``k >= REPEATS``. ``p`` is the rule of succession, ``(noughts + 1) / (steps + 2)``, but at least the chance that two
    counts of the usual size ``m`` tie, ``1 / (2 sqrt(pi m))``; a series that stands still half of the time is never
    doubted. ``before`` holds the repeated values too. Shares and indices repeat by rounding, and nothing happens again
    and again where a project is dead: noughts of a period are not judged.
    """
    if nature.kind in ("share", "index") or (nature.kind == "per_period" and now.value == 0):
        return None
    repeats = repeats_of([*before, now])
    if repeats < REPEATS:
        return None
    moving = before[: len(before) + 1 - repeats]
    steps = [later.value - earlier.value for earlier, later in pairwise(moving)]
    if len(steps) < STEPS:
        return None
    size = median(map(abs, steps)) if nature.stock else median(point.value for point in moving)
    tie = 1 / (2 * math.sqrt(math.pi * size)) if size > 0 else 1.0
    chance = max((steps.count(0.0) + 1) / (len(steps) + 2), tie)
    if chance > MOVING or chance**repeats >= RARE:
        return None
    return f"{_number(now.value)} for {repeats + 1} periods in a row, where the value moves otherwise"


def repeats_of(points: Sequence[Point]) -> int:
    """How many steps of nought a series ends with."""
    count = 0
    while count + 1 < len(points) and points[-1 - count].value == points[-2 - count].value:
        count += 1
    return count


def _gained(before: Sequence[Point], now: Point, nature: Nature) -> str | None:
    if not before:
        return None
    last = before[-1]
    gain, days = now.value - last.value, _days(last, now)
    if gain < max(LEAST, COUNTER_SHARE * last.value):
        return None
    known = [(b.value - a.value) / _days(a, b) for a, b in pairwise(before) if not nature.explained(a, b)]
    most = max([*known, 0.0])
    if len(known) < STEPS or gain / days <= COUNTER_BEYOND * most or nature.explained(last, now):
        return None
    took = f"{_number(gain)} gained in {days} {'day' if days == 1 else 'days'}"
    return f"{took}, where {_number(most)} a day was the most"


def _days(earlier: Point, later: Point) -> int:
    return max((later.start - earlier.start).days, 1)


def _jump(before: Sequence[Point], now: Point, nature: Nature, lag: int) -> Point | None:
    """The value a step of this lag comes from, if the step is beyond history; else None."""
    base = before[-1] if before and lag == 1 else _days_before(before, now, lag)
    if base is None:
        return None
    step, size = _ratio(base, now), max(LEAST, NOISE * math.sqrt(max(now.value, base.value)))
    if step <= math.log(FACTOR_DAY if nature.granularity == "day" else FACTOR) or abs(now.value - base.value) <= size:
        return None
    known = [_ratio(*pair) for pair in _pairs(before, lag) if not nature.explained(*pair)]
    beyond = len(known) >= STEPS and step > BEYOND * max(known)
    return base if beyond and not nature.explained(base, now) else None


def _pairs(before: Sequence[Point], lag: int) -> Sequence[tuple[Point, Point]]:
    if lag == 1:
        return list(pairwise(before))
    by_start = {point.start: point for point in before}
    shift = timedelta(days=lag)
    return [(by_start[point.start - shift], point) for point in before if point.start - shift in by_start]


def _days_before(before: Sequence[Point], now: Point, days: int) -> Point | None:
    wanted = now.start - timedelta(days=days)
    return next((point for point in reversed(before) if point.start == wanted), None)


def _ratio(earlier: Point, later: Point) -> float:
    """|ln(later / earlier)|; one is added to both, so that nought has a step too."""
    return abs(math.log((max(later.value, 0) + 1) / (max(earlier.value, 0) + 1)))


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) or abs(value) >= 1_000 else f"{value:,.4g}"
