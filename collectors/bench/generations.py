"""One workload measured: set after set of fresh processes, each prepared, warmed up and run through its rounds."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from collectors.bench import cold, machine, plan
from collectors.bench.comparisons import estimates
from collectors.bench.lane import Lane
from collectors.bench.plan import Part, Plan
from collectors.bench.preparation import prepare, start_all
from collectors.bench.process import Child
from collectors.bench.rounds import MOST, NARROW, SPENT, Ended, narrow, round_s, run_rounds, warm_up
from collectors.bench.spec import MOST_PROCESSES, BenchSpec
from collectors.bench.statistics import FEWEST_FOR_A_VERDICT
from collectors.bench.variants import Variant
from collectors.bench.workload import Workload

FIRST_PREPARATION = 0.5
"""How far a workload has come, for its progress, when its first processes are prepared."""


@dataclass(frozen=True)
class Hooks:
    """What measuring a workload needs from the run it is part of.

    spawn: starts a variant's child, with empty compile caches. fresh: empties those caches before a set starts.
    progress: told how far the workload is, from 0 to 1, a message, and further facts of the event.
    on_round: told the number of the round, the order of its blocks, and further facts of the event.
    """

    spawn: Callable[[Variant], Child]
    fresh: Callable[[], None]
    progress: Callable[..., None]
    on_round: Callable[..., None]


@dataclass
class Generations:
    """A workload's lanes on their way through its share of the budget.

    at_once: how many children may start at a time. elapsed_s: what was used of the share.
    preparation_s: of each set of processes; that of the first comes on top of the share.
    noise: for each set, its seconds and what `machine.disturbance` said of them.
    """

    lanes: Sequence[Lane]
    workload: Workload
    path: Path
    spec: BenchSpec
    share_s: float
    at_once: int
    order: random.Random
    hooks: Hooks
    plan: Plan = field(default_factory=lambda: Plan(1, "no variant could be prepared"))
    preparation_s: list[float] = field(default_factory=list)
    warm_up_s: float = 0.0
    ended: list[Ended] = field(default_factory=list)
    noise: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    begun: float | None = None

    @property
    def elapsed_s(self) -> float:
        """What was used of the share so far."""
        return 0.0 if self.begun is None else time.monotonic() - self.begun

    @property
    def rounds(self) -> int:
        """How many rounds were done in all processes together."""
        return sum(ended.rounds for ended in self.ended)

    def measure(self) -> None:
        """Measure all sets; the children of each are ended before those of the next are started.

        Raises:
            CancelledError: the caller asked to stop meanwhile.
        """
        index = 0
        while index < self.plan.processes:
            try:
                self._prepare(index)
                if index == 0:
                    self._decide()
                self._measure(index)
            finally:
                for lane in self.lanes:
                    lane.end()
            index += 1
            if index < self.plan.processes and not self._goes_on(index):
                break
            if index == self.plan.processes and self._one_more(index):
                self.plan = plan.one_more(self.plan, self.spec.target)

    def _goes_on(self, done: int) -> bool:
        """Say whether another set is to be started; where it was planned and is not, the plan says why."""
        if not any(lane.ok for lane in self.lanes):
            self.plan = Plan(done, f"{plan.processes(done)} each: no variant was left to measure")
        elif self.elapsed_s + self.preparation_s[0] >= self.share_s:
            why = f"more were planned, but the share of {self.share_s:.1f} s was spent"
            self.plan = Plan(done, f"{plan.processes(done)} each: {why}")
        else:
            return True
        return False

    def _one_more(self, done: int) -> bool:
        """Say whether a set beyond those planned would help: only how processes differ keeps the intervals wide."""
        return (
            1 < done < MOST_PROCESSES
            and self.rounds < self.spec.max_rounds
            and all(ended.because == NARROW for ended in self.ended)
            and plan.fits(self.share_s - self.elapsed_s, self.preparation_s[0], self.ended[-1].seconds)
            and not narrow(self.lanes, self.spec.target)
        )

    def _prepare(self, index: int) -> None:
        begun = time.monotonic()
        running = [lane for lane in self.lanes if lane.ok]
        self.hooks.fresh()

        def on_start(number: int, lane: Lane) -> None:
            self._progress(number / len(running) / 2, f"starting {lane.variant.slug}", index)

        start_all(running, self.spec, self.at_once, self.hooks.spawn, on_start)
        for number, lane in enumerate(running):
            if lane.ok:
                done = (1 + number / len(running)) / 2
                self._progress(done, f"the first call of {lane.variant.slug}", index)
                prepare(lane, self.workload, self.path, self.spec)
        cold.rotate(self.lanes, self.spec)
        self.preparation_s.append(time.monotonic() - begun)

    def _decide(self) -> None:
        self.begun = time.monotonic()
        if any(lane.ok for lane in self.lanes):
            slow_s = self._part(0).slow_s
            wanted = min(self.spec.processes, self.spec.max_rounds)
            rounds, each_s = min(FEWEST_FOR_A_VERDICT, self.spec.max_rounds), round_s(self.lanes, slow_s)
            self.plan = plan.decide(wanted, self.preparation_s[0], each_s, self.share_s, rounds)

    def _part(self, index: int) -> Part:
        least, most = self.spec.min_rounds, self.spec.max_rounds
        prepared_s = self.preparation_s[0]
        found = plan.part(self.share_s, self.elapsed_s, prepared_s, index, self.plan.processes, least, most)
        return replace(found, most=max(1, min(found.most, most - self.rounds)))

    def _measure(self, index: int) -> None:
        part = self._part(index)
        self._progress(1.0, "; ".join(filter(None, ("warming up", self.plan.lacks))), index)
        before, begun = machine.use(_pids(self.lanes)), time.monotonic()
        warm_up(self.lanes, self.spec, part)
        warmed_s = time.monotonic() - begun
        self.warm_up_s += warmed_s
        left = replace(part, seconds=max(0.001, part.seconds - warmed_s))

        def on_round(number: int, turns: list[str]) -> None:
            self._progress(1.0, f"round {number} done", index, round=number)
            self.hooks.on_round(number, turns, **self._which(index))

        self.ended.append(run_rounds(self.lanes, self.spec, left, self.rounds + 1, self.order, on_round))
        seen = machine.disturbance(before, machine.use(_pids(self.lanes)))
        self.noise.append((time.monotonic() - begun, seen))
        for lane in self.lanes:
            answer = lane.attempt(lambda process: process.ask("passport", self.spec.time_limit_s))
            lane.now.resolved = answer or lane.now.resolved

    def _which(self, index: int) -> dict[str, int]:
        return {"process": index + 1, "processes": self.plan.processes if self.begun else self.spec.processes}

    def _progress(self, prepared: float, message: str, index: int, **more: int) -> None:
        """Tell how far this is: half for the first preparation, the other half for the share."""
        spent = min(1.0, self.elapsed_s / self.share_s)
        share = FIRST_PREPARATION * (1 + spent) if self.begun else FIRST_PREPARATION * prepared
        self.hooks.progress(share, f"{self.workload.slug}: {message}", **self._which(index), **more)

    def because(self, seed: int) -> str:
        """Say why the rounds ended, and what may not be concluded from that."""
        said = {
            NARROW: f"every interval was narrower than ±{self.spec.target:.1%}",
            SPENT: f"its share of the budget, {self.share_s:.1f} s, was spent",
            MOST: f"the most rounds, {self.spec.max_rounds}, were done",
        }
        reasons = list(dict.fromkeys(said.get(ended.because, ended.because) for ended in self.ended))
        text = "; ".join(reasons) or "nothing was measured"
        if len(self.ended) > 1 and NARROW in {ended.because for ended in self.ended}:
            text += " within a process" + self._between(seed)
        rounds_s = sum(ended.seconds for ended in self.ended)
        if 0 < self.rounds < FEWEST_FOR_A_VERDICT and SPENT in {ended.because for ended in self.ended}:
            text += f"; {plan.too_few(self.rounds, self.warm_up_s, rounds_s / self.rounds)} would do"
        return text

    def _between(self, seed: int) -> str:
        found = estimates(self.lanes, seed)
        widths = [e.high / e.low for e in found if e is not None and e.low is not None and e.high is not None]
        return (
            f", and over the {plan.processes(len(self.ended))} up to ±{(max(widths) ** 0.5 - 1):.1%}" if widths else ""
        )

    def facts(self, seed: int) -> dict[str, Any]:
        """Give what the document says of the workload, its reference apart."""
        return {
            "rounds": self.rounds,
            "seconds": sum(ended.seconds for ended in self.ended),
            "stopped_because": self.because(seed),
            "disturbance": disturbance(self.noise),
            "processes": {
                "wanted": self.spec.processes,
                "done": len(self.ended),
                "why": self.plan.why,
                "preparation_s": self.preparation_s,
            },
        }


def disturbance(parts: Sequence[tuple[float, dict[str, Any]]]) -> dict[str, Any]:
    """Put together what was said of several stretches of time, each by its seconds; unknown where one is unknown."""
    shares: dict[str, Any] = {}
    for name in ("others_share", "stolen_share"):
        known = [(seconds, said[name]) for seconds, said in parts if said[name] is not None]
        total = sum(seconds for seconds, _ in known)
        shares[name] = sum(seconds * share for seconds, share in known) / total if total else None
    both = [share for share in shares.values() if share is not None]
    return shares | {"busy": sum(both) > machine.BUSY_SHARE if both else None}


def _pids(lanes: Sequence[Lane]) -> list[int]:
    return [lane.child.pid for lane in lanes if lane.ok and lane.child is not None]
