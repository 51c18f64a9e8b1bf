"""Whether the document of a run contradicts itself: every rule gives a sentence, and the first one refuses the file."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from collectors.bench.statistics import SMALLEST_GAP
from collectors.imports.run_document import Comparison, Estimate, MeasuredWorkload, Result, RunDocument

_ROUNDING = 1e-9
_Key = tuple[str, str, str]


def contradiction(found: RunDocument, now: datetime) -> str:
    """Give the first contradiction as a sentence without its full stop; empty where there is none.

    now: what ends after it, a day aside, was not measured.
    """
    return next(_all(found, now), "")


def _all(found: RunDocument, now: datetime) -> Iterator[str]:
    yield from _of_the_run(found, now)
    results = {(row.workload, row.size, row.variant): row for row in found.results}
    for row in found.results:
        named = f"The result of {row.variant} in {row.workload}"
        yield from (f"{named} {said}" for said in _of_a_result(row, found))
    for pair in found.comparisons:
        named = f"The comparison of {pair.variant} with {pair.baseline} in {pair.workload}"
        yield from (f"{named} {said}" for said in _of_a_pair(pair, results))


def _of_the_run(found: RunDocument, now: datetime) -> Iterator[str]:
    if datetime.fromisoformat(found.started) + timedelta(seconds=found.seconds) > now + timedelta(days=1):
        yield "The run ends at a time to come"
    rounds = [work.rounds for work in found.workloads if work.rounds is not None]
    if rounds and len(rounds) == len(found.workloads) and min(rounds) != found.rounds:
        yield f"The run says {found.rounds} rounds, and its workloads had {min(rounds)} at least"
    told = [(work.workload, work.size) for work in found.workloads if work.workload is not None]
    if len(set(told)) < len(told):
        yield "A workload is told of twice"
    if not set(told) <= {(row.workload, row.size) for row in found.results}:
        yield "A workload is told of that has no result"
    if found.asked is not None and not {row.workload for row in found.results} <= set(found.asked.workloads):
        yield "There is a result of a workload that was not asked for"
    calls_s = sum(s for row in found.results if row.samples for s in row.samples.latency if s is not None)
    if calls_s > found.seconds * (1 + _ROUNDING):
        yield f"The calls timed take {calls_s:.3g} s together, and the whole run {found.seconds:.3g} s"
    for work in found.workloads:
        yield from _of_a_workload(work)


def _of_a_workload(work: MeasuredWorkload) -> Iterator[str]:
    throttle = work.throttle
    if throttle is not None and (throttle.rounds_throttled or 0) > throttle.rounds:
        yield f"{work.workload} was throttled in {throttle.rounds_throttled} of {throttle.rounds} rounds"


def _of_a_result(row: Result, run: RunDocument) -> Iterator[str]:
    if row.preset != run.preset or row.device.partition(":")[0] != run.device.partition(":")[0]:
        yield "is of another device or preset than the run"
    if row.status == "ok" and row.latency_s is None:
        yield "is ok and has no time"
    if row.status == "ok" and (row.relative_error or 0.0) > (math.inf if row.tolerance is None else row.tolerance):
        yield "is ok although its error is above its tolerance"
    yield from _of_samples(row)
    for name, estimate in (("latency", row.latency_s), ("throughput", row.throughput_s)):
        if estimate is not None:
            yield from (f"has a {name} {said}" for said in _of_an_estimate(estimate, name, row))


def _of_samples(row: Result) -> Iterator[str]:
    held = row.samples
    if held is None:
        return
    if any(len(list_) not in (0, len(held.rounds)) for list_ in (held.latency, held.throughput, held.again)):
        yield "has not one sample for each round"
    if held.process and len(held.process) != len(held.rounds):
        yield "does not tell the process of each round"
    if any(later <= earlier for earlier, later in zip(held.rounds, held.rounds[1:], strict=False)):
        yield "has rounds that are told twice or out of order"
    if row.processes and max(held.process, default=0) >= len(row.processes):
        yield "has samples of a process that is not told of"


def _of_an_estimate(estimate: Estimate, name: str, row: Result) -> Iterator[str]:
    yield from _of_an_interval(estimate.median, estimate.low, estimate.high)
    samples = [] if row.samples is None else getattr(row.samples, name)
    known = [value for value in samples if value is not None]
    if row.samples is None or not samples:
        return
    if len(known) != estimate.samples:
        yield f"of {estimate.samples} samples, and there are {len(known)}"
    elif known and not min(known) * (1 - _ROUNDING) <= estimate.median <= max(known) * (1 + _ROUNDING):
        yield "that lies outside its samples"


def _of_an_interval(middle: float, low: float | None, high: float | None) -> Iterator[str]:
    if (low is None) != (high is None):
        yield "with one end of its interval only"
    elif low is not None and high is not None and low > high:
        yield "with an interval that ends before it begins"
    elif low is not None and high is not None and not low * (1 - _ROUNDING) <= middle <= high * (1 + _ROUNDING):
        yield "outside its own interval"


def _of_a_pair(pair: Comparison, results: dict[_Key, Result]) -> Iterator[str]:
    if pair.baseline == pair.variant:
        yield "compares it with itself"
    sides = [results.get((pair.workload, pair.size, name)) for name in (pair.baseline, pair.variant)]
    rows = [side for side in sides if side is not None]
    if len(rows) < 2:
        yield "names a variant that has no result"
        return
    if any(row.status != "ok" for row in rows):
        yield "names a variant that has no speed"
    yield from _of_rounds(pair, rows)
    if pair.ratio is None:
        if (pair.low, pair.high) != (None, None) or pair.verdict != "not comparable":
            yield "has an interval or a verdict without a ratio"
        return
    yield from (f"has a ratio {said}" for said in _of_an_interval(pair.ratio, pair.low, pair.high))
    if said := _of_a_verdict(pair, pair.ratio):
        yield said


def _of_rounds(pair: Comparison, rows: Sequence[Result]) -> Iterator[str]:
    fewest = min((row.latency_s.samples for row in rows if row.latency_s), default=0)
    if pair.rounds is not None and pair.rounds > fewest:
        yield f"rests on {pair.rounds} rounds, and there were {fewest} of one of them"


def _of_a_verdict(pair: Comparison, ratio: float) -> str:
    """Say where a verdict is more than its interval and its floor allow; less of one than they do has its reasons."""
    if pair.verdict not in ("faster", "slower"):
        return ""
    if pair.low is None or pair.high is None or pair.floor is None:
        return f"says {pair.verdict} without an interval or a floor"
    gap = 1 + max(SMALLEST_GAP, pair.floor)
    beyond, reached = (ratio > gap, pair.low > 1) if pair.verdict == "slower" else (ratio < 1 / gap, pair.high < 1)
    if not reached:
        return f"says {pair.verdict}, which its interval does not"
    return "" if beyond else f"says {pair.verdict}, and its ratio is within the gap that tells nothing"
