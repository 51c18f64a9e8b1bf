"""Make a store with so many observations (`big_store.py PATH ROWS`), all of them made up, and marked so.

Daily series of 2,500 days lie in the product's own tables with their roll-ups by week and month, put there by plain
SQL: first the downloads of the four frameworks, which the Adoption page shows, then one for every other metric and
system, then the same again in another definition. So a small store and a large one show the same four lines.
"""

import sqlite3
import sys
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from catalog.load import load_catalog
from db import write
from db.engine import open_database, writing

DAYS = 2_500
FIRST = date(2018, 1, 1)
SOURCE, SHOWN = "made", ("pytorch", "tensorflow", "keras", "jax")
SERIES = "INSERT INTO series VALUES (?, ?, ?, ?, 'day', ?, ?, ?, ?)"
OBSERVATION = "INSERT INTO observation VALUES (?, ?, ?, ?, 'ok', NULL, ?, ?)"
ROLL_UP = """
INSERT INTO roll_up SELECT series_id, ?, {start} AS first, {end},
  CASE roll_up WHEN 'sum' THEN sum(value) WHEN 'mean' THEN avg(value) ELSE value END, 'ok', count(*), max(period_start)
FROM observation JOIN series ON id = series_id GROUP BY series_id, first
"""
PERIODS = {
    "week": ("date(period_start, 'weekday 0', '-6 days')", "date(period_start, 'weekday 0', '+1 day')"),
    "month": ("date(period_start, 'start of month')", "date(period_start, 'start of month', '+1 month')"),
}


def made(path: Path, rows: int) -> None:
    """Make it; ``rows`` is the number of observations, rounded down to whole series. ``value`` of *last* is SQLite's
    own way: a bare column comes from the row that has the ``max``."""
    building = path.with_name(f".{path.name}.building")
    building.unlink(missing_ok=True)
    engine = open_database(f"sqlite:///{building}", create=True)
    with writing(engine) as session:
        run = write.start_run(session, kind="collection", source="made", parameters={"observations": rows})
        write.catalog(session, run, load_catalog())
        write.finish_run(session, run, status="ok", new=rows)
    engine.dispose()
    with closing(sqlite3.connect(building, isolation_level=None)) as opened:
        opened.execute("PRAGMA journal_mode = WAL")
        opened.execute("BEGIN IMMEDIATE")
        _fill(opened, rows, run)
        opened.execute("COMMIT")
        opened.execute("ANALYZE")
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        opened.execute("PRAGMA journal_mode = DELETE")
    building.rename(path)


def _fill(opened: sqlite3.Connection, rows: int, run: int) -> None:
    catalog = load_catalog()
    systems = [*SHOWN, *(slug for slug in catalog.systems if slug not in SHOWN)]
    pairs = [(metric, system) for metric in catalog.metrics.values() for system in systems]
    days = [(FIRST + timedelta(days=n)).isoformat() for n in range(DAYS + 1)]
    now = datetime.now(UTC).replace(tzinfo=None).isoformat(" ")
    for number, (metric, system) in enumerate([*pairs, *pairs[len(systems) :]][: rows // DAYS], start=1):
        called = f"made up {1 + number // len(pairs)}"
        first = number <= len(pairs)
        opened.execute(SERIES, (number, metric.slug, system, SOURCE, called, metric.unit, metric.roll_up, first))
        values = ((number, days[n], days[n + 1], 1e3 + n * number % 99_991, run, now) for n in range(DAYS))
        opened.executemany(OBSERVATION, values)
    for granularity, (start, end) in PERIODS.items():
        opened.execute(ROLL_UP.format(start=start, end=end), (granularity,))


if __name__ == "__main__":
    made(Path(sys.argv[1]), int(sys.argv[2]))
