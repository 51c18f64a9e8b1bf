"""Marks that a browser brings back when it has drawn what it was sent."""

import threading

from dashboard.seen import MOST, Sightings

LONG_S = 60.0


def test_a_mark_is_waited_for_until_it_comes_back() -> None:
    seen, found = Sightings(), list[bool]()
    mark = seen.expected()
    waiting = threading.Thread(target=lambda: found.append(seen.wait(mark, LONG_S)), daemon=True)
    waiting.start()
    seen.came("another")
    waiting.join(0.1)
    assert waiting.is_alive()
    seen.came(mark)
    waiting.join(LONG_S)
    assert found == [True]


def test_one_that_came_before_anybody_waited_is_not_waited_for() -> None:
    seen = Sightings()
    mark = seen.expected()
    seen.came(mark)
    assert seen.wait(mark, LONG_S)


def test_one_that_does_not_come_is_given_up_and_forgotten() -> None:
    seen = Sightings()
    mark = seen.expected()
    assert not seen.wait(mark, 0.01)
    assert seen.wait(mark, LONG_S)


def test_no_two_are_alike_and_the_longest_waited_for_is_let_go_beyond_a_number() -> None:
    seen = Sightings()
    marks = [seen.expected() for _ in range(MOST + 1)]
    assert len(set(marks)) == MOST + 1
    assert seen.wait(marks[0], LONG_S)
    assert not seen.wait(marks[1], 0.01)
