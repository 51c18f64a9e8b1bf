"""Backups: a consistent copy of the database and the bodies of its receipts, made while everything runs."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from db import clock, read
from db.archive import Manifest, disk_errors, pack, part_beside, put_in_place
from db.copying import copy
from db.engine import address, home, open_database, reading, sqlite_path, translated
from db.errors import DatabaseDamaged, FileThere
from db.looking import revision_of
from db.migrations import REVISIONS
from db.receipts import ReceiptStore
from db.write.runs import program_version

STEP_PAGES = 2_048
PAUSE_S = 0.002
rest = time.sleep
SYNCED_STEPS = 8
"""After so many steps what was written goes to the disk, so that no writer's own has to wait behind gigabytes."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that was made: its file, the bytes of it, and what it says of itself."""

    file: Path
    bytes: int
    manifest: Manifest


def back_up(url: str, target: Path, store: ReceiptStore) -> BackedUp:
    """Write a backup of a database of the current revision, with the bodies of its receipts.

    The database is copied as it is at one moment, whoever writes meanwhile, and nobody waits for it. The backup appears
    under its name whole or not at all. Raises `FileThere` where there is such a file, `DatabaseDamaged` where the copy
    is not sound, and the store's errors.
    """
    open_database(url).dispose()
    return _made(url, target, store)


def before_upgrade(url: str) -> Path | None:
    """Back up a file that an upgrade is about to change, into the home's ``backups``; gives where, None if it need not.

    Without bodies, which no upgrade touches. A database on a server is left to the server's own tools.
    """
    found = revision_of(url) if sqlite_path(url) is not None else None
    if found not in REVISIONS or found == REVISIONS[-1]:
        return None
    directory = home() / "backups"
    if directory.exists() and not directory.is_dir():
        raise FileThere(f"{directory} is a file, and the backup before an upgrade goes into a directory of that name.")
    with disk_errors(directory):
        directory.mkdir(parents=True, exist_ok=True)
        if (there := _made_before(url, directory)) is not None:
            return there
    return _made(url, directory / f"before-{REVISIONS[-1]}-{clock.now():%Y%m%dT%H%M%S.%fZ}.zip", None).file


def _made_before(url: str, directory: Path) -> Path | None:
    """The backup that an upgrade which did not come to its end has made, if nothing was written since."""
    database = Path(str(sqlite_path(url)))
    log = database.with_name(f"{database.name}-wal")
    written = max(path.stat().st_mtime for path in (database, log) if path == database or _has_content(path))
    found = sorted(directory.glob(f"before-{REVISIONS[-1]}-*.zip"))
    return found[-1] if found and found[-1].stat().st_mtime > written else None


def _has_content(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _made(url: str, target: Path, store: ReceiptStore | None) -> BackedUp:
    if target.exists():
        raise FileThere(f"{target} is there already, and no backup is overwritten. Name another file.")
    with part_beside(target) as snapshot, part_beside(target) as part:
        made = clock.now()
        _copy_of(url, snapshot)
        revision, observations = _sound(snapshot)
        needed = [] if store is None else _needed(snapshot)
        described = partial(
            Manifest,
            made=made.isoformat(timespec="seconds"),
            program=program_version(),
            revision=revision,
            dialect=address(url).get_backend_name(),
            observations=observations,
            wanted=len(needed),
        )
        manifest = pack(part, snapshot, _whole(store, needed), described)
        size = part.stat().st_size
        put_in_place(part, target)
    return BackedUp(target, size, manifest)


def _copy_of(url: str, snapshot: Path) -> None:
    """Fill a file with the database as it is at one moment."""
    path = sqlite_path(url)
    if path is not None:
        with translated(path):
            _copy_pages(path, snapshot)
        return
    source, target = open_database(url), open_database(f"sqlite:///{snapshot}", create=True)
    try:
        copy(source, target)
    finally:
        source.dispose()
        target.dispose()


def _copy_pages(path: Path, snapshot: Path) -> None:
    """SQLite's online backup, inside one read transaction: no writer waits for it, and none makes it begin again."""
    steps = 0

    def passed(*_: int) -> None:
        nonlocal steps
        steps += 1
        if steps % SYNCED_STEPS == 0:
            os.fsync(handle)
        rest(PAUSE_S)

    handle = os.open(snapshot, os.O_RDWR)
    try:
        where = f"{path.resolve().as_uri()}?mode=rw"
        with (
            closing(sqlite3.connect(where, uri=True, isolation_level=None)) as source,
            closing(sqlite3.connect(snapshot)) as target,
        ):
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the transaction begins with what it reads
            with translated(snapshot):  # a disk that fills up is the copy's, which may be another one
                source.backup(target, pages=STEP_PAGES, progress=passed)
    finally:
        os.close(handle)


def _sound(snapshot: Path) -> tuple[str, int]:
    """The revision of a copy and its number of observations. Raises `DatabaseDamaged` where it is not sound."""
    with translated(snapshot), closing(sqlite3.connect(snapshot)) as opened:
        (said,) = opened.execute("PRAGMA quick_check(1)").fetchone()
        if said != "ok":
            raise DatabaseDamaged(f"The database is damaged ({said}), so no backup was made. Restore an earlier one.")
        (revision,) = opened.execute("SELECT version_num FROM alembic_version").fetchone()
        (observations,) = opened.execute("SELECT count(*) FROM observation").fetchone()
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return str(revision), int(observations)


def _needed(snapshot: Path) -> list[str]:
    opened = open_database(f"sqlite:///{snapshot}")
    with reading(opened) as session:
        needed = sorted(read.needed_bodies(session))
    opened.dispose()
    return needed


def _whole(store: ReceiptStore | None, needed: list[str]) -> Iterator[tuple[str, bytes]]:
    """Those of the needed bodies that are there and match their hash, as they lie there."""
    for sha256 in needed:
        packed = None if store is None else _packed(store, sha256)
        if packed is not None:
            yield sha256, packed


def _packed(store: ReceiptStore, sha256: str) -> bytes | None:
    try:
        store.get(sha256)
        return store.path(sha256).read_bytes()
    except (KeyError, ValueError, DatabaseDamaged, FileNotFoundError):
        return None
