"""Reading benchmark runs, results, comparisons and raw samples."""

import gzip
import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import BenchComparison, BenchResult, BenchRun, Run


def bench_document(session: Session, run_id: int) -> dict[str, Any] | None:
    """The whole document of one run, as ``bench run --json`` printed it; None if there is no such run."""
    head = session.scalar(select(BenchRun).where(BenchRun.run_id == run_id))
    if head is None:
        return None
    results = session.scalars(select(BenchResult).where(BenchResult.run_id == run_id).order_by(BenchResult.id))
    return head.document | {
        "results": [row.document for row in results],
        "comparisons": [_comparison(row) for row in _comparisons(session, run_id)],
    }


def bench_results(session: Session, *, workload: str | None = None, limit: int = 500) -> list[dict[str, Any]]:
    """Results with their run and its time, newest first; without raw samples."""
    query = (
        select(BenchResult.id, BenchResult.run_id, Run.finished, BenchResult.document)
        .join(Run, Run.id == BenchResult.run_id)
        .order_by(BenchResult.id.desc())
        .limit(limit)
    )
    if workload is not None:
        query = query.where(BenchResult.workload == workload)
    return [
        row.document | {"result": row.id, "run": row.run_id, "measured_at": row.finished}
        for row in session.execute(query)
    ]


def bench_comparisons(session: Session, *, limit: int = 500) -> list[dict[str, Any]]:
    """Comparisons with their run, its time, machine, preset and device (None while it is unfinished), newest first."""
    query = (
        select(BenchComparison, Run.finished, BenchRun.machine, BenchRun.document)
        .join(Run, Run.id == BenchComparison.run_id)
        .join(BenchRun, BenchRun.run_id == BenchComparison.run_id)
        .order_by(BenchComparison.run_id.desc(), BenchComparison.id)
        .limit(limit)
    )
    return [
        _comparison(row)
        | {"run": row.run_id, "measured_at": finished, "machine": machine}
        | {name: document.get(name) for name in ("preset", "device")}
        for row, finished, machine, document in session.execute(query)
    ]


def bench_runs(session: Session, *, limit: int = 100) -> list[dict[str, Any]]:
    """Benchmark runs, newest first: machine, ceilings, how long and why it stopped."""
    query = select(BenchRun, Run.finished).join(Run, Run.id == BenchRun.run_id).order_by(Run.id.desc()).limit(limit)
    return [row.document | {"run": row.run_id, "measured_at": finished} for row, finished in session.execute(query)]


def bench_samples(session: Session, result_id: int) -> dict[str, Any] | None:
    """The raw samples of one result, or None."""
    packed = session.scalar(select(BenchResult.samples).where(BenchResult.id == result_id))
    if packed is None:
        return None
    unpacked: dict[str, Any] = json.loads(gzip.decompress(packed))
    return unpacked


def _comparisons(session: Session, run_id: int) -> list[BenchComparison]:
    found = select(BenchComparison).where(BenchComparison.run_id == run_id).order_by(BenchComparison.id)
    return list(session.scalars(found))


def _comparison(row: BenchComparison) -> dict[str, Any]:
    names = ("workload", "size", "baseline", "variant", "ratio", "low", "high", "verdict", "floor", "why")
    return {name: getattr(row, name) for name in names}
