"""The ceilings of a run, as the coordinator gathers them: of NumPy's and those of the run's frameworks the best."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from collectors.bench.ceiling_sides import FRAMEWORKS
from collectors.bench.datasheet import promised
from collectors.bench.nvml import Gpu
from collectors.bench.process import Child, ChildError
from collectors.bench.variants import Variant, availability

MAIN = "float32"


def unknown(why: str | None = None) -> dict[str, Any]:
    """Give ceilings of which nothing is known."""
    empty: dict[str, Any] = {"flops_per_s": None, "bytes_per_s": None, "by_precision": {}}
    return empty | ({} if why is None else {"why": why})


def candidates(variants: Sequence[Variant], kind: str) -> dict[str, Variant]:
    """Give one variant that can run here for each framework that can find a ceiling; plain ones before Keras's."""
    found: dict[str, Variant] = {}
    for variant in sorted(variants, key=lambda v: bool(v.backend)):
        framework = {"torch": "pytorch"}.get(variant.backend, variant.backend) or variant.framework
        if framework in FRAMEWORKS and framework not in found and availability(variant, kind).available:
            found[framework] = variant
    return found


def gather(
    numpy: Callable[[], dict[str, Any]] | None,
    found: Mapping[str, Variant],
    start: Callable[[Variant], Child],
    limit_s: float,
    gpu: Gpu | None,
) -> dict[str, Any]:
    """Measure with NumPy, where it can, and with each framework in a child of its own, one at a time.

    A framework that cannot be asked leaves its reason in `missed`; where none could, `why` gives them all.
    """
    told: dict[str, dict[str, Any]] = {}
    missed: dict[str, str] = {}
    asks: dict[str, Callable[[], dict[str, Any]]] = {"numpy": numpy} if numpy else {}
    asks |= {name: lambda n=name, v=variant: _ask(n, v, start, limit_s) for name, variant in found.items()}  # type: ignore[misc]  # bound now
    for name, ask in asks.items():
        try:
            told[name] = ask()
        except (ChildError, OSError) as error:
            missed[name] = str(error)
    return _best(told) | ({"missed": missed} if missed else {}) | {"datasheet": gpu and promised(gpu.name)}


def _ask(framework: str, variant: Variant, start: Callable[[Variant], Child], limit_s: float) -> dict[str, Any]:
    child = start(variant)
    try:
        child.ask("start", limit_s)
        return child.ask("ceilings", limit_s, framework=framework)
    finally:
        child.end()


def _best(told: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    if not told:
        return unknown("no framework of this run could measure the ceilings of this device")
    modes: dict[str, dict[str, Any]] = {}
    for name, answer in told.items():
        for mode, rate in answer["flops"].items():
            if rate > modes.get(mode, {"flops_per_s": 0.0})["flops_per_s"]:
                modes[mode] = {"flops_per_s": rate, "from": f"{name}, matrix product"}
    fastest = max(told, key=lambda name: float(told[name]["bytes_per_s"]))
    return {
        "flops_per_s": modes.get(MAIN, {}).get("flops_per_s"),
        "bytes_per_s": told[fastest]["bytes_per_s"],
        "by_precision": modes,
        "bytes_from": f"{fastest}, copy",
    }


def raise_by(ceilings: dict[str, Any], row: Mapping[str, Any]) -> None:
    """Where a variant was faster than the product measured in its precision mode, its FLOP/s are the better ceiling."""
    speed, mode = row["throughput_s"], row["passport"].get("precision")
    known = ceilings.get("by_precision", {}).get(mode)
    if not speed or known is None or row["flops"] / speed["median"] <= known["flops_per_s"]:
        return
    known |= {"flops_per_s": row["flops"] / speed["median"], "from": f"{row['workload']} {row['variant']}"}
    if mode == MAIN:
        ceilings["flops_per_s"] = known["flops_per_s"]


def add_share(row: dict[str, Any], ceilings: Mapping[str, Any]) -> None:
    """Set the share of the nearer ceiling that the throughput reaches, and which that is.

    The ceiling of FLOP/s is that of the row's own precision mode; where it was not measured there is no share.
    """
    speed = row["throughput_s"]
    known = ceilings.get("by_precision", {}).get(row["passport"].get("precision"))
    if not speed or known is None or not ceilings.get("bytes_per_s"):
        return
    shares = {
        "flops": row["flops"] / speed["median"] / known["flops_per_s"],
        "bytes": row["bytes"] / speed["median"] / ceilings["bytes_per_s"],
    }
    nearer = max(shares, key=lambda name: shares[name])
    row |= {"share_of_ceiling": shares[nearer], "nearer_ceiling": nearer}
