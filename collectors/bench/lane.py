"""One variant's way through one workload: its child, its block length, its samples, and how it ended."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from collectors.bench.process import Child, ChildError
from collectors.bench.statistics import settled
from collectors.bench.variants import Variant

SHORTEST_BLOCK_S = 0.01
NULL_COSTS_PER_BLOCK = 100
WARM_UP_BLOCKS = 25
MOST_CALLS = 20_000
BLOCK_LIMIT_S = 30.0
BLOCK_LIMIT_TIMES = 50

T = TypeVar("T")


@dataclass
class Samples:
    """One entry per round, in the same order in all: seconds per call, and the round and process they are of.

    again: a second latency block of the same round, where others were compared with this variant; else None.
    """

    latency: list[float] = field(default_factory=list)
    throughput: list[float] = field(default_factory=list)
    again: list[float | None] = field(default_factory=list)
    rounds: list[int] = field(default_factory=list)
    process: list[int] = field(default_factory=list)


@dataclass
class Lane:
    """A variant while a workload is measured. Once `status` is not `ok` it takes no further part."""

    variant: Variant
    version: str | None = None
    status: str = "ok"
    message: str | None = None
    child: Child | None = None
    start: dict[str, Any] = field(default_factory=dict)
    prepared: dict[str, Any] = field(default_factory=dict)
    resolved: dict[str, Any] = field(default_factory=dict)
    passport: dict[str, Any] = field(default_factory=dict)
    null_s: float | None = None
    call_s: float = 0.0
    warm_up: list[float] = field(default_factory=list)
    graphs: int = 0
    samples: Samples = field(default_factory=Samples)
    without: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the variant is still in the running."""
        return self.status == "ok"

    @property
    def calls(self) -> int:
        """How many calls make a block: at least 10 ms, and 100 times the cost of an empty call and wait."""
        target = max(SHORTEST_BLOCK_S, NULL_COSTS_PER_BLOCK * (self.null_s or 0.0))
        return max(1, min(MOST_CALLS, math.ceil(target / max(self.call_s, 1e-9))))

    @property
    def block_limit_s(self) -> float:
        """How long a block may take before its child counts as hanging."""
        return max(BLOCK_LIMIT_S, BLOCK_LIMIT_TIMES * self.calls * self.call_s)

    def attempt(self, action: Callable[[Child], T]) -> T | None:
        """Do `action` with the child; where the child fails, end it, note why, and give None."""
        if not self.ok or self.child is None:
            return None
        try:
            return action(self.child)
        except ChildError as error:
            self.fail(error.status, error.message)
            return None

    def fail(self, status: str, message: str) -> None:
        """Take the variant out, with its outcome, and end its child."""
        self.status, self.message = status, message
        self.end()

    def end(self) -> None:
        """End the child, if there is one."""
        if self.child is not None:
            self.child.end()

    def block(self, child: Child, kind: str, limit_s: float) -> float:
        """Run one block and give its seconds per call.

        Raises:
            ChildError: the child failed, or compiled again after warm-up.
        """
        answer = child.ask(kind, min(limit_s, self.block_limit_s), calls=self.calls)
        again = bool(self.samples.rounds) and answer["compilations"] > self.graphs
        if again and "recompilation" not in self.without:
            raise ChildError("failed", f"compiled again during the rounds ({answer['compilations']} graphs)")
        self.graphs = answer["compilations"]
        return float(answer["seconds"])

    def warm(self, child: Child, limit_s: float, until: float) -> None:
        """Repeat blocks until the last three agree within 2 %, 25 are done, or `until` is past; then fix the length."""
        while len(self.warm_up) < WARM_UP_BLOCKS and not settled(self.warm_up):
            self.warm_up.append(self.block(child, "latency", limit_s))
            self.call_s = min(self.warm_up[-3:])
            if time.monotonic() > until:
                return

    def record(self, round_: int, latency: float, throughput: float, again: float | None) -> None:
        """Keep one complete round's figures."""
        self.samples.latency.append(latency)
        self.samples.throughput.append(throughput)
        self.samples.again.append(again)
        self.samples.rounds.append(round_)
        self.samples.process.append(0)  # one process per variant so far; restarts will count on
