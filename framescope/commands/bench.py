"""`bench …`: measuring now, and looking at what was measured."""

import json as json_module
import os
import sys
import threading
from pathlib import Path
from typing import Any

from collectors import jobs as door
from collectors.bench.units import duration
from db import read
from db.engine import Engine, open_database, reading
from framescope.ending import Ending, ending
from framescope.errors import CommandError, Ended, WrongUsage
from framescope.output import emit_json, emit_table, plain, say

POLL_S = 0.5
MOST_SHOWN = 200


def workloads(*, json: bool) -> None:
    """List what can be measured."""
    rows = door.workload_list()
    columns = ("workload", "category", "sizes", "default_size", "title")
    emit_json(rows) if json else emit_table([row | {"sizes": list(row["sizes"])} for row in rows], columns)


def variants(*, json: bool) -> None:
    """List frameworks and modes."""
    rows = door.variant_list()
    emit_json(rows) if json else emit_table(rows, ("variant", "available", "version", "why_not"))


def history(workload: str | None, *, json: bool) -> None:
    """Look back on results, newest first, each with its key and its step."""
    rows = door.bench_history(open_database(), workload=workload)
    if workload is not None and not rows:
        door.must_be_workload(workload)
    if json:
        emit_json(rows)
        return
    columns = ("measured_at", "run", "workload", "size", "variant", "status", "latency", "version", "step")
    emit_table([_flat(row) | _past(row) for row in rows[:MOST_SHOWN]], columns)
    imported = sorted({row["run"] for row in rows[:MOST_SHOWN] if row["imported"]})
    if imported:
        say(f"imported, from another machine: run {', '.join(map(str, imported))}")
    if len(rows) > MOST_SHOWN:
        say(f"{len(rows) - MOST_SHOWN:,} older results; --json gives all")


def _past(row: dict[str, Any]) -> dict[str, Any]:
    step, version = row["step"], row["key"]["versions"].get("version")
    if step is None:
        return {"version": version, "step": None}
    whose = step["label"] or "cause unknown"
    told = step["state"] if step["state"] == "noise" else f"{step['state']}, {whose}"
    return {"version": version, "step": f"× {step['ratio']:.3g} ({told})"}


def export(run: int, file: str) -> None:
    """Write a run's document, raw samples included; one that an earlier Framescope kept is told what it is."""
    with reading(open_database()) as session:
        document = read.bench_document(session, run, samples=True)
    if document is None:
        raise WrongUsage(f"There is no benchmark run {run}; see `framescope bench history`.")
    if document.get("seconds") is None:
        raise CommandError(f"Run {run} has not ended, or broke off: there is no whole document of it.")
    _write(document, file)


def _must_be_writable(path: Path) -> None:
    """Say before a measurement what would keep its document from being written after it."""
    why = "it is a folder" if path.is_dir() else None if path.parent.is_dir() else f"there is no folder {path.parent}"
    if why is None and not os.access(path if path.exists() else path.parent, os.W_OK):
        why = "no permission"
    if why is not None:
        raise WrongUsage(f"{path} cannot be written: {why}. Nothing was measured.")


def _write(document: dict[str, Any], file: str) -> None:
    from collectors.bench.document import FORMAT, KIND

    whole = {"kind": KIND, "format": FORMAT} | document
    text = json_module.dumps(plain(whole), indent=1, ensure_ascii=False, allow_nan=False)
    if file == "-":
        print(text)
        return
    try:
        Path(file).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error.strerror or type(error).__name__}") from error
    say(f"{file}: run {document['run']}, {len(document['results'])} results")


