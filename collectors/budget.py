"""What a run will ask for, in calls and in time, told from its plan before anybody is asked; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item")
LATENCY_S = 0.5


@dataclass(frozen=True, slots=True)
class Calls:
    """So many requests at least where all goes well, and no more than ``most``; repeated tries are not among them."""

    least: int = 0
    most: int = 0

    @classmethod
    def exactly(cls, number: int) -> Calls:
        """A number that is known before."""
        return cls(number, number)

    def __add__(self, other: Calls) -> Calls:
        """What two parts take together."""
        return Calls(self.least + other.least, self.most + other.most)

    def less(self, part: Calls) -> Calls:
        """What is left without a part of them."""
        return Calls(self.least - part.least, self.most - part.most)

    def __str__(self) -> str:
        """In words: ``12 calls``, or ``12 to 40 calls``."""
        span = f"{self.least:,}" if self.least == self.most else f"{self.least:,} to {self.most:,}"
        return f"{span} call{'' if self.most == 1 else 's'}"


ONE = Calls.exactly(1)


def predict(items: Iterable[Item], calls: Callable[[Item], Calls] | None) -> list[Calls]:
    """What each item of a plan takes; one request where the source says nothing else."""
    return [ONE if calls is None else calls(item) for item in items]


def total(parts: Iterable[Calls]) -> Calls:
    """What several take together."""
    return sum(parts, Calls())


def seconds(calls: float, interval_s: float, latency_s: float) -> float:
    """How long so many requests take: each waits its turn, or for the answer before it, whichever is longer."""
    return calls * max(interval_s, latency_s)
