"""The rule from signs to a state: every state on made data, and where it changes its mind."""

from datetime import date, timedelta

import pytest

from dashboard.analysis.life import (
    ARCHIVED,
    DEPRECATED,
    DORMANT,
    ENDED,
    LIVES,
    SLOWS,
    UNKNOWN,
    Fact,
    Sign,
    Signs,
    cadence,
    state_of,
)

TODAY = date(2026, 11, 22)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def sign(days: int, seen: int = 0) -> Sign:
    """What happened so many days ago, looked at so many days ago."""
    return Sign(ago(days), ago(seen))


def fact(days: int, life: str) -> tuple[Fact, ...]:
    return (Fact(ago(days), life),)  # type: ignore[arg-type]  # one of its literals


@pytest.mark.parametrize(
    ("signs", "state", "basis"),
    [
        (Signs(), UNKNOWN, ""),
        (Signs(released=sign(365)), LIVES, "released"),
        (Signs(released=sign(366)), SLOWS, "released"),
        (Signs(released=sign(730)), SLOWS, "released"),
        (Signs(released=sign(731)), DORMANT, "released"),
        (Signs(active=sign(300)), LIVES, "active"),
        (Signs(active=sign(400)), SLOWS, "active"),
        (Signs(active=sign(900)), DORMANT, "active"),
        (Signs(released=sign(800), active=sign(20)), SLOWS, "active"),
        (Signs(released=sign(800), active=sign(500)), SLOWS, "active"),
        (Signs(released=sign(500), active=sign(800)), SLOWS, "released"),
        (Signs(closed=sign(500)), ARCHIVED, "closed"),
        (Signs(released=sign(700), facts=fact(100, "archived")), ARCHIVED, "cited"),
        (Signs(released=sign(700), facts=fact(900, "ended")), ENDED, "cited"),
        (Signs(facts=fact(900, "deprecated")), DEPRECATED, "cited"),
        (Signs(facts=fact(3_000, "silent")), DORMANT, "cited"),
    ],
)
def test_each_state_from_its_signs(signs: Signs, state: str, basis: str) -> None:
    found = state_of(signs, TODAY)
    assert (found.state, found.basis) == (state, basis)
    assert (found.on is None) == (state == UNKNOWN)
    assert (found.still_since is None) == (state in (LIVES, SLOWS, UNKNOWN))


def test_a_wait_of_three_times_the_usual_one_is_slow_but_never_before_half_a_year() -> None:
    assert state_of(Signs(released=sign(200), cadence=60.0), TODAY).state == SLOWS
    assert state_of(Signs(released=sign(200), cadence=70.0), TODAY).state == LIVES
    assert state_of(Signs(released=sign(180), cadence=7.0), TODAY).state == LIVES


def test_maintenance_is_slow_however_often_it_is_released() -> None:
    assert state_of(Signs(released=sign(10), facts=fact(300, "maintenance")), TODAY).state == SLOWS
    assert state_of(Signs(active=sign(10), facts=fact(300, "maintenance")), TODAY).state == SLOWS
    assert state_of(Signs(released=sign(900), facts=fact(300, "maintenance")), TODAY).state == DORMANT


@pytest.mark.parametrize("life", ["ended", "archived", "deprecated"])
def test_a_declared_end_falls_where_it_is_released_again_within_the_year(life: str) -> None:
    assert state_of(Signs(released=sign(100), facts=fact(900, life)), TODAY).state == LIVES
    assert state_of(Signs(released=sign(1_000), facts=fact(900, life)), TODAY).state == life
    wound_down = Signs(released=sign(800), facts=fact(900, life))
    assert state_of(wound_down, TODAY).state == life, "a last release in the time of winding down revives nothing"


def test_a_closed_repository_whose_package_moved_on_is_not_archived() -> None:
    assert state_of(Signs(closed=sign(500), released=sign(50)), TODAY).state == LIVES
    assert state_of(Signs(closed=sign(50), released=sign(100)), TODAY).state == ARCHIVED


def test_a_silence_is_broken_by_a_commit() -> None:
    assert state_of(Signs(active=sign(100), facts=fact(2_000, "silent")), TODAY).state == LIVES
    assert state_of(Signs(active=sign(2_100), facts=fact(2_000, "silent")), TODAY).state == DORMANT


def test_maintenance_that_is_cited_is_slow_for_two_years_where_nothing_else_is_known() -> None:
    assert state_of(Signs(facts=fact(700, "maintenance")), TODAY).state == SLOWS
    assert state_of(Signs(facts=fact(700, "maintenance")), TODAY).basis == "cited"
    assert state_of(Signs(facts=fact(731, "maintenance")), TODAY).state == UNKNOWN


def test_the_newest_of_several_facts_counts() -> None:
    both = (*fact(700, "ended"), *fact(400, "archived"))
    assert state_of(Signs(facts=both), TODAY).state == ARCHIVED
    assert state_of(Signs(facts=both[::-1]), TODAY).since == ago(400)


def test_an_age_counts_to_the_day_it_was_looked_at_not_to_today() -> None:
    """A bundled list that ends a year ago tells of no later release because it could not."""
    assert state_of(Signs(released=sign(500, seen=400)), TODAY).state == LIVES
    assert state_of(Signs(released=sign(500, seen=400)), TODAY).on == ago(400)


def test_a_look_that_is_too_old_says_nothing_of_today() -> None:
    old = Signs(released=sign(740, seen=731))
    assert (state_of(old, TODAY).state, state_of(old, TODAY).why) == (UNKNOWN, "what is known is too old to say")
    assert state_of(Signs(released=sign(740, seen=731), active=sign(9)), TODAY).state == LIVES


def test_the_pace_is_the_median_of_the_gaps_of_two_years() -> None:
    days = [ago(2_000), ago(700), ago(600), ago(600), ago(560), ago(60)]
    assert cadence(days, TODAY) == 100.0
    assert cadence([ago(700), ago(600)], TODAY) is None
    assert cadence([ago(700), ago(600), ago(600)], TODAY) is None
    assert cadence(days, ago(1_990)) is None
