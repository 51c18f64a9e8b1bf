"""Asks for jobs as the site does, each by a key, and begins again when killed: ``tests.killing.asking DIARY COUNT``."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from collectors import jobs
from db import read
from db.engine import Engine, open_database, reading
from db.errors import DatabaseAway
from tests.killing.diary import Diary

SOURCES = ("clickpy", "conda", "dockerhub", "wikimedia")
WAITING = 6


def ask(engine: Engine, number: int) -> int:
    """Ask for one job: every third measures, the others collect from two sources."""
    key, by = f"asked-{number}", "a killing"
    if number % 3 == 0:
        return jobs.request_benchmark(
            engine, workloads=["matmul"], variants=["numpy"], size="tiny", seconds=2.0, processes=1,
            requested_by=by, key=key,
        )  # fmt: skip  # what is asked for and who asks
    chosen = (SOURCES[number % 4], SOURCES[(number + 1) % 4])
    return jobs.request_collection(engine, sources=chosen, requested_by=by, key=key)


def main() -> None:
    """Ask for so many, a few waiting at a time."""
    diary, count = Diary(Path(sys.argv[1])), int(sys.argv[2])
    engine, number = open_database(), 0
    while number < count:
        try:
            with reading(engine) as session:
                waiting = len(read.jobs(session, states=("queued",)))
            if waiting < WAITING:
                diary.note("asked", number=number, job=ask(engine, number))
                number += 1
        except DatabaseAway:
            time.sleep(0.2)
        time.sleep(0.1)


if __name__ == "__main__":
    main()
