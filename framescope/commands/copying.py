"""`copy`: everything from one database into another, empty one."""

from db.copying import copy as copy_rows
from db.engine import database_facts, open_database, same_database
from framescope.errors import WrongUsage
from framescope.output import emit_json, say


def copy(source: str, target: str, *, json: bool) -> None:
    """Copy a database, compare the two, and print what was copied."""
    if same_database(source, target):
        raise WrongUsage("Both addresses name the same database. Name an empty one to copy into.")
    old = open_database(source)
    new = open_database(target, create=True)
    done = copy_rows(old, new, None if json else lambda table, rows: say(f"{table}: {rows:,} rows"))
    facts = {"source": database_facts(old)["database"], "target": database_facts(new)["database"]}
    old.dispose()
    new.dispose()
    if json:
        emit_json(facts | {"rows": done.rows, "sha256": done.sha256})
        return
    print(f"{sum(done.rows.values()):,} rows of {facts['source']} are in {facts['target']}.")
    print(f"Identical: {done.sha256}.")
