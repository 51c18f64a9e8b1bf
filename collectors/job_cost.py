"""What a job is expected to take, by what is known of its kind on this machine; unknown stays unknown."""

from collections.abc import Mapping
from statistics import median
from typing import Any

from collectors import quota
from db import read
from db.engine import Engine, reading

NEWEST = 5


def expected_s(engine: Engine, kind: str, parameters: Mapping[str, Any]) -> float | None:
    """Give the seconds that a job will take here, or None where nothing tells.

    A benchmark's are what its form shows (`collectors.cost`); those of probes and tasks are the median over the newest
    runs of seconds for an answer, times the answers asked for. A collection measures nothing: 0.
    """
    if kind == "benchmark":
        from collectors.cost import bench_cost

        names = ("workloads", "variants", "size", "device", "seconds", "processes")
        return bench_cost(engine, *(parameters[name] for name in names)).seconds
    if kind == quota.COLLECTION:
        return 0.0
    each = _answer_s(engine, kind)
    return None if each is None else each * _answers(kind, parameters)


def _answers(kind: str, parameters: Mapping[str, Any]) -> int:
    if kind == "tasks":
        from collectors.tasks.runner import cells
        from collectors.tasks.spec import TaskSpec

        return len(cells(TaskSpec(tuple(parameters["tasks"]), tuple(parameters["systems"]))))
    from collectors import asked_probes

    return asked_probes.chosen(asked_probes.check(parameters)).cells()


def _answer_s(engine: Engine, kind: str) -> float | None:
    with reading(engine) as session:
        runs = read.runs(session, kind=kind)
    took = [(run.finished - run.started).total_seconds() / run.new for run in runs if run.finished and run.new > 0]
    return median(took[:NEWEST]) if took else None
