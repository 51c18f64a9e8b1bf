"""Cold caches: how many copies of a call's inputs are taken in turn, so that each has left the last-level cache."""

import ctypes
import math
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from collectors.bench import machine
from collectors.bench.lane import Lane, Process
from collectors.bench.spec import BenchSpec, SpecError
from collectors.bench.workload import Workload

TIMES_CACHE = 2
FEWEST_SETS, MOST_SETS = 2, 10_000
FREE_SHARE = 0.8
_L2_CACHE_SIZE = 38  # CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE of the CUDA driver API
_CPUS = Path("/sys/devices/system/cpu")


def sets_needed(cache_bytes: int, bytes_of_a_set: int) -> int:
    """Give how many sets make more than twice the cache besides the one in use: ⌈2 · cache / set⌉ + 1, at least 2."""
    return max(FEWEST_SETS, math.ceil(TIMES_CACHE * cache_bytes / bytes_of_a_set) + 1)


def check(workload: Workload, size: str, spec: BenchSpec, variants: int) -> None:
    """Refuse a cold run that cannot be held, by estimate, before anything is allocated; a hot one is always right.

    A set is at most a third of the memory a workload states, which covers inputs in float32 and in float64.

    Raises:
        SpecError: the cache's size is not known here, or the copies would not fit the free memory.
    """
    if spec.cache == "hot":
        return
    cache, free = cache_bytes(spec.device), machine.memory_free()
    if cache is None:
        raise SpecError(
            f"cache cold: this system does not tell the size of the last-level cache of {spec.device}, so nothing "
            "could be called cold: take cache hot"
        )
    needed = 0 if workload.cold else variants * (TIMES_CACHE * cache + 2 * workload.memory_needed(size) // 3)
    if spec.device == "cpu" and free is not None and needed > free:
        raise SpecError(
            f"cache cold: copies of the inputs of {workload.slug} at size {size} for {variants} variants need about "
            f"{needed / 1e9:,.1f} GB, and {free / 1e9:,.1f} GB are free here: take fewer variants or a smaller size"
        )


def close(lanes: Sequence[Lane], workload: Workload, spec: BenchSpec) -> None:
    """Take every lane out of a cold run of a workload that has no cold figure."""
    if spec.cache == "cold" and workload.cold is not None:
        for lane in lanes:
            if lane.ok:
                lane.fail("unavailable", f"cache cold: {workload.cold.reason}")


def rotate(lanes: Sequence[Lane], spec: BenchSpec) -> None:
    """Have every lane that is ready take its inputs in turn; those that rotate the same hold as many sets."""
    if spec.cache == "hot":
        return
    cache = cache_bytes(spec.device)
    assert cache is not None  # noqa: S101  # `check` refused the run otherwise
    counts = {id(lane): _count(lane, lanes, cache) for lane in lanes if lane.ok}
    ready = [lane for lane in lanes if lane.ok]
    needed, free = sum(counts[id(lane)] * _bytes(lane) for lane in ready), machine.memory_free()
    for lane in ready:
        if spec.device == "cpu" and free is not None and needed > FREE_SHARE * free:
            held = f"copies of the inputs for {len(ready)} variants need {needed / 1e9:,.1f} GB"
            lane.fail("unavailable", f"cache cold: {held}, and {free / 1e9:,.1f} GB are free: take fewer variants")
            continue
        lane.attempt(partial(_take_turns, sets=counts[id(lane)], limit_s=spec.time_limit_s))


def cache_bytes(device: str) -> int | None:
    """Give the bytes of the last-level cache: all of it that this process's processors share, or a GPU's L2."""
    if device != "cpu":
        return _gpu_cache_bytes(int(device.partition(":")[2] or 0))
    caches: dict[tuple[str, str], int] = {}
    for cpu in machine.processors():
        last = max(_CPUS.glob(f"cpu{cpu}/cache/index[0-9]*"), key=lambda path: int(path.name[5:]), default=None)
        size = _read(last / "size") if last else ""
        if last and size.endswith("K"):
            caches[_read(last / "level"), _read(last / "shared_cpu_list")] = int(size[:-1]) * 1024
    return sum(caches.values()) or None


def _take_turns(process: Process, sets: int, limit_s: float) -> None:
    process.ask("rotate", limit_s, sets=sets)


def _count(lane: Lane, lanes: Sequence[Lane], cache: int) -> int:
    """Settle the sets of a lane by the smallest set among those that rotate the same; 0 where it was taken out."""
    alike = [_bytes(o) for o in lanes if _bytes(o) and _rotated(o) == _rotated(lane)]
    if not _bytes(lane):
        lane.fail("unavailable", "cache cold: the step takes no inputs; what it works on is its own and stays")
        return 0
    count = sets_needed(cache, min(alike))
    if count > MOST_SETS:
        held = f"a call's inputs are {_bytes(lane):,} bytes, and {count:,} copies would be needed"
        lane.fail("unavailable", f"cache cold: {held}; {MOST_SETS:,} are the most: take a larger size")
    return count


def _bytes(lane: Lane) -> int:
    return int(lane.now.prepared.get("bytes_of_a_set", 0))


def _rotated(lane: Lane) -> str | None:
    return lane.now.prepared.get("rotated")


def _gpu_cache_bytes(index: int) -> int | None:
    """Ask the CUDA driver, which needs no framework, for the L2 of a GPU; None where there is no driver."""
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return None
    device, found = ctypes.c_int(), ctypes.c_int()
    failed = driver.cuInit(0) or driver.cuDeviceGet(ctypes.byref(device), index)
    failed = failed or driver.cuDeviceGetAttribute(ctypes.byref(found), _L2_CACHE_SIZE, device)
    return None if failed else found.value or None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return ""
