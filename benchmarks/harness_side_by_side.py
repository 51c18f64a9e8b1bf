"""The harness's blocks beside torch.utils.benchmark's and beside a bare loop, in one process, round by round."""

import argparse
import contextlib
import math
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

from figures import Figure
from harness_outcome import NotRunError, Outcome, Progress
from harness_registry import TIMED

from collectors.bench import plan, statistics
from collectors.bench.environment import launch
from collectors.bench.lane import NULL_COSTS_PER_BLOCK, SHORTEST_BLOCK_S
from collectors.bench.process import Child
from collectors.bench.spec import BenchSpec

LIMIT_S = 120.0
WARM_UP = 5
PROCESSES = 3
EMPTY_CALLS = 10_000
Round = dict[str, float]
BENCHMARKS = str(Path(__file__).resolve().parent)


@contextlib.contextmanager
def ready(workload: str, size: str, device: str, threads: int | None) -> Iterator[Child]:
    """Start torch.eager with its stopwatches, and prepare the workload; ChildError where that fails."""
    asked = BenchSpec(
        workloads=(workload,),
        device=device,
        threads=threads,
        registry="harness_registry",
        environment={"PYTHONPATH": f"{Path(BENCHMARKS).parent}:{BENCHMARKS}"},
    )
    with tempfile.TemporaryDirectory() as scratch:
        child, path = Child(launch(asked, Path(scratch)), "torch.eager", sys.executable), f"{scratch}/reference.npz"
        try:
            child.ask("reference", LIMIT_S, workload=workload, size=size, path=path)
            child.ask("start", LIMIT_S)
            child.ask("prepare", LIMIT_S, workload=workload, path=path)
            yield child
        finally:
            child.end()


def rounds(child: Child, count: int, rng: random.Random) -> list[Round]:
    """Give seconds per call by all four, `count` times in a random order, after some that are not kept."""
    null = child.ask("null", LIMIT_S)["seconds"]
    call = child.ask("latency", LIMIT_S, calls=3)["seconds"]
    calls = max(1, math.ceil(max(SHORTEST_BLOCK_S, NULL_COSTS_PER_BLOCK * null) / call))
    found = [_round(child, calls, rng) for _ in range(WARM_UP + count)]
    return found[WARM_UP:]


def _round(child: Child, calls: int, rng: random.Random) -> Round:
    found: Round = {"calls": float(calls)}
    for kind in rng.sample(("latency", "throughput", "beside"), 3):
        if kind == "beside":
            found |= child.ask("passport", LIMIT_S)["facts"]["beside"]
        else:
            found[kind] = child.ask(kind, LIMIT_S, calls=calls)["seconds"]
    return found


def compared(found: Sequence[Round], one: str, other: str) -> statistics.Estimate:
    """Give one stopwatch over the other, by rounds."""
    estimate = statistics.ratio([r[other] for r in found], [r[one] for r in found], _processes(found), 1)
    assert estimate is not None  # noqa: S101  # there are rounds
    return estimate


def said_rounds(found: Sequence[Round]) -> str:
    """Tell how many rounds there were, and in how many processes."""
    count = len(set(_processes(found)))
    return f"{len(found)} rounds" + (f" in {plan.processes(count)}" if count > 1 else "")


def _processes(found: Sequence[Round]) -> list[int]:
    return [int(r.get("process", 0)) for r in found]


def told(estimate: statistics.Estimate) -> str:
    """Say a ratio with its interval."""
    if estimate.low is None or estimate.high is None:
        return f"ratio {estimate.median:.4f}, too few rounds for an interval"
    return f"ratio {estimate.median:.4f} [{estimate.low:.4f}, {estimate.high:.4f}]"


def versions() -> dict[str, str]:
    """Name what measured."""
    return {name: version(name) for name in ("torch", "numpy")}


def timer(asked: argparse.Namespace, progress: Progress) -> Outcome:
    """Compare the median of torch.eager with torch.utils.benchmark's."""
    figures, rows = [], []
    for slug, found in _each(asked, progress):
        seconds = statistics.estimate([r["timer"] for r in found], _processes(found), 1)
        assert seconds is not None  # noqa: S101  # as in `compared`
        for kind, most in (("throughput", 2.0), ("latency", None)):
            ratio = compared(found, kind, "timer")
            how = f"{told(ratio)}; Timer {1e6 * seconds.median:.1f} µs, {said_rounds(found)}"
            figures.append(Figure(f"{slug}, {kind} from Timer", 100 * abs(ratio.median - 1), "%", most, how))
            progress(f"{slug}, {kind}: {how}")
        rows.append({"workload": slug, "size": asked.size, "seed": asked.seed, "rounds": found})
    said = (
        "Timer's blocks are many calls without a wait between, and so are those of throughput: like against like, and "
        "what is promised. Latency is the median of single calls, each with its wait: Timer has no such figure, and "
        "where calls have a long tail the median of calls lies below the mean of a block."
    )
    return Outcome(figures, said, versions(), rows)


