"""Reading how long starting a framework and its first call took in earlier runs."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import BenchResult, Run
from db.read.bench import IMPORT


class Preparation(NamedTuple):
    """One variant's way to its first timed call, in seconds, and the median of a call that was measured after it.

    ``import_s`` is None where the run did not say it, ``latency_s`` where no round was measured.
    """

    workload: str
    variant: str
    size: str
    first_call_s: float
    import_s: float | None
    latency_s: float | None = None


def bench_preparations(
    session: Session, *, workloads: Sequence[str], device: str = "cpu", limit: int = 4_000
) -> list[Preparation]:
    """The preparations of these workloads on a device in runs measured here, newest first."""
    query = (
        select(
            BenchResult.workload,
            BenchResult.variant,
            BenchResult.size,
            BenchResult.first_call_s,
            BenchResult.passport["import_s"].as_float(),
            BenchResult.latency_median,
        )
        .join(Run, Run.id == BenchResult.run_id)
        .where(BenchResult.workload.in_(workloads), BenchResult.device == device, Run.kind != IMPORT)
        .where(BenchResult.first_call_s.is_not(None))
        .order_by(BenchResult.id.desc())
        .limit(limit)
    )
    return [Preparation(*row) for row in session.execute(query)]
