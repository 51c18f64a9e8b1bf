"""A fixed piece of work timed between rounds: where it takes longer than before, the machine has become slower."""

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

EVERY_S = 0.5
LOOPS = 20_000
TRIES = 3
TOO_FEW = 5
ALLOWED = 0.10
"""The drift above which the machine's speed is said to have changed within a workload."""
_SMOOTH = 5


def spin() -> float:
    """Give the processor seconds of the fixed work, the least of three tries; waiting for its turn does not count."""
    return min(_once() for _ in range(TRIES))


def _once() -> float:
    started = time.thread_time()
    total = 0
    for number in range(LOOPS):
        total += number * number % 7
    return time.thread_time() - started


@dataclass
class Sentinel:
    """Times the work at most twice a second, on the first of the processors that the variants are measured on.

    The work is Python's own, so that it needs no framework and no vector unit: it follows the clock of a core, and on a
    virtual machine, which shows no clock, what the host leaves of it. It cannot see a GPU.
    """

    cpus: Sequence[int] = ()
    work: Callable[[], float] = spin
    rounds: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    due: float = 0.0

    def look(self, round_: int, now: float) -> None:
        """Time the work, if it is due, after `round_` rounds."""
        if now < self.due:
            return
        self.due = now + EVERY_S
        with _on(self.cpus):
            self.seconds.append(self.work())
        self.rounds.append(round_)

    def told(self) -> dict[str, Any]:
        """Sum up: `drift` is by how much the slowest stretch of five looks was slower than the fastest one."""
        facts = {"rounds": self.rounds, "seconds": self.seconds, "median_s": median(self.seconds or [0.0]) or None}
        if len(self.seconds) < TOO_FEW:
            why = f"only {len(self.seconds)} looks, {TOO_FEW} are needed"
            return {"known": False, "drift": None, "changed": None, "why": why} | facts
        found = drift(self.seconds)
        return {"known": True, "drift": found, "changed": found > ALLOWED, "why": None} | facts


def drift(seconds: Sequence[float]) -> float:
    """Give by what share the slowest stretch was slower than the fastest; a stretch is a median of five looks."""
    stretches = [median(seconds[i : i + _SMOOTH]) for i in range(len(seconds) - _SMOOTH + 1)]
    return max(stretches) / min(stretches) - 1


def warning(sentinel: dict[str, Any]) -> list[str]:
    """Say that the machine's speed changed; a ratio of interleaved rounds survives it, a time does not."""
    if not sentinel["changed"]:
        return []
    return [f"the machine's speed changed by {sentinel['drift']:.0%} during the rounds"]


@contextlib.contextmanager
def _on(cpus: Sequence[int]) -> Iterator[None]:
    """Move this thread to the first of `cpus` for a moment, where the system lets us."""
    if not cpus or not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cpus[:1])
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
