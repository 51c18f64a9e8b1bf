"""What docs/workloads.md says: every workload's sizes and counts, and what each framework is asked to do."""

import inspect
from collections.abc import Iterable

from collectors.bench.registry import VARIANTS, WORKLOADS
from collectors.bench.sides import side_of
from collectors.bench.workload import Gap, Workload

HEAD = """\
What the benchmarks measure. One call of a workload is what is timed; FLOP and bytes are counted on paper for one call,
bytes being the least that must cross to memory and back; memory is the estimate by which a size too large for the
machine is refused. Every variant's result is compared with a reference in float64, and one beyond the tolerance has no
speed. Where a framework has no equivalent the gap says why. How to add one:
[adding-a-workload.md](adding-a-workload.md).
"""
UNITS = ("", "k", "M", "G", "T")


def lines() -> Iterable[str]:
    """Give the page after its title: what runs in which variant, then a section for each workload."""
    yield HEAD
    yield _row(["workload", "kind", *(variant.slug for variant in VARIANTS)])
    yield _row(["---"] * (2 + len(VARIANTS)))
    for workload in WORKLOADS:
        marks = ("–" if isinstance(side_of(v, workload), Gap) else "✓" for v in VARIANTS)
        yield _row([f"[`{workload.slug}`](#{workload.slug})", workload.category, *marks])
    yield ""
    for workload in WORKLOADS:
        yield from _section(workload)


def _section(workload: Workload) -> Iterable[str]:
    yield f"## {workload.slug}\n"
    file = inspect.getmodule(next(s for s in workload.frameworks.values() if not isinstance(s, Gap)))
    yield f"{_first_line(file)}\n"
    yield _row(["size", "shape", "FLOP", "bytes", "memory"])
    yield _row(["---"] * 5)
    for name, shape in workload.sizes.items():
        said = ", ".join(f"{key} {value:,}" for key, value in shape.items())
        default = " (default)" if name == workload.default_size else ""
        counts = (workload.flops(shape), workload.bytes_moved(shape), workload.memory_needed(name))
        yield _row([name + default, said, *map(_short, counts)])
    tolerances = ", ".join(f"{mode} {value:g}" for mode, value in workload.tolerance.items())
    calls = f" after {workload.check_calls} calls" if workload.check_calls > 1 else ""
    yield f"\nRelative error allowed{calls}: {tolerances}.\n"
    for framework, side in workload.frameworks.items():
        yield f"- **{framework}**: " + (f"none. {side.reason}." if isinstance(side, Gap) else _first_line(side))
    for slug, gap in workload.gaps.items():
        yield f"- **{slug}**: none. {gap.reason}."
    if workload.modes:
        yield f"- One variant of each framework is measured: {workload.modes}."
    yield ""


def _first_line(documented: object) -> str:
    return (inspect.getdoc(documented) or "").splitlines()[0]


def _short(count: int) -> str:
    """Give a count with three digits and a unit; nothing to count is a dash."""
    if count == 0:
        return "–"
    power = min((len(str(count)) - 1) // 3, len(UNITS) - 1)
    return f"{count / 1000**power:.3g} {UNITS[power]}".strip()


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
