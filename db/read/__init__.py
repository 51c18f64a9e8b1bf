"""The one read door: every SELECT of the product. Use inside ``db.engine.reading(engine)``."""

from db.read.bench import bench_comparisons, bench_document, bench_results, bench_runs, bench_samples
from db.read.content import Entry, content
from db.read.jobs import JobRow, job, jobs
from db.read.kept import (
    KeptBody,
    KeptReceipt,
    KeptRun,
    kept_receipts,
    kept_runs,
    listed_hashes,
    needed_among,
    needed_bodies,
    prunable_receipts,
)
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
    runs,
    source_states,
)
from db.read.series import SeriesRow, SeriesSummary, charted, known_names, observations, revisions, series_list

__all__ = [
    "Entry",
    "JobRow",
    "KeptBody",
    "KeptReceipt",
    "KeptRun",
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
    "content",
    "counts",
    "cursor",
    "job",
    "jobs",
    "kept_receipts",
    "kept_runs",
    "known_names",
    "last_success_of",
    "latest_receipt",
    "listed_hashes",
    "needed_among",
    "needed_bodies",
    "observations",
    "prunable_receipts",
    "receipt",
    "releases",
    "revisions",
    "runs",
    "series_list",
    "source_states",
    "wheel_counts",
]
