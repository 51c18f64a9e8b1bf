"""The one read door: every SELECT of the product. Use inside ``db.engine.reading(engine)``."""

from db.read.bench import bench_comparisons, bench_document, bench_results, bench_runs, bench_samples
from db.read.jobs import JobRow, job, jobs
from db.read.releases import ReleaseRow, releases, wheel_counts
from db.read.runs import (
    ReceiptRow,
    RunRow,
    SourceState,
    counts,
    cursor,
    last_success_of,
    latest_receipt,
    receipt,
    receipt_of_body,
    runs,
    source_states,
)
from db.read.series import SeriesRow, SeriesSummary, charted, known_names, observations, revisions, series_list

__all__ = [
    "JobRow",
    "ReceiptRow",
    "ReleaseRow",
    "RunRow",
    "SeriesRow",
    "SeriesSummary",
    "SourceState",
    "bench_comparisons",
    "bench_document",
    "bench_results",
    "bench_runs",
    "bench_samples",
    "charted",
    "counts",
    "cursor",
    "job",
    "jobs",
    "known_names",
    "last_success_of",
    "latest_receipt",
    "observations",
    "receipt",
    "receipt_of_body",
    "releases",
    "revisions",
    "runs",
    "series_list",
    "source_states",
    "wheel_counts",
]
