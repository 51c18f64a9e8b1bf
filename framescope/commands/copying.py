"""`copy`: everything from one database into another, empty one."""

from collections.abc import Iterator
from contextlib import contextmanager

from db.copying import copy as copy_rows
from db.engine import address, database_facts, must_last, open_database, same_database
from db.errors import StoreError
from framescope.errors import WrongUsage
from framescope.output import emit_json, say


def copy(source: str, target: str, *, json: bool) -> None:
    """Copy a database, compare the two, and print what was copied."""
    with _naming("The source"):
        address(source)
    with _naming("The target"):
        must_last(target)
    if same_database(source, target):
        raise WrongUsage("Both addresses name the same database. Name an empty one to copy into.")
    with _naming("The source"):
        old = open_database(source)
    with _naming("The target"):
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


@contextmanager
def _naming(which: str) -> Iterator[None]:
    """Say which of the two addresses an error is about; neither is the one that a setting names."""
    try:
        yield
    except StoreError as error:
        message = str(error).replace("FRAMESCOPE_DATABASE_URL", "its address")
        raise type(error)(f"{which} cannot be used. {message}") from error
