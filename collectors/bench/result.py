"""The rows of the document: one per variant, size and workload, whatever became of it."""

from dataclasses import asdict
from typing import Any

from collectors.bench import statistics
from collectors.bench.environment import shown
from collectors.bench.lane import Lane
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
        "first_call_s": lane.prepared.get("first_call_s") if lane.ok else None,
        "peak_bytes": lane.resolved.get("peak_bytes"),
        "memory": lane.resolved.get("memory"),
        "relative_error": lane.prepared.get("relative_error"),
        "tolerance": lane.prepared.get("tolerance"),
        "share_of_ceiling": None,
        "flops": workload.flops(workload.sizes[size]),
        "bytes": workload.bytes_moved(workload.sizes[size]),
        "passport": lane.passport,
        "samples": asdict(samples) if samples.rounds else None,
    }


def passport(lane: Lane, workload: Workload, launch: Launch) -> dict[str, Any]:
    """Put together what was in force: what the child resolved, and what the coordinator did."""
    if not lane.resolved:
        return {"framework": lane.variant.framework, "version": lane.version}
    facts = dict(lane.resolved["facts"])
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
        "import_s": lane.start.get("import_s"),
        "null_call_s": lane.null_s,
        "calls_per_block": lane.calls,
        "warm_up": {"blocks": len(lane.warm_up), "settled": statistics.settled(lane.warm_up)},
    }
