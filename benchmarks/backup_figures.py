"""Measure a backup of ten million observations beside a process that writes, and the restore of it.

The observations are daily values of made series, put into the product's own tables by plain SQL, without roll-ups.
Beside the backup one process writes a transaction of ten observations every 20 ms
through the product's own pragmas and notes how long each took, its wait for the lock and its commit included; the
longest is held against one second. The same writer alone is measured first, for as long. Writes docs/figures/backup.md
and .json; 1 if a promise is not kept. --rows makes a smaller one, to try this program.
"""

import argparse
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from figures import INTO, Figure, machine, table

from catalog.load import load_catalog
from db import write
from db.backup import back_up
from db.engine import open_database, writing
from db.receipts import ReceiptStore
from db.restoring import restore

ROWS, PERIODS = 10_000_000, 4_000
BACKUP_S, WAIT_S, ALONE_S = 60.0, 1.0, 20.0
SERIES = "INSERT INTO series VALUES (?, 'downloads', 'pytorch', 'measured', 'day', ?, 'downloads', 'sum', 0)"
OBSERVATION = "INSERT INTO observation VALUES (?, ?, ?, ?, 'ok', NULL, ?, ?)"
WRITER = """
import sqlite3, sys, time
opened = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
opened.execute("PRAGMA synchronous = NORMAL")
number = int(sys.argv[2])
print("ready", flush=True)
while True:
    number += 1
    began = time.perf_counter()
    opened.execute("BEGIN IMMEDIATE")
    for day in range(10):
        opened.execute("UPDATE observation SET value = ? WHERE series_id = ? AND period_start = ?",
                       (float(number), 1 + number % 997, f"2016-01-{day + 11}"))
    opened.execute("COMMIT")
    print(time.perf_counter() - began, flush=True)
    time.sleep(0.02)
"""


def fill(path: Path, rows: int) -> None:
    """Make a database with so many observations."""
    engine = open_database(f"sqlite:///{path}", create=True)
    with writing(engine) as session:
        run = write.start_run(session, kind="collection", source="measured", parameters={})
        write.catalog(session, run, load_catalog())
    engine.dispose()
    first = date(2012, 1, 1)
    days = [(first + timedelta(days=n)).isoformat() for n in range(PERIODS + 1)]
    now = datetime.now(UTC).replace(tzinfo=None).isoformat(" ")
    with closing(sqlite3.connect(path, isolation_level=None)) as opened:
        opened.execute("BEGIN IMMEDIATE")
        for series in range(1, rows // PERIODS + 1):
            opened.execute(SERIES, (series, f"package {series}"))
            values = ((series, days[n], days[n + 1], float(n * series % 99_991), run, now) for n in range(PERIODS))
            opened.executemany(OBSERVATION, values)
        opened.execute("COMMIT")
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class Writer:
    """A process that writes, and the seconds that each of its transactions took."""

    def __init__(self, path: Path, number: int) -> None:
        words = [sys.executable, "-c", WRITER, str(path), str(number)]
        self._process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        if self._process.stdout is None or self._process.stdout.readline() != "ready\n":
            raise RuntimeError("the writer did not start")

    def end(self) -> list[float]:
        """Stop it and give what it noted."""
        self._process.terminate()
        said, _ = self._process.communicate(timeout=60)
        return sorted(float(line) for line in said.splitlines()[:-1])


def figures_of(name: str, taken: list[float], limit: float | None) -> list[Figure]:
    """Give the longest and the usual of a writer's transactions."""
    how = f"{len(taken):,} transactions"
    return [
        Figure(f"longest transaction, {name}", taken[-1], "s", limit, how),
        Figure(f"99 of 100 transactions, {name}", taken[int(0.99 * len(taken))], "s", None, ""),
    ]


def measured(scratch: Path, rows: int) -> list[Figure]:
    """Measure everything."""
    path, store = scratch / "framescope.db", ReceiptStore(scratch / "receipts")
    fill(path, rows)
    alone = Writer(path, 0)
    time.sleep(ALONE_S)
    before = alone.end()
    beside = Writer(path, 1_000_000)
    began = time.perf_counter()
    made = back_up(f"sqlite:///{path}", scratch / "kept.zip", store)
    seconds = time.perf_counter() - began
    during = beside.end()
    began = time.perf_counter()
    restore(made.file, f"sqlite:///{scratch / 'again.db'}", store)
    back = time.perf_counter() - began
    limit = BACKUP_S if rows == ROWS else None
    return [
        Figure("backup", seconds, "s", limit, f"{made.manifest.observations:,} observations, checked"),
        Figure("database", made.manifest.bytes / 1e6, "MB", None, ""),
        Figure("the backup's file", made.bytes / 1e6, "MB", None, "without receipts"),
        *figures_of("nothing beside it", before, None),
        *figures_of("during the backup", during, WAIT_S),
        Figure("restore", back, "s", None, "into a new file, checked"),
    ]


def main() -> int:
    """Measure, print, write; 1 if a promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    rows = parser.parse_args().rows
    where, when = machine(), datetime.now(UTC).date().isoformat()
    with tempfile.TemporaryDirectory() as scratch:
        figures = measured(Path(scratch), rows)
    print(table(figures), end="")
    if rows == ROWS:
        kept = [{**asdict(one), "verdict": one.verdict} for one in figures]
        document = json.dumps({"measured": when, "machine": where, "figures": kept}, indent=2, ensure_ascii=False)
        (INTO / "backup.json").write_text(document + "\n", encoding="utf-8")
        text = f"# Backups\n\n<!-- Written by `make bench`. -->\n\nMeasured {when} on: {where}.\n\n"
        text += f"{table(figures)}\n{(__doc__ or '').split(chr(10), 2)[2]}"
        (INTO / "backup.md").write_text(text, encoding="utf-8")
    return 1 if any(one.verdict == "NOT KEPT" for one in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