def overhead(asked: argparse.Namespace, progress: Progress) -> Outcome:
    """Tell what the harness adds to a block: by an empty step, by a message there and back, beside a bare loop."""
    own, message = _own_cost(asked)
    aside = f"outside the clock; a block has {1e3 * SHORTEST_BLOCK_S:.0f} ms inside it"
    figures = [
        Figure("a call of an empty step in a latency block", 1e6 * own["latency"], "µs", None, "beyond a bare loop's"),
        Figure("the same in a throughput block", 1e6 * own["throughput"], "µs", None, "beyond a bare loop's"),
        Figure("a request and its answer", 1e3 * message, "ms", None, aside),
    ]
    rows = []
    for slug, found in _each(asked, progress):
        call = statistics.estimate([r["bare"] for r in found], _processes(found), 1)
        assert call is not None  # noqa: S101  # there are rounds
        for kind in ("latency", "throughput"):
            beside = told(compared(found, kind, "bare"))
            share = 100 * own[kind] / call.median
            how = f"of {1e6 * call.median:.1f} µs a call; measured beside a bare loop: {beside}"
            figures.append(Figure(f"{slug}, {kind}", share, "%", 1.0, how))
        rows.append({"workload": slug, "size": asked.size, "seed": asked.seed, "rounds": found})
        progress(f"{slug}: {figures[-2].value:.2f} % and {figures[-1].value:.2f} %")
    said = (
        "The share is the cost of a call of an empty step over the operation's own time: the difference to a bare loop "
        "of the real operation is smaller than the noise of either. The settling before a block and the waiting for "
        "quiet after it are meant, are outside the clock, and are not counted."
    )
    return Outcome(figures, said, versions(), rows)


def _own_cost(asked: argparse.Namespace) -> tuple[dict[str, float], float]:
    """Give seconds that each kind of block adds to a call, and those of a request with its answer."""
    with ready("empty", "tiny", asked.device, asked.threads) as child:
        found: dict[str, list[float]] = {"latency": [], "throughput": [], "bare": [], "message": []}
        for _ in range(max(3, asked.rounds)):
            for kind in ("latency", "throughput"):
                found[kind].append(child.ask(kind, LIMIT_S, calls=EMPTY_CALLS)["seconds"])
            found["bare"].append(child.ask("passport", LIMIT_S)["facts"]["beside"]["bare"])
            began = time.perf_counter()
            null = child.ask("null", LIMIT_S)["seconds"]
            found["message"].append(time.perf_counter() - began - 200 * null)
    middle = {name: sorted(values)[len(values) // 2] for name, values in found.items()}
    own = {kind: max(0.0, middle[kind] - middle["bare"]) for kind in ("latency", "throughput")}
    return own, middle["message"]


def gpu(asked: argparse.Namespace, progress: Progress) -> Outcome:
    """Compare the harness's throughput of a bf16 matrix product on a GPU with a bare loop's."""
    import torch

    if not torch.cuda.is_available():
        raise NotRunError("no GPU")
    rng = random.Random(asked.seed)  # noqa: S311  # an order, no secret
    with ready("matmul_bf16", asked.gpu_size, "cuda", asked.threads) as child:
        found = rounds(child, asked.rounds, rng)
        facts = child.ask("passport", LIMIT_S)["facts"]
    ratio = compared(found, "bare", "throughput")  # speed is the inverse of time
    how = f"{told(ratio)} of the bare loop's speed, on {facts['device_name']}"
    progress(how)
    figure = Figure("bf16 matrix product, speed lost to a bare loop", 100 * (1 - ratio.median), "%", 5.0, how)
    rows = [{"workload": "matmul_bf16", "size": asked.gpu_size, "seed": asked.seed, "rounds": found}]
    return Outcome([figure], f"CUDA {facts.get('cuda')}.", versions(), rows)


def _each(asked: argparse.Namespace, progress: Progress) -> Iterator[tuple[str, list[Round]]]:
    """Measure the operators one by one, each in fresh processes: how memory lies differs between them."""
    for slug in asked.workloads or TIMED:
        rng = random.Random(f"{asked.seed} {slug}")  # noqa: S311  # an order, no secret
        progress(f"{slug}: starting")
        found: list[Round] = []
        for process in range(PROCESSES):
            with ready(slug, asked.size, asked.device, asked.threads) as child:
                found += [r | {"process": float(process)} for r in rounds(child, asked.rounds // PROCESSES, rng)]
        yield slug, found
