"""Whether a variant waits for its own outputs: with a wait that returns early, every time after it is too short."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

LEAK_SHARE = 0.2
"""What may be left to do after the wait, as a share of the calls it was for."""
LEAST_S = 20e-6
"""Below this no difference between two readings of outputs means anything."""
BURST_S = 0.01
MOST_CALLS = 1000
FEWEST_TRIES = 5
ENOUGH_S = 0.25
"""After this many seconds fewer tries are enough to let a wait pass: what takes so long is hardly disturbed."""
MOST_TRIES = 20
LIMIT_S = 3.0
"""After this many seconds three tries are enough to call a wait early."""
PAUSE_S = 0.005

clock = time.perf_counter


class EarlyWaitError(Exception):
    """The wait returned before the outputs were ready."""


def check(burst: Callable[[int], float], read: Callable[[], Any]) -> None:
    """Look whether work goes on after the wait, behind one call and behind a burst of 10 ms.

    burst: makes so many calls with one wait at their end, and gives the seconds that took. read: brings the last
    outputs to the host, for which any framework has to finish them first.

    Raises:
        EarlyWaitError: more than a fifth of the calls' work was still to be done.
    """
    one = _look(1, burst, read)
    many = min(MOST_CALLS, math.ceil(BURST_S / max(one, 1e-9)))
    if many > 1:
        _look(many, burst, read)


@dataclass
class _Tries:
    """What tries took, in seconds: calls with their wait; their outputs read at once, once more, and after a pause."""

    calls: list[float] = field(default_factory=list)
    at_once: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)

    @property
    def whole(self) -> float:
        """The least that calls and reading took together: what the work takes, wherever the wait lies."""
        return min(map(sum, zip(self.calls, self.at_once, strict=True)))

    @property
    def allowed(self) -> float:
        """What may be left to do after the wait."""
        return max(LEAST_S, LEAK_SHARE * self.whole)

    @property
    def behind(self) -> float:
        """What lay behind the wait at its shortest. An interruption amid the calls cannot hide it, as it is in both."""
        return self.whole - min(self.calls)

    @property
    def left(self) -> float:
        """What was left to do: how much longer outputs took to read at once than again and late, in two ways.

        Read again, they meet the same spinning threads and busy processors, but maybe a copy that the framework kept;
        read late, they meet neither. The first way takes the least of all tries, the second what is usual.
        """
        least = self.behind - max(min(self.again), min(self.late))
        usual = median(self.at_once) - max(median(self.again), median(self.late))
        return min(least, usual)


def _look(calls: int, burst: Callable[[int], float], read: Callable[[], Any]) -> float:
    """Try until it is clear whether work is left behind the wait; give the least seconds of calls and reading."""
    started, tries = clock(), _Tries()
    while True:
        tries.calls.append(burst(calls))
        tries.at_once.append(_seconds(read))
        tries.again.append(_seconds(read))
        count, spent = len(tries.calls), clock() - started
        clear = tries.behind <= tries.allowed
        if not clear:
            burst(calls)
            time.sleep(PAUSE_S + 2 * tries.behind)
            tries.late.append(_seconds(read))
            if tries.left > tries.allowed and (count >= MOST_TRIES or (count > 2 and spent > LIMIT_S)):
                raise EarlyWaitError(_told(calls, tries.left, tries.whole))
            clear = count > 1 and tries.left <= tries.allowed
        if clear and (count >= FEWEST_TRIES or spent > ENOUGH_S):
            return tries.whole


def _seconds(action: Callable[[], Any]) -> float:
    started = clock()
    action()
    return clock() - started


def _told(calls: int, left: float, whole: float) -> str:
    after = "a call" if calls == 1 else f"{calls} calls"
    share = f"{left / whole:.0%} of their {whole * 1e3:.3g} ms were still to be done"
    return f"the wait returned before the outputs were ready: after {after}, {share}"
