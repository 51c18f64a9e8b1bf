"""Each rule on made series: what it doubts, what it lets pass, and how a doubt ends."""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.history import read_origin
from catalog.load import load_catalog
from collectors.doubts.judgement import Seen, Standing, judge
from collectors.doubts.points import Nature, Point, Span, nature_of
from collectors.doubts.rules import FELL, JUMPED, SHRANK, STUCK

FIRST = date(2026, 6, 1)
DAY = timedelta(days=1)
TOTAL = Nature("cumulative", "slightly", "day")
PULLS = Nature("cumulative", "never", "day")
DAILY = Nature("per_period", "slightly", "day")
MONTHLY = Nature("per_period", "slightly", "month")
STATE = Nature("count_now", "slightly", "day")
NATURES = [TOTAL, PULLS, DAILY, MONTHLY, STATE]
WEEK = (1000.0, 1040.0, 1060.0, 1030.0, 980.0, 520.0, 500.0)


def points(values: Sequence[float], nature: Nature = DAILY, first: date = FIRST) -> list[Point]:
    made = []
    for value in values:
        end = first + DAY if nature.granularity == "day" else (first + 31 * DAY).replace(day=1)
        made.append(Point(first, end, value))
        first = end
    return made


def seen(made: Sequence[Point], new: int = 1, **more: Any) -> Seen:
    """A run that wrote the last ``new`` points, on the day after the newest."""
    fresh = {point.period: point.value for point in made[len(made) - new :]}
    given: dict[str, Any] = {"told": fresh, "day": made[-1].end} | more
    return Seen(made, frozenset(fresh), **given)


def doubted(values: Sequence[float], nature: Nature, new: int = 1, **more: Any) -> list[tuple[str, float]]:
    return [(one.rule, one.value) for one in judge(seen(points(values, nature), new, **more), nature)[1]]


def total(gains: Sequence[float], begin: float = 200_000.0) -> list[float]:
    made = [begin]
    for gain in gains:
        made.append(made[-1] + gain)
    return made


WEEKS = [value * (1 + 0.01 * week) for week in range(9) for value in WEEK]
GAINS = [40.0 + 10 * (day % 5) for day in range(60)]


@pytest.mark.parametrize(
    ("values", "nature", "found"),
    [
        ([*total(GAINS), 201_000.0], PULLS, [(FELL, 201_000.0)]),
        ([*total(GAINS), 203_500.0], TOTAL, []),
        ([*total(GAINS), 195_000.0], TOTAL, [(FELL, 195_000.0)]),
        ([*total(GAINS), 195_000.0], Nature("cumulative", "freely", "day"), []),
        ([100.0, 99.0], PULLS, [(FELL, 99.0)]),
        ([100.0, 80.0], TOTAL, []),
        ([5.0], PULLS, []),
        ([*total(GAINS), 209_000.0], TOTAL, [(JUMPED, 209_000.0)]),
        ([*total(GAINS), 204_500.0], TOTAL, []),
        ([*total(GAINS[:5]), 400_000.0], TOTAL, []),
        ([*total([1.0] * 20, 10.0), 35.0], TOTAL, []),
        ([*WEEKS, 5_000.0], DAILY, [(JUMPED, 5_000.0)]),
        ([*WEEKS, 100.0], DAILY, [(JUMPED, 100.0)]),
        ([*WEEKS, 0.0], DAILY, [(JUMPED, 0.0)]),
        ([*WEEKS[:-2], 1_050.0, 1_050.0], DAILY, []),
        ([*WEEKS, 450.0], DAILY, []),
        ([20.0, 22.0, 21.0, 19.0, 20.0, 22.0, 20.0, 21.0, 20.0, 60.0], MONTHLY, []),
        ([*[200.0 + n for n in range(12)], 900.0], MONTHLY, [(JUMPED, 900.0)]),
        ([*[200.0 + n for n in range(12)], 390.0], MONTHLY, []),
        ([*[200.0 + n for n in range(6)], 900.0], MONTHLY, []),
        ([*[200.0 + n for n in range(12)], 900.0], Nature("share", "slightly", "month"), []),
        ([*[400.0 + n for n in range(12)], 3.0], Nature("count_now", "freely", "day"), []),
    ],
)
def test_falls_and_jumps(values: list[float], nature: Nature, found: list[tuple[str, float]]) -> None:
    assert doubted(values, nature) == found


def test_only_the_newest_periods_of_a_backfill_are_judged() -> None:
    old = [*WEEKS[:30], 50_000.0, *WEEKS[31:]]
    assert doubted(old, DAILY, len(old)) == []
    assert doubted([*WEEKS[:-3], 50_000.0, *WEEKS[-2:]], DAILY, len(WEEKS)) == [(JUMPED, 50_000.0)]


def test_what_an_earlier_run_wrote_is_not_judged_again() -> None:
    assert doubted([*WEEKS, 5_000.0, WEEK[1]], DAILY, 1) == []


