"""A benchmark as it may be asked for: names known, figures within bounds, room for it, and how to repeat it."""

import math
import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from collectors import nodes as nodes_module
from collectors.bench.spec import CACHES, MOST_PROCESSES, MOST_SEED, PRESETS, SpecError
from db.errors import UnknownName
from language.words import _

MIN_SECONDS, MAX_SECONDS = 2.0, 1_800.0
COMMAND_SECONDS = 60.0
"""What `framescope bench run` spends where it is not told."""
DEFAULTS: Mapping[str, Any] = {
    "variants": (),
    "size": None,
    "device": "cpu",
    "preset": "matched",
    "seconds": COMMAND_SECONDS,
    "cache": "hot",
    "processes": 3,
    "threads": None,
    "seed": None,
}
"""What an option of `framescope bench run` is where it is not given, and what a job without it means."""


def check(parameters: Mapping[str, Any], nodes: Sequence[Mapping[str, Any]] = ()) -> None:
    """Refuse a benchmark that cannot be: `parameters` as a job holds them, older ones without the later keys.

    nodes: what machines elsewhere tell of themselves (`collectors.nodes`); where one has the device, its memory is
        not this machine's business.

    Raises:
        UnknownName: a workload, variant, size, preset or cache mode there is not; the nearest are offered.
        SpecError: a figure out of bounds, a device that is not here, or a size too large for the memory; it is a
            `ValueError`, and its words say what would do.
    """
    asked = {**DEFAULTS, **parameters}
    _check_names(asked)
    _check_figures(asked, nodes)
    if any(nodes_module.has(facts, asked["device"]) for facts in nodes):
        return
    device = device_row(asked["device"])
    if refused := refusal(asked["workloads"], asked["variants"], asked["size"], device):
        raise SpecError(refused)


def _check_names(asked: Mapping[str, Any]) -> None:
    from collectors.bench import registry

    known = registry.load(registry.__name__)
    _must_know("workload", asked["workloads"], [workload.slug for workload in known.workloads])
    _must_know("variant", asked["variants"], [variant.slug for variant in known.variants])
    _must_know("preset", [asked["preset"]], PRESETS)
    _must_know("cache mode", [asked["cache"]], CACHES)
    if not asked["workloads"]:
        raise SpecError(_("Name at least one workload."))
    for name in asked["workloads"] if asked["size"] else ():
        _must_know(f"size of {name}", [asked["size"]], known.workload(name).sizes)


def must_be_workload(name: str) -> None:
    """Raise `UnknownName`, which offers the nearest, where there is no such workload."""
    from collectors.bench import registry

    _must_know("workload", [name], [workload.slug for workload in registry.load(registry.__name__).workloads])


def _check_figures(asked: Mapping[str, Any], nodes: Sequence[Mapping[str, Any]]) -> None:
    from collectors.bench import machine

    seconds, threads, seed = asked["seconds"], asked["threads"], asked["seed"]
    if not MIN_SECONDS <= seconds <= MAX_SECONDS:
        said = _("The budget must lie between {least} and {most} seconds, not {given}.")
        raise SpecError(said.format(least=f"{MIN_SECONDS:g}", most=f"{MAX_SECONDS:g}", given=f"{seconds:g}"))
    if not 1 <= asked["processes"] <= MOST_PROCESSES:
        said = _("There may be 1 to {most} processes for a variant, not {given}.")
        raise SpecError(said.format(most=MOST_PROCESSES, given=asked["processes"]))
    if seed is not None and not 0 <= seed <= MOST_SEED:
        raise SpecError(_("The seed must lie between 0 and {most}, not {given}.", most=MOST_SEED, given=seed))
    if threads is None:
        return
    here = max(len(machine.processors()), *(nodes_module.processors(facts) for facts in nodes), 0)
    if not 1 <= threads <= here:
        said = _("There may be 1 to {most} threads here, one for each processor, not {given}.")
        raise SpecError(said.format(most=here, given=threads))
    if asked["preset"] != "matched":
        raise SpecError(
            _("Threads are set in the matched preset only; the defaults preset leaves them to each framework.")
        )


