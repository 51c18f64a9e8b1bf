"""What the device can do at most, measured in the run: the best matrix product by precision mode, and the best copy."""

import math
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from collectors.bench.ceiling_sides import Side, side_for

SIDES = {"cpu": (1024, 2048), "cuda": (4096, 8192)}
COPY_BYTES = {"cpu": 128 * 1024 * 1024, "cuda": 512 * 1024 * 1024}
PRECISIONS = {"cpu": ("float32", "bfloat16"), "cuda": ("float32", "tf32", "bfloat16")}
SECONDS = 0.3
FEWEST = 3
SLOW_S = 1.0
"""A product slower than this is not tried at the next size: in a mode the device does not have, it takes for ever."""
BLOCK_S = 0.02
MOST_AT_ONCE = 8
"""Calls in one block: their results are all held until the wait."""


def measure(threads: int) -> dict[str, Any]:
    """Give NumPy's most float32 FLOP/s of a matrix product, and most bytes/s (read and written) of a copy.

    threads: how many copy at once; 0 takes one per processor this process may run on. The product uses its BLAS's.
    """
    workers = threads or (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    return {"flops": {"float32": max(_numpy_product(n) for n in SIDES["cpu"])}, "bytes_per_s": _numpy_copy(workers)}


def measure_with(framework: str, device: str, wait: Callable[[Any], None]) -> dict[str, Any]:
    """Give the same of a framework that is imported and set up here, in each precision mode it has on this device.

    framework: one that `ceiling_sides` knows. wait: returns when what it is given is ready on the device.
    """
    side = side_for(framework, device)
    flops = {mode: _product(side, mode, device, wait) for mode in PRECISIONS[device]}
    copied = 2 * COPY_BYTES[device] / _best(side.copy(COPY_BYTES[device] // 4), wait)
    return {"flops": flops, "bytes_per_s": copied}


def _product(side: Side, mode: str, device: str, wait: Callable[[Any], None]) -> float:
    best = 0.0
    for n in SIDES[device]:
        with side.precise(mode):
            seconds = _best(side.product(n, mode), wait)
        best = max(best, 2 * n**3 / seconds)
        if seconds > SLOW_S:
            break
    return best


def _numpy_product(n: int) -> float:
    rng = np.random.default_rng(0)
    left, right = (rng.standard_normal((n, n), dtype=np.float32) for _ in range(2))
    out = np.empty_like(left)
    return 2 * n**3 / _best(lambda: np.matmul(left, right, out=out), _done)


def _numpy_copy(workers: int) -> float:
    source = np.ones(COPY_BYTES["cpu"] // 4, dtype=np.float32)
    target = np.zeros_like(source)
    parts = list(zip(np.array_split(target, workers), np.array_split(source, workers), strict=True))
    with ThreadPoolExecutor(workers) as pool:
        return 2 * source.nbytes / _best(lambda: list(pool.map(lambda pair: np.copyto(*pair), parts)), _done)


def _done(_: Any) -> None:
    """NumPy's calls are done when they return."""


def _best(call: Callable[[], Any], wait: Callable[[Any], None]) -> float:
    """Give the least seconds a call takes in blocks of calls with one wait, after two calls outside the clock."""
    wait(call())
    calls = max(1, min(MOST_AT_ONCE, math.ceil(BLOCK_S / max(_block(call, wait, 1), 1e-9))))
    times: list[float] = []
    end = time.perf_counter() + SECONDS
    while len(times) < FEWEST or time.perf_counter() < end:
        times.append(_block(call, wait, calls) / calls)
        if times[-1] > SLOW_S:
            break
    return min(times)


def _block(call: Callable[[], Any], wait: Callable[[Any], None], calls: int) -> float:
    started = time.perf_counter()
    wait([call() for _ in range(calls)])
    return time.perf_counter() - started
