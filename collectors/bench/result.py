"""The rows of the document: one per variant, size and workload, whatever became of it."""

from dataclasses import asdict
from typing import Any

from collectors.bench import statistics
from collectors.bench.comparisons import what_matters
from collectors.bench.environment import shown
from collectors.bench.lane import Lane, Process
from collectors.bench.process import Launch
from collectors.bench.workload import Workload

INSIDE_THE_CLOCK = "inputs on the device, outputs ready on the device; no copies to or from the host, no data loading"


def result_row(lane: Lane, workload: Workload, size: str, launch: Launch, seed: int) -> dict[str, Any]:
    """Give one variant's result; only a variant that is `ok` has times."""
    ok = lane.ok and bool(lane.samples.rounds)
    samples = lane.samples
    latency = statistics.estimate(samples.latency, samples.process, seed) if ok else None
    throughput = statistics.estimate(samples.throughput, samples.process, seed) if ok else None
    return {
        "workload": workload.slug,
        "size": size,
        "variant": lane.variant.slug,
        "device": launch.device,
        "preset": launch.preset,
        "status": lane.status,
        "message": lane.message,
        "latency_s": asdict(latency) if latency else None,
        "throughput_s": asdict(throughput) if throughput else None,
        "first_call_s": lane.first_call_s() if lane.ok else None,
        "peak_bytes": None,
        "memory": _most_memory(lane),
        "relative_error": _worst_error(lane),
        "tolerance": lane.first.prepared.get("tolerance"),
        "share_of_ceiling": None,
        "flops": workload.flops(workload.sizes[size]),
        "bytes": workload.bytes_moved(workload.sizes[size]),
        "passport": lane.passport,
        "samples": asdict(samples) if samples.rounds else None,
        "processes": [_process_row(process) for process in lane.processes],
    }


def _worst_error(lane: Lane) -> float | None:
    """Give the largest error over the processes; None where one was not finite, or none is known."""
    known = [p.prepared["relative_error"] for p in lane.processes if "relative_error" in p.prepared]
    return None if None in known else max(known, default=None)


def _most_memory(lane: Lane) -> dict[str, Any] | None:
    """Give what the process that took most told of its memory; None where none told."""
    known = [told for p in lane.processes if (told := p.resolved.get("memory"))]
    return max(known, key=lambda told: told["process_bytes"] or 0, default=None)


def _process_row(process: Process) -> dict[str, Any]:
    """Give what one process of a variant came to; what it did not reach is None."""
    return {
        "first_call_s": process.prepared.get("first_call_s"),
        "import_s": process.start.get("import_s"),
        "import_alone": process.import_alone,
        "prepare_s": process.prepare_s,
        "peak_bytes": (process.resolved.get("memory") or {}).get("process_bytes"),
        "rounds": process.rounds,
        "warm_up_blocks": len(process.warm_up),
    }


def passport(lane: Lane, workload: Workload, launch: Launch) -> dict[str, Any]:
    """Put together what was in force in the first process: what it resolved, and what the coordinator did.

    processes_differ: what a later process resolved differently, where it matters.
    """
    first = lane.first
    if not first.resolved:
        return {"framework": lane.variant.framework, "version": lane.version}
    facts = dict(first.resolved["facts"])
    graphs = facts.pop("graphs")
    asked = lane.variant.compiled and workload.modes is None
    why = f"{lane.variant.slug} compiled nothing here and ran as eager code" if asked and not graphs else None
    return facts | {
        "framework": lane.variant.framework,
        "device": launch.device,
        "preset": launch.preset,
        "affinity": list(launch.cpus) or None,
        "environment": shown(launch) | ({"KERAS_BACKEND": facts["backend"]} if "backend" in facts else {}),
        "jit": {"asked": asked, "on": asked and graphs > 0, "graphs": graphs, "why": why},
        "inside_the_clock": facts.get("inside_the_clock", INSIDE_THE_CLOCK),
        "first_call": "in a fresh process, compile caches empty",
        "import_s": first.start.get("import_s"),
        "import_alone": first.import_alone,
        "null_call_s": first.null_s,
        "calls_per_block": first.calls,
        "warm_up": {"blocks": len(first.warm_up), "settled": statistics.settled(first.warm_up)},
        "processes_differ": _processes_differ(lane, launch.preset),
    }


def _processes_differ(lane: Lane, preset: str) -> list[str]:
    """Name what matters and was not the same in all processes of a variant."""
    known = [(n, p.resolved["facts"]) for n, p in enumerate(lane.processes, 1) if p.resolved]
    names = what_matters(preset) + (["compiled"] if preset == "matched" else [])
    found = []
    for name in names:
        values = {number: _fact(facts, name) for number, facts in known}
        if len(set(map(str, values.values()))) > 1:
            said = ", ".join(f"{value} in process {number}" for number, value in values.items())
            found.append(f"{lane.variant.slug}: {name} {said}")
    return found


def _fact(facts: dict[str, Any], name: str) -> Any:
    return facts["graphs"] > 0 if name == "compiled" else facts.get(name)
