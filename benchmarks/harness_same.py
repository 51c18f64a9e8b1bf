"""The same variant twice while a load comes and goes: what the harness says, and what a plain comparison says.

The plain one times the two one after the other, each in a fresh process, in the same minutes, and asks Welch's t test.
"""

import argparse
import contextlib
import math
import random
import statistics as plain
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil
from figures import Figure
from harness_outcome import Outcome, Progress
from harness_runs import BENCHMARKS, Row, judged, repeated, request, versions

from collectors.bench import machine
from collectors.bench.environment import launch
from collectors.bench.process import Child
from collectors.bench.spec import BenchSpec
from collectors.bench.statistics import Estimate, verdict

LIMIT_S = 120.0
NAIVE_CALLS = 5
STUDENT_95 = 1.99
"""Student's t at 97.5 % for about 80 degrees of freedom; with more it falls to 1.96."""
SHIFT = 1.1
PROMISED = 50
"""At most one in so many may be called different."""


def naive(asked: BenchSpec, blocks: int) -> Row:
    """Time one variant, then the other, each in a fresh process, and compare their means by Welch's t test."""
    found = [_in_a_row(asked, variant, blocks) for variant in asked.variants]
    t = welch(*found)
    gap = plain.mean(found[1]) / plain.mean(found[0]) - 1
    return {"gap": gap, "t": t, "different": abs(t) > STUDENT_95, "samples": found}


def welch(one: Sequence[float], other: Sequence[float]) -> float:
    """Give Welch's t of two samples; infinite where neither varies and they differ."""
    error = math.sqrt(sum(plain.variance(values) / len(values) for values in (one, other)))
    difference = plain.mean(other) - plain.mean(one)
    return difference / error if error else math.copysign(math.inf, difference) if difference else 0.0


def _in_a_row(asked: BenchSpec, variant: str, blocks: int) -> list[float]:
    with tempfile.TemporaryDirectory() as scratch:
        child, path = Child(launch(asked, Path(scratch)), variant, sys.executable), f"{scratch}/reference.npz"
        try:
            child.ask("reference", LIMIT_S, workload="products", size="small", path=path)
            child.ask("start", LIMIT_S)
            child.ask("prepare", LIMIT_S, workload="products", path=path)
            for _ in range(3):
                child.ask("throughput", LIMIT_S, calls=NAIVE_CALLS)
            return [child.ask("throughput", LIMIT_S, calls=NAIVE_CALLS)["seconds"] for _ in range(blocks)]
        finally:
            child.end()


@contextlib.contextmanager
def load(seed: int, cpus: Sequence[int]) -> Iterator[Callable[[], float]]:
    """Let a load come and go on `cpus`; gives a function that tells the processor seconds it took so far."""
    command = [sys.executable, str(BENCHMARKS / "load.py"), "--seed", str(seed), "--cpus", ",".join(map(str, cpus))]
    process = subprocess.Popen(command, stdin=subprocess.PIPE)
    try:
        yield lambda: sum(psutil.Process(process.pid).cpu_times()[:2])
    finally:
        assert process.stdin is not None  # noqa: S101  # a pipe was asked for
        process.stdin.close()
        process.wait(10)


def same(asked: argparse.Namespace, progress: Progress) -> Outcome:
    """Compare a variant with itself while a load comes and goes, interleaved by the harness and one after the other."""
    pair = (f"{asked.framework}.plain", f"{asked.framework}.twin")
    others = machine.processors()[1:]
    with load(asked.seed, others) as taken:

        def one(seed: int) -> Row:
            before, began = taken(), time.monotonic()
            spec = request(pair, seed, asked.seconds or 4.0, 1)
            both: dict[str, Callable[[], Row]] = {
                "ours": lambda: judged(spec),
                "naive": lambda: naive(spec, asked.naive_blocks),
            }
            order = random.Random(seed).sample(sorted(both), 2)  # noqa: S311  # an order, no secret
            found: Row = {name: both[name]() for name in order}
            return found | {"load": (taken() - before) / (time.monotonic() - began)}

        rows = repeated(
            asked.scratch / f"same-{asked.framework}.jsonl",
            range(asked.seed, asked.seed + asked.comparisons),
            one,
            progress,
            _same,
        )
    return Outcome(false_figures(rows), _said_of_same(rows, others, asked.seed), versions(asked.framework), rows)


