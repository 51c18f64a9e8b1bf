"""Results as rows to read: times, first calls, memory, errors; what failed, what is missing, and why (pure)."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dashboard import format as fmt
from dashboard.analysis.run_words import told as of_run
from language.lists import commas, semicolons
from language.words import N_, _
from verdicts.ratios import wide

Result = dict[str, Any]
MEMORY = ("process_bytes", "framework_bytes", "allocator_bytes", "allocator_reserved_bytes", "device_bytes")
MEANS = {
    "process_bytes": N_("resident in the process at most, the framework included"),
    "framework_bytes": N_("what the framework takes once it is imported"),
    "allocator_bytes": N_("what the framework's own allocator handed out at most"),
    "allocator_reserved_bytes": N_("what that allocator took from the device at most"),
    "device_bytes": N_("what the process held on the device at most"),
}
KINDS = {
    "process_bytes": N_("process"),
    "framework_bytes": N_("framework"),
    "allocator_bytes": N_("allocator"),
    "allocator_reserved_bytes": N_("allocator reserved"),
    "device_bytes": N_("device"),
}


class Roof(NamedTuple):
    """A variant on the roofline: FLOP per byte of the workload, FLOP/s that its throughput comes to."""

    variant: str
    intensity: float
    flops_per_s: float


def listed(row: Mapping[str, Any]) -> Result:
    """A result's plain columns for the table of results, times in seconds; what is not right has no time.

    An interval that is too wide to tell anything is no value; files have its ends.
    """
    ok = row["status"] == "ok"
    bounded = ok and not wide(row.get("latency_low"), row.get("latency_high"))
    return {
        "workload": row["workload"],
        "size": row["size"],
        "variant": row["variant"],
        "state": state_words(row),
        "median": scaled(row.get("latency_median") if ok else None, 1),
        "low": scaled(row.get("latency_low") if bounded else None, 1),
        "high": scaled(row.get("latency_high") if bounded else None, 1),
        "first call": scaled(row.get("first_call_s") if ok else None, 1),
        "error": scaled(row.get("relative_error"), 1),
        "tolerance": scaled(row.get("tolerance"), 1),
        "memory MiB": scaled(row.get("peak_bytes"), 1 / 2**20),
        "of ceiling %": scaled(row.get("share_of_ceiling") if ok else None, 100),
    }


def state_words(row: Mapping[str, Any]) -> str:
    """How a result stands, and why it has no time where it has none."""
    if row["status"] == "ok":
        return _("ok")
    return _("{state}: {why}", state=of_run(row["status"]), why=of_run(row.get("message") or ""))


def detailed(row: Mapping[str, Any]) -> Result:
    """A result's document for the table of one workload: also throughput, each first call, each kind of memory."""
    ok = row["status"] == "ok"
    plain = dict(row)
    for name in ("median", "low", "high"):
        plain[f"latency_{name}"] = (row.get("latency_s") or {}).get(name)
    shown = listed(plain)
    del shown["workload"], shown["size"]
    shown["throughput"] = scaled((row.get("throughput_s") or {}).get("median") if ok else None, 1)
    calls = first_calls(row) if ok else []
    shown["first call, each process"] = commas([fmt.duration(value) for value in calls])
    memory = row.get("memory") or {}
    for name in MEMORY:
        shown[f"{name.removesuffix('_bytes').replace('_', ' ')} MiB"] = scaled(memory.get(name), 1 / 2**20)
    return shown


def first_calls(row: Mapping[str, Any]) -> list[float]:
    """Seconds of the first call in every process; of a run that kept the median alone, that."""
    kept = [one.get("first_call_s") for one in row.get("processes") or ()]
    return [value for value in kept or [row.get("first_call_s")] if value is not None and fmt.known(value)]


