"""One variant's way through one workload: its processes, its block length, its samples, and how it ended."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any, TypeVar

from collectors.bench.process import Child, ChildError
from collectors.bench.session import SLOW_CALL_S
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

    again: a second latency block of the same round; None in runs of before, for variants nothing was compared with.
    rounds: numbered from 1 over all processes. process: counted from 0.
    """

    latency: list[float] = field(default_factory=list)
    throughput: list[float] = field(default_factory=list)
    again: list[float | None] = field(default_factory=list)
    rounds: list[int] = field(default_factory=list)
    process: list[int] = field(default_factory=list)


@dataclass
class Process:
    """One fresh process of a variant: what it answered, and how long its blocks are.

    start, prepared, resolved: the child's answers to `start`, `prepare` and `passport`.
    without: guards that are switched off, which the self-test alone does.
    import_alone: whether no other child was starting meanwhile, so that the time of the import is its own.
    prepare_s: from the first call to the end of the check and of the calibration.
    null_s, call_s: seconds of an empty call and wait, and of a call as last seen.
    overhead_s: seconds of a block outside the clock: calls to wake up by, and until all threads are quiet again.
    warmed: whether warm-up is over and did a block, so that the graphs counted there are all that may be compiled.
    """

    child: Child | None = None
    start: dict[str, Any] = field(default_factory=dict)
    prepared: dict[str, Any] = field(default_factory=dict)
    resolved: dict[str, Any] = field(default_factory=dict)
    import_alone: bool = True
    prepare_s: float | None = None
    null_s: float | None = None
    call_s: float = 0.0
    overhead_s: float = 0.0
    warm_up: list[float] = field(default_factory=list)
    graphs: int = 0
    rounds: int = 0
    warmed: bool = False
    without: tuple[str, ...] = ()

    @property
    def calls(self) -> int:
        """How many calls make a block: at least 10 ms, and 100 times the cost of an empty call and wait."""
        target = max(SHORTEST_BLOCK_S, NULL_COSTS_PER_BLOCK * (self.null_s or 0.0))
        return max(1, min(MOST_CALLS, math.ceil(target / max(self.call_s, 1e-9))))

    @property
    def block_s(self) -> float:
        """What a block is likely to take, with all that is outside the clock."""
        return self.calls * self.call_s + self.overhead_s

    @property
    def block_limit_s(self) -> float:
        """How long a block may take before its child counts as hanging."""
        return max(BLOCK_LIMIT_S, BLOCK_LIMIT_TIMES * self.calls * self.call_s)

    @property
    def running(self) -> Child:
        """The child; `Lane.attempt` acts on none that lacks one."""
        assert self.child is not None  # noqa: S101  # said above
        return self.child

    def ask(self, do: str, limit_s: float, **arguments: Any) -> dict[str, Any]:
        """Ask the child, as `Child.ask` does."""
        return self.running.ask(do, limit_s, **arguments)

    def block(self, kind: str, limit_s: float) -> float:
        """Run one block and give its seconds per call.

        Raises:
            ChildError: the child failed, or compiled again after warm-up.
        """
        answer = self.ask(kind, min(limit_s, self.block_limit_s), calls=self.calls)
        again = (self.warmed or self.rounds) and answer["compilations"] > self.graphs
        if again and "recompilation" not in self.without:
            raise ChildError("failed", f"compiled again during the rounds ({answer['compilations']} graphs)")
        self.graphs = answer["compilations"]
        return float(answer["seconds"])

    def calibrate(self, limit_s: float) -> None:
        """Time a block of one call: how long a call is, and what a block takes besides.

        Two calls are made, one of them to wake up by; before later blocks a slow one needs none.
        """
        begun = time.monotonic()
        self.call_s = self.ask("latency", limit_s, calls=1)["seconds"]
        woken_s = self.call_s if self.call_s >= SLOW_CALL_S else 0.0
        self.overhead_s = max(0.0, time.monotonic() - begun - self.call_s - woken_s)

    def warm(self, limit_s: float, until: float, slow_s: float) -> None:
        """Repeat blocks until the last three agree within 2 %, 25 are done, or none fits before `until`.

        That fixes the length of a block. Where a call takes more than `slow_s`, even the first block is left out if
        it does not fit: the calls after the first that the check and the calibration made have to do.
        """
        self._repeat(limit_s, until, slow_s)
        self.warmed = bool(self.warm_up)

    def _repeat(self, limit_s: float, until: float, slow_s: float) -> None:
        while len(self.warm_up) < WARM_UP_BLOCKS and not settled(self.warm_up):
            fits = time.monotonic() + self.block_s <= until
            if not fits and (self.warm_up or self.call_s > slow_s):
                return
            self.warm_up.append(self.block("latency", limit_s))
            self.call_s = min(self.warm_up[-3:])


@dataclass
class Lane:
    """A variant while a workload is measured. Once `status` is not `ok` it takes no further part.

    processes: its fresh processes in the order in which they were started; only the last can be running.
    """

    variant: Variant
    version: str | None = None
    status: str = "ok"
    message: str | None = None
    passport: dict[str, Any] = field(default_factory=dict)
    samples: Samples = field(default_factory=Samples)
    processes: list[Process] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the variant is still in the running."""
        return self.status == "ok"

    @property
    def now(self) -> Process:
        """The process that was started last; one without a child where none was."""
        return self.processes[-1] if self.processes else Process()

    @property
    def first(self) -> Process:
        """The process that was started first; one without a child where none was."""
        return self.processes[0] if self.processes else Process()

    @property
    def child(self) -> Child | None:
        """The child of the process that was started last."""
        return self.now.child

    def attempt(self, action: Callable[[Process], T]) -> T | None:
        """Do `action` with the running process; where its child fails, end it, note why, and give None."""
        if not self.ok or self.child is None:
            return None
        try:
            return action(self.now)
        except ChildError as error:
            self.fail(error.status, error.message)
            return None

    def fail(self, status: str, message: str) -> None:
        """Take the variant out, with its outcome, and end its child."""
        count = len(self.processes)
        self.status, self.message = status, f"process {count}: {message}" if count > 1 else message
        self.end()

    def end(self) -> None:
        """End the child, if there is one."""
        if self.child is not None:
            self.child.end()

    def record(self, round_: int, latency: float, throughput: float, again: float | None) -> None:
        """Keep one complete round's figures."""
        self.samples.latency.append(latency)
        self.samples.throughput.append(throughput)
        self.samples.again.append(again)
        self.samples.rounds.append(round_)
        self.samples.process.append(len(self.processes) - 1)
        self.now.rounds += 1

    def first_call_s(self) -> float | None:
        """Give the median over the processes of the first call; None where none was made."""
        known = [p.prepared["first_call_s"] for p in self.processes if "first_call_s" in p.prepared]
        return median(known) if known else None
