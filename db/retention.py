"""Gives up, by age, ended jobs and raw samples; no observation and no result of a measurement ever goes."""

import gzip
import json
from dataclasses import dataclass
from datetime import timedelta

from db import clock, read, write
from db.engine import Engine, reading, writing

_BATCH = 200


@dataclass(frozen=True, slots=True)
class GivenUp:
    """How many rows were concerned, or would be, and the bytes that they took in the database."""

    rows: int
    bytes: int


def remove_jobs(engine: Engine, older_than: timedelta, *, dry_run: bool = False) -> GivenUp:
    """Remove jobs that ended longer ago than that; one that waits or runs stays. Raises the store's errors."""
    cutoff = clock.now() - older_than
    if dry_run:
        with reading(engine) as session:
            return GivenUp(read.ended_jobs(session, cutoff), 0)
    with writing(engine) as session:
        return GivenUp(write.remove_ended_jobs(session, cutoff), 0)


def give_up_samples(engine: Engine, older_than: timedelta, *, dry_run: bool = False) -> GivenUp:
    """Give up the raw samples of results measured longer ago than that, some at a time.

    Medians, intervals, verdicts, passports and the code as it ran stay. Raises the store's errors.
    """
    cutoff, last, rows, freed = clock.now() - older_than, 0, 0, 0
    while True:
        with reading(engine) as session:
            found = read.old_samples(session, cutoff, after=last, limit=_BATCH)
        if not found:
            return GivenUp(rows, freed)
        last = found[-1][0]
        bare = {number: (packed, less) for number, packed in found if (less := _without_samples(packed)) is not None}
        if bare and not dry_run:
            with writing(engine) as session:
                for number, (_, less) in bare.items():
                    write.replace_samples(session, number, less)
        rows += len(bare)
        freed += sum(len(packed) - len(less) for packed, less in bare.values())


def _without_samples(packed: bytes) -> bytes | None:
    """The same without its samples; the code that may lie with them stays. None where it holds no samples."""
    held = json.loads(gzip.decompress(packed))
    samples, rest = (held[0], [None, held[1]]) if isinstance(held, list) else (held, None)
    return None if samples is None else gzip.compress(json.dumps(rest).encode(), mtime=0)
