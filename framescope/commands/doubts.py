"""`doubts`: the values that are held back, and deciding about them."""

from typing import Any, cast, get_args

from db import read
from db.engine import open_database, reading
from db.read import DoubtRow
from framescope.errors import WrongUsage
from framescope.output import emit_json, emit_table, say

SHOWN = ("doubt", "state", "system", "metric", "source", "period_start", "value", "rule", "seen", "why")


def doubts(action: str | None, numbers: list[int], *, everything: bool, json: bool) -> None:
    """List doubts, or confirm or dismiss some."""
    from collectors.doubts.decisions import Decision, decide

    if action is None:
        with reading(open_database()) as session:
            rows = read.doubts(session, states=() if everything else ("open",))
    elif action not in get_args(Decision):
        raise WrongUsage(f"There is no {action!r}; there is {' and '.join(get_args(Decision))}, or nothing to list.")
    elif not numbers:
        raise WrongUsage(f"Name the doubts to {action} by their numbers; `framescope doubts` lists them.")
    else:
        rows = decide(open_database(), cast(Decision, action), numbers)
    if json:
        emit_json([_plain(row) for row in rows])
        return
    emit_table([_plain(row) for row in rows], SHOWN)
    if action is None:
        say(f"{len(rows)} {'in all' if everything else 'open'}; what is open or withdrawn counts nowhere.")


def _plain(row: DoubtRow) -> dict[str, Any]:
    return {name: value for name, value in row._asdict().items() if name != "series"}
