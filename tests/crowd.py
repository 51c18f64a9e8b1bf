"""Eight processes write and thirty sessions read one SQLite file (`make soak-faults`): ``python -m tests.crowd``."""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from db import read, write
from db.engine import Engine, open_database, queueing, reading, writing
from db.errors import JobRefused
from db.records import Observation
from tests.soak import catalogued

ROOT = Path(__file__).resolve().parents[1]
WRITERS, READERS = 8, 30
FIRST, ROWS, SPAN = date(2015, 1, 1), 100, 400


@dataclass(frozen=True)
class Crowd:
    """What writing and reading at once came to; ``wrong`` are the errors that reached somebody, and what was lost."""

    written: int
    reads: int
    slowest_read_s: float
    slowest_write_s: float
    wrong: list[str]

    def __str__(self) -> str:
        """As a line of a log."""
        return (
            f"{WRITERS} processes wrote {self.written:,} transactions (the slowest took {self.slowest_write_s:.2f} s), "
            f"{READERS} sessions read {self.reads:,} times (the slowest took {self.slowest_read_s:.2f} s)"
        )


def observations(name: str, first: int) -> list[Observation]:
    """Days of one writer's own series, each worth its number."""
    return [
        Observation(
            "downloads", "pytorch", FIRST + timedelta(day), FIRST + timedelta(day + 1), float(day),
            granularity="day", definition=name,
        )
        for day in range(first, first + ROWS)
    ]  # fmt: skip  # what it is of, then how it is counted


def write_on(engine: Engine, name: str, seconds: float, dice: random.Random) -> dict[str, Any]:
    """What one process does: figures, cursors, and jobs asked for, claimed and ended, one after the other."""
    with writing(engine) as session:
        run = write.start_run(session, kind="collection", source=name)
    until, done, slowest, wrong = time.monotonic() + seconds, 1, 0.0, Counter[str]()
    while time.monotonic() < until:
        began, first = time.monotonic(), dice.randrange(SPAN)
        try:
            with writing(engine) as session:
                write.observations(session, run, name, observations(name, first), None)
                write.set_cursor(session, run, name, f"{first}", "seen")
            with queueing(engine) as session:
                write.request_job(session, kind="made", parameters={}, requested_by=name)
            with queueing(engine) as session:
                job = write.claim_job(session, name)
            if job is not None:
                with queueing(engine) as session:
                    write.beat_job(session, job, name)
                    write.finish_job(session, job, name, state="done", message="well")
            done += 4
        except JobRefused:
            continue  # the queue is full, which is an answer
        except Exception as error:  # noqa: BLE001  # whatever reaches a user is what is looked for
            wrong[f"{type(error).__name__}: {error}"[:300]] += 1
        slowest = max(slowest, time.monotonic() - began)
    with writing(engine) as session:
        write.finish_run(session, run, status="ok")
    return {"name": name, "done": done + 1, "slowest": slowest, "wrong": dict(wrong)}


class Reader(threading.Thread):
    """A session of the site, all of them in one process with one engine: what every page asks, again and again."""

    def __init__(self, engine: Engine, over: threading.Event) -> None:
        super().__init__(daemon=True)
        self.engine, self.over = engine, over
        self.reads, self.slowest, self.wrong = 0, 0.0, Counter[str]()

    def run(self) -> None:
        """Read until nobody writes any more."""
        while not self.over.is_set():
            began = time.monotonic()
            try:
                with reading(self.engine) as session:
                    read.runs(session, limit=8)
                    read.jobs(session, states=("queued", "running"))
                    read.counts(session)
                    list(read.observations(session, metrics=["downloads"], systems=["pytorch"]))
            except Exception as error:  # noqa: BLE001  # as above
                self.wrong[f"{type(error).__name__}: {error}"[:300]] += 1
            self.reads += 1
            self.slowest = max(self.slowest, time.monotonic() - began)


def crowd(home: Path, seed: int, seconds: float) -> Crowd:
    """Let them all loose for so long, then count what is there."""
    url = f"sqlite:///{catalogued(home) / 'framescope.db'}"
    command = [sys.executable, "-m", "tests.crowd", "--write", url, "--seconds", str(seconds)]
    writers = [
        subprocess.Popen(
            [*command, "--seed", str(seed + number)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for number in range(WRITERS)
    ]  # fmt: skip  # what is run, then where and how
    for writer in writers:
        if writer.stdout is None or writer.stdout.readline() != "ready\n":
            raise RuntimeError("a writer did not start")
    engine, over = open_database(url), threading.Event()
    readers = [Reader(engine, over) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    for writer in writers:
        print("go", file=writer.stdin, flush=True)
    told = [json.loads(writer.communicate(timeout=seconds + 300)[0]) for writer in writers]
    over.set()
    for reader in readers:
        reader.join(300)
    wrong = [f"{times} x {error}" for each in [*told, *map(vars, readers)] for error, times in each["wrong"].items()]
    wrong += [f"a writer ended with {writer.returncode}" for writer in writers if writer.returncode]
    wrong += lost(engine, [each["name"] for each in told])
    engine.dispose()
    slowest = max(reader.slowest for reader in readers), max(each["slowest"] for each in told)
    done, reads = sum(each["done"] for each in told), sum(reader.reads for reader in readers)
    return Crowd(done, reads, *slowest, wrong)


def lost(engine: Engine, names: list[str]) -> list[str]:
    """What is not as its writer wrote it: a value, a row whose cursor is there, a job, or the file itself."""
    with reading(engine) as session:
        rows = session.execute(
            text(
                "SELECT s.source, o.period_start, o.value FROM observation o JOIN series s ON s.id = o.series_id "
                "WHERE s.granularity = 'day'"
            )
        ).all()
        cursors = session.execute(text("SELECT source, key FROM cursor")).all()
        jobs = session.execute(text("SELECT state, count(*) FROM job WHERE state = 'running' GROUP BY state")).all()
        (sound,) = session.execute(text("PRAGMA integrity_check")).all()[0]
    there = {(source, (date.fromisoformat(day) - FIRST).days): value for source, day, value in rows}
    wrong = [f"{source}, day {day}: {value}" for (source, day), value in there.items() if value != float(day)]
    wanted = {(source, int(key) + day) for source, key in cursors for day in range(ROWS)}
    wrong += [f"{len(wanted ^ set(there))} rows lost or made up"] if wanted != set(there) else []
    wrong += [f"jobs left: {tuple(row)}" for row in jobs] + ([] if sound == "ok" else [f"damaged: {sound}"])
    return wrong + ([] if len({source for source, _ in there}) == len(names) else ["a writer wrote nothing"])


def main() -> int:
    """Write for one process where told to; else let the crowd loose. Exit status 1 if an error reached anybody."""
    parser = argparse.ArgumentParser(prog="python -m tests.crowd", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--write", metavar="ADDRESS", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.write:
        dice = random.Random(given.seed)  # noqa: S311  # which days, not secrets
        engine = open_database(given.write)
        print("ready", flush=True)
        sys.stdin.readline()
        print(json.dumps(write_on(engine, f"writer-{given.seed}", given.seconds, dice)))
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        outcome = crowd(Path(scratch) / "home", given.seed, given.seconds)
    print(f"crowd: seed {given.seed}, {given.seconds:g} s: {outcome}")
    print("\n".join(outcome.wrong) or "no error reached anybody, and every row is there")
    return bool(outcome.wrong)


if __name__ == "__main__":
    sys.exit(main())