def _same(row: Row) -> str:
    ours, other = row["ours"], row["naive"]
    said = f"{ours['verdict']}, {ours['ratio']:.4f}, floor {ours['floor'] or math.nan:.3f}"
    called = "different" if other["different"] else "the same"
    return f"{said}; one after the other: {called}, {1 + other['gap']:.4f}; load {row['load']:.0%}"


def false_figures(rows: Sequence[Row]) -> list[Figure]:
    """Count who was called different that is the same, and tell how far off the medians were."""
    called = sum(row["ours"]["verdict"] in ("faster", "slower") for row in rows)
    unjudged = sum(row["ours"]["verdict"] == "not comparable" for row in rows)
    naive_called = sum(row["naive"]["different"] for row in rows)
    beyond = sum(row["naive"]["different"] and abs(row["naive"]["gap"]) > 0.03 for row in rows)
    errors = [100 * plain.median(abs(math.log(row["ours"]["ratio"])) for row in rows)]
    errors.append(100 * plain.median(abs(math.log1p(row["naive"]["gap"])) for row in rows))
    floors = [100 * row["ours"]["floor"] for row in rows if row["ours"]["floor"] is not None]
    seeing = sum(sees(row["ours"], SHIFT) for row in rows)
    count, most = len(rows), max(1, len(rows) // PROMISED)
    return [
        Figure("called different by the harness", called, "", most, f"of {count}; the same variant twice"),
        Figure("given no verdict by the harness", unjudged, "", None, "too few rounds"),
        Figure("that would have shown a tenth", seeing, "", None, f"of {count}: slower, had its ratios been {SHIFT}"),
        Figure("called different one after the other", naive_called, "", None, f"of {count}; Welch's t test at 95 %"),
        Figure("the same, and more than 3 % apart", beyond, "", None, f"of {count}"),
        Figure("median error, harness", errors[0], "%", None, "of the ratio, whose truth is 1"),
        Figure("median error, one after the other", errors[1], "%", None, "as above"),
        *([Figure("the harness's own floor, median", plain.median(floors), "%", None, "")] if floors else []),
    ]


def sees(ours: Row, shift: float) -> bool:
    """Say whether a comparison would have been decided had its ratio been `shift` times what it was: it is not mute."""
    low, high = (None if ours[name] is None else shift * ours[name] for name in ("low", "high"))
    found = Estimate(shift * ours["ratio"], low, high, ours["rounds"])
    return verdict(found, ours["floor"], len(set(ours["samples"][0]["process"]))) == "slower"


def _said_of_same(rows: Sequence[Row], cpus: Sequence[int], seed: int) -> str:
    share = plain.mean(row["load"] for row in rows)
    guarded = sum(_others(row["ours"]) > BenchSpec(workloads=("products",)).busiest for row in rows)
    where = f"processors {', '.join(map(str, cpus))}" if cpus else "the only processor"
    return (
        f"The load, `benchmarks/load.py --seed {seed}`, ran on {where} and took {share:.0%} of one; the variants ran "
        f"on the first with one thread. Seeds of the comparisons: {rows[0]['seed']} to {rows[-1]['seed']}. The guard "
        f"that gives no verdict on a busy machine was off; at its default it would have kept {guarded} of {len(rows)} "
        "back."
    )


def _others(ours: Row) -> float:
    return float((ours["disturbance"]["others_share"] or 0.0) + (ours["disturbance"]["stolen_share"] or 0.0))
