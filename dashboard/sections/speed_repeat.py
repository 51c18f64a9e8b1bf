"""The command that repeats a run, or one workload of it."""

from typing import Any

from collectors import jobs
from db.read import BenchHead


def repeated(head: BenchHead, workload: str = "", size: str = "", seconds: float | None = None) -> str:
    """A command line that measures the same once more: the whole run, or one workload and size of it."""
    parameters: dict[str, Any] = {
        "workloads": [workload] if workload else list(head.workloads),
        "variants": [],
        "size": size or None,
        "device": head.device,
        "preset": head.preset,
        "cache": head.cache,
    } | ({"seconds": seconds} if seconds else {})
    return jobs.repeat_command(parameters)
