"""`init` and `series`: making the database and reading observations from it."""

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from db import read
from db.engine import database_facts, default_url, home, must_last, open_database, reading
from db.receipts import ReceiptStore
from framescope.errors import CommandError, WrongUsage
from framescope.output import csv_lines, emit_json, emit_table, say

COLUMNS = (
    "system",
    "metric",
    "source",
    "definition",
    "period_start",
    "period_end",
    "value",
    "unit",
    "status",
    "doubt",
    "collected_at",
    "receipt",
    "origin",
)
FORMATS = ("json", "csv", "parquet", "table")


def init(*, json: bool, backup: bool = True) -> None:
    """Create or upgrade the database and load what is bundled; before an upgrade a file is backed up."""
    from collectors.history import load_bundled
    from db.backup import before_upgrade

    must_last(default_url())
    kept = before_upgrade(default_url()) if backup else None
    if kept is not None:
        say(f"The database will be upgraded; as it is now it is kept in {kept}.")
    engine = open_database(create=True)
    report = load_bundled(engine, ReceiptStore(home() / "receipts"))
    with reading(engine) as session:
        counts = read.counts(session)
    facts = database_facts(engine)
    engine.dispose()
    document = facts | {name: counts[name] for name in ("systems", "series", "observations")}
    document |= {"new": report.new, "revised": report.revised, "origins": report.origins}
    document |= {} if kept is None else {"backup": str(kept)}
    if json:
        emit_json(document)
        return
    changed = f"{report.new:,} new, {report.revised:,} revised" if report.new or report.revised else "nothing new"
    print(f"{document['database']} (revision {document['revision']})")
    print(
        f"{counts['systems']} systems, {counts['series']:,} series, {counts['observations']:,} observations: {changed}."
    )


def series(
    *,
    metrics: list[str],
    systems: list[str],
    sources: list[str],
    since: date | None,
    until: date | None,
    format: str,  # noqa: A002  # the option's name is the contract's
) -> None:
    """Read observations and print them."""
    if format not in FORMATS:
        raise WrongUsage(f"There is no format {format!r}; there is {', '.join(FORMATS)}.")
    engine = open_database()
    with reading(engine) as session:
        if not read.known_names(session)["metrics"]:
            say("The database holds no figures yet: `framescope init` loads the bundled ones.")
        rows = _rows(session, metrics, systems, sources, since, until)
        if format == "json":
            emit_json(list(rows))
        elif format == "csv":
            sys.stdout.writelines(csv_lines(rows, COLUMNS))
        elif format == "parquet":
            _parquet(list(rows))
        else:
            _table(list(rows))


def _rows(
    session: Any, metrics: list[str], systems: list[str], sources: list[str], since: date | None, until: date | None
) -> Iterator[dict[str, Any]]:
    from catalog.load import load_catalog

    catalog = load_catalog()
    _must_know("metric", metrics, catalog.metrics)
    _must_know("system", systems, catalog.systems)
    known = read.known_names(session)
    _must_know("source", sources, set(catalog.source_names) | known["sources"])
    origins = {origin.source: origin.citation for origin in catalog.origins.values()}
    urls: dict[int, str] = {}
    for row in read.observations(session, metrics=metrics, systems=systems, sources=sources, since=since, until=until):
        if row.receipt is not None and row.receipt not in urls:
            found = read.receipt(session, row.receipt)
            urls[row.receipt] = found.url if found else ""
        origin = origins.get(row.source) or (urls.get(row.receipt) if row.receipt else None)
        kept = row._asdict()
        del kept["left_out"], kept["last_seen"]  # of roll-ups alone
        yield kept | {"origin": origin}


def _must_know(what: str, names: list[str], known: Any) -> None:
    from difflib import get_close_matches

    for name in names:
        if name not in known:
            near = get_close_matches(name, list(known), n=3)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            raise WrongUsage(f"There is no {what} {name!r}.{hint}")


def _parquet(rows: list[dict[str, Any]]) -> None:
    import pandas as pd

    if sys.stdout.isatty():
        raise CommandError("Parquet is not for a terminal: send it to a file with > FILE.")
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    sys.stdout.buffer.write(frame.to_parquet(index=False))


def _table(rows: list[dict[str, Any]]) -> None:
    shown = ("system", "metric", "source", "definition", "period_start", "value", "unit", "status", "doubt")
    emit_table(rows, shown)
    say(f"{len(rows):,} rows")


def receipts_root() -> Path:
    """Where receipt bodies lie."""
    return home() / "receipts"
