"""Reading speed figures for a page: filtered, counted and paged in SQL, without documents, passports or samples."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import CTE, ColumnElement, Subquery, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from db.models import BenchComparison, BenchResult, BenchRun, Run
from db.read.bench import IMPORT, MEASURED_AT

SAME_MACHINE = ("processor", "architecture", "processors", "physical_cores")
"""What of a machine's description tells it from another, as in the keys of `bench history`."""
CACHE = func.coalesce(BenchRun.document["cache"].as_string(), "hot")
_KEY = ("workload", "size", "variant", "device", "preset")
_RESULT = (
    *_KEY,
    *("status", "message", "latency_median", "latency_low", "latency_high", "first_call_s", "peak_bytes"),
    *("relative_error", "tolerance", "share_of_ceiling"),
)
_COMPARISON = ("workload", "size", "baseline", "variant", "ratio", "low", "high", "verdict", "floor", "why")


@dataclass(frozen=True)
class BenchFilter:
    """Which figures of finished runs; an empty tuple lets everything through, as None does for runs.

    ``newest`` keeps of each workload, size, variant (and baseline), device, preset, cache and machine the newest alone.
    ``variants`` keeps a comparison if either side is the one named, or both are among several. ``verdicts`` keeps a
    result if a comparison with it has one of them.
    """

    runs: tuple[int, ...] | None = None
    workloads: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    presets: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    newest: bool = False


class BenchHead(NamedTuple):
    """A finished run in a few words."""

    run: int
    measured_at: datetime
    imported: bool
    machine: dict[str, Any]
    device: str
    preset: str
    workloads: tuple[str, ...]
    results: int
    cache: str = "hot"


def bench_heads(session: Session) -> list[BenchHead]:
    """Every finished run that has results, the one measured last first."""
    held: dict[int, list[tuple[str, int, str, str]]] = {}
    grouped = select(
        BenchResult.run_id,
        BenchResult.workload,
        func.count(),
        func.min(BenchResult.device),
        func.min(BenchResult.preset),
    ).group_by(BenchResult.run_id, BenchResult.workload)
    for run, workload, many, device, preset in session.execute(grouped):
        held.setdefault(run, []).append((workload, many, device, preset))
    query = (
        select(BenchRun.run_id, MEASURED_AT, Run.kind, BenchRun.machine, CACHE)
        .join(Run, Run.id == BenchRun.run_id)
        .where(MEASURED_AT.is_not(None))
        .order_by(MEASURED_AT.desc(), BenchRun.run_id.desc())
    )
    return [
        BenchHead(
            run, at, kind == IMPORT, machine, held[run][0][2], held[run][0][3],
            tuple(sorted(row[0] for row in held[run])), sum(row[1] for row in held[run]), cache,
        )
        for run, at, kind, machine, cache in session.execute(query)
        if run in held
    ]  # fmt: skip


def bench_keys(session: Session) -> list[tuple[str, str, str, str, str]]:
    """Every workload, size, variant, device and preset that there is a result of, in order."""
    columns = [getattr(BenchResult, name) for name in _KEY]
    return [tuple(row) for row in session.execute(select(*columns).distinct().order_by(*columns))]


def bench_result_rows(
    session: Session, chosen: BenchFilter, *, limit: int = 200, offset: int = 0
) -> tuple[list[dict[str, Any]], int]:
    """Results the filter lets through, newest run first, without their documents; and how many there are in all.

    Beyond the last row there is nothing, and so nothing is counted either.
    """
    rows = _results(chosen)
    order = (rows.c.measured_at.desc(), rows.c.run.desc(), rows.c.workload, rows.c.size, rows.c.result)
    query = select(rows, func.count().over().label("total")).where(_kept(rows, chosen)).order_by(*order)
    found = [dict(row) for row in session.execute(query.limit(limit).offset(offset)).mappings()]
    total = found[0]["total"] if found else 0
    return [_plain(row) for row in found], total


def bench_comparison_rows(session: Session, chosen: BenchFilter, *, limit: int = 1_000) -> list[dict[str, Any]]:
    """Comparisons the filter lets through, newest run first, with their machine, preset and device."""
    rows = _comparisons(chosen)
    kept = and_(rows.c.place == 1, *_among(rows.c.verdict, chosen.verdicts or None))
    order = (rows.c.measured_at.desc(), rows.c.run.desc(), rows.c.comparison)
    found = session.execute(select(rows).where(kept).order_by(*order).limit(limit)).mappings()
    machines: dict[int, dict[str, Any]] = {}
    plain = [_plain(row) for row in found]
    wanted = {row["run"] for row in plain}
    if wanted:
        told = select(BenchRun.run_id, BenchRun.machine).where(BenchRun.run_id.in_(wanted))
        machines = {found.run_id: found.machine for found in session.execute(told)}
    return [row | {"machine": machines[row["run"]]} for row in plain]