def test_a_period_told_again_with_far_fewer() -> None:
    made = points(WEEKS)
    period = made[-20].period
    told = {period: made[-20].value}
    for before, found in ((made[-20].value * 1.1, []), (made[-20].value * 2, [(SHRANK, made[-20].value)])):
        doubts = judge(seen(made, 0, told=told, earlier={period: before}), DAILY)[1]
        assert [(one.rule, one.value) for one in doubts] == found
        assert judge(seen(made, 0, told=told, earlier={period: before}), Nature("per_period", "freely", "day"))[1] == []
    small = points([*[9.0] * 9, 3.0], MONTHLY)
    told = {small[-1].period: 3.0}
    assert judge(seen(small, 0, told=told, earlier={small[-1].period: 20.0}), MONTHLY)[1] == []


def test_a_value_that_stands_still_where_it_never_does() -> None:
    """Gains of sixty a day tie by chance once in 27 times: three in a row are once in 20,000."""
    still = [*total(GAINS), *[203_640.0] * 3]
    assert judge(seen(points(still, TOTAL)), TOTAL)[1] == []
    again = judge(seen(points([*still, 203_640.0], TOTAL)), TOTAL)[1]
    assert [(one.rule, one.period[0]) for one in again] == [(STUCK, FIRST + n * DAY) for n in (62, 63, 64)]
    assert "203,640 for 4 periods in a row" in again[0].seen
    views = judge(seen(points([*WEEKS, 1_010.0, 1_010.0, 1_010.0])), DAILY)[1]
    assert [one.rule for one in views] == [STUCK, STUCK]


@pytest.mark.parametrize(
    ("values", "nature"),
    [
        ([*total([n % 2 for n in range(40)]), *[200_020.0] * 6], TOTAL),
        ([3.0, 2.0, 4.0, 3.0, 1.0, 2.0, 3.0, 5.0, 3.0, 2.0, 2.0, 2.0], MONTHLY),
        ([50.0] * 40, STATE),
        ([4.0, 5.0, 5.0, 5.0], MONTHLY),
        ([*WEEKS, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], DAILY),
        ([*[float(n % 7) for n in range(30)], *[55.0] * 9], Nature("index", "slightly", "month")),
    ],
)
def test_a_value_that_may_stand_still(values: list[float], nature: Nature) -> None:
    assert doubted(values, nature) == []


@given(
    nature=st.sampled_from(NATURES),
    level=st.floats(100, 1e9),
    growth=st.floats(0.0001, 0.02),
    wobble=st.lists(st.floats(-0.05, 0.05), min_size=70, max_size=70, unique=True),
    new=st.integers(1, 70),
)
def test_a_smooth_series_is_never_doubted(
    nature: Nature, level: float, growth: float, wobble: list[float], new: int
) -> None:
    if nature.kind == "cumulative":
        gains = [level * growth * (1 + 4 * each) for each in wobble]
        values = total(gains, level)
    else:
        values = [level * (1 + growth) ** n * (1 + each) for n, each in enumerate(wobble)]
    assert doubted(values, nature, new) == []


@given(
    nature=st.sampled_from([TOTAL, PULLS, DAILY, MONTHLY, STATE]),
    factor=st.one_of(st.floats(0.0, 0.4), st.floats(3.0, 100.0)),
    after=st.integers(1, 5),
)
def test_a_documented_break_never_raises_a_doubt(nature: Nature, factor: float, after: int) -> None:
    base = total(GAINS) if nature.kind == "cumulative" else list(WEEKS)
    level = base[-7:] if nature.kind == "per_period" else base[-1:] * 7
    values = [*base, *(value * factor + n for n, value in enumerate(level[:after]))]
    made = points(values, nature)
    when = made[len(base)].start
    broken = Nature(nature.kind, nature.falls, nature.granularity, (Span(when, when),))
    assert judge(seen(made, after), broken)[1] == []


def test_the_breaks_of_the_catalogue_are_those_of_the_series() -> None:
    catalog = load_catalog()
    made = nature_of(catalog.metrics["stars"], "pytorch", "github", "day", "pytorch/pytorch", catalog.breaks)
    assert made.explained(
        Point(date(2026, 6, 9), date(2026, 6, 10), 9.0), Point(date(2026, 6, 10), date(2026, 6, 11), 1.0)
    )
    assert not made.explained(
        Point(date(2026, 11, 9), date(2026, 11, 10), 9.0), Point(date(2026, 11, 10), date(2026, 11, 11), 1.0)
    )


def test_a_break_that_no_list_named_would_have_been_noticed() -> None:
    """The dip of the bundled downloads in the winter of 2020: all breaks forgotten, month after month as it came."""
    found: dict[date, set[str]] = {}
    for system in ("tensorflow", "pytorch", "keras", "jax"):
        rows = [row for row in read_origin("top-pypi-packages") if row.metric == "downloads" and row.system == system]
        line = sorted((r for r in rows if r.value and r.primary and r.status == "ok"), key=lambda r: r.period_start)
        line = [b for a, b in pairwise(line) if b.period_start > a.period_start]
        made = [
            Point(r.period_start, r.period_end, r.value / (r.period_end - r.period_start).days) for r in line if r.value
        ]
        for end in range(9, len(made) + 1):
            for one in judge(seen(made[:end]), MONTHLY)[1]:
                found.setdefault(one.period[0], set()).add(system)
    assert found.get(date(2021, 4, 1), set()) >= {"tensorflow", "pytorch"}


