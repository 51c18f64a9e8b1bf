"""From a request to run tasks to rows in the store: the glue between the tasks and the write door."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from collectors import about, probing
from collectors.bench.process import never
from collectors.lease import JobContext, patiently
from collectors.tasks.runner import Cell, cells, run
from collectors.tasks.spec import TaskSpec
from db import write
from db.engine import Engine, writing
from db.errors import StoreError
from db.records import RunStatus
from verdicts.ledger import record_after

log = logging.getLogger(__name__)
SOURCE = "tasks"

OnResult = Callable[[dict[str, Any]], None]
OnBegin = Callable[[Cell, int, int, int], None]


def run_tasks(
    engine: Engine,
    spec: TaskSpec,
    on_result: OnResult | None = None,
    should_stop: Callable[[], bool] = never,
    on_begin: OnBegin | None = None,
) -> dict[str, Any]:
    """Run tasks as a run of their own, keeping each result as it comes; gives the document with the run's number.

    ``on_begin`` is told of each program before it starts: task and interface, how many are done, how many there are,
    and the run's number.

    Raises:
        UnknownTask: a task or system is named that does not exist; there is no run of it then.
    """
    cells(spec)
    parameters = {"tasks": list(spec.tasks), "systems": list(spec.systems)}
    with writing(engine) as session:
        run_id = write.start_run(session, kind=SOURCE, source=SOURCE, parameters=parameters, job=about.job())

    def keep(result: dict[str, Any]) -> None:
        patiently(engine, partial(write.task_result, run_id=run_id, result=result))
        if on_result is not None:
            on_result(result)

    def begin(cell: Cell, done: int, of: int) -> None:
        if on_begin is not None:
            on_begin(cell, done, of, run_id)

    try:
        document = run(spec, keep, should_stop, begin)
    except BaseException as error:
        _finish(engine, run_id, status="failed", message=f"broke off: {type(error).__name__}: {error}")
        raise
    status, message = outcome(document)
    _finish(engine, run_id, status=status, message=message, new=len(document["results"]))
    record_after(engine, run_id)
    return {"run": run_id} | document


def run_job(context: JobContext) -> tuple[int, str]:
    """Run the tasks that a job asks for; gives the run's number and a closing message.

    Raises `RuntimeError` where nothing but errors came of it; the run and its results are kept all the same.
    """
    asked = context.job.parameters
    spec = TaskSpec(tuple(asked["tasks"]), tuple(asked["systems"]))

    def tell(cell: Cell, done: int, of: int, run_id: int) -> None:
        task, api = cell
        context.progress(done / of, f"{done + 1} of {of}: {task.title}, {api.title}", run_id)

    document = run_tasks(context.engine, spec, None, context.should_stop, tell)
    status, message = outcome(document)
    if status == "failed" and not context.should_stop():
        raise RuntimeError(message)
    return document["run"], message


def outcome(document: dict[str, Any]) -> tuple[RunStatus, str]:
    """What a run came to, as `collectors.probing.outcome` has it; a check that does not hold makes it ``partial``."""
    status, message = probing.outcome(document)
    failed = any(row["state"] == "fail" for row in document["results"])
    return ("partial" if failed and status == "ok" else status), message


def _finish(engine: Engine, run_id: int, **told: Any) -> None:
    try:
        patiently(engine, partial(write.finish_run, run_id=run_id, **told))
    except StoreError as error:
        log.warning("the end of run %s was not noted (%s): %s", run_id, told["message"], error)
