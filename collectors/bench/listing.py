"""What can be measured here, and a run's document as a table to read."""

from typing import Any

from collectors.bench import devices as device_module
from collectors.bench import registry
from collectors.bench.sides import side_of
from collectors.bench.spec import DEFAULT_REGISTRY
from collectors.bench.units import duration
from collectors.bench.variants import availability
from collectors.bench.workload import Gap


def workloads(module: str = DEFAULT_REGISTRY) -> list[dict[str, Any]]:
    """List the workloads: sizes, the counts of one call at the default size, and what is missing by variant.

    memory: the bytes one process may need, by size. gaps: why a variant has no side, by variant.
    """
    found = registry.load(module)
    return [
        {
            "workload": w.slug,
            "title": w.title,
            "sizes": {name: dict(shape) for name, shape in w.sizes.items()},
            "default_size": w.default_size,
            "category": w.category,
            "flops": w.flops(w.sizes[w.default_size]),
            "bytes": w.bytes_moved(w.sizes[w.default_size]),
            "memory": {name: w.memory_needed(name) for name in w.sizes},
            "gaps": {v.slug: side.reason for v in found.variants if isinstance(side := side_of(v, w), Gap)},
        }
        for w in found.workloads
    ]


def variants(module: str = DEFAULT_REGISTRY, device: str = "cpu") -> list[dict[str, Any]]:
    """List the variants: whether each can run here, why not, and its framework's version."""
    rows = []
    for variant in registry.load(module).variants:
        found = availability(variant, device)
        rows.append({
            "variant": found.variant,
            "available": found.available,
            "why_not": found.why_not,
            "version": found.version,
            "framework": variant.framework,
            "compiled": variant.compiled,
        })  # fmt: skip
    return rows


def devices() -> list[dict[str, Any]]:
    """List what can be measured on: the processor, and the GPUs or why there is none to use."""
    return device_module.devices()


def table(document: dict[str, Any]) -> str:
    """Lay a document out for reading: a line per result, a line per comparison, and why it stopped."""
    lines = [_result_line(row) for row in document["results"]]
    lines += [""] + [_comparison_line(row) for row in document["comparisons"]]
    return "\n".join([*lines, "", f"{document['rounds']} rounds; {document['stopped_because']}"])


def _result_line(row: dict[str, Any]) -> str:
    name = f"{row['workload']:15} {row['size']:7} {row['variant']:20}"
    if row["latency_s"] is None:
        return f"{name} {row['status']}: {row['message']}"
    latency, first = duration(row["latency_s"]["median"]), duration(row["first_call_s"])
    return f"{name} {latency:>10}   first call {first:>10}   error {row['relative_error']:.1e}"


def _comparison_line(row: dict[str, Any]) -> str:
    bounds = "no interval" if row["low"] is None else f"{row['low']:.3f} to {row['high']:.3f}"
    why = f" ({row['why']})" if row["why"] else ""
    name = f"{row['workload']:15} {row['variant']:20} / {row['baseline']:14}"
    return f"{name} {row['ratio']:8.3f}  {bounds:18} {row['verdict']}{why}"
