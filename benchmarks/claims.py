"""Measure how long all claims take from a store of ten million observations, the bundled history among them.

The store is made once in a directory of its own: the bundled figures, then daily series of ten years (every tracked
system, five metrics that rules read, several ways of counting each) with monthly roll-ups, written past the write door.
Each round is a process's work after its imports: open, read, decide; the figure is the median of five, the first one
from a cold connection. Writes docs/figures/claims.md; 1 if the promise of 5 s is not kept.

    python benchmarks/claims.py [DIRECTORY]
"""

import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from figures import INTO, Figure, machine, table

from catalog.load import load_catalog
from collectors.history import load_bundled
from db import clock
from db.engine import open_database, reading
from db.receipts import ReceiptStore
from verdicts import ledger

WANTED, DAYS, ROUNDS, PROMISED = 10_000_000, 3_653, 5, 5.0
METRICS = (("downloads", "clickpy", "sum"), ("stars", "ecosystems", "last"), ("papers", "openalex", "sum"),
           ("questions", "stackexchange", "sum"), ("page_views", "wikimedia", "sum"))  # fmt: skip
FIRST = date(2016, 11, 1)
NOON = "2026-11-01 12:00:00.000000"


def big_store(path: Path) -> int:
    """Make the store unless it is there; gives how many observations it holds."""
    if not path.exists():
        engine = open_database(f"sqlite:///{path}", create=True)
        load_bundled(engine, ReceiptStore(path.parent / "receipts"))
        engine.dispose()
        with sqlite3.connect(path) as connection:
            fill(connection)
    with sqlite3.connect(path) as connection:
        return int(connection.execute("SELECT count(*) FROM observation").fetchone()[0])


def fill(connection: sqlite3.Connection) -> None:
    """Add series until there are ten million observations; the first way of counting of each is the primary one."""
    held = connection.execute("SELECT count(*) FROM observation").fetchone()[0]
    (run,) = connection.execute("SELECT max(id) FROM run").fetchone()
    systems = [name for (name,) in connection.execute("SELECT slug FROM system ORDER BY slug")]
    number = 0
    while held < WANTED:
        metric, source, rule = METRICS[number % len(METRICS)]
        system = systems[number // len(METRICS) % len(systems)]
        way = number // len(METRICS) // len(systems)
        key = (metric, system, source, "day", f"way {way}", "things", rule, way == 0)
        made = connection.execute(
            "INSERT INTO series (metric, system, source, granularity, definition, unit, roll_up, is_primary) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)", key,
        ).lastrowid  # fmt: skip
        connection.executemany(
            "INSERT INTO observation VALUES (?, ?, ?, ?, 'ok', NULL, ?, ?)", days(int(made or 0), run, number)
        )
        connection.executemany(
            "INSERT INTO roll_up (series_id, granularity, period_start, period_end, value, status, days, last_seen) "
            "VALUES (?, 'month', ?, ?, ?, 'ok', 30, ?)", months(int(made or 0), number),
        )  # fmt: skip
        held, number = held + DAYS, number + 1


def days(series: int, run: int, number: int) -> Iterator[tuple[object, ...]]:
    """Ten years of days of one series."""
    for day in range(DAYS):
        start = FIRST + timedelta(days=day)
        yield series, start.isoformat(), (start + timedelta(days=1)).isoformat(), 40.0 + (day + number) % 97, run, NOON


def months(series: int, number: int) -> Iterator[tuple[object, ...]]:
    """The same by months."""
    for step in range(120):
        year, month = divmod(10 + step, 12)
        start = date(2016 + year, month + 1, 1)
        end = (start + timedelta(days=32)).replace(day=1)
        last = end - timedelta(days=1)
        yield series, start.isoformat(), end.isoformat(), 1_200.0 + (step + number) % 97, last.isoformat()


def once(path: Path) -> float:
    """Seconds from opening the store to all verdicts."""
    began = time.perf_counter()
    engine = open_database(f"sqlite:///{path}")
    with reading(engine) as session:
        found = ledger.ledger(session, clock.today())
    engine.dispose()
    assert len(found) == len(load_catalog().claims)  # noqa: S101  # what is measured must be the whole
    return time.perf_counter() - began


def main() -> int:
    """Make the store, measure, write the page."""
    with tempfile.TemporaryDirectory() as made:
        path = Path(sys.argv[1] if len(sys.argv) > 1 else made) / "framescope.db"
        path.parent.mkdir(parents=True, exist_ok=True)
        held = big_store(path)
        taken = [once(path) for _ in range(ROUNDS)]
    middle = statistics.median(taken)
    figure = Figure("all claims, as of today", middle, "s", PROMISED, f"{held:,} observations; first {taken[0]:.2f} s")
    text = "\n".join(
        ["# The claim ledger", "", "<!-- Written by `python benchmarks/claims.py`. -->", "", machine(), ""]
    )
    (INTO / "claims.md").write_text(f"{text}\n{table([figure])}\n\n{__doc__.strip()}\n", encoding="utf-8")
    print(f"{held:,} observations: {middle:.2f} s (promised: {PROMISED} s)")
    return int(middle > PROMISED)


if __name__ == "__main__":
    sys.exit(main())