def memory_words(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """What each kind of memory that these results have means: the run's own words, else ours."""
    found: dict[str, str] = {}
    held = [row["memory"] for row in rows if row.get("memory")]
    for memory in sorted(held, key=lambda memory: sum(memory.get(name) is None for name in MEMORY)):
        told = memory.get("said") or {}
        for name in MEMORY:
            if memory.get(name) is not None or name in told:
                found.setdefault(name, of_run(str(told[name])) if told.get(name) else _(MEANS[name]))
    said = [_("{kind}: {means}", kind=_(KINDS[name]), means=words) for name, words in found.items()]
    whole = next((str(p["memory"]) for row in rows if (p := row.get("passport") or {}).get("memory")), "")
    return ([_("{kind}: {means}", kind=_("memory"), means=of_run(whole))] if whole else []) + said


def roofs(rows: Sequence[Mapping[str, Any]]) -> list[Roof]:
    """Each right variant with a throughput, where the workload's FLOP and bytes are counted and above nought."""
    found = []
    for row in rows:
        speed, flops, moved = (row.get("throughput_s") or {}).get("median"), row.get("flops"), row.get("bytes")
        if row["status"] == "ok" and speed and flops and moved:
            found.append(Roof(row["variant"], flops / moved, flops / speed))
    return found


def why_no_roof(ceilings: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str:
    """Why no roofline can be drawn; empty where it can."""
    if not ceilings.get("flops_per_s") or not ceilings.get("bytes_per_s"):
        return _("This run measured no ceilings of the machine, so that there is no roof to hold the variants against.")
    if roofs(rows):
        return ""
    counted = [row for row in rows if row.get("flops") and row.get("bytes")]
    if not counted:
        return _("This workload counts no floating-point operations or no bytes, so that it has no place under a roof.")
    return _("No variant of it was right and has a throughput.")


def ceilings_of(head: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The ceilings of a run for these results: of their precision, where the run measured it and they share one."""
    ceilings = dict(head.get("ceilings") or {})
    modes = {(row.get("passport") or {}).get("precision") for row in rows if row["status"] == "ok"}
    own = (ceilings.get("by_precision") or {}).get(modes.pop()) if len(modes) == 1 else None
    if own and own.get("flops_per_s"):
        ceilings |= {"flops_per_s": own["flops_per_s"], "flops_from": own.get("from")}
    return ceilings


def absent(
    results: Sequence[Mapping[str, Any]], gaps: Mapping[str, str], variants: Sequence[str]
) -> list[tuple[str, str]]:
    """Variants without a time and why: what failed as the run told it, what has no side, what was not asked for."""
    found = [
        (row["variant"], state_words({**row, "message": row.get("message") or _("no reason was kept")}))
        for row in results
        if row["status"] != "ok"
    ]
    there = {row["variant"] for row in results}
    for variant in variants:
        if variant not in there:
            gap = _("no side: {why}", why=_(gaps[variant])) if variant in gaps else _("not measured in this run")
            found.append((variant, gap))
    return found


def conditions(head: Mapping[str, Any], workload: str, size: str) -> list[str]:
    """What the run says of how this workload was measured, each as a sentence: rounds, processes, noise, throttling."""
    mine = [w for w in head.get("workloads") or () if (w.get("workload"), w.get("size")) == (workload, size)]
    facts = mine[0] if mine else {}
    said = []
    if facts.get("rounds") is not None:
        time, why = fmt.duration(facts.get("seconds")), of_run(facts.get("stopped_because", ""))
        said.append(_("{n} rounds in {time}; {why}", n=facts["rounds"], time=time, why=why))
    processes = facts.get("processes") or {}
    if processes.get("done") is not None:
        counts = {"done": processes["done"], "wanted": processes.get("wanted", "?")}
        many = _("fresh processes a variant: {done}, asked for: {wanted}", **counts)
        said.append(semicolons([many, of_run(processes["why"])] if processes.get("why") else [many]))
    noise = facts.get("disturbance") or {}
    if noise.get("others_share") is not None:
        share = fmt.percent(noise["others_share"])
        said.append(_("{share} of the processors went to others meanwhile", share=share))
    throttle = facts.get("throttle") or {}
    if throttle.get("known"):
        counts = {"n": throttle.get("rounds_throttled"), "all": throttle.get("rounds")}
        said.append(_("{n} of {all} rounds held back by heat or power", **counts))
    elif throttle:
        why = of_run(throttle["why"]) if throttle.get("why") else _("no reason given")
        said.append(_("throttling not known: {why}", why=why))
    if (facts.get("sentinel") or {}).get("changed"):
        drift = fmt.percent(facts["sentinel"].get("drift"))
        said.append(_("a fixed work timed meanwhile drifted by {share}", share=drift))
    if head.get("cache") == "cold":
        said.append(_("cold cache: every call took other copies of its inputs"))
    return said


def scaled(value: float | None, factor: float) -> float | None:
    """A number times a factor; None for what is no number, so that no cell can show NaN or a nought nobody measured."""
    return value * factor if value is not None and fmt.known(value) else None
