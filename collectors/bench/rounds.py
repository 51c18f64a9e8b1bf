"""The rounds: in each, every variant runs its blocks once, in an order drawn at random."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from collectors.bench.comparisons import estimates, pairs
from collectors.bench.lane import Lane
from collectors.bench.spec import BenchSpec

CHECK_EVERY = 10
WARM_UP_SHARE = 0.3


@dataclass(frozen=True)
class Ended:
    """How a workload's rounds ended."""

    rounds: int
    seconds: float
    because: str


def warm_up(lanes: Sequence[Lane], spec: BenchSpec, budget_s: float) -> None:
    """Warm every variant up, one after the other, within its share of at most 30 % of the budget."""
    for lane in lanes:
        end = time.monotonic() + WARM_UP_SHARE * budget_s / len(lanes)
        lane.attempt(partial(lane.warm, limit_s=spec.time_limit_s, until=end))


def run_rounds(
    lanes: Sequence[Lane],
    spec: BenchSpec,
    budget_s: float,
    seed: int,
    on_round: Callable[[int, float, list[str]], None],
) -> Ended:
    """Run rounds until every interval is narrow, the budget is spent or the most rounds are done; at least one.

    on_round: told, after each, how many are done, what share of the budget is spent, and the order of the blocks.
    """
    order = random.Random(seed)  # noqa: S311  # an order to be repeated, not a secret
    started = time.monotonic()
    for done in range(1, spec.max_rounds + 1):
        running = [lane for lane in lanes if lane.ok]
        if not running:
            return Ended(done - 1, time.monotonic() - started, "no variant was left to measure")
        turns = _one_round(running, spec, done, order)
        spent = time.monotonic() - started
        on_round(done, min(1.0, spent / budget_s), turns)
        if spent >= budget_s:
            return Ended(done, spent, f"its share of the budget, {budget_s:.1f} s, was spent")
        if done >= spec.min_rounds and done % CHECK_EVERY == 0 and _narrow(lanes, spec.target):
            return Ended(done, spent, f"every interval was narrower than ±{spec.target:.1%}")
    return Ended(spec.max_rounds, time.monotonic() - started, f"the most rounds, {spec.max_rounds}, were done")


def _one_round(running: Sequence[Lane], spec: BenchSpec, number: int, order: random.Random) -> list[str]:
    baselines = {baseline.variant.slug for baseline, _ in pairs(running)}
    turns = [(lane, kind) for lane in running for kind in _kinds(lane, baselines)]
    order.shuffle(turns)
    found: dict[tuple[str, str], float] = {}
    for lane, kind in turns:
        request = "throughput" if kind == "throughput" else "latency"
        seconds = lane.attempt(partial(lane.block, kind=request, limit_s=spec.time_limit_s))
        if seconds is not None:
            found[lane.variant.slug, kind] = seconds
    for lane in running:
        slug = lane.variant.slug
        if lane.ok:
            lane.record(number, found[slug, "latency"], found[slug, "throughput"], found.get((slug, "again")))
    return [f"{lane.variant.slug} {kind}" for lane, kind in turns]


def _kinds(lane: Lane, baselines: set[str]) -> tuple[str, ...]:
    """A variant others are compared with runs a second latency block, which tells the run's own floor."""
    return ("latency", "throughput", "again") if lane.variant.slug in baselines else ("latency", "throughput")


def _narrow(lanes: Sequence[Lane], target: float) -> bool:
    found = estimates(lanes, seed=0)
    widths = [e.high / e.low for e in found if e is not None and e.high is not None and e.low is not None]
    return bool(found) and len(widths) == len(found) and max(widths) <= (1 + target) / (1 - target)
