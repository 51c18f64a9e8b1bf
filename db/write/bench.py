"""Writing a benchmark run: its document, each result with its raw samples, each comparison."""

import gzip
import json
import math
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from db.errors import ImpossibleValue
from db.models import BenchComparison, BenchResult, BenchRun


def bench_run(session: Session, run_id: int, document: dict[str, Any]) -> None:
    """Write the document of ``bench run`` under a run; a second write of the same run replaces the first.

    NaN and infinity, which JSON has no word for, are kept as null. The code of a workload's sides lies packed with the
    samples of its first result, where no list of runs or results passes over it.

    Raises:
        ImpossibleValue: guards of the harness were switched off; what such a run says is no measurement.
    """
    if document.get("without"):
        raise ImpossibleValue(f"This run was made without {', '.join(document['without'])}: it is no measurement")
    document = _finite(document)
    for table in (BenchComparison, BenchResult, BenchRun):
        session.execute(delete(table).where(table.run_id == run_id))
    head = {key: value for key, value in document.items() if key not in ("results", "comparisons")}
    code = dict(document.get("code") or {})
    results = [_result(run_id, row, code.pop(row["workload"], None)) for row in document.get("results", ())]
    head |= {"code": code} if "code" in document else {}
    session.add(
        BenchRun(
            run_id=run_id,
            machine=document.get("machine") or {},
            ceilings=document.get("ceilings") or {},
            seconds=document.get("seconds"),
            rounds=document.get("rounds"),
            stopped_because=document.get("stopped_because") or "",
            document=head | {"run": run_id},
            measured_at=_ended(document),
        )
    )
    session.add_all(results)
    session.add_all(_comparison(run_id, row) for row in document.get("comparisons", ()))


def _result(run_id: int, row: dict[str, Any], code: dict[str, str] | None) -> BenchResult:
    """Make a result's row; where it is the first of its workload, the sides' code goes with it."""
    packed = row.get("samples") if code is None else [row.get("samples"), code]
    latency = row.get("latency_s") or {}
    return BenchResult(
        run_id=run_id,
        **{name: row[name] for name in ("workload", "size", "variant", "device", "preset", "status")},
        message=row.get("message") or "",
        latency_median=latency.get("median"),
        latency_low=latency.get("low"),
        latency_high=latency.get("high"),
        **{
            name: row.get(name)
            for name in ("first_call_s", "peak_bytes", "relative_error", "tolerance", "share_of_ceiling")
        },
        passport=row.get("passport") or {},
        document={key: value for key, value in row.items() if key != "samples"},
        samples=gzip.compress(json.dumps(packed, allow_nan=False).encode(), mtime=0),
    )


def _comparison(run_id: int, row: dict[str, Any]) -> BenchComparison:
    names = ("workload", "size", "baseline", "variant", "verdict")
    return BenchComparison(
        run_id=run_id,
        **{name: row[name] for name in names},
        **{name: row.get(name) for name in ("ratio", "low", "high", "floor")},
        why=row.get("why") or "",
        document=row,
    )


def _ended(document: dict[str, Any]) -> datetime | None:
    """When the run ended where it ran; None while it has not, or where the document does not say."""
    started, seconds = document.get("started"), document.get("seconds")
    if started is None or seconds is None:
        return None
    return datetime.fromisoformat(started) + timedelta(seconds=seconds)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(held) for held in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
