"""One series judged: which of its new values are doubted, and which earlier doubts are settled; pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Literal

from collectors.doubts.points import Doubt, Nature, Period, Point
from collectors.doubts.rules import (
    FELL,
    JUMPED,
    SHRANK,
    STUCK,
    Rule,
    constant,
    counter_fell,
    jumped,
    period_shrank,
    repeats_of,
)

HISTORY = 63
JUDGED_DAYS, JUDGED = 7, 2
ALIKE = 0.05
RULES: tuple[tuple[str, Rule], ...] = ((FELL, counter_fell), (JUMPED, jumped))
State = Literal["confirmed", "explained", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A doubt of an earlier run as it stands; ``opened`` is the UTC day it was first seen on."""

    number: int
    period: Period
    value: float
    rule: str
    opened: date


@dataclass(frozen=True, slots=True)
class Settled:
    """How a doubt ended, and why in words."""

    number: int
    state: State
    why: str


@dataclass(frozen=True, slots=True)
class Seen:
    """One series as a run left it.

    ``points`` are its newest whole values, oldest first; ``new`` the periods this run wrote, ``told`` what it was told
    of whole periods, new or not, on ``day`` (UTC); ``earlier`` the whole values it replaced. ``held`` are the periods
    that earlier doubts keep out, ``settled`` the doubts that were answered: (period, value, rule).
    """

    points: Sequence[Point]
    new: frozenset[Period]
    told: Mapping[Period, float]
    day: date
    earlier: Mapping[Period, float] = field(default_factory=dict)
    open: Sequence[Standing] = ()
    held: frozenset[Period] = frozenset()
    settled: frozenset[tuple[Period, float, str]] = frozenset()


def judge(seen: Seen, nature: Nature) -> tuple[list[Settled], list[Doubt]]:
    """What this run settles of the earlier doubts, and what it gives reason to doubt.

    A doubt is settled by a later day's run only: two answers of one day may be one copy.
    """
    ended = [found for one in seen.open if (found := _settle(one, seen, nature)) is not None]
    states = {found.number: found.state for found in ended}
    counted = {one.period for one in seen.open if states.get(one.number) in ("confirmed", "explained")}
    current = {point.period: point.value for point in seen.points}
    replaced = {one.period for one in seen.open if current.get(one.period, one.value) != one.value}
    return ended, _doubts(seen, nature, (seen.held - replaced) - counted, counted)


def _doubts(seen: Seen, nature: Nature, held: frozenset[Period], vouched: set[Period]) -> list[Doubt]:
    found = [one for one in _shrunk(seen, nature) if one.period not in vouched]
    out = set(held) | {one.period for one in found}
    known = {(one.period, one.value, one.rule) for one in seen.open} | seen.settled
    first = len(seen.points) - (JUDGED_DAYS if nature.granularity == "day" else JUDGED)
    for place, now in enumerate(seen.points):
        if place < first or now.period not in seen.new or now.period in vouched:
            continue
        before = [point for point in seen.points[:place] if point.period not in out][-HISTORY:]
        for rule, says in RULES:
            if (why := says(before, now, nature)) is not None:
                found.append(Doubt(now.period, now.value, rule, why))
                out.add(now.period)
                break
        else:
            found += _stuck(seen, place, nature)
    return [one for one in dict.fromkeys(found) if (one.period, one.value, one.rule) not in known]


def _shrunk(seen: Seen, nature: Nature) -> list[Doubt]:
    found = []
    wrong = {(one.period, one.value) for one in seen.open}
    for period, earlier in seen.earlier.items():
        now = Point(*period, seen.told[period]) if period in seen.told and (period, earlier) not in wrong else None
        if now is not None and (why := period_shrank(earlier, now, nature)) is not None:
            found.append(Doubt(period, now.value, SHRANK, why))
    return found


def _stuck(seen: Seen, place: int, nature: Nature) -> list[Doubt]:
    """All repeats of a value that is told too often, from the second on: which of them was first true is unknown.

    Once somebody has confirmed one of them, the value may go on standing there.
    """
    others = {one.period for one in seen.open if one.rule != STUCK}
    line = [point for point in seen.points[: place + 1] if point.period not in others][-HISTORY:]
    why = constant(line[:-1], line[-1], nature)
    repeated = line[len(line) - repeats_of(line) :]
    if why is None or any((point.period, point.value, STUCK) in seen.settled for point in repeated):
        return []
    return [Doubt(point.period, point.value, STUCK, why) for point in repeated]


def _settle(one: Standing, seen: Seen, nature: Nature) -> Settled | None:
    by_period = {point.period: point for point in seen.points}
    mine = by_period.get(one.period)
    later = seen.day > one.opened
    if mine is not None and mine.value != one.value:
        if later and one.rule != STUCK and math.isclose(mine.value, one.value, rel_tol=ALIKE):
            return Settled(one.number, "confirmed", f"told again on {seen.day} as {mine.value:,.10g}")
        return Settled(one.number, "withdrawn", f"the source says {mine.value:,.10g} since {seen.day}")
    before = [point for point in seen.points if point.period < one.period and point.period not in seen.held]
    now = mine or Point(*one.period, one.value)
    if before and one.rule in (FELL, JUMPED) and nature.explained(before[-1], now):
        return Settled(one.number, "explained", "a documented break lies there")
    if not later:
        return None
    after = [point for point in seen.points if point.period > one.period and point.period in seen.told]
    if one.rule == STUCK:
        return _unstuck(one, seen, after, nature)
    if seen.told.get(one.period) == one.value:
        return Settled(one.number, "confirmed", f"told again on {seen.day}")
    return _followed(one, before, after, nature, seen.day) if one.rule in (FELL, JUMPED) else None


def _followed(
    one: Standing, before: Sequence[Point], after: Sequence[Point], nature: Nature, day: date
) -> Settled | None:
    """By what came next: nearer the new level it confirms; a state back at the old one was never left."""
    if not before or not after:
        return None
    following, base = after[-1].value, before[-1].value
    if abs(following - one.value) < abs(following - base):
        return Settled(one.number, "confirmed", f"{following:,.10g} on {day} stands by it")
    if nature.stock:
        return Settled(one.number, "withdrawn", f"{following:,.10g} on {day} is back where it was before")
    return None


def _unstuck(one: Standing, seen: Seen, after: Sequence[Point], nature: Nature) -> Settled | None:
    """A value that stood still, once the series moves again.

    A count of a period is confirmed by being told again. A state that then makes up for the days it stood (half of
    the usual steps or more) was an old copy; one that goes on by a usual step had stood still indeed.
    """
    moved = [point for point in after if point.value != one.value]
    if not moved:
        return None
    if not nature.stock:
        again = seen.told.get(one.period) == one.value
        return (
            Settled(one.number, "confirmed", f"told again on {seen.day}, after the series moved on") if again else None
        )
    until = [point for point in seen.points if point.period <= one.period]
    first = until[-1 - repeats_of(until)]
    last = [point for point in seen.points if point.period < moved[0].period][-1]
    known = [point for point in until if point.period <= first.period]
    daily = [abs(b.value - a.value) / max((b.start - a.start).days, 1) for a, b in pairwise(known)]
    usual = median(daily) if daily else 0.0
    gone, due = (moved[0].start - first.start).days, (moved[0].start - last.start).days
    if abs(moved[0].value - one.value) >= usual * (gone + due) / 2:
        return Settled(
            one.number, "withdrawn", f"{moved[0].value:,.10g} on {seen.day} makes up for the days it stood still"
        )
    return Settled(one.number, "confirmed", f"{moved[0].value:,.10g} on {seen.day} goes on by a usual step")