def _results(chosen: BenchFilter) -> Subquery:
    heads = _heads()
    columns = [getattr(BenchResult, name) for name in _KEY]
    place = _place(columns, heads) if chosen.newest else literal(1)
    return (
        select(
            BenchResult.id.label("result"),
            BenchResult.run_id.label("run"),
            heads.c.measured_at,
            heads.c.kind,
            heads.c.cache,
            *(getattr(BenchResult, name) for name in _RESULT),
            place.label("place"),
        )
        .join(heads, heads.c.run_id == BenchResult.run_id)
        .where(
            *_among(BenchResult.run_id, chosen.runs),
            *_among(BenchResult.workload, chosen.workloads or None),
            *_among(BenchResult.size, chosen.sizes or None),
            *_among(BenchResult.variant, chosen.variants or None),
            *_among(BenchResult.device, chosen.devices or None),
            *_among(BenchResult.preset, chosen.presets or None),
        )
        .subquery()
    )


def _kept(rows: Subquery, chosen: BenchFilter) -> ColumnElement[bool]:
    newest = rows.c.place == 1
    if not chosen.verdicts:
        return newest
    compared = select(BenchComparison.id).where(
        BenchComparison.run_id == rows.c.run,
        BenchComparison.workload == rows.c.workload,
        BenchComparison.size == rows.c.size,
        or_(BenchComparison.variant == rows.c.variant, BenchComparison.baseline == rows.c.variant),
        BenchComparison.verdict.in_(chosen.verdicts),
    )
    return and_(newest, compared.exists())


def _comparisons(chosen: BenchFilter) -> Subquery:
    heads = _heads()
    settings = (
        select(
            BenchResult.run_id,
            func.min(BenchResult.device).label("device"),
            func.min(BenchResult.preset).label("preset"),
        )
        .group_by(BenchResult.run_id)
        .subquery()
    )
    key = [getattr(BenchComparison, name) for name in ("workload", "size", "baseline", "variant")]
    place = _place([*key, settings.c.device, settings.c.preset], heads) if chosen.newest else literal(1)
    return (
        select(
            BenchComparison.id.label("comparison"),
            BenchComparison.run_id.label("run"),
            heads.c.measured_at,
            heads.c.kind,
            heads.c.cache,
            settings.c.device,
            settings.c.preset,
            *(getattr(BenchComparison, name) for name in _COMPARISON),
            place.label("place"),
        )
        .join(heads, heads.c.run_id == BenchComparison.run_id)
        .join(settings, settings.c.run_id == BenchComparison.run_id)
        .where(
            *_among(BenchComparison.run_id, chosen.runs),
            *_among(BenchComparison.workload, chosen.workloads or None),
            *_among(BenchComparison.size, chosen.sizes or None),
            *_sides(chosen.variants),
            *_among(settings.c.device, chosen.devices or None),
            *_among(settings.c.preset, chosen.presets or None),
        )
        .subquery()
    )


def _heads() -> CTE:
    """Finished runs, with when they were measured and what tells their machine from another.

    Materialized, so that what lies in JSON is read once a run and not once a row.
    """
    machine = [BenchRun.machine[name].as_string().label(name) for name in SAME_MACHINE]
    return (
        select(BenchRun.run_id, MEASURED_AT.label("measured_at"), Run.kind, CACHE.label("cache"), *machine)
        .join(Run, Run.id == BenchRun.run_id)
        .where(MEASURED_AT.is_not(None))
        .cte("head")
        .prefix_with("MATERIALIZED")
    )


def _place(key: list[Any], heads: CTE) -> ColumnElement[int]:
    """How many of the same key were measured later, from 1; what was imported is a key of its own."""
    machine = [heads.c[name] for name in (*SAME_MACHINE, "cache")]
    order = [heads.c.measured_at.desc(), heads.c.run_id.desc()]
    return func.row_number().over(partition_by=[*key, *machine, heads.c.kind == IMPORT], order_by=order)


def _sides(variants: tuple[str, ...]) -> list[ColumnElement[bool]]:
    if not variants:
        return []
    found = [side.in_(variants) for side in (BenchComparison.variant, BenchComparison.baseline)]
    return [or_(*found) if len(variants) == 1 else and_(*found)]


def _among(column: Any, values: tuple[Any, ...] | None) -> list[ColumnElement[bool]]:
    return [] if values is None else [column.in_(values)]


def _plain(row: Any) -> dict[str, Any]:
    held = {name: value for name, value in row.items() if name not in ("place", "total")}
    return held | {"imported": held.pop("kind") == IMPORT}
