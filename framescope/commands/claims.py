"""`claims`: the ledger of what published comparisons said, and what it comes to."""

from datetime import date
from typing import Any

from catalog.load import load_catalog
from db import clock
from db.engine import open_database, reading
from framescope.errors import WrongUsage
from framescope.output import emit_json, emit_table, say
from verdicts import ledger

SHOWN = ("id", "year", "verdict", "now")
OUTDATED = "was out of date when published"


def claims(names: list[str], *, as_of: date | None, record: bool, json: bool) -> None:
    """Print the verdicts; with ``record`` keep those of today that changed."""
    today = clock.today()
    if as_of is not None and as_of > today:
        raise WrongUsage(f"Nobody knows how it will stand on {as_of}; name a day up to {today}.")
    if record and (names or (as_of is not None and as_of != today)):
        raise WrongUsage("What is kept are the verdicts of all claims as of today: leave ids and --as-of out.")
    ledger.chosen(names)
    engine = open_database()
    if record:
        say(f"{len(ledger.record_now(engine))} verdicts changed since they were kept last.")
    with reading(engine) as session:
        found = ledger.ledger(session, as_of or today, names)
    rows = [ledger.document(one, load_catalog()) for one in found]
    if json:
        emit_json(rows)
        return
    emit_table(
        [row | {"verdict": _verdict(row), "now": row["now"] or "; ".join(row["missing"])} for row in rows], SHOWN
    )
    counts = {verdict: sum(row["verdict"] == verdict for row in rows) for verdict in ledger.VERDICTS}
    say(", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count))


def _verdict(row: dict[str, Any]) -> str:
    return f"{row['verdict']}: {OUTDATED}" if row["outdated"] else str(row["verdict"])
