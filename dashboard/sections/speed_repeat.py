"""The command that repeats a run, or one workload of it."""

import shlex
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
    made = getattr(jobs, "repeat_command", None)
    if made is not None:
        return str(made(parameters))
    return _command(parameters)


def _command(parameters: dict[str, Any]) -> str:
    words = ["framescope", "bench", "run", *(str(name) for name in parameters["workloads"])]
    usual = {"size": None, "device": "cpu", "preset": "matched", "cache": "hot", "seconds": None}
    for name, default in usual.items():
        if parameters.get(name) != default:
            given = parameters[name]
            words += [f"--{name}", f"{given:g}" if isinstance(given, float) else str(given)]
    return shlex.join(words)
