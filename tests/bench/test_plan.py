"""How a share of the budget is laid out: processes, warm-up, rounds, and what is said where it is too short."""

import pytest

from collectors.bench.plan import Part, Plan, decide, fits, one_more, part, too_few


@pytest.mark.parametrize(
    ("wanted", "preparation_s", "share_s", "count"),
    [
        (3, 5.0, 20.0, 3),
        (3, 5.1, 20.0, 2),
        (3, 10.0, 20.0, 2),
        (3, 10.1, 20.0, 1),
        (2, 5.0, 20.0, 2),
        (1, 0.1, 20.0, 1),
        (10, 1.0, 18.0, 10),
        (10, 1.0, 17.0, 9),
    ],
)
def test_the_later_processes_take_at_most_half_of_the_share(
    wanted: int, preparation_s: float, share_s: float, count: int
) -> None:
    assert decide(wanted, preparation_s, 0.1, share_s).processes == count


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (
            decide(3, 55.0, 0.1, 20.0),
            "one process each: preparing a second would have taken 55.0 s of a share of 20.0 s",
        ),
        (decide(3, 6.0, 0.1, 20.0), "two processes each: preparing a third as well would have taken 12.0 s of a share"),
        (decide(3, 5.0, 0.1, 20.0), "three processes each, as asked: preparing the later ones was to take 10.0 s of"),
        (decide(1, 5.0, 0.1, 20.0), "one process each, as asked"),
        (decide(3, 5.0, 0.9, 20.0), "one process each: preparing a second would have taken 5.0 s of a share of 20.0 s"),
        (decide(3, 5.0, 0.9, 20.0), "in which 20 rounds need about 18.0 s"),
        (decide(3, 5.0, 0.9, 20.0, rounds=8), "three processes each, as asked"),
    ],
)
def test_the_decision_is_told_in_words(found: object, says: str) -> None:
    assert says in str(found)


@pytest.mark.parametrize("wanted", [1, 3])
def test_a_share_too_short_for_a_verdict_is_told_before_its_rounds(wanted: int) -> None:
    assert decide(wanted, 5.0, 1.0, 20.0).lacks == ""
    assert (
        decide(wanted, 5.0, 1.1, 20.0).lacks == "a verdict is not to be expected, as its rounds need about 30 s of 20 s"
    )
    assert decide(wanted, 5.0, 1.1, 20.0, rounds=8).lacks == ""


def test_parts_are_even_and_leave_time_to_prepare_the_later_ones() -> None:
    first = part(share_s=30.0, spent_s=0.0, preparation_s=3.0, index=0, count=3, least=20, most=500)
    assert (first.seconds, first.least) == (8.0, 7)
    second = part(share_s=30.0, spent_s=11.0, preparation_s=3.0, index=1, count=3, least=20, most=500)
    assert second.seconds == 8.0
    last = part(share_s=30.0, spent_s=25.0, preparation_s=3.0, index=2, count=3, least=20, most=500)
    assert last.seconds == 5.0
    assert part(30.0, 99.0, 3.0, 2, 3, 20, 500).seconds > 0


@pytest.mark.parametrize(("most", "count"), [(10, 3), (500, 3), (3, 3), (7, 1)])
def test_the_most_rounds_are_shared_out_exactly(most: int, count: int) -> None:
    parts = [part(30.0, 0.0, 1.0, index, count, 20, most) for index in range(count)]
    assert sum(p.most for p in parts) == most
    assert all(1 <= p.least <= p.most for p in parts)


def test_warming_up_leaves_room_for_the_fewest_rounds() -> None:
    here = Part(seconds=20.0, least=20, most=500, slow_s=0.3)
    assert here.warm_up_s(0.1) == 6.0
    assert here.warm_up_s(0.9) == pytest.approx(2.0), "the rest is for the twenty rounds of a verdict"
    assert here.warm_up_s(3.5) == pytest.approx(2.5), "which have no room here, so that it is for those of an interval"
    assert here.warm_up_s(9.0) == 0.0


def test_a_call_is_slow_from_a_sixtieth_of_the_share() -> None:
    assert part(30.0, 0.0, 1.0, 0, 3, 20, 500).slow_s == 0.5
    assert part(0.001, 0.0, 1.0, 0, 1, 20, 500).slow_s == 0.01


def test_too_few_rounds_say_what_would_do() -> None:
    assert too_few(1, 10.0, 41.0) == (
        "only 1 round fitted, and an interval needs 5 and a verdict 20: a share of about 920 s"
    )
    assert too_few(19, 0.0, 0.5) == "only 19 rounds fitted, and a verdict needs 20: a share of about 11 s"


def test_a_set_more_is_told_once_however_often() -> None:
    plan = one_more(one_more(Plan(3, "three processes each, as asked"), 0.01), 0.01)
    assert plan.processes == 5
    assert (
        plan.why == "three processes each, as asked; five processes in the end, as the interval over them was not ±1.0%"
    )


@pytest.mark.parametrize(("left_s", "there"), [(5.0, True), (4.9, False)])
def test_a_set_more_fits_with_its_preparation(left_s: float, there: bool) -> None:
    assert fits(left_s, preparation_s=3.0, rounds_s=2.0) is there
