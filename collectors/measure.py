"""From a claimed benchmark job to rows in the store: the glue between the harness and the write door."""

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from collectors import jobs
from collectors.bench.runner import run
from collectors.bench.spec import BenchSpec
from collectors.lease import JobContext, patiently
from db import write
from db.engine import Session, writing
from db.errors import StoreError
from db.records import RunStatus

log = logging.getLogger(__name__)
SOURCE = "benchmark"
_TELL_EVERY_S = 0.5


def measure(context: JobContext) -> tuple[int, str]:
    """Run what the job asks for and keep every result as it comes; gives the run's id and a closing message.

    Raises `RuntimeError` when not one variant could be measured; the run and its reasons are kept all the same.
    """
    parameters = context.job.parameters
    with writing(context.engine) as session:
        run_id = write.start_run(session, kind=SOURCE, source=SOURCE, parameters=parameters)
    context.progress(0.0, "starting", run_id)
    try:
        document = run(_spec(parameters), on_event=_keeper(context, run_id), should_stop=context.should_stop)
    except BaseException as error:
        why = (
            "cancelled at the keyboard" if isinstance(error, KeyboardInterrupt) else f"{type(error).__name__}: {error}"
        )
        patiently(context.engine, partial(write.finish_run, run_id=run_id, status="failed", message=why))
        raise
    status, message = outcome(document)

    def keep(session: Session) -> None:
        write.bench_run(session, run_id, document)
        write.finish_run(session, run_id, status=status, message=message, new=len(document["results"]))

    patiently(context.engine, keep)
    if status == "failed" and not context.should_stop():
        raise RuntimeError(message)
    return run_id, message + _confirmed_by(context, run_id)


def outcome(document: dict[str, Any]) -> tuple[RunStatus, str]:
    """What a run came to: ``ok`` if all went well, ``partial`` if some variants did not, ``failed`` if none did.

    Variants that cannot run here do not count, but are the reason where nothing else was asked for.
    """
    states = [row["status"] for row in document["results"]]
    good = states.count("ok")
    asked = len(states) - states.count("unavailable")
    message = f"{good} of {asked} variants measured; {document['stopped_because']}"
    if states and not asked:
        message = "; ".join(dict.fromkeys(f"{row['variant']}: {row['message']}" for row in document["results"]))
    bad = [
        f"{row['variant']} {row['status']}" for row in document["results"] if row["status"] not in ("ok", "unavailable")
    ]
    if bad:
        message += f" ({', '.join(bad)})"
    cut_short = document["stopped_because"] == "cancelled"
    return ("failed" if not good else "partial" if bad or cut_short else "ok"), message


def _confirmed_by(context: JobContext, run_id: int) -> str:
    """Queue a second measurement of what made a step in its history, once; gives what to add to the message.

    A run that is itself such a second measurement queues none. What is measured is kept whatever becomes of this.
    """
    asked = context.job.parameters
    if "confirms" in asked or context.should_stop():
        return ""
    try:
        rows = [row for row in jobs.bench_history(context.engine) if row["run"] == run_id and row["step"]]
        moved = [name for name in asked["workloads"] if any(row["workload"] == name for row in rows)]
        if not moved:
            return ""
        again = {name: asked[name] for name in ("variants", "size", "device", "preset")}
        seconds = max(jobs.MIN_SECONDS, asked["seconds"] * len(moved) / len(asked["workloads"]))
        whose: dict[str, Any] = {
            "requested_by": "a step in the history",
            "key": f"confirm:{run_id}",
            "confirms": run_id,
        }
        job = jobs.request_benchmark(context.engine, workloads=moved, seconds=seconds, **again, **whose)
    except StoreError as error:
        log.warning("run %s was kept, but not looked at for steps: %s", run_id, error)
        return ""
    return f"; a step in the history of {', '.join(moved)}: job {job} measures again"


def _spec(parameters: dict[str, Any]) -> BenchSpec:
    return BenchSpec(
        workloads=tuple(parameters["workloads"]),
        variants=tuple(parameters["variants"]),
        size=parameters["size"],
        device=parameters["device"],
        preset=parameters["preset"],
        seconds=parameters["seconds"],
    )


def _keeper(context: JobContext, run_id: int) -> Callable[[dict[str, Any]], None]:
    """Write progress at most twice a second, and with it whatever was measured since."""
    told = 0.0
    measured: dict[str, Any] = {}
    written = 0

    def keep(event: dict[str, Any]) -> None:
        nonlocal told, written
        if event["kind"] == "begun":
            measured.update(event["document"])
        if event["kind"] in ("result", "comparison"):
            measured[f"{event['kind']}s"].append(event[event["kind"]])
        if event["kind"] != "progress" or time.monotonic() - told < _TELL_EVERY_S:
            return
        told = time.monotonic()
        context.progress(event["fraction"], event["message"])
        if len(measured.get("results", ())) > written:
            written = len(measured["results"])
            try:
                with writing(context.engine) as session:
                    write.bench_run(session, run_id, measured)
            except StoreError as error:
                log.warning("what is measured so far was not written, and is tried again: %s", error)
                written = 0

    return keep
