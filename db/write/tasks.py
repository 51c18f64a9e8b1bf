"""Writing what tasks came to: each result once a run, the code kept once."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from db import clock
from db.records import PROBE_STATES
from db.task_models import TaskResult
from db.write.probes import kept_code

_OWN = ("task", "system", "version", "state", "message", "seconds", "import_s", "first_result_s")


def task_result(session: Session, run_id: int, result: Mapping[str, Any]) -> None:
    """Write a result of a run, as ``tasks --json`` gives it.

    Raises `ValueError` for a state there is not.
    """
    if result["state"] not in PROBE_STATES:
        raise ValueError(f"{result['state']!r} is no state of a task; they are {', '.join(PROBE_STATES)}")
    session.add(
        TaskResult(
            **{name: result[name] for name in _OWN},
            run_id=run_id,
            measured_at=clock.now(),
            code=kept_code(session, result["code"]),
            document={key: value for key, value in result.items() if key not in (*_OWN, "code")},
        )
    )
    session.flush()
