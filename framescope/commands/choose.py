"""`choose`: which framework for a situation, as ranges, with what would turn the answer over."""

from catalog.load import load_catalog
from dashboard.analysis.choice import asked, document, gather
from db import clock
from db.engine import open_database, reading
from framescope.errors import WrongUsage
from framescope.output import emit_json, emit_table, say

RANKED = ("system", "score", "low", "high")
WEIGHED = ("criterion", "weight", "age_days", "evidence", "missing")
FLIPS = ("criterion", "today", "weight", "by", "to")


def choose(situation: str, weights: list[str], *, json: bool) -> None:
    """Print the ranking, what it rests on, and where it turns over."""
    catalog = load_catalog()
    try:
        wanted = asked.asked(catalog, situation, weights)
    except ValueError as error:
        raise WrongUsage(str(error)) from error
    today = clock.today()
    with reading(open_database()) as session:
        known = gather.known(session, catalog, today)
    choice = document.choose(gather.scored(known), wanted, today)
    told = document.document(choice, catalog)
    if json:
        emit_json(told)
        return
    emit_table(told["ranking"], RANKED)
    rows = [row | {"evidence": len(row["evidence"]), "missing": len(row["missing"])} for row in told["criteria"]]
    emit_table(rows, WEIGHED)
    emit_table(told["flips"], FLIPS, title="another leads beyond these weights")
    say(told["answer"])