def run(
    names: list[str],
    *,
    variants: list[str],
    size: str | None,
    device: str,
    preset: str,
    seconds: float,
    cache: str = "hot",
    processes: int = 3,
    threads: int | None = None,
    seed: int | None = None,
    out: str | None = None,
    by_worker: bool = False,
    json: bool,
) -> None:
    """Queue a benchmark, run it here unless a worker takes it first, and print its document.

    With ``by_worker`` it waits for a worker, which may reach other machines, and nothing is measured by this process.
    The document is written to ``out`` as well, where that is named; whether that can be is looked at first.
    """
    if out is not None:
        _must_be_writable(Path(out))
    engine = open_database()
    with ending() as asked:
        job_id = _queue(
            engine,
            workloads=names,
            variants=variants,
            size=size,
            device=device,
            preset=preset,
            seconds=seconds,
            cache=cache,
            processes=processes,
            threads=threads,
            seed=seed,
        )
        job = _finish(engine, job_id, asked, by_worker=by_worker)
    if asked.asked.is_set() and job.state != "done":
        raise Ended(f"job {job_id}: {job.message or asked.why}", asked.status)
    with reading(engine) as session:
        document = None if job.run is None else read.bench_document(session, job.run, samples=out is not None)
    if document is None:
        raise CommandError(f"job {job_id} {job.state}: {job.message}")
    if out is not None:
        _write(document, out)
        document["results"] = [{key: row[key] for key in row if key != "samples"} for row in document["results"]]
    emit_json(document) if json else _print(document)
    say(f"again: {door.repeat_command(job.parameters | {'seed': document.get('seed')})}")
    if job.state != "done":
        say(f"framescope: job {job_id} {job.state}: {job.message}")
        sys.exit(1)


def selftest(seconds: float, *, comparisons: int, checks: list[str], without: list[str], json: bool) -> None:
    """Inject faults and say which were named; nothing of it is stored."""
    from collectors.bench.selftest import report
    from collectors.bench.spec import SpecError

    asked: dict[str, Any] = {"seconds": seconds, "comparisons": comparisons, "checks": checks, "without": without}
    try:
        document = report.selftest(**asked, say=say)
    except SpecError as error:
        raise WrongUsage(str(error)) from error
    emit_json(document) if json else print(report.table(document))
    if not document["passed"]:
        sys.exit(1)


def _queue(engine: Engine, **wanted: Any) -> int:
    try:
        return door.request_benchmark(engine, requested_by="command line", **wanted)
    except ValueError as error:
        raise WrongUsage(str(error)) from error


def _finish(engine: Engine, job_id: int, asked: Ending, *, by_worker: bool = False) -> read.JobRow:
    """Run the job here, or wait for the worker that took it first; asked to end, it is cancelled either way."""
    from collectors.worker import asker_name, run_next

    told = threading.Thread(target=_tell, args=(engine, job_id), daemon=True)
    told.start()
    if not by_worker:
        run_next(engine, asker_name(), job_id=job_id, stop=asked.asked, why_stopped=lambda: asked.why)
    while told.is_alive():
        if asked.asked.is_set():
            door.cancel(engine, job_id)
            break
        told.join(POLL_S)
    return _job(engine, job_id)


def _tell(engine: Engine, job_id: int) -> None:
    said = ""
    while True:
        job = _job(engine, job_id)
        line = f"{job.progress:4.0%} {job.message}"
        if line != said:
            say(line)
            said = line
        if job.state not in ("queued", "running"):
            return
        threading.Event().wait(POLL_S)


def _job(engine: Engine, job_id: int) -> read.JobRow:
    with reading(engine) as session:
        job = read.job(session, job_id)
    if job is None:
        raise CommandError(f"job {job_id} is gone.")
    return job


_SHOWN = ("workload", "size", "variant", "status", "latency", "first_call", "relative_error", "message")


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    latency = row.get("latency_s") or {}
    return row | {"latency": duration(latency.get("median")), "first_call": duration(row.get("first_call_s"))}


def _print(document: dict[str, Any]) -> None:
    emit_table([_flat(row) for row in document["results"]], _SHOWN, title="Results")
    columns = ("workload", "size", "variant", "baseline", "ratio", "low", "high", "verdict", "why")
    emit_table(document["comparisons"], columns, title="Time of variant over time of baseline, 95 % interval")
    sys.stdout.flush()
    say(f"run {document['run']}: {document['rounds']} rounds, {document['stopped_because']}")
