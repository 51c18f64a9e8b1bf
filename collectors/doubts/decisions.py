"""What somebody decides about doubts; a decision is a run of its own, so that every change says who made it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from db import clock, read, write
from db.engine import Engine, writing
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
    at, state = clock.now(), STATES[decision]
    with writing(engine) as session:
        for number in numbers:
            if not read.doubts(session, number=number):
                raise UnknownName(f"There is no doubt {number}; `framescope doubts --all` lists them.")
        parameters: dict[str, object] = {"decision": decision, "doubts": list(numbers)}
        run = write.start_run(session, kind=KIND, source=SOURCE, parameters=parameters)
        ended = [write.Ended(number, state, f"{decision}ed by hand on {at.date()}") for number in numbers]
        write.doubts(session, run, at, raised=[], ended=ended)
        write.finish_run(session, run, status="ok", message=f"{decision}ed {', '.join(map(str, numbers))}")
        return [row for number in numbers for row in read.doubts(session, number=number)]
