"""Turns: everything once a round, evenly spread, a missed day made up for, and no wrong clock that locks it out."""

from collections import Counter
from datetime import date, timedelta

import pytest

from collectors.turns import is_turn

MONDAY = date(2026, 11, 16)
DAYS = [MONDAY + timedelta(days=number) for number in range(28)]


@pytest.mark.parametrize("every", [1, 3, 7])
def test_each_has_one_turn_a_round_and_the_days_have_like_many(every: int) -> None:
    asked: dict[int, str] = dict.fromkeys(range(15), str(MONDAY - timedelta(days=1)))
    counts: Counter[date] = Counter()
    for day in DAYS:
        for place in asked:
            if is_turn(place, asked[place], day, every):
                asked[place], counts[day] = str(day), counts[day] + 1
    rounds = [sum(counts[day] for day in DAYS[start : start + every]) for start in range(every, 27 - every, every)]
    assert set(rounds) == {15}
    assert max(counts[day] for day in DAYS[every:]) <= -(-15 // every)


def test_what_was_never_asked_for_is_due_at_once_and_once_a_day() -> None:
    assert all(is_turn(place, None, MONDAY) for place in range(7))
    assert not any(is_turn(place, str(MONDAY), MONDAY) for place in range(7))


def test_a_missed_turn_is_made_up_for_on_the_next_day() -> None:
    assert all(is_turn(place, str(MONDAY - timedelta(days=8)), MONDAY) for place in range(7))


def test_a_date_that_has_not_come_keeps_nothing_back() -> None:
    assert is_turn(3, "2036-01-01", MONDAY)
