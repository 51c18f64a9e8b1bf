"""Measure PostgreSQL beside SQLite: the reads of the Adoption page, and claiming one of 10,000 queued jobs.

Both databases hold the same rows: sixty daily series of ten years, written once into SQLite and moved by `framescope
copy`. The server is one of this program's own, on this machine, reached by its socket, with fsync as it is delivered.
Rounds alternate, and each figure is a median. Writes docs/figures/postgresql.md and .json; 1 if a promise is not kept.
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from figures import INTO, Figure, machine, table
from postgresql_server import Server, find_binaries
from sqlalchemy import insert
from writing import history

from catalog.load import load_catalog
from db import read, write
from db.copying import copy
from db.engine import Engine, open_database, queueing, reading, writing
from db.models import Job

ROUNDS, QUEUED, CLAIMS = 15, 10_000, 200
RATIO, CLAIM_MS = 1.5, 20.0
Read = Callable[[Engine], object]


def stamp(engine: Engine) -> object:
    """Read what every page asks first: whether anything was written since."""
    with reading(engine) as session:
        return read.newest_runs(session)


def chart(engine: Engine) -> object:
    """Read one metric for the chart, by month."""
    with reading(engine) as session:
        return read.charted(session, metric="downloads")


def series(engine: Engine) -> object:
    """Read the list of series with their extent."""
    with reading(engine) as session:
        return read.series_list(session)


def doubts(engine: Engine) -> object:
    """Read the doubts that the page shows beside its chart."""
    with reading(engine) as session:
        return read.doubts(session)


def page(engine: Engine) -> object:
    """Do all of them, as a first visit does."""
    return [one(engine) for one in READS[:-1]]


READS: tuple[Read, ...] = (stamp, chart, series, doubts, page)


def filled(path: Path) -> Engine:
    """Give a SQLite database with the catalogue and the sixty series."""
    engine = open_database(f"sqlite:///{path}", create=True)
    with writing(engine) as session:
        run = write.start_run(session, kind="collection", source="measured", parameters={})
        write.catalog(session, run, load_catalog())
        write.observations(session, run, "measured", history("day"), None)
    return engine


def seconds_of(work: Callable[[], object]) -> float:
    """Give the seconds that something takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def read_figures(old: Engine, new: Engine) -> list[Figure]:
    """Measure every read on both, round by round."""
    figures = []
    for one in READS:
        if one(old) != one(new):
            raise RuntimeError(f"{one.__name__} does not give the same on both")
        times: dict[str, list[float]] = {"SQLite": [], "PostgreSQL": []}
        for _ in range(ROUNDS):
            for name, engine in (("SQLite", old), ("PostgreSQL", new)):
                times[name].append(seconds_of(lambda one=one, engine=engine: one(engine)))  # type: ignore[misc]  # bound at once
        medians = {name: statistics.median(found) for name, found in times.items()}
        figures += [Figure(f"{one.__name__}, {name}", 1e3 * value, "ms", None, "") for name, value in medians.items()]
        limit = RATIO if one is page else None
        ratio = medians["PostgreSQL"] / medians["SQLite"]
        figures.append(Figure(f"{one.__name__}, PostgreSQL to SQLite", ratio, "×", limit, (one.__doc__ or "").strip()))
    return figures


def claim_figures(engine: Engine, name: str) -> list[Figure]:
    """Measure claims among ten thousand queued jobs; each is a transaction of its own."""
    now = datetime.now(UTC)
    rows = [
        {"kind": "benchmark", "parameters": {}, "state": "queued", "requested": now, "requested_by": "measured"}
        for _ in range(QUEUED)
    ]
    with queueing(engine) as session:
        session.execute(insert(Job), rows)

    def claim() -> None:
        with queueing(engine) as session:
            if write.claim_job(session, "measured", kinds=("benchmark", "probe")) is None:
                raise RuntimeError("there was no job to claim")

    times = sorted(1e3 * seconds_of(claim) for _ in range(CLAIMS))
    worst = times[int(0.99 * len(times))]
    return [
        Figure(f"claim, {name}", statistics.median(times), "ms", CLAIM_MS, f"{QUEUED:,} queued, median of {CLAIMS}"),
        Figure(f"claim, {name}, 99 of 100", worst, "ms", CLAIM_MS, "commit included"),
    ]


def measured(scratch: Path, server: Server) -> list[Figure]:
    """Measure everything."""
    old = filled(scratch / "old.db")
    new = open_database(server.url(server.create()), create=True)
    began = time.perf_counter()
    rows = sum(copy(old, new).rows.values())
    taken = time.perf_counter() - began
    figures = [Figure("framescope copy, SQLite to PostgreSQL", taken, "s", None, f"{rows:,} rows, compared")]
    figures += read_figures(old, new)
    figures += claim_figures(old, "SQLite") + claim_figures(new, "PostgreSQL")
    old.dispose()
    new.dispose()
    return figures


def main() -> int:
    """Measure, print, write; 1 if a promise is not kept."""
    where, when = machine(), datetime.now(UTC).date().isoformat()
    binaries = find_binaries()
    if binaries is None:
        print("There is no PostgreSQL on this machine; on Debian: apt-get install postgresql", file=sys.stderr)
        return 1
    server = Server(binaries, durable=True)
    try:
        version = str(server.execute("SHOW server_version")[0][0]).split()[0]
        with tempfile.TemporaryDirectory() as scratch:
            figures = measured(Path(scratch), server)
    finally:
        server.close()
    where = f"{where}, PostgreSQL {version}"
    rows = [{**asdict(one), "verdict": one.verdict} for one in figures]
    document = json.dumps({"measured": when, "machine": where, "figures": rows}, indent=2, ensure_ascii=False)
    (INTO / "postgresql.json").write_text(document + "\n", encoding="utf-8")
    text = f"# PostgreSQL beside SQLite\n\n<!-- Written by `make bench`. -->\n\nMeasured {when} on: {where}.\n\n"
    text += f"{table(figures)}\n{(__doc__ or '').split(chr(10), 2)[2]}"
    (INTO / "postgresql.md").write_text(text, encoding="utf-8")
    print(table(figures), end="")
    return 1 if any(one.verdict == "NOT KEPT" for one in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
