"""Made documents of benchmark runs, as short as the published schema allows, for tests of what reads them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from collectors.bench.document import FORMAT, KIND

START = datetime(2026, 6, 1, 12, tzinfo=UTC)
MACHINE = {"processor": "Some Processor 3000", "architecture": "x86_64", "processors": 2, "memory_bytes": 8_000_000_000}


def result(variant: str, seconds: float | None, **changes: Any) -> dict[str, Any]:
    """One variant's result; without a time it failed."""
    time = None if seconds is None else {"median": seconds, "low": seconds * 0.99, "high": seconds * 1.01, "samples": 2}
    framework = {"torch": "pytorch"}.get(variant.partition(".")[0], variant.partition(".")[0])
    return {
        "workload": "matmul",
        "size": "tiny",
        "variant": variant,
        "device": "cpu",
        "preset": "matched",
        "status": "failed" if seconds is None else "ok",
        "message": "it broke" if seconds is None else None,
        "latency_s": time,
        "throughput_s": time,
        "relative_error": 1e-7,
        "flops": 1000,
        "bytes": 800,
        "passport": {"framework": framework, "version": "1.0", "threads": 1, "precision": "float32"},
        "samples": None if seconds is None else {"latency": [seconds, seconds], "rounds": [0, 1], "process": [0, 0]},
    } | changes


def comparison(**changes: Any) -> dict[str, Any]:
    """How long torch.eager takes over NumPy."""
    return {
        "workload": "matmul",
        "size": "tiny",
        "baseline": "numpy",
        "variant": "torch.eager",
        "ratio": 1.5,
        "low": 1.4,
        "high": 1.6,
        "verdict": "slower",
        "floor": 0.02,
        "why": None,
        "rounds": 2,
    } | changes


def document(times: Mapping[str, float | None] | None = None, day: float = 0, **changes: Any) -> dict[str, Any]:
    """A run that began `day` days after the first, with seconds per call by variant."""
    times = {"numpy": 0.001, "torch.eager": 0.0015} if times is None else times
    return {
        "kind": KIND,
        "format": FORMAT,
        "run": None,
        "started": (START + timedelta(days=day)).isoformat(timespec="seconds"),
        "machine": MACHINE,
        "seconds": 12.5,
        "rounds": 2,
        "stopped_because": "matmul: the budget was spent",
        "seed": 7,
        "preset": "matched",
        "device": "cpu",
        "ceilings": {"flops_per_s": 1e11, "bytes_per_s": None},
        "results": [result(variant, seconds) for variant, seconds in times.items()],
        "comparisons": [comparison()] if {"numpy", "torch.eager"} <= times.keys() else [],
    } | changes
