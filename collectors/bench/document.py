"""The document of a run: what it says that it is, and its head; the results and comparisons are put in as they come."""

from typing import Any

from collectors.bench.spec import BenchSpec

KIND = "framescope benchmark run"
FORMAT = 1
"""Raised where a reader of the format before would misread the document; a further key does not raise it."""
STILL_RUNNING = "still running"


def _asked(spec: BenchSpec) -> dict[str, Any]:
    """Give what was asked for, where the rest of the document tells only what came of it."""
    names = {"workloads": list(spec.workloads), "variants": list(spec.variants)}
    return names | {"size": spec.size, "processes": spec.processes, "threads": spec.threads}


def begun(spec: BenchSpec, seed: int, started: str, machine: dict[str, Any]) -> dict[str, Any]:
    """Give the document of a run that has just begun; what is not known yet is None."""
    return {
        "kind": KIND,
        "format": FORMAT,
        "run": None,
        "started": started,
        "machine": machine,
        "seconds": None,
        "measured_s": None,
        "preparation_s": None,
        "budget_s": spec.seconds,
        "rounds": None,
        "stopped_because": STILL_RUNNING,
        "seed": seed,
        "preset": spec.preset,
        "device": spec.device,
        "cache": spec.cache,
        "asked": _asked(spec),
        "without": list(spec.without),
        "ceilings": {"flops_per_s": None, "bytes_per_s": None},
        "workloads": [],
        "code": {},
        "results": [],
        "comparisons": [],
    }
