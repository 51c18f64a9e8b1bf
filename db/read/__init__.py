"""The one read door: every SELECT of the product. Use inside ``db.engine.reading(engine)``."""

from db.read.bench import bench_comparisons, bench_document, bench_results, bench_runs, bench_samples
from db.read.charted import charted
from db.read.content import Entry, content
from db.read.doubts import DoubtRow, HeldRow, TailRow, doubts, replaced_by, series_ids, tail
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
    cursors,
    latest_receipt,
    newest_periods,
    receipt,
    receipt_of_body,
    runs,
    source_states,
)
from db.read.series import SeriesRow, SeriesSummary, known_names, observations, revisions, series_list
from db.read.state import RepositoryState, repository_states

__all__ = [
    "DoubtRow",
    "Entry",
    "HeldRow",
    "JobRow",
    "KeptBody",
    "KeptReceipt",
    "KeptRun",
    "ReceiptRow",
    "ReleaseRow",
    "RepositoryState",
    "RunRow",
    "SeriesRow",
    "SeriesSummary",
    "SourceState",
    "TailRow",
    "bench_comparisons",
    "bench_document",
    "bench_results",
    "bench_runs",
    "bench_samples",
    "charted",
    "content",
    "counts",
    "cursor",
    "cursors",
    "doubts",
    "job",
    "jobs",
    "kept_receipts",
    "kept_runs",
    "known_names",
    "latest_receipt",
    "listed_hashes",
    "needed_among",
    "needed_bodies",
    "newest_periods",
    "observations",
    "prunable_receipts",
    "receipt",
    "receipt_of_body",
    "releases",
    "replaced_by",
    "repository_states",
    "revisions",
    "runs",
    "series_ids",
    "series_list",
    "source_states",
    "tail",
    "wheel_counts",
]
