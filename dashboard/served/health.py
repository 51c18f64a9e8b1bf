"""Whether this site works: /health for whoever watches it, and /metrics for what draws it."""

import logging
import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Message

from collectors import jobs as door
from dashboard.served import store
from db import clock, read
from db.engine import database_facts
from db.errors import StoreError

log = logging.getLogger(__name__)
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
STREAMLITS = "/_stcore/metrics"
_KEPT_S = 1.0
_last: tuple[float, int, dict[str, Any]] | None = None


def health(_request: Request) -> Response:
    """Whether pages can be drawn from the store, its revision, and what is seen of a worker; 503 and the reason if not.

    An idle worker leaves no trace in the store, so ``worker`` is when one last took a job. What was found is told
    again for a second, however often it is asked.
    """
    global _last  # one answer a second for the whole process
    now = time.monotonic()
    if _last is None or now - _last[0] > _KEPT_S:
        _last = (now, *_looked())
    return JSONResponse(_last[2], _last[1], {"Cache-Control": "no-store"})


def _looked() -> tuple[int, dict[str, Any]]:
    try:
        with store.opened() as (session, _stamp):
            queue = read.queue_state(session)
        facts = database_facts(store.engine())
    except StoreError as error:
        log.warning("%s", error)  # the driver's words, which name host and user, are for whoever runs the site
        return 503, {"status": "unreadable", "reason": error.public}
    return 200, {"status": "ok", "revision": facts["revision"], "database": facts["dialect"], "worker": _worker(queue)}


def _worker(queue: read.QueueState) -> dict[str, Any]:
    working = queue.lease_until is not None and queue.lease_until > clock.now()
    waiting = sum(many for (_kind, state), many in queue.counts.items() if state == "queued")
    state = "working" if working else "seen" if queue.taken else "never seen"
    return {
        "state": state,
        "last_took_a_job": _written(queue.taken),
        "queued": waiting,
        "oldest_queued": _written(queue.oldest_queued),
    }


def _written(when: datetime | None) -> str | None:
    return when.isoformat(timespec="seconds") if when else None


async def metrics(request: Request) -> Response:
    """Streamlit's own figures and ours, as OpenMetrics; where the store cannot be read they say that."""
    theirs = await _streamlits(request)
    ours = await run_in_threadpool(_ours)
    text = theirs.removesuffix("\n").removesuffix("# EOF") + "\n".join(ours) + "\n# EOF\n"
    return Response(text, headers={"Cache-Control": "no-store"}, media_type=OPENMETRICS)


def _ours() -> list[str]:
    try:
        with store.opened() as (session, _stamp):
            queue, runs = read.queue_state(session), read.run_counts(session)
        sources = door.source_list(store.engine())
    except StoreError:
        return _family("framescope_store_readable", "Whether the store can be read.", "gauge", [({}, 0)])
    now = clock.now()
    ages = [
        ({"source": row["source"]}, (now - row["last_success"]).total_seconds())
        for row in sources
        if row["last_success"]
    ]
    jobs = [({"kind": kind, "state": state}, many) for (kind, state), many in sorted(queue.counts.items())]
    counted = [({"kind": kind, "outcome": status}, many) for (kind, status), many in sorted(runs.items())]
    states = [({"source": row["source"], "state": row["state"]}, 1) for row in sources]
    return [
        *_family("framescope_store_readable", "Whether the store can be read.", "gauge", [({}, 1)]),
        *_family("framescope_jobs", "Jobs of the queue.", "gauge", jobs),
        *_family("framescope_runs", "Runs by outcome.", "gauge", counted),
        *_family("framescope_source_age_seconds", "Since a source last succeeded for all systems.", "gauge", ages),
        *_family("framescope_source_state", "The state each source is in.", "gauge", states),
    ]


def _family(name: str, told: str, kind: str, samples: Iterable[tuple[Mapping[str, str], float]]) -> list[str]:
    lines = [f"# TYPE {name} {kind}", f"# HELP {name} {told}"]
    for labels, value in samples:
        inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        lines.append(f"{name}{{{inside}}} {value:.10g}" if inside else f"{name} {value:.10g}")
    return lines


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


async def _streamlits(request: Request) -> str:
    """What Streamlit answers at its own address, asked within the process."""
    parts: list[bytes] = []

    async def heard(message: Message) -> None:
        if message["type"] == "http.response.body":
            parts.append(message.get("body", b""))

    async def nothing() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    headers = [(b"host", request.headers.get("host", "localhost").encode("latin-1"))]
    own = {
        "path": STREAMLITS,
        "raw_path": STREAMLITS.encode(),
        "query_string": b"",
        "headers": headers,
        "method": "GET",
    }
    kept = {name: request.scope[name] for name in ("type", "asgi", "http_version", "scheme", "server", "client")}
    await request.app({**kept, **own, "root_path": ""}, nothing, heard)
    return b"".join(parts).decode()
