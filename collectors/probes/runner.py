"""Running probes: a few targets at a time, each through its own child; every cell gets exactly one result."""

import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

from collectors.bench import machine
from collectors.bench.process import CancelledError, never
from collectors.probes.evidence import source_of
from collectors.probes.lane import Lane
from collectors.probes.model import Gap, Probe
from collectors.probes.registry import Registry, load
from collectors.probes.spec import ProbeSpec
from collectors.probes.targets import Target

KIND, FORMAT = "framescope.probes", 1

Result = dict[str, Any]
OnResult = Callable[[Result], None]


def run(spec: ProbeSpec, on_result: OnResult | None = None, should_stop: Callable[[], bool] = never) -> dict[str, Any]:
    """Run what `spec` asks for and give the document of the run; `on_result` is told of each result as it comes.

    `on_result` is called by several threads. Where `should_stop` says so, what is done so far is given, and
    `stopped_because` is "cancelled".

    Raises:
        UnknownCapability: a capability or system is named that does not exist.
    """
    registry = load(spec.registry)
    chosen = Registry(registry.chosen_probes(spec.capabilities), registry.chosen_targets(spec.systems))
    started, begun = datetime.now(UTC), time.monotonic()
    results: list[Result] = []
    stop = Event()

    def tell(result: Result) -> None:
        results.append(result)
        if on_result is not None:
            on_result(result)

    with tempfile.TemporaryDirectory(prefix="framescope-probes-", ignore_cleanup_errors=True) as scratch:
        _all_targets(spec, chosen, Path(scratch), tell, lambda: stop.is_set() or should_stop(), stop)
    order = {(p.slug, t.slug): n for n, (p, t) in enumerate((p, t) for p in registry.probes for t in registry.targets)}
    results.sort(key=lambda row: order[row["capability"], row["system"]])
    cells = sum(len(list(_cells(spec, chosen, target))) for target in chosen.targets)
    return {
        "kind": KIND,
        "format": FORMAT,
        "started": started.isoformat(timespec="seconds"),
        "seconds": time.monotonic() - begun,
        "stopped_because": "done" if len(results) == cells else "cancelled",
        "device": spec.device,
        "machine": machine.describe(),
        "results": results,
    }


def _all_targets(
    spec: ProbeSpec, chosen: Registry, scratch: Path, tell: OnResult, should_stop: Callable[[], bool], stop: Event
) -> None:
    lanes = spec.lanes or max(2, (os.cpu_count() or 1) // 2)
    with ThreadPoolExecutor(max_workers=lanes) as pool:
        order = sorted(chosen.targets, key=lambda target: "torch" not in target.slug)  # its compiler takes longest
        working = [pool.submit(_target, spec, chosen, target, scratch, tell, should_stop) for target in order]
        try:
            for done in as_completed(working):
                done.result()
        except BaseException:
            stop.set()
            raise


def _target(
    spec: ProbeSpec, chosen: Registry, target: Target, scratch: Path, tell: OnResult, should_stop: Callable[[], bool]
) -> None:
    """Go through one target's column."""
    state = target.availability()
    lane = Lane(spec, target, state.python, scratch)
    lane.should_stop = should_stop
    installed = {"version": state.version or "", "backend_version": target.backend_version()}
    installed["interpreter"] = target.chosen_by()
    try:
        for probe, mode in in_turn(_cells(spec, chosen, target)):
            if should_stop():
                return
            found = _outcome(lane, probe, mode) if state.available else _unseen("not_run", str(state.why_not))
            name = {"capability": probe.slug, "axis": probe.axis, "system": target.slug, "mode": mode}
            tell(name | installed | {"versions": dict(lane.versions)} | found)
    except CancelledError:
        return
    finally:
        lane.end()


def in_turn(cells: Iterable[tuple[Probe, str]]) -> list[tuple[Probe, str]]:
    """Put the checks that need a process of their own last: before others, each would cost these a new one as well."""
    return sorted(cells, key=lambda cell: cell[0].fresh)


def _cells(spec: ProbeSpec, chosen: Registry, target: Target) -> Iterator[tuple[Probe, str]]:
    for probe in chosen.probes:
        for mode in probe.modes(target.modes):
            if (probe.slug, target.slug, mode) not in spec.without:
                yield probe, mode


def _outcome(lane: Lane, probe: Probe, mode: str) -> Result:
    side = probe.side(lane.target.framework, mode)
    if isinstance(side, Gap):
        return _unseen("not_applicable", side.reason)
    return lane.check(probe, mode) | {"code": source_of(side)}


def _unseen(state: str, message: str) -> Result:
    return {"state": state, "message": message, "seconds": None, "evidence": {}, "output": "", "code": ""}
