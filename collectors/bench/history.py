"""Results of many runs as a history: each with the key it is held under and the step it made, if it made one (pure)."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from collectors.bench.steps import Point, Step, label, steps

Row = dict[str, Any]
WORK = ("workload", "size", "device", "preset")
HOT = "hot"
"""The cache of a run that does not say: older ones took the same inputs again in each call."""
MACHINE = ("processor", "architecture", "processors", "physical_cores")
VERSIONS = ("version", "backend_version", "jaxlib", "numpy", "python", "cuda", "driver", "build", "onednn")
METHOD = (
    *("precision", "precision_settings", "threads", "inter_op_threads", "affinity", "environment", "layout"),
    *("image_data_format", "allocator", "inside_the_clock", "first_call"),
)
"""What of a passport says how it was measured; what it measures itself (costs, warm-up) differs from run to run."""


def history(results: Iterable[Row], runs: Mapping[int, Row]) -> list[Row]:
    """Give results, in their order, each with its `key` and its `step` (None where it made none).

    results: as `db.read.bench_results` gives them. runs: the heads of their runs by number, as `db.read.bench_runs`
        does. A step holds `before` (the last run of the level before), `ratio` over that level, `threshold`, `state`,
        `label` (None where it cannot be told) and `why`. Runs that were imported are a history of their own.
    """
    rows = [row | {"key": key(row, runs.get(row["run"], {})), "step": None} for row in results]
    works: dict[tuple[Any, ...], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row["status"] == "ok" and row["measured_at"] is not None and (row.get("latency_s") or {}).get("median"):
            works[_work(row)][row["variant"]].append(row)
    for variants in works.values():
        _mark(variants, runs)
    return rows


def key(row: Row, head: Row) -> dict[str, Any]:
    """Give what a result is held under: workload, size, variant, device, preset, cache, machine, versions and passport.

    `machine` and `passport` are digests of what identifies them, so that two are compared at a glance.
    """
    passport = row.get("passport") or {}
    machine = {name: (head.get("machine") or {}).get(name) for name in MACHINE}
    machine |= {"device_name": passport.get("device_name")} if row["device"] != "cpu" else {}
    return {
        **{name: row[name] for name in ("workload", "size", "variant", "device", "preset")},
        "cache": head.get("cache") or HOT,
        "machine": _digest(machine),
        "versions": {name: passport[name] for name in VERSIONS if passport.get(name) is not None},
        "passport": _digest(_method(row, head)),
    }


def _mark(variants: Mapping[str, Sequence[Row]], runs: Mapping[int, Row]) -> None:
    ordered = {name: sorted(rows, key=lambda row: (row["measured_at"], row["run"])) for name, rows in variants.items()}
    series = {name: [_point(row, runs.get(row["run"], {})) for row in rows] for name, rows in ordered.items()}
    for name, points in series.items():
        others = {other: held for other, held in series.items() if not _parts(name) & _parts(other)}
        by_run = {row["run"]: row for row in ordered[name]}
        for step in steps(points):
            by_run[step.run]["step"] = _told(step, points, others)


def _told(step: Step, points: Sequence[Point], others: Mapping[str, Sequence[Point]]) -> Row:
    whose, why = label(step, points, others)
    told = asdict(step) | {"label": whose, "why": why}
    del told["run"]
    return told


def _point(row: Row, head: Row) -> Point:
    time = row["latency_s"]
    versions = row["key"]["versions"]
    return Point(row["run"], time["median"], time.get("low"), time.get("high"), versions, _method(row, head))


def _method(row: Row, head: Row) -> Row:
    passport = row.get("passport") or {}
    own = {"format": head.get("format"), "flops": row.get("flops"), "bytes": row.get("bytes")}
    own |= {"rotated": (passport.get("cache") or {}).get("rotated")}
    compiled = (passport.get("jit") or {}).get("on")
    return own | {"compiled": compiled} | {name: passport.get(name) for name in METHOD}


def _work(row: Row) -> tuple[Any, ...]:
    return (*(row[name] for name in WORK), row["key"]["cache"], row["key"]["machine"], bool(row.get("imported")))


def _parts(variant: str) -> set[str]:
    """Give the frameworks a variant runs on: Keras moves with its backend."""
    first, _, second = variant.partition(".")
    return {first, second} if first == "keras" else {first}


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:12]
