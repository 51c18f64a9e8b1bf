"""Which variants are compared with which, and what is said of each pair."""

from collections.abc import Mapping, Sequence
from typing import Any

from collectors.bench import layout, statistics
from collectors.bench.lane import Lane
from collectors.bench.spec import BenchSpec
from collectors.bench.statistics import Estimate

BASELINE = "torch.eager"
COMPILED_BASELINE = "torch.compile"
TWO_PROCESSES = "only two processes of each were had, which tell little of how processes differ"
GAP_IS_OFF = "the guard against small gaps is switched off"


def pairs(lanes: Sequence[Lane]) -> list[tuple[Lane, Lane]]:
    """Pair (baseline, variant): all with torch.eager, else the first; the compiled ones also with torch.compile."""
    running = [lane for lane in lanes if lane.ok]
    if len(running) < 2:
        return [(lane, lane) for lane in running]
    first = next((lane for lane in running if lane.variant.slug == BASELINE), running[0])
    found = [(first, lane) for lane in running if lane is not first]
    compiled = [lane for lane in running if lane.variant.compiled]
    second = next((lane for lane in compiled if lane.variant.slug == COMPILED_BASELINE and lane is not first), None)
    if second is not None:
        found += [(second, lane) for lane in compiled if lane is not second and lane is not first]
    return found


def estimates(lanes: Sequence[Lane], seed: int, process: int | None = None) -> list[Estimate | None]:
    """Estimate the ratio of every pair, of one process only where asked; one that is alone is taken against itself."""
    return [_ratio(baseline, variant, seed, process) for baseline, variant in pairs(lanes)]


