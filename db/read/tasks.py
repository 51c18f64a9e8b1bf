"""Reading what tasks came to: the newest result of each task in each interface."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.task_models import TaskResult


class TaskRow(NamedTuple):
    """One result; ``code`` is the sha256 of the program's text, None where there is no program.

    ``lines`` and ``names`` were read from the text, ``output`` is what the program printed, ``beside`` what was
    written to standard error.
    """

    result: int
    run: int
    task: str
    system: str
    version: str
    state: str
    message: str
    seconds: float | None
    import_s: float | None
    first_result_s: float | None
    measured_at: datetime
    code: str | None
    lines: int | None
    names: list[str] | None
    output: str
    beside: str
    versions: dict[str, str]
    machine: dict[str, Any]


class TaskCount(NamedTuple):
    """One result without its text; ``lines`` and ``names`` are how many its program has, None without a program."""

    result: int
    task: str
    system: str
    state: str
    lines: int | None
    names: int | None
    measured_at: datetime


def task_counts(session: Session) -> list[TaskCount]:
    """Every result of every task there ever was, oldest first; without what the programs printed."""
    names = TaskResult.document["names"]
    query = select(
        *(TaskResult.id, TaskResult.task, TaskResult.system, TaskResult.state),
        *(TaskResult.document["lines"].as_integer(), names, TaskResult.measured_at),
    ).order_by(TaskResult.id)
    rows = session.execute(query)
    return [TaskCount._make((*row[:5], None if row[5] is None else len(row[5]), row[6])) for row in rows]


def task_results(session: Session, *, run: int | None = None) -> list[TaskRow]:
    """The results of a run in the order they came; without ``run``, the newest of each task and interface."""
    query = select(TaskResult).order_by(TaskResult.id)
    if run is not None:
        query = query.where(TaskResult.run_id == run)
    else:
        newest = select(func.max(TaskResult.id)).group_by(TaskResult.task, TaskResult.system)
        query = query.where(TaskResult.id.in_(newest))
    return [_row(found) for found in session.scalars(query)]


def _row(found: TaskResult) -> TaskRow:
    told = found.document
    return TaskRow(
        *(found.id, found.run_id, found.task, found.system, found.version, found.state, found.message),
        *(found.seconds, found.import_s, found.first_result_s, found.measured_at, found.code),
        *(told["lines"], told["names"], told["output"], told["beside"], told["versions"], told["machine"]),
    )
