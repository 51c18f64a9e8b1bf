"""Writing what probes came to: each result once a run, the newest of a version marked, the code kept once."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db import clock
from db.probe_models import ProbeCode, ProbeResult
from db.records import PROBE_STATES

_OWN = ("capability", "axis", "system", "mode", "version", "backend_version", "state", "message", "seconds")
_CELL = ("capability", "system", "mode", "version", "backend_version")
_NO_ANSWER = ("error", "not_run")


def probe_results(session: Session, run_id: int, results: Sequence[Mapping[str, Any]], *, device: str) -> None:
    """Write results of a run, as ``probe --json`` gives them; each takes the place of the latest of its version.

    What is no answer (``error``, ``not_run``) is kept too, and takes the place of no answer there is already.
    Raises `ValueError` for a state there is not: nothing else may stand for one of the five.
    """
    for result in results:
        if result["state"] not in PROBE_STATES:
            raise ValueError(f"{result['state']!r} is no state of a probe; they are {', '.join(PROBE_STATES)}")
        own = {name: result[name] for name in _OWN}
        cell = [getattr(ProbeResult, name) == own[name] for name in _CELL]
        before = [*cell, ProbeResult.device == device, ProbeResult.latest]
        known = session.scalar(select(ProbeResult.state).where(*before))
        latest = own["state"] not in _NO_ANSWER or known in (None, *_NO_ANSWER)
        if latest:
            session.execute(update(ProbeResult).where(*before).values(latest=False))
        session.add(
            ProbeResult(
                **own,
                run_id=run_id,
                device=device,
                measured_at=clock.now(),
                latest=latest,
                code=_kept(session, result.get("code") or ""),
                document={key: value for key, value in result.items() if key not in (*_OWN, "code")},
            )
        )
        session.flush()


def _kept(session: Session, text: str) -> str | None:
    """Keep a code unless it is kept already, and give its name; None for no code."""
    if not text:
        return None
    name = sha256(text.encode()).hexdigest()
    if session.scalar(select(ProbeCode.sha256).where(ProbeCode.sha256 == name)) is None:
        session.add(ProbeCode(sha256=name, text=text))
        session.flush()
    return name