# How a doubt ends.


def standing(rule: str, made: Sequence[Point], place: int = -1, value: float | None = None) -> Standing:
    point = made[place]
    return Standing(1, point.period, point.value if value is None else value, rule, point.end)


def ended(made: Sequence[Point], one: Standing, nature: Nature, **more: Any) -> list[str]:
    held = frozenset({one.period})
    return [found.state for found in judge(seen(made, open=[one], held=held, **more), nature)[0]]


def test_two_answers_of_one_day_settle_nothing() -> None:
    made = points([*WEEKS, 5_000.0])
    one = standing(JUMPED, made)
    assert ended(made, one, DAILY, told={one.period: 5_000.0}, day=one.opened) == []
    assert ended(made, one, DAILY, told={one.period: 5_000.0}, day=one.opened + DAY) == ["confirmed"]


def test_a_value_nearly_told_again_is_confirmed_and_another_withdrawn() -> None:
    made = points([*WEEKS, 5_000.0])
    for now, state in ((5_100.0, "confirmed"), (900.0, "withdrawn")):
        retold = [*made[:-1], Point(made[-1].start, made[-1].end, now)]
        settled, fresh = judge(
            Seen(
                retold,
                frozenset({made[-1].period}),
                {made[-1].period: now},
                made[-1].end + DAY,
                open=[standing(JUMPED, made)],
                held=frozenset({made[-1].period}),
            ),
            DAILY,
        )
        assert [one.state for one in settled] == [state]
        assert fresh == []


@pytest.mark.parametrize(
    ("following", "state"), [(90_000.0 + 50, "confirmed"), (204_000.0, "withdrawn"), (195_000.0, "withdrawn")]
)
def test_a_counter_that_fell_is_settled_by_what_comes_next(following: float, state: str) -> None:
    made = points([*total(GAINS), 90_000.0, following], PULLS)
    one = standing(FELL, made, -2)
    assert ended(made, one, PULLS, day=one.opened + DAY) == [state]


def test_a_day_of_news_is_neither_confirmed_nor_withdrawn_by_the_day_after() -> None:
    made = points([*WEEKS, 5_000.0, WEEK[1]])
    assert ended(made, standing(JUMPED, made, -2), DAILY, day=made[-1].end + DAY) == []


def test_a_new_level_is_confirmed_once_and_not_doubted_again() -> None:
    made = points([*WEEKS, 5_000.0, 5_200.0])
    one = standing(JUMPED, made, -2)
    settled, fresh = judge(seen(made, open=[one], held=frozenset({one.period}), day=one.opened + DAY), DAILY)
    assert ([found.state for found in settled], fresh) == (["confirmed"], [])


def test_a_settled_doubt_is_not_raised_again() -> None:
    made = points([*WEEKS, 5_000.0])
    assert judge(seen(made, settled=frozenset({(made[-1].period, 5_000.0, JUMPED)})), DAILY)[1] == []


def test_a_confirmed_constant_may_go_on() -> None:
    made = points([*total(GAINS), *[203_640.0] * 9], TOTAL)
    assert len(judge(seen(made), TOTAL)[1]) == 8
    assert judge(seen(made, settled=frozenset({(made[-4].period, 203_640.0, STUCK)})), TOTAL)[1] == []


def test_a_break_that_becomes_known_explains_a_doubt() -> None:
    made = points([*total(GAINS), 90_000.0], PULLS)
    known = Nature("cumulative", "never", "day", (Span(made[-1].start, made[-1].start),))
    assert ended(made, standing(FELL, made), known) == ["explained"]


@pytest.mark.parametrize(("gain", "state"), [(60.0, "confirmed"), (240.0, "withdrawn")])
def test_a_total_that_stood_still_and_moves_on(gain: float, state: str) -> None:
    values = total(GAINS)
    made = points([*values, values[-1], values[-1], values[-1], values[-1] + gain], TOTAL)
    one = standing(STUCK, made, -2)
    assert ended(made, one, TOTAL, day=one.opened + DAY) == [state]


def test_counts_that_stood_still_need_to_be_told_again() -> None:
    made = points([*WEEKS, 1_010.0, 1_010.0, 1_010.0, 1_035.0])
    one = standing(STUCK, made, -2)
    assert ended(made, one, DAILY, day=one.opened + DAY) == []
    told = {one.period: 1_010.0, made[-1].period: 1_035.0}
    assert ended(made, one, DAILY, day=one.opened + DAY, told=told) == ["confirmed"]


def test_the_words_name_the_figures() -> None:
    (one,) = judge(seen(points([*total(GAINS), 90_000.0], PULLS)), PULLS)[1]
    assert one.seen == f"the total fell from {total(GAINS)[-1]:,.0f} to 90,000"
    assert isinstance(one.period, tuple)
    assert math.isclose(one.value, 90_000.0)
