"""From a claimed benchmark job to rows in the store: the glue between the harness and the write door."""

import logging
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol

from collectors import jobs
from collectors.asked import DEFAULTS, MIN_SECONDS, check
from collectors.bench.runner import run
from collectors.bench.spec import BenchSpec
from collectors.lease import JobContext, patiently
from collectors.live import Watch
from db import write
from db.engine import Session, writing
from db.errors import StoreError
from db.records import RunStatus
from verdicts.ledger import record_after

log = logging.getLogger(__name__)
SOURCE = "benchmark"
_TELL_EVERY_S = 0.5
OnEvent = Callable[[dict[str, Any]], None]


class Elsewhere(Protocol):
    """Where else than in this process a benchmark is measured; each method as its namesake here."""

    def check(self, parameters: Mapping[str, Any]) -> None: ...  # noqa: D102

    def variants(self) -> list[dict[str, Any]]: ...  # noqa: D102

    def run(self, spec: BenchSpec, on_event: OnEvent, should_stop: Callable[[], bool]) -> dict[str, Any]: ...  # noqa: D102


def measure(context: JobContext, elsewhere: Elsewhere | None = None) -> tuple[int, str]:
    """Run what the job asks for and keep every result as it comes; gives the run's id and a closing message.

    Raises `RuntimeError` when not one variant could be measured; the run and its reasons are kept all the same. What
    cannot be run at all any more (`collectors.asked.check`) is refused before there is a run.
    """
    parameters = context.job.parameters
    refuse = elsewhere.check if elsewhere else check
    refuse(parameters)  # again: memory may have been taken, or a device gone, since it was asked for
    with writing(context.engine) as session:
        run_id = write.start_run(session, kind=SOURCE, source=SOURCE, parameters=parameters, job=context.job.job)
    watch = _watch(context, elsewhere)
    context.progress(0.0, "starting", run_id, watch.detail())
    keeper = Keeper(context, run_id, watch)
    try:
        there = elsewhere.run if elsewhere else run
        document = there(_spec(parameters), on_event=keeper.see, should_stop=keeper.should_stop)
    except BaseException as error:
        why = (
            "cancelled at the keyboard" if isinstance(error, KeyboardInterrupt) else f"{type(error).__name__}: {error}"
        )
        _broke_off(context, run_id, why)
        raise
    status, message = outcome(document)

    def keep(session: Session) -> None:
        write.bench_run(session, run_id, document)
        write.finish_run(session, run_id, status=status, message=message, new=len(document["results"]))

    try:
        patiently(context.engine, keep)
    except StoreError as error:
        _broke_off(context, run_id, f"measured, but the results of its last part were not kept: {error}")
        raise
    record_after(context.engine, run_id)
    if status == "failed" and not context.should_stop():
        raise RuntimeError(message)
    node = document["machine"].get("node")
    return run_id, message + (f"; measured on {node}" if node else "") + _confirmed_by(context, run_id)


def _broke_off(context: JobContext, run_id: int, why: str) -> None:
    """Mark a run as failed; where the store takes not even that, the job says why instead."""
    try:
        patiently(context.engine, partial(write.finish_run, run_id=run_id, status="failed", message=why))
    except StoreError as error:
        log.warning("run %s broke off (%s), and that could not be noted: %s", run_id, why, error)


def _watch(context: JobContext, elsewhere: Elsewhere | None) -> Watch:
    """Prepare what the job will tell of its parts, with the seconds that it is likely to take."""
    asked = {**DEFAULTS, **context.job.parameters}
    kind = asked["device"].partition(":")[0]
    rows = elsewhere.variants() if elsewhere else jobs.variant_list(device=kind)
    here = {row["variant"]: row["why_not"] for row in rows}
    variants = asked["variants"] or list(here)
    missing = {name: here[name] or "not available here" for name in variants if here[name] is not None}
    gaps = {row["workload"]: row["gaps"] for row in jobs.workload_list()}
    names = ("size", "device", "seconds", "processes")
    cost = jobs.bench_cost(context.engine, asked["workloads"], asked["variants"], **{n: asked[n] for n in names})
    share = asked["seconds"] / len(asked["workloads"])
    predicted = {name: seconds + share for name, seconds in cost["by_workload"].items()}
    return Watch(asked["workloads"], variants, predicted, {name: missing | gaps[name] for name in asked["workloads"]})


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
        names = ("variants", "size", "device", "preset", "cache", "processes", "threads")
        again = {name: asked.get(name, DEFAULTS[name]) for name in names}
        seconds = max(MIN_SECONDS, asked["seconds"] * len(moved) / len(asked["workloads"]))
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
    asked = {**DEFAULTS, **parameters}  # a job that was queued before an option existed lacks it
    names = ("size", "device", "preset", "seconds", "cache", "processes", "threads", "seed")
    chosen = {name: asked[name] for name in names}
    return BenchSpec(workloads=tuple(asked["workloads"]), variants=tuple(asked["variants"]), **chosen)


class Keeper:
    """Writes what the harness tells: progress at most twice a second, and with it whatever was measured since."""

    def __init__(self, context: JobContext, run_id: int, watch: Watch) -> None:
        self.context, self.run_id, self.watch = context, run_id, watch
        self.measured: dict[str, Any] = {}
        self.written, self.told_at = 0, 0.0
        self.untold: dict[str, Any] | None = None

    def see(self, event: dict[str, Any]) -> None:
        """Take an event of the harness."""
        self.watch.see(event)
        if event["kind"] == "begun":  # for the second time where the node of the first was lost
            self.measured, self.written = dict(event["document"]), 0
        if event["kind"] in ("result", "comparison"):
            self.measured[f"{event['kind']}s"].append(event[event["kind"]])
        if event["kind"] == "progress":
            self.untold = event
            self._tell()

    def should_stop(self) -> bool:
        """Whether the run is to end; asked while a framework starts, it tells what came too soon after the last.

        Between the blocks of a round nothing is written here, so that none of them is disturbed.
        """
        if self.untold is not None and "round" not in self.untold:
            self._tell()
        return self.context.should_stop()

    def _tell(self) -> None:
        if self.untold is None or time.monotonic() - self.told_at < _TELL_EVERY_S:
            return
        event, self.untold, self.told_at = self.untold, None, time.monotonic()
        self.context.progress(event["fraction"], event["message"], detail=self.watch.detail())
        if len(self.measured.get("results", ())) == self.written:
            return
        self.written = len(self.measured["results"])
        try:
            with writing(self.context.engine) as session:
                write.bench_run(session, self.run_id, self.measured)
        except StoreError as error:
            log.warning("what is measured so far was not written, and is tried again: %s", error)
            self.written = 0
