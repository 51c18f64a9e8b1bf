"""From a request to probe to rows in the store: the glue between the probes and the write door."""

import threading
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from collectors import about
from collectors.bench.process import never
from collectors.probes.runner import run
from collectors.probes.spec import ProbeSpec
from db import write
from db.engine import Engine, writing
from db.records import RunStatus
from verdicts.ledger import record_after

SOURCE = "probe"


def probe(
    engine: Engine,
    spec: ProbeSpec,
    on_result: Callable[[dict[str, Any]], None] | None = None,
    should_stop: Callable[[], bool] = never,
) -> dict[str, Any]:
    """Run probes as a run of their own, keeping each result as it comes; gives the document with the run's number.

    Where ``should_stop`` says so the run ends with what is done so far, as ``partial``.

    Raises:
        UnknownCapability: a capability or system is named that does not exist; there is no run of it then.
    """
    lock, job = threading.Lock(), about.job()  # answers come in threads that know nothing of it
    run_id: int | None = None

    def begun() -> int:
        nonlocal run_id
        if run_id is None:
            with writing(engine) as session:
                run_id = write.start_run(session, kind=SOURCE, source=SOURCE, parameters=_parameters(spec), job=job)
        return run_id

    def keep(result: dict[str, Any]) -> None:
        with lock:
            number = begun()
            with writing(engine) as session:
                write.probe_results(session, number, [result], device=spec.device)
            if on_result is not None:
                on_result(result)

    try:
        document = run(spec, keep, should_stop)
    except BaseException as error:
        if run_id is not None:
            _finish(engine, run_id, "failed", f"broke off: {type(error).__name__}: {error}", 0)
        raise
    status, message = outcome(document)
    with lock:
        number = begun()
    _finish(engine, number, status, message, len(document["results"]))
    record_after(engine, number)
    return {"run": number} | document


def outcome(document: dict[str, Any]) -> tuple[RunStatus, str]:
    """What a run came to: ``ok`` where every cell has its answer, ``partial`` where some have an error instead.

    A capability that is not there is an answer. ``failed`` where there is nothing but errors.
    """
    states = [row["state"] for row in document["results"]]
    counted = {state: states.count(state) for state in dict.fromkeys(states)}
    message = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in counted.items()) or "nothing asked"
    errors = counted.get("error", 0)
    if states and errors == len(states):
        return "failed", message
    return ("partial" if errors or document["stopped_because"] != "done" else "ok"), message


def _parameters(spec: ProbeSpec) -> dict[str, Any]:
    told = asdict(spec)
    return {name: told[name] for name in ("capabilities", "systems", "device", "again")}


def _finish(engine: Engine, run_id: int, status: RunStatus, message: str, results: int) -> None:
    with writing(engine) as session:
        write.finish_run(session, run_id, status=status, message=message, new=results)