def compare(
    lanes: Sequence[Lane], workload: str, size: str, spec: BenchSpec, seed: int, disturbance: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Give the comparisons of one workload, as they stand in the document."""
    return [
        {"workload": workload, "size": size} | _row(baseline, variant, spec, seed, disturbance)
        for baseline, variant in pairs(lanes)
        if baseline is not variant and variant.samples.rounds
    ]


def what_matters(preset: str) -> list[str]:
    """Name the facts of a passport that must be alike.

    Device, precision mode and what of the inputs was cold always must; threads, processors and the layout family where
    variants were to be matched (under `defaults` they are part of what a user gets).
    """
    return ["device", "precision"] + (["threads", "affinity"] if preset == "matched" else [])


def differences(
    baseline: Mapping[str, Any], variant: Mapping[str, Any], preset: str, without: Sequence[str] = ()
) -> list[str]:
    """Name what differs and matters: between two passports, and between one variant's processes.

    So does, where variants were to be matched, whether it really compiled.
    """
    matters = what_matters(preset)
    found = [why for p in (baseline, variant) for why in p.get("processes_differ", ())]
    found += [
        f"{name}: {baseline.get(name)} against {variant.get(name)}"
        for name in matters
        if baseline.get(name) != variant.get(name)
    ]
    found += _caches(baseline, variant)
    if preset == "matched" and "layout" not in without:
        found += layout.difference(baseline.get("layout"), variant.get("layout"))
    if preset == "matched":
        found += [p["jit"]["why"] for p in (baseline, variant) if p["jit"]["asked"] and not p["jit"]["on"]]
    return found


def _caches(baseline: Mapping[str, Any], variant: Mapping[str, Any]) -> list[str]:
    """Say where the inputs of one were cold and those of the other not, or other parts of them."""
    told = [p.get("cache") or {"mode": "hot"} for p in (baseline, variant)]
    ours, theirs = (f"{t['mode']}, {t['rotated']}" if "rotated" in t else t["mode"] for t in told)
    return [f"cache: {ours} against {theirs}"] if ours != theirs else []


def _row(baseline: Lane, variant: Lane, spec: BenchSpec, seed: int, disturbance: Mapping[str, Any]) -> dict[str, Any]:
    found = _ratio(baseline, variant, seed)
    assert found is not None  # noqa: S101  # `compare` passes pairs with rounds
    floor = _floor(baseline, variant, seed)
    obstacles = differences(baseline.passport, variant.passport, spec.preset, spec.without)
    obstacles += [] if "rounds" in spec.without else _too_little(found, floor)
    others = (disturbance["others_share"] or 0.0) + (disturbance["stolen_share"] or 0.0)
    named = disturbance["busy"] and "busy" not in spec.without
    busy = [f"the machine was busy: {others:.0%} of its processors went to others"] if named else []
    if others > spec.busiest:
        obstacles += busy
    processes = _processes(baseline, variant)
    verdict = "not comparable" if obstacles else _verdict(found, floor, processes, spec.without)
    warnings = list(disturbance.get("warnings", ()))  # interleaved rounds survive them: said, and nothing widened
    warnings += [TWO_PROCESSES] if processes == 2 else []
    close = [_why_close(found, floor, processes, spec.without)] if verdict == "too close to call" else []
    return {
        "baseline": baseline.variant.slug,
        "variant": variant.variant.slug,
        "ratio": found.median,
        "low": found.low,
        "high": found.high,
        "verdict": verdict,
        "floor": floor,
        "why": "; ".join(dict.fromkeys(obstacles + close + busy + warnings)) or None,
        "rounds": found.samples,
    }


def _verdict(found: Estimate, floor: float | None, processes: int, without: Sequence[str]) -> str:
    """Judge a ratio; with a guard off, as a harness would that lacks it: by the median alone, or not at all."""
    if "gap" in without:
        return "too close to call"
    if "floor" in without or (found.low is None and "rounds" in without):
        return "slower" if found.median > 1 else "faster"
    if "rounds" not in without and found.samples < statistics.FEWEST_FOR_A_VERDICT:
        return "too close to call"
    return statistics.verdict(found, floor, processes)


def _floor(baseline: Lane, variant: Lane, seed: int) -> float | None:
    """Give the larger of the two sides' own floors, or that of the one that has one."""
    floors = (statistics.floor(_against_itself(lane, seed)) for lane in (baseline, variant))
    return max((floor for floor in floors if floor is not None), default=None)


def _too_little(found: Estimate, floor: float | None) -> list[str]:
    fewest = statistics.FEWEST_ROUNDS
    if found.low is None:
        return [f"only {found.samples} rounds were done; an interval needs {fewest}"]
    return [f"neither of the two ran {fewest} times against itself"] if floor is None else []


def _why_close(found: Estimate, floor: float | None, processes: int, without: Sequence[str]) -> str:
    if "gap" in without and statistics.verdict(found, floor, processes) in ("faster", "slower"):
        return f"{GAP_IS_OFF}: its interval would have been called {statistics.verdict(found, floor, processes)}"
    fewest = statistics.FEWEST_FOR_A_VERDICT
    if found.samples < fewest and "rounds" not in without:
        return f"not enough rounds: {found.samples} of the {fewest} that a verdict needs"
    if found.low is not None and found.high is not None and found.low <= 1 <= found.high:
        return "the interval holds 1"
    gap = max(statistics.SMALLEST_GAP, floor or 0.0)
    if 1 / (1 + gap) <= found.median <= 1 + gap:
        return f"it is not beyond a gap of {gap:.1%}, below which this run tells nothing"
    return f"the interval reaches a gap of {gap:.1%}, below which this run tells nothing"


def _processes(baseline: Lane, variant: Lane) -> int:
    """Count the processes whose rounds both have."""
    process = dict(zip(baseline.samples.rounds, baseline.samples.process, strict=True))
    return len({process[r] for r in set(process) & set(variant.samples.rounds)})


def _ratio(baseline: Lane, variant: Lane, seed: int, only: int | None = None) -> Estimate | None:
    """Estimate from the rounds that both have, of the process `only` where one is given."""
    ours, theirs = baseline.samples, variant.samples
    if baseline is variant:
        return _against_itself(baseline, seed, only)
    process = dict(zip(ours.rounds, ours.process, strict=True))
    both = sorted(r for r in set(ours.rounds) & set(theirs.rounds) if only in (None, process[r]))
    at, to = (dict(zip(s.rounds, s.latency, strict=True)) for s in (ours, theirs))
    return statistics.ratio([at[r] for r in both], [to[r] for r in both], [process[r] for r in both], seed)


def _against_itself(lane: Lane, seed: int, only: int | None = None) -> Estimate | None:
    """Estimate a variant's second blocks over its first ones: what this run shows where there is no difference."""
    s = lane.samples
    every = zip(s.latency, s.again, s.process, strict=True)
    both = [(a, b, p) for a, b, p in every if b is not None and only in (None, p)]
    return statistics.ratio([a for a, _, _ in both], [b for _, b, _ in both], [p for _, _, p in both], seed)
