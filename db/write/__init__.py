"""The one write door: every INSERT and UPDATE of the product. Use inside ``db.engine.writing(engine)``."""

from db.write.bench import bench_run
from db.write.catalog import catalog
from db.write.doubts import Ended, Raised, doubts
from db.write.jobs import (
    beat_job,
    cancel_job,
    claim_job,
    finish_job,
    progress_job,
    request_job,
    requeue_job,
)
from db.write.kept import prune_receipts, restore_counts, restore_receipt, restore_run
from db.write.lost import recover_jobs
from db.write.nodes import cluster_nodes
from db.write.observations import observations
from db.write.old import remove_ended_jobs, replace_samples
from db.write.probes import probe_results
from db.write.releases import releases
from db.write.runs import (
    abandon_runs,
    add_receipt,
    finish_run,
    must_be_possible,
    read_receipts,
    set_cursor,
    start_run,
)
from db.write.series import take_over
from db.write.tasks import task_result
from db.write.verdicts import Decided, verdicts

__all__ = [
    "Decided",
    "Ended",
    "Raised",
    "abandon_runs",
    "add_receipt",
    "beat_job",
    "bench_run",
    "cancel_job",
    "catalog",
    "claim_job",
    "cluster_nodes",
    "doubts",
    "finish_job",
    "finish_run",
    "must_be_possible",
    "observations",
    "probe_results",
    "progress_job",
    "prune_receipts",
    "read_receipts",
    "recover_jobs",
    "releases",
    "remove_ended_jobs",
    "replace_samples",
    "request_job",
    "requeue_job",
    "restore_counts",
    "restore_receipt",
    "restore_run",
    "set_cursor",
    "start_run",
    "take_over",
    "task_result",
    "verdicts",
]
