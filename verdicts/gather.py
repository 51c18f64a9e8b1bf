"""Reading from the store what the rules look at, and nothing else."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from catalog.load import Catalog
from db import read
from db.engine import Session
from db.read import BenchFilter, BenchHead, SeriesRow
from verdicts import ratios
from verdicts.model import Facts, Line, Point, Probed, Rule, Tasked
from verdicts.speed_claims import Timed

MOST = 5_000
"""Comparisons and results read at most, newest first."""
MACHINE = read.SAME_MACHINE


def gather(session: Session, catalog: Catalog, rules: Sequence[Rule], at: date) -> Facts:
    """What the store holds of all that these rules read, as of a day (and what it held before)."""
    kinds = {rule.kind for rule in rules}
    wanted: dict[str, set[str]] = {}
    for rule in rules:
        for metric, systems in rule.reads:
            wanted.setdefault(metric, set()).update(systems)
    released = wanted.pop("releases", set())
    facts = Facts(
        at,
        catalog,
        lines={metric: _lines(session, metric, sorted(systems)) for metric, systems in wanted.items()},
        probes=tuple(_probes(session)) if kinds & {"probe", "task"} else (),
        released={system: _released(session, system) for system in sorted(released)},
        tasks=tuple(_tasks(session)) if "task" in kinds else (),
    )
    return _with_speed(session, facts) if "benchmark" in kinds else facts


def _lines(session: Session, metric: str, systems: Sequence[str]) -> tuple[Line, ...]:
    held: dict[tuple[str, str, str, str], list[Point]] = {}
    for row in read.charted(session, metric=metric, systems=systems):
        if row.value is not None and row.doubt is None:
            held.setdefault((row.system, row.source, row.definition, row.granularity), []).append(
                _point(row, row.value)
            )
    return tuple(Line(metric, *key, tuple(points)) for key, points in held.items())


def _point(row: SeriesRow, value: float) -> Point:
    last = row.last_seen or row.period_end - timedelta(days=1)
    return Point(row.period_start, row.period_end, last, value, row.status)


def _probes(session: Session) -> Iterable[Probed]:
    for row in read.probe_all(session):
        yield Probed(row.result, row.capability, row.system, row.mode, row.state, row.version, row.measured_at.date())


def _tasks(session: Session) -> Iterable[Tasked]:
    for row in read.task_counts(session):
        yield Tasked(*row[:-1], row.measured_at.date())


def _released(session: Session, system: str) -> tuple[date, ...]:
    found = read.releases(session, system=system)
    return tuple(sorted(row.released_at.date() for row in found if row.released_at is not None and not row.prerelease))


def _with_speed(session: Session, facts: Facts) -> Facts:
    here = _here(read.bench_heads(session))
    if not here:
        return facts
    chosen = BenchFilter(runs=tuple(head.run for head in here))
    rows = [row for row in read.bench_result_rows(session, chosen, limit=MOST)[0] if row["status"] == "ok"]
    calls = read.bench_first_calls(session, [row["result"] for row in rows])
    return Facts(
        facts.at,
        facts.catalog,
        facts.lines,
        facts.probes,
        tuple(ratios.read(row) for row in read.bench_comparison_rows(session, chosen, limit=MOST)),
        tuple(_timed(row, *calls.get(row["result"], ([], None))) for row in rows),
        {_key(row): row["peak_bytes"] for row in rows if row["peak_bytes"]},
        {head.run: head.measured_at.date() for head in here},
        facts.released,
    )


def _here(heads: Sequence[BenchHead]) -> list[BenchHead]:
    """The runs of the machine that was measured last, with inputs in the cache; imported ones are of another."""
    own = [head for head in heads if not head.imported and head.cache == ratios.HOT]
    return [head for head in own if _machine(head) == _machine(own[0])]


def _machine(head: BenchHead) -> tuple[Any, ...]:
    return tuple(head.machine.get(name) for name in MACHINE)


def _key(row: dict[str, Any]) -> tuple[int, str, str, str, str]:
    return row["run"], row["workload"], row["size"], row["variant"], row["device"]


def _timed(row: dict[str, Any], calls: list[float], compiled: bool | None) -> Timed:
    named = {name: row[name] for name in ("workload", "size", "variant", "device", "preset", "run")}
    times = {name: row[f"latency_{name}"] for name in ("median", "low", "high")}
    first = calls or ([row["first_call_s"]] if row["first_call_s"] else [])
    return Timed(**named, **times, first_calls=tuple(first), compiled=compiled)
