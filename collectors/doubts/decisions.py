"""What somebody decides about doubts; a decision is a run of its own, so that every change says who made it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from db import clock, read, write
from db.engine import Engine, Session, writing
from db.errors import UnknownName
from db.read import DoubtRow
from db.records import DoubtState

Decision = Literal["confirm", "dismiss"]
SOURCE = KIND = "decision"
STATES: dict[Decision, DoubtState] = {"confirm": "confirmed", "dismiss": "withdrawn"}


def decide(engine: Engine, decision: Decision, numbers: Sequence[int]) -> list[DoubtRow]:
    """Let the doubted values count (``confirm``) or keep them out for good (``dismiss``); gives the doubts as they are.

    Any doubt may be decided, settled or not. Raises `UnknownName` before anything is changed.
    """
    at = clock.now()
    with writing(engine) as session:
        chosen = []
        for number in numbers:
            if not (found := read.doubts(session, number=number)):
                raise UnknownName(f"There is no doubt {number}; `framescope doubts --all` lists them.")
            chosen += found
        parameters: dict[str, object] = {"decision": decision, "doubts": [_identity(doubt) for doubt in chosen]}
        run = write.start_run(session, kind=KIND, source=SOURCE, parameters=parameters, started=at)
        _settle(session, run, at, decision, chosen)
        write.finish_run(session, run, status="ok", message=f"{decision}ed {', '.join(map(str, numbers))}")
        return [row for number in numbers for row in read.doubts(session, number=number)]


def decide_again(session: Session, run_id: int, parameters: Mapping[str, Any], at: datetime) -> None:
    """Make an earlier run's decision in a database that is being rebuilt; raises `UnknownName` for no such doubt."""
    by_identity = {json.dumps(_identity(doubt)): doubt for doubt in read.doubts(session)}
    try:
        chosen = [by_identity[json.dumps(identity)] for identity in parameters["doubts"]]
    except KeyError as error:
        raise UnknownName(f"There is no such doubt here: {error}") from error
    _settle(session, run_id, at, parameters["decision"], chosen)


def _settle(session: Session, run_id: int, at: datetime, decision: Decision, chosen: Sequence[DoubtRow]) -> None:
    why = f"{decision}ed by hand on {at.date()}"
    ended = [write.Ended(doubt.doubt, STATES[decision], why) for doubt in chosen]
    write.doubts(session, run_id, at, raised=[], ended=ended)


def _identity(doubt: DoubtRow) -> list[Any]:
    """What a doubt is about, without its number."""
    series = (doubt.metric, doubt.system, doubt.source, doubt.granularity, doubt.definition)
    return [*series, str(doubt.period_start), str(doubt.period_end), doubt.value, doubt.rule]
