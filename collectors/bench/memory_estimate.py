"""Whether a workload fits into the memory: an estimate on the low side, so that what it refuses cannot run."""

from collections.abc import Mapping, Sequence
from typing import Any

from collectors.bench.sides import side_of
from collectors.bench.variants import Variant
from collectors.bench.workload import Gap, Workload

FRAMEWORK_BYTES = 150_000_000
"""The least an imported framework was seen to hold; NumPy's children hold less and are few."""


def bytes_needed(workload: Workload, size: str, alive: int) -> int:
    """Estimate the bytes that `alive` children of one workload hold at once: one being prepared, the others ready."""
    return workload.memory_needed(size, alive) + alive * FRAMEWORK_BYTES


def refusal(
    workload: Workload, size: str, variants: Sequence[Variant], free: int | None, device: Mapping[str, Any]
) -> str:
    """Say that `workload` is too large for what is free, with the estimate; empty where it fits or nobody knows.

    device: a row of `listing.devices()`; on a GPU the children's arrays lie in its memory, the reference in the host's.
    """
    alive = sum(not isinstance(side_of(variant, workload), Gap) for variant in variants)
    if not alive:
        return ""
    on_gpu = device["device"] != "cpu"
    needed = workload.memory_needed(size) if on_gpu else bytes_needed(workload, size, alive)
    if free is not None and needed > free:
        return _words(workload, size, needed, free, "", alive)
    held, there = alive * workload.bytes_moved(workload.sizes[size]), device.get("memory_free")
    if on_gpu and there is not None and held > there:
        return _words(workload, size, held, there, f" of {device['device']}", alive)
    return ""


def _words(workload: Workload, size: str, needed: int, free: int, whose: str, alive: int) -> str:
    held = f"needs about {needed / 1e9:,.1f} GB of memory{whose} for {alive} variants at once"
    if alive == 1:
        held = f"needs about {needed / 1e9:,.1f} GB of memory{whose}"
    advice = "take a smaller size" if alive == 1 else "take a smaller size or fewer variants"
    return f"{workload.slug} at size {size} {held}, and {free / 1e9:,.1f} GB are free here: {advice}"
