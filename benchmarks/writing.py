"""Measure the write path against plain sqlite3 `executemany` of the same observations into the same tables.

Both begin from the same `Observation` objects, in one transaction, with the product's own pragmas, and end with the
same rows: the plain side is handed the roll-ups ready-made and looks nothing up, so it does less. Judging what was
written (doubts), which a collection adds, is in neither. Rounds alternate and each figure is a median. Writes
docs/figures/writing.md and .json; 1 if the promise is not kept.
"""

import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from figures import INTO, Figure, machine, table

from catalog.load import load_catalog
from db import write
from db.engine import open_database, writing
from db.records import Granularity, Observation

SERIES, PERIODS, ROUNDS, PROMISED = 60, 3_650, 5, 60.0
DAY = timedelta(days=1)
Side = Callable[[Path, list[Observation]], float]
INSERT = (
    "INSERT INTO observation (series_id, period_start, period_end, value, status, receipt_id, run_id, collected_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


def history(granularity: Granularity) -> list[Observation]:
    """Ten years of sixty series: as many as the daily downloads of every tracked package."""
    first = date(2016, 1, 1)
    return [
        Observation(
            "downloads",
            "pytorch",
            first + day * DAY,
            first + (day + 1) * DAY,
            float(day * number % 977),
            granularity=granularity,
            definition=f"package {number}",
        )
        for number in range(SERIES)
        for day in range(PERIODS)
    ]


def ours(path: Path, rows: list[Observation]) -> float:
    """Seconds of the product's write path, into a new database, its roll-ups included."""
    engine = open_database(f"sqlite:///{path}", create=True)
    with writing(engine) as session:
        run = write.start_run(session, kind="collection", source="measured", parameters={})
        write.catalog(session, run, load_catalog())
    began = time.perf_counter()
    with writing(engine) as session:
        write.observations(session, run, "measured", rows, None)
    seconds = time.perf_counter() - began
    engine.dispose()
    return seconds


def plain(path: Path, rows: list[Observation]) -> float:
    """Seconds of `executemany` into the tables that `ours` made, emptied."""
    opened = sqlite3.connect(path, isolation_level=None)
    made = opened.execute("SELECT * FROM roll_up").fetchall()
    run, now = opened.execute("SELECT run_id, collected_at FROM observation LIMIT 1").fetchone()
    ids = dict(opened.execute("SELECT definition, id FROM series"))
    opened.executescript("DELETE FROM observation; DELETE FROM roll_up; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)")
    opened.executescript("PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL")
    began = time.perf_counter()
    opened.execute("BEGIN IMMEDIATE")
    opened.executemany(
        INSERT,
        (
            (ids[o.definition], o.period_start.isoformat(), o.period_end.isoformat(), o.value, o.status, None, run, now)
            for o in rows
        ),
    )
    if made:
        opened.executemany(f"INSERT INTO roll_up VALUES ({', '.join('?' * len(made[0]))})", made)  # noqa: S608 - only marks
    opened.execute("COMMIT")
    seconds = time.perf_counter() - began
    opened.close()
    return seconds


def measured(granularity: Granularity) -> dict[Side, list[float]]:
    """Seconds of both sides, round by round."""
    found: dict[Side, list[float]] = {ours: [], plain: []}
    rows = history(granularity)
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as scratch:
            for side, seconds in found.items():
                seconds.append(side(Path(scratch) / "framescope.db", rows))
    return found


def main() -> int:
    """Measure, print, write; 1 if the promise is not kept."""
    where, when = machine(), datetime.now(UTC).date().isoformat()
    figures: list[Figure] = []
    sums: dict[Side, float] = {ours: 0.0, plain: 0.0}
    kinds: dict[Granularity, str] = {"month": "no roll-ups", "day": "weekly and monthly roll-ups kept too"}
    for granularity, what in kinds.items():
        seconds = {side: statistics.median(found) for side, found in measured(granularity).items()}
        for side, value in seconds.items():
            sums[side] += value
            figures.append(
                Figure(f"{granularity}, {side.__name__}", value, "s", None, f"{SERIES * PERIODS:,} rows, {what}")
            )
        figures.append(
            Figure(f"{granularity}, share of plain speed", 100 * seconds[plain] / seconds[ours], "%", None, "")
        )
    share = 100 * sums[plain] / sums[ours]
    kept = share >= PROMISED
    how = f"promised: at least {PROMISED:.0f} %: {'kept' if kept else 'NOT KEPT'}"
    figures.append(Figure("both together, share of plain speed", share, "%", None, how))
    INTO.mkdir(parents=True, exist_ok=True)
    document = json.dumps({"measured": when, "machine": where, "figures": [asdict(one) for one in figures]}, indent=2)
    (INTO / "writing.json").write_text(document + "\n", encoding="utf-8")
    text = f"# The write path\n\n<!-- Written by `make bench`. -->\n\nMeasured {when} on: {where}.\n\n{table(figures)}"
    (INTO / "writing.md").write_text(f"{text}\n{(__doc__ or '').split(chr(10), 2)[2]}", encoding="utf-8")
    print(table(figures), end="")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
