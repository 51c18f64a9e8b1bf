"""The rounds: in each, every variant runs its blocks once, in an order drawn at random."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from collectors.bench.comparisons import estimates
from collectors.bench.lane import Lane, Process
from collectors.bench.plan import Part
from collectors.bench.spec import BenchSpec

CHECK_EVERY = 10
NARROW = "every interval was narrow"
SPENT = "its share was spent"
MOST = "the most rounds were done"
NONE_LEFT = "no variant was left to measure"


@dataclass(frozen=True)
class Ended:
    """How the rounds of one set of processes ended: one of the reasons above."""

    rounds: int
    seconds: float
    because: str


def round_s(lanes: Sequence[Lane], slow_s: float) -> float:
    """Estimate what one round of the running lanes takes."""
    running = [lane for lane in lanes if lane.ok]
    return sum(len(_kinds(lane, slow_s)) * lane.now.block_s for lane in running)


def warm_up(lanes: Sequence[Lane], spec: BenchSpec, part: Part) -> None:
    """Warm every variant up, one after the other, each within an even share of the seconds for it."""
    running = [lane for lane in lanes if lane.ok]
    each_s = part.warm_up_s(round_s(running, part.slow_s)) / max(1, len(running))
    for lane in running:
        until = time.monotonic() + each_s
        lane.attempt(partial(Process.warm, limit_s=spec.time_limit_s, until=until, slow_s=part.slow_s))


def run_rounds(
    lanes: Sequence[Lane],
    spec: BenchSpec,
    part: Part,
    first: int,
    order: random.Random,
    on_round: Callable[[int, list[str]], None],
) -> Ended:
    """Run rounds until every interval is narrow, the part is spent or its most rounds are done; at least one.

    first: the number of the first round. on_round: told, after each, its number and the order of its blocks.
    """
    started = time.monotonic()
    for done in range(1, part.most + 1):
        running = [lane for lane in lanes if lane.ok]
        if not running:
            return Ended(done - 1, time.monotonic() - started, NONE_LEFT)
        on_round(first + done - 1, _one_round(running, spec, part.slow_s, first + done - 1, order))
        spent = time.monotonic() - started
        if spent * (1 + 0.5 / done) >= part.seconds:  # another round would end further off than this one did
            return Ended(done, spent, SPENT)
        if done >= part.least and done % CHECK_EVERY == 0 and _narrow(lanes, spec.target):
            return Ended(done, spent, NARROW)
    return Ended(part.most, time.monotonic() - started, MOST)


def _one_round(running: Sequence[Lane], spec: BenchSpec, slow_s: float, number: int, order: random.Random) -> list[str]:
    turns = [(lane, kind) for lane in running for kind in _kinds(lane, slow_s)]
    order.shuffle(turns)
    found: dict[tuple[str, str], float] = {}
    for lane, kind in turns:
        request = "throughput" if kind == "throughput" else "latency"
        seconds = lane.attempt(partial(Process.block, kind=request, limit_s=spec.time_limit_s))
        if seconds is not None:
            found[lane.variant.slug, kind] = seconds
    for lane in running:
        slug = lane.variant.slug
        if lane.ok:
            latency = found[slug, "latency"]
            lane.record(number, latency, found.get((slug, "throughput"), latency), found.get((slug, "again")))
    return [f"{lane.variant.slug} {kind}" for lane, kind in turns]


def _kinds(lane: Lane, slow_s: float) -> tuple[str, ...]:
    """Every variant runs a second latency block, though the floor is read from the baselines' alone.

    A block that follows one of its own variant finds the caches as it left them; with more blocks for a baseline that
    would happen to it more often, and equals were seen 1.3 % apart. Where a call is so slow that one makes a block,
    latency and throughput are the same: one call and one wait.
    """
    slow = lane.now.calls == 1 and lane.now.call_s > slow_s
    return ("latency", "again") if slow else ("latency", "throughput", "again")


def _narrow(lanes: Sequence[Lane], target: float) -> bool:
    """Look at the processes that are running alone: more of their rounds cannot tell how processes differ."""
    return narrow(lanes, target, max((len(lane.processes) for lane in lanes if lane.ok), default=1) - 1)


def narrow(lanes: Sequence[Lane], target: float, process: int | None = None) -> bool:
    """Say whether every interval is known and within ±`target`: over all processes, or of that one alone."""
    found = estimates(lanes, seed=0, process=process)
    widths = [e.high / e.low for e in found if e is not None and e.high is not None and e.low is not None]
    return bool(found) and len(widths) == len(found) and max(widths) <= (1 + target) / (1 - target)
