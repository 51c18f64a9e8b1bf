"""A variant with exactly 5 % more to do: does the harness call it slower, and what do its intervals look like?"""

import argparse
import math
import os
import statistics as plain
import subprocess
import sys
import time
from collections.abc import Sequence

import numpy as np
from figures import Figure
from harness_outcome import Outcome, Progress
from harness_registry import MORE, PRODUCTS
from harness_runs import Row, judged, repeated, request, versions

from collectors.bench.environment import THREAD_VARIABLES

PROMISED = 10
"""At most one in so many may be missed."""
THREADS = 1
"""The added products are a twentieth of one thread's; where two processors share a core, two threads add its noise."""


def slowed(asked: argparse.Namespace, progress: Progress) -> Outcome:
    """See whether a variant that does 21 products where the other does 20 is called slower."""
    pair, threads = (f"{asked.framework}.plain", f"{asked.framework}.slowed"), asked.threads or THREADS

    def one(seed: int) -> Row:
        return judged(request(pair, seed, asked.seconds or 60.0, threads))

    cost = true_cost()
    progress(f"{PRODUCTS + MORE} products cost {cost:.4f} times {PRODUCTS}")
    rows = repeated(
        asked.scratch / f"slowed-{asked.framework}.jsonl",
        range(asked.seed, asked.seed + asked.runs),
        one,
        progress,
        _slowed,
    )
    said = f"Seeds: {rows[0]['seed']} to {rows[-1]['seed']}. Threads of each variant: {threads}."
    return Outcome(found_figures(rows, cost), said, versions(asked.framework), rows)


def _slowed(row: Row) -> str:
    low, high = row["low"] or math.nan, row["high"] or math.nan
    bounds = f"{row['ratio']:.4f} [{low:.4f}, {high:.4f}]"
    return f"{row['verdict']}, {bounds}, floor {row['floor'] or math.nan:.3f}, {row['rounds']} rounds; {row['ended']}"


def found_figures(rows: Sequence[Row], cost: float) -> list[Figure]:
    """Count the runs that missed the difference, and tell what their intervals and floors were."""
    missed, count = sum(row["verdict"] != "slower" for row in rows), len(rows)
    ratios, most = sorted(100 * (row["ratio"] - 1) for row in rows), max(1, len(rows) // PROMISED)
    seconds = plain.median(row["seconds"] for row in rows)
    found = [
        Figure("missed", missed, "", most, f"of {count}; a variant with 5 % more to do, to be called slower"),
        Figure("its own cost", 100 * (cost - 1), "%", None, "measured call by call in turns, in one process"),
        Figure("more time found, median", plain.median(ratios), "%", None, f"from {ratios[0]:.2f} to {ratios[-1]:.2f}"),
        Figure("a run, median", seconds, "s", None, "with starts and first calls"),
    ]
    bounded = [row for row in rows if row["low"] is not None and row["floor"] is not None]
    if bounded:
        width = plain.median(100 * (row["high"] / row["low"] - 1) / 2 for row in bounded)
        floor = 100 * max(row["floor"] for row in bounded)
        found.append(Figure("half width of the interval, median", width, "%", None, ""))
        found.append(Figure("floor, highest", floor, "%", None, "a gap has to exceed 3 % and this"))
    return found


def true_cost(seconds: float = 2.0) -> float:
    """Give what the slowed step costs over the other, timed in turns in one process with one thread."""
    alone = {**os.environ, **dict.fromkeys(THREAD_VARIABLES, "1")}
    command = [sys.executable, __file__, str(seconds)]
    done = subprocess.run(command, env=alone, check=True, capture_output=True, text=True)
    return float(done.stdout)


def in_turns(seconds: float) -> float:
    """Give the median over pairs of the time of 21 products over that of 20."""
    left, right = np.random.default_rng(1).standard_normal((2, 128, 128), dtype=np.float32)
    pairs, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        found = []
        for times in (PRODUCTS, PRODUCTS + MORE):
            began = time.perf_counter()
            for _ in range(times):
                np.matmul(left, right)
            found.append(time.perf_counter() - began)
        pairs.append(found[1] / found[0])
    return plain.median(pairs)


if __name__ == "__main__":
    print(in_turns(float(sys.argv[1])))
