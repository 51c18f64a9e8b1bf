"""Gives up the bodies of old receipts; the receipts stay listed, and so does every figure read from them."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from db import read, write
from db.engine import Engine, reading, writing
from db.read import KeptBody
from db.receipts import KeptFile, ReceiptStore

GRACE_S = 3_600.0
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was given up, or would be.

    ``receipts`` are the rows whose body goes, ``bodies`` the files that went with ``bytes`` on disk; ``unlisted`` of
    them belonged to no row, left by a crash. ``kept`` is how many bodies are still needed, ``lost`` are those of them
    that are not there.
    """

    receipts: int
    bodies: int
    bytes: int
    unlisted: int
    kept: int
    lost: tuple[KeptBody, ...]


def prune(engine: Engine, store: ReceiptStore, older_than: timedelta, *, dry_run: bool = False) -> Pruned:
    """Give up the bodies of answers that came longer ago than ``older_than``.

    A body stays while one receipt that has it is younger, or is the newest good one of its address: that one is what
    the next conditional request rests on. First the rows say that their body is given up, in one transaction; then the
    files go. A process killed in between leaves files that nobody needs, and the next prune removes them. Safe beside a
    collection: a body goes only if it was put longer ago than ``GRACE_S`` seconds, which no answer waits for its row.
    Raises the store's errors.
    """
    now = datetime.now(UTC)
    cutoff, put_before = now - older_than, time.time() - GRACE_S
    if dry_run:
        with reading(engine) as session:
            given_up = read.prunable_receipts(session, cutoff)
            needed, listed = read.needed_bodies(session, cutoff), read.listed_hashes(session)
        going = [file for file in store.files() if file.sha256 not in needed and file.put < put_before]
        removed = [(file, file.size) for file in going]
    else:
        with writing(engine) as session:
            given_up = write.prune_receipts(session, cutoff, now)
        removed = list(_sweep(engine, store, put_before))
        with reading(engine) as session:
            needed, listed = read.needed_bodies(session), read.listed_hashes(session)
    there = {file.sha256 for file in store.files()}
    return Pruned(
        receipts=given_up,
        bodies=len(removed),
        bytes=sum(size for _, size in removed),
        unlisted=sum(file.sha256 not in listed for file, _ in removed),
        kept=len(needed),
        lost=tuple(body for sha256, body in sorted(needed.items()) if sha256 not in there),
    )


def _sweep(engine: Engine, store: ReceiptStore, put_before: float) -> Iterator[tuple[KeptFile, int]]:
    """Remove every file that no receipt needs, some at a time, so that a collection is not kept waiting."""
    files = store.files()
    while batch := list(islice(files, _BATCH)):
        with writing(engine) as session:
            needed = read.needed_among(session, [file.sha256 for file in batch])
            for file in batch:
                if file.sha256 in needed:
                    store.restore(file)
                elif (size := store.remove(file, put_before)) is not None:
                    yield file, size
    store.tidy(put_before)