def device_row(device: str) -> dict[str, Any]:
    """Give what is known of a device; ``cuda`` is the first GPU.

    Raises:
        SpecError: it is not here; the message says why, and which devices there are.
    """
    from collectors.bench import listing

    rows = listing.devices()
    found = next((row for row in rows if row["device"] == device), None)
    if found is None and device == "cuda":
        found = next((row for row in rows if row["device"].startswith("cuda")), None)
    if found is not None and found.get("available", True):
        return found
    here = ", ".join(row["device"] for row in rows if row.get("available", True))
    absent = next((row for row in rows if row["device"].startswith("cuda") and row.get("why_not")), None)
    if device.startswith("cuda") and absent is not None:
        said = _("There is no {device} here: {why}. There is {here}.")
        raise SpecError(said.format(device=device, why=absent["why_not"], here=here))
    raise SpecError(_("There is no device {device} here; there is {here}.", device=repr(device[:40]), here=here))


def refusal(workloads: Iterable[str], variants: Iterable[str], size: str | None, device: Mapping[str, Any]) -> str:
    """Say which workload is too large for the memory of this machine, with the estimate; empty where none is."""
    from collectors.bench import machine, memory_estimate, registry

    known = registry.load(registry.__name__)
    measured = [known.variant(slug) for slug in variants]
    free = machine.memory_free()
    for name in dict.fromkeys(workloads):
        workload = known.workload(name)
        alive = measured or [v for v in known.variants if _here(v.slug, str(device["device"]))]
        asked = size or workload.default_size
        if said := memory_estimate.refusal(workload, asked, alive, free, device):
            return said
    return ""


def repeat_command(parameters: Mapping[str, Any]) -> str:
    """Give the line that asks for the same benchmark again, with every option that differs from the command's own.

    `parameters` are a job's, a run's, or what is known of an imported one; a seed is repeated where it is known.
    """
    words = ["framescope", "bench", "run", *parameters["workloads"]]
    for variant in parameters.get("variants") or ():
        words += ["--variant", variant]
    for name, usual in DEFAULTS.items():
        value = parameters.get(name)
        if name != "variants" and value is not None and value != usual:
            words += [f"--{name}", f"{value:g}" if isinstance(value, float) else str(value)]
    return shlex.join(words)


def run_parameters(document: Mapping[str, Any]) -> dict[str, Any]:
    """Read from a run's document what would ask for it again: its `asked`, where it has one, else what came of it."""
    from collectors.bench.registry import VARIANTS

    results = document.get("results") or ()
    variants = list(dict.fromkeys(row["variant"] for row in results))
    sizes = {row["size"] for row in results}
    wanted = [(work.get("processes") or {}).get("wanted") for work in document.get("workloads") or ()]
    return {
        "workloads": list(dict.fromkeys(row["workload"] for row in results)),
        "variants": [] if set(variants) == {known.slug for known in VARIANTS} else variants,
        "size": sizes.pop() if len(sizes) == 1 else None,
        "seconds": document.get("budget_s"),
        "processes": next((count for count in wanted if count), None),
        **{name: document.get(name) for name in ("device", "preset", "cache", "seed")},
        **(document.get("asked") or {}),
    }


def one_of(parameters: Mapping[str, Any], workload: str, size: str) -> dict[str, Any]:
    """Narrow what asks for a run to one workload and size of it, with its even share of the seconds."""
    seconds, count = parameters.get("seconds"), max(1, len(parameters["workloads"]))
    share = None if seconds is None else max(MIN_SECONDS, seconds / count)
    return {**parameters, "workloads": [workload], "size": size, "seconds": share}


def _here(variant: str, device: str) -> bool:
    from collectors.bench.registry import VARIANTS
    from collectors.bench.variants import availability

    return any(availability(known, device.partition(":")[0]).available for known in VARIANTS if known.slug == variant)


def _must_know(what: str, names: Iterable[str], known: Iterable[str]) -> None:
    from collectors.bench.registry import unknown

    known = list(known)
    for name in names:
        if name not in known:
            said = unknown(what, name, known)
            raise UnknownName(said[0].upper() + said[1:])


def seconds_in_words(seconds: float) -> str:
    """Give a length of time as a person says it: ``2 h 5 min``, ``12 min``, ``1 min 40 s``, ``40 s``."""
    whole = max(0, math.ceil(seconds))
    if whole < 60:
        return _("{n} s", n=whole)
    if whole < 600:
        whole = math.ceil(whole / 10) * 10
        parts = [_("{n} min", n=whole // 60), _("{n} s", n=whole % 60)]
        return " ".join(parts if whole % 60 else parts[:1])
    minutes = round(whole / 60)
    parts = [_("{n} h", n=minutes // 60), _("{n} min", n=minutes % 60)]
    return " ".join(parts) if minutes >= 60 else _("{n} min", n=minutes)
