"""Reading benchmark runs, results, comparisons, raw samples and the code that ran."""

import gzip
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import BenchComparison, BenchResult, BenchRun, Run

IMPORT = "import"
MEASURED_AT = func.coalesce(BenchRun.measured_at, Run.finished, type_=Run.finished.type)


def bench_document(session: Session, run_id: int, *, samples: bool = False) -> dict[str, Any] | None:
    """The whole document of one run, as ``bench run --json`` printed it; None if there is no such run.

    The raw samples and the code of the sides, which are large, are there with ``samples`` only.
    """
    head = session.scalar(select(BenchRun).where(BenchRun.run_id == run_id))
    if head is None:
        return None
    results = session.scalars(select(BenchResult).where(BenchResult.run_id == run_id).order_by(BenchResult.id)).all()
    document = dict(head.document)
    rows = [row.document for row in results]
    if samples:
        unpacked = [_unpacked(row.samples) for row in results]
        rows = [row | {"samples": found} for row, (found, _) in zip(rows, unpacked, strict=True)]
        code = {row["workload"]: held for row, (_, held) in zip(rows, unpacked, strict=True) if held is not None}
        document |= {"code": document["code"] | code} if "code" in document else {}
    else:
        document.pop("code", None)
    return document | {
        "results": rows,
        "comparisons": [row.document or _comparison(row) for row in _comparisons(session, run_id)],
    }


def bench_runs_begun(session: Session, started: str) -> list[int]:
    """The runs whose document says that they began at that time, oldest first."""
    told = BenchRun.document["started"].as_string()
    return list(session.scalars(select(BenchRun.run_id).where(told == started).order_by(BenchRun.run_id)))


def bench_results(
    session: Session,
    *,
    run: int | None = None,
    workload: str | None = None,
    size: str | None = None,
    limit: int = 500,
) -> list[dict[str, Any]]:
    """Results with their run, its time and whether it was imported, newest first; without raw samples."""
    wanted = {BenchResult.run_id: run, BenchResult.workload: workload, BenchResult.size: size}
    query = (
        select(BenchResult.id, BenchResult.run_id, MEASURED_AT.label("at"), Run.kind, BenchResult.document)
        .join(Run, Run.id == BenchResult.run_id)
        .join(BenchRun, BenchRun.run_id == BenchResult.run_id)
        .where(*(column == value for column, value in wanted.items() if value is not None))
        .order_by(BenchResult.id.desc())
        .limit(limit)
    )
    return [
        row.document | {"result": row.id, "run": row.run_id, "measured_at": row.at, "imported": row.kind == IMPORT}
        for row in session.execute(query)
    ]


def bench_newest(session: Session) -> int:
    """The number of the result written last, 0 where there is none: it grows with whatever a benchmark writes."""
    return session.scalar(select(func.max(BenchResult.id))) or 0


def bench_head(session: Session, run_id: int) -> dict[str, Any] | None:
    """What the document of one run says of the whole run: machine, ceilings, workloads, code; None without a run."""
    return session.scalar(select(BenchRun.document).where(BenchRun.run_id == run_id))


def bench_conditions(session: Session, *, workload: str | None = None) -> dict[int, dict[str, Any]]:
    """Machine, cache mode and format of every finished run by number; with a workload, of the runs that measured it."""
    document = BenchRun.document
    query = select(BenchRun.run_id, BenchRun.machine, document["format"].as_integer(), document["cache"].as_string())
    query = query.join(Run, Run.id == BenchRun.run_id).where(MEASURED_AT.is_not(None))
    if workload is not None:
        query = query.where(BenchRun.run_id.in_(select(BenchResult.run_id).where(BenchResult.workload == workload)))
    return {
        run: {"run": run, "machine": machine, "format": form, "cache": cache}
        for run, machine, form, cache in session.execute(query)
    }


def bench_first_calls(session: Session, results: Sequence[int]) -> dict[int, tuple[list[float], bool | None]]:
    """By result: the first call's seconds in every process that was kept, and whether it was really compiled.

    The second is None where nothing was to be compiled, or the run did not say.
    """
    jit = BenchResult.passport["jit"]
    query = select(BenchResult.id, BenchResult.document["processes"], jit).where(BenchResult.id.in_(results))
    return {
        result: (
            [one["first_call_s"] for one in processes or () if one.get("first_call_s") is not None],
            facts.get("on") if facts and facts.get("asked") else None,
        )
        for result, processes, facts in session.execute(query)
    }


def bench_comparisons(session: Session, *, limit: int = 500) -> list[dict[str, Any]]:
    """Comparisons, newest first, with their run, its time (None while unfinished), machine, preset, device, cache."""
    query = (
        select(BenchComparison, MEASURED_AT, Run.kind, BenchRun.machine, BenchRun.document)
        .join(Run, Run.id == BenchComparison.run_id)
        .join(BenchRun, BenchRun.run_id == BenchComparison.run_id)
        .order_by(BenchComparison.run_id.desc(), BenchComparison.id)
        .limit(limit)
    )
    return [
        _comparison(row)
        | {"run": row.run_id, "measured_at": measured_at, "machine": machine, "imported": kind == IMPORT}
        | {name: document.get(name) for name in ("preset", "device", "cache")}
        for row, measured_at, kind, machine, document in session.execute(query)
    ]


def bench_runs(session: Session, *, limit: int = 100) -> list[dict[str, Any]]:
    """Benchmark runs, newest first: machine, ceilings, how long and why it stopped, and whether it was imported."""
    query = select(BenchRun, MEASURED_AT, Run.kind).join(Run, Run.id == BenchRun.run_id)
    return [
        row.document | {"run": row.run_id, "measured_at": measured_at, "imported": kind == IMPORT}
        for row, measured_at, kind in session.execute(query.order_by(Run.id.desc()).limit(limit))
    ]


def bench_samples(session: Session, result_id: int) -> dict[str, Any] | None:
    """The raw samples of one result, or None."""
    packed = session.scalar(select(BenchResult.samples).where(BenchResult.id == result_id))
    return None if packed is None else _unpacked(packed)[0]


def bench_code(session: Session, run_id: int, workload: str) -> dict[str, str]:
    """The source of each side of a workload as it ran, by framework; empty where the run did not keep it."""
    first = select(BenchResult.samples).where(BenchResult.run_id == run_id, BenchResult.workload == workload)
    packed = session.scalar(first.order_by(BenchResult.id).limit(1))
    return (None if packed is None else _unpacked(packed)[1]) or {}


def _unpacked(packed: bytes) -> tuple[dict[str, Any] | None, dict[str, str] | None]:
    """Give a result's samples, and the code of its workload's sides where they lie with it, as a pair."""
    held = json.loads(gzip.decompress(packed))
    return (held[0], held[1]) if isinstance(held, list) else (held, None)


def _comparisons(session: Session, run_id: int) -> list[BenchComparison]:
    found = select(BenchComparison).where(BenchComparison.run_id == run_id).order_by(BenchComparison.id)
    return list(session.scalars(found))


def _comparison(row: BenchComparison) -> dict[str, Any]:
    names = ("workload", "size", "baseline", "variant", "ratio", "low", "high", "verdict", "floor", "why")
    return {name: getattr(row, name) for name in names}
