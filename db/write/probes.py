"""Writing what probes came to: each result once a run, the newest answer of a version marked, the code kept once."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db import clock
from db.probe_models import ProbeCode, ProbeResult
from db.records import PROBE_STATES

_OWN = ("capability", "axis", "system", "mode", "version", "backend_version", "state", "message", "seconds")
_ANSWERS = ("pass", "fail", "not_applicable")
_CELL = ("capability", "system", "mode", "version", "backend_version")


def probe_results(session: Session, run_id: int, results: Sequence[Mapping[str, Any]], *, device: str) -> None:
    """Write results of a run, as ``probe --json`` gives them; each takes the place of the latest of its version.

    A result without an answer, `error` or `not_run`, takes no answer's place: it is kept beside it, as history.

    Raises `ValueError` for a state there is not: nothing else may stand for one of the five.
    """
    for result in results:
        if result["state"] not in PROBE_STATES:
            raise ValueError(f"{result['state']!r} is no state of a probe; they are {', '.join(PROBE_STATES)}")
        own = {name: result[name] for name in _OWN}
        cell = [getattr(ProbeResult, name) == own[name] for name in _CELL]
        standing = [*cell, ProbeResult.device == device, ProbeResult.latest]
        kept = session.scalar(select(ProbeResult.state).where(*standing))
        latest = own["state"] in _ANSWERS or kept not in _ANSWERS
        if latest:
            session.execute(update(ProbeResult).where(*standing).values(latest=False))
        session.add(
            ProbeResult(
                **own,
                run_id=run_id,
                device=device,
                measured_at=clock.now(),
                latest=latest,
                code=kept_code(session, result.get("code") or ""),
                document={key: value for key, value in result.items() if key not in (*_OWN, "code")},
            )
        )
        session.flush()


def kept_code(session: Session, text: str) -> str | None:
    """Keep a code unless it is kept already, and give its name; None for no code."""
    if not text:
        return None
    name = sha256(text.encode()).hexdigest()
    if session.scalar(select(ProbeCode.sha256).where(ProbeCode.sha256 == name)) is None:
        session.add(ProbeCode(sha256=name, text=text))
        session.flush()
    return name
