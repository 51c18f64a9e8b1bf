"""The guard of the wait: work that goes on behind it is found, and slow readings are not taken for it."""

import importlib.util
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from collectors.bench.waiting import EarlyWaitError, check

CALL_S = 0.002


class Device:
    """Calls that take `CALL_S` in another thread; `waited` tells for how many of so many calls the wait is."""

    def __init__(self, waited: Callable[[int], int]) -> None:
        self.pool, self.waited = ThreadPoolExecutor(1), waited
        self.last: Future[None] = Future()

    def burst(self, calls: int) -> float:
        started = time.perf_counter()
        queued = [self.pool.submit(time.sleep, CALL_S) for _ in range(calls)]
        self.last = queued[-1]
        for future in queued[: self.waited(calls)]:
            future.result()
        return time.perf_counter() - started

    def read(self) -> None:
        self.last.result()


def test_a_wait_that_waits_is_let_pass() -> None:
    device = Device(lambda calls: calls)
    check(device.burst, device.read)


def test_a_wait_that_returns_at_once_is_found_behind_one_call() -> None:
    device = Device(lambda _: 0)
    with pytest.raises(
        EarlyWaitError, match=r"after a call, (100|[89]\d)% of their [2-9]\.?\d* ms were still to be done"
    ):
        check(device.burst, device.read)


def test_a_wait_for_an_earlier_call_is_found_behind_many() -> None:
    device = Device(lambda calls: (calls + 1) // 2)
    with pytest.raises(EarlyWaitError, match=r"after [2-9] calls, [3-6]\d%"):
        check(device.burst, device.read)


def test_an_interruption_amid_the_calls_does_not_hide_an_early_wait() -> None:
    device, count = Device(lambda _: 0), 0

    def burst(calls: int) -> float:
        nonlocal count
        count += 1
        started = time.perf_counter()
        device.burst(calls)
        if count % 3 == 0:  # as where this thread loses its processor now and then
            time.sleep(2 * CALL_S * calls)
        return time.perf_counter() - started

    with pytest.raises(EarlyWaitError):
        check(burst, device.read)


def _done(calls: int) -> float:
    started = time.perf_counter()
    time.sleep(CALL_S * calls)
    return time.perf_counter() - started


def test_a_reading_as_slow_as_the_call_is_no_sign_of_an_early_wait() -> None:
    check(_done, lambda: time.sleep(2 * CALL_S))


@pytest.mark.parametrize("kept", [True, False])
def test_a_copy_that_is_kept_does_not_make_the_first_reading_look_late(kept: bool) -> None:
    fresh = [True]

    def burst(calls: int) -> float:
        fresh[0] = True
        return _done(calls)

    def read() -> None:
        if fresh[0] or not kept:
            time.sleep(CALL_S)
        fresh[0] = False

    check(burst, read)


def _spinning(stop: threading.Event) -> None:
    while not stop.is_set():
        sum(range(1000))


def test_threads_that_spin_after_a_call_are_no_sign_of_an_early_wait() -> None:
    stop = threading.Event()
    spinner = threading.Thread(target=_spinning, args=(stop,))
    spinner.start()
    try:
        check(_done, lambda: sum(range(20_000)))
    finally:
        stop.set()
        spinner.join()


def test_what_takes_long_is_not_tried_twenty_times() -> None:
    calls = 0

    def burst(count: int) -> float:
        nonlocal calls
        calls += count
        time.sleep(0.5)
        return 0.5

    reading: Callable[[], Any] = lambda: time.sleep(0.5)  # noqa: E731  # slow, but no slower at once than later
    check(burst, reading)
    assert calls <= 8


JAX = """
import sys
from collectors.bench.session import Session
from collectors.bench.waiting import EarlyWaitError
session = Session("collectors.bench.registry", "jax.jit", "cpu", "matched", 1)
session.start()
session.reference("conv2d", "small", sys.argv[1])
session.prepare("conv2d", sys.argv[1])
session.adapter.wait = lambda outputs: None
try:
    session.prepare("conv2d", sys.argv[1])
except EarlyWaitError as error:
    print("caught:", error)
"""


@pytest.mark.frameworks
def test_jax_is_caught_where_nobody_waits_for_it(tmp_path: Path) -> None:
    if importlib.util.find_spec("jax") is None:
        pytest.skip("JAX is not installed")
    command = [sys.executable, "-c", JAX, str(tmp_path / "conv2d.npz")]
    settings = {**os.environ, "JAX_PLATFORMS": "cpu", "NPROC": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=settings, capture_output=True, text=True, check=False, timeout=120)
    assert done.stdout.startswith("caught: the wait returned before the outputs were ready"), done.stderr
