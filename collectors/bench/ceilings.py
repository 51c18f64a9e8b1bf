"""What the machine can do at most, measured in the run: its best matrix product and its best copy, with NumPy."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

SIDES = (1024, 2048)
COPY_BYTES = 128 * 1024 * 1024
SECONDS = 0.5
FEWEST = 3


def measure(threads: int) -> dict[str, Any]:
    """Give the most float32 FLOP/s of a matrix product, and the most bytes/s (read and written) of a copy.

    threads: how many copy at once; 0 takes one per processor this process may run on. The product uses its BLAS's.
    """
    workers = threads or (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    return {"flops_per_s": max(_product(n) for n in SIDES), "bytes_per_s": _copy(workers)}


def _product(n: int) -> float:
    rng = np.random.default_rng(0)
    left, right = (rng.standard_normal((n, n), dtype=np.float32) for _ in range(2))
    out = np.empty_like(left)
    return 2 * n**3 / _best(lambda: np.matmul(left, right, out=out))


def _copy(workers: int) -> float:
    source = np.ones(COPY_BYTES // 4, dtype=np.float32)
    target = np.zeros_like(source)
    parts = list(zip(np.array_split(target, workers), np.array_split(source, workers), strict=True))
    with ThreadPoolExecutor(workers) as pool:
        return 2 * source.nbytes / _best(lambda: list(pool.map(lambda pair: np.copyto(*pair), parts)))


def _best(call: Callable[[], Any]) -> float:
    times: list[float] = []
    end = time.perf_counter() + SECONDS
    while len(times) < FEWEST or time.perf_counter() < end:
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return min(times[1:])
