"""Turns: never more than so many at once, in the order they came, and nobody waits for ever."""

import threading
import time
from collections.abc import Callable
from functools import partial

import pytest

from dashboard.turns import Turns

LONG_S = 60.0


def started(what: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=what, daemon=True)
    thread.start()
    return thread


def until(holds: Callable[[], bool]) -> None:
    limit = time.monotonic() + LONG_S
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.001)


@pytest.mark.parametrize("at_once", [1, 2])
def test_so_many_at_once_and_in_the_order_they_came(at_once: int) -> None:
    turns, inside, most, order = Turns(at_once, LONG_S), [0], [0], list[int]()
    lock, may_go = threading.Lock(), threading.Event()

    def run(number: int) -> None:
        with turns.turn():
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                order.append(number)
            may_go.wait(LONG_S)
            with lock:
                inside[0] -= 1

    threads = []
    for number in range(8):
        threads.append(started(partial(run, number)))
        until(lambda come=number + 1: len(order) + len(turns._waiting) == come)  # type: ignore[misc]  # no default known
    assert order == list(range(at_once))
    may_go.set()
    for thread in threads:
        thread.join(LONG_S)
    assert most == [at_once]
    assert sorted(order) == list(range(8))
    assert at_once > 1 or order == sorted(order)
    assert turns._free == at_once


def test_who_waited_long_enough_goes_on_and_gives_back_nothing() -> None:
    turns, done = Turns(1, 0.05), threading.Event()

    def late() -> None:
        with turns.turn():
            done.set()

    with turns.turn():
        started(late).join(LONG_S)
        assert done.is_set()
        assert turns._free == 0
        assert not turns._waiting
    assert turns._free == 1


def test_a_run_that_fails_gives_its_turn_back() -> None:
    turns = Turns(1, LONG_S)
    with pytest.raises(KeyboardInterrupt), turns.turn():
        raise KeyboardInterrupt
    with turns.turn():
        pass
    assert turns._free == 1
