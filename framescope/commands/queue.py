"""`jobs`: the queue, and ending what is in it; the operator's, so whoever asked for it."""

import sys
from datetime import UTC, datetime
from typing import Any

from collectors import jobs as door
from db import read
from db.engine import Engine, open_database, reading
from framescope.errors import WrongUsage
from framescope.output import emit_json, emit_table

CANCEL = "cancel"
_ABANDONED = "nobody works on it: its worker died; the next worker, or the next `bench run`, ends it or takes it up"
_SHOWN = ("job", "kind", "state", "who", "requested", "started", "finished", "progress", "message")


def jobs(action: str | None, numbers: list[int], *, json: bool) -> None:
    """List jobs, newest first, or cancel some."""
    if action is None:
        _listed(json=json)
    elif action != CANCEL:
        raise WrongUsage(f"There is no {action!r}; there is {CANCEL}, or nothing to list.")
    elif not numbers:
        raise WrongUsage("Name the jobs to cancel by their numbers; `framescope jobs` lists them.")
    else:
        _cancelled(numbers, json=json)


def _listed(*, json: bool) -> None:
    now = datetime.now(UTC)
    with reading(open_database()) as session:
        rows = [row._asdict() | ({"message": _ABANDONED} if row.abandoned(now) else {}) for row in read.jobs(session)]
    shown = [row | {"who": row["asker_name"] or row["requested_by"]} for row in rows]
    emit_json(rows) if json else emit_table(shown, _SHOWN)


def _cancelled(numbers: list[int], *, json: bool) -> None:
    engine = open_database()
    rows = [_one(engine, number) for number in dict.fromkeys(numbers)]
    emit_json(rows) if json else emit_table(rows, ("job", "cancelled", "state", "message"))
    if not all(row["cancelled"] for row in rows):
        sys.exit(1)


def _one(engine: Engine, number: int) -> dict[str, Any]:
    """``cancelled`` is whether it will end now; a running one says so itself as soon as its worker has heard."""
    done = door.cancel(engine, number)
    with reading(engine) as session:
        job = read.job(session, number)
    if job is None:
        return {"job": number, "cancelled": False, "state": None, "message": "there is no such job"}
    told = "asked to stop" if done and job.state == "running" else job.message if done else "it was over already"
    return {"job": number, "cancelled": done, "state": job.state, "message": told}
