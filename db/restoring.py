"""Restoring a backup: everything is checked beside the target first, and takes its place in one step."""

import logging
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from db import postgresql
from db.archive import Archive, Manifest, part_beside, put_in_place
from db.copying import copy
from db.engine import engine_of, home, is_empty, open_database, sqlite_path, translated
from db.errors import BackupDamaged, DatabaseBusy, DatabaseDamaged, DatabaseFilled, DatabaseNewer
from db.looking import revision_of
from db.migrations import REVISIONS
from db.receipts import ReceiptStore

log = logging.getLogger(__name__)
WAIT_S = 5.0
"""How long a restore waits for others to let go of the database."""
LOOKS_S = 0.2
REPLACED = ".replaced"
_NOT_OURS = "SELECT count(*) FROM sqlite_master WHERE type IN ('trigger', 'view')"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored; ``kept`` is where the database that was replaced lies now, None where there was none."""

    manifest: Manifest
    kept: Path | None


def restore(file: Path, url: str, store: ReceiptStore, *, replace: bool = False, force: bool = False) -> Restored:
    """Put the database and the bodies of a backup back, at an address of either kind, upgraded to this revision.

    Everything is unpacked and checked first; bodies are added to those that are there; the database comes last and in
    one step, so that a restore that was broken off has changed no figure and is started again. With ``force`` a
    database on a server is replaced though others are connected to it; a file that others have open never is.

    Raises:
        BackupDamaged: the file is no backup, or not as it was made.
        DatabaseNewer: it was made by a newer Framescope.
        DatabaseFilled: there is a database already and ``replace`` was not said.
        DatabaseBusy: another process has the database open, or is connected to it.
    """
    archive = Archive(file)
    try:
        if replace and not force and sqlite_path(url) is None:
            _must_be_alone(url)
        return _restored(archive, url, store, replace)
    finally:
        archive.close()


def _restored(archive: Archive, url: str, store: ReceiptStore, replace: bool) -> Restored:
    manifest, path = archive.manifest, sqlite_path(url)
    path = None if path is None else path.resolve()
    if manifest.revision not in REVISIONS:
        raise DatabaseNewer(
            f"The backup is of revision {manifest.revision}, which this Framescope does not know (it knows up to "
            f"{REVISIONS[-1]}). Upgrade Framescope; nothing was changed."
        )
    if path is not None and not replace and _is_filled(url):
        raise DatabaseFilled(
            f"{path} is a database already; nothing was changed. --replace puts the backup in its place."
        )
    near = path if path is not None else home() / "framescope.db"
    near.parent.mkdir(parents=True, exist_ok=True)
    with part_beside(near) as part:
        archive.unpack_database(part)
        _upgraded(part, manifest)
        for _ in archive.bodies():
            pass
        for sha256, packed in archive.bodies():
            store.put_packed(sha256, packed)
        if path is None:
            _into_server(part, url, replace)
            return Restored(manifest, None)
        return Restored(manifest, _into_file(part, path))


def _is_filled(url: str) -> bool:
    try:
        return not is_empty(url)
    except DatabaseDamaged:
        return True


def _upgraded(part: Path, manifest: Manifest) -> None:
    """Bring the unpacked database to this revision, once it is seen to be what a backup's is."""
    with translated(part), closing(sqlite3.connect(part)) as opened:
        (others,) = opened.execute(_NOT_OURS).fetchone()
    if others or revision_of(f"sqlite:///{part}") != manifest.revision:
        raise BackupDamaged("The database in the backup is not what its manifest says. Nothing was changed.")
    open_database(f"sqlite:///{part}", create=True).dispose()


def _must_be_alone(url: str) -> None:
    """Refuse a database on a server that others are connected to; who comes later is not kept out."""
    engine, until = engine_of(url), time.monotonic() + WAIT_S
    try:
        while True:
            with translated(), engine.begin() as connection:
                others = postgresql.sessions_beside(connection)
            if not others:
                return
            if time.monotonic() > until:
                sessions = "Another session is" if others == 1 else f"{others} other sessions are"
                raise DatabaseBusy(
                    f"{sessions} connected to the database: stop the site and the workers first. Nothing was changed; "
                    "--force replaces it all the same."
                )
            time.sleep(LOOKS_S)  # the server takes a moment to part with who has just left
    finally:
        engine.dispose()


def _into_server(part: Path, url: str, replace: bool) -> None:
    source, target = open_database(f"sqlite:///{part}"), open_database(url, create=True)
    try:
        copy(source, target, replace=replace)
    finally:
        source.dispose()
        target.dispose()


def _into_file(part: Path, path: Path) -> Path | None:
    """Put a database in its place; gives where the one that was there lies now."""
    umask = os.umask(0)
    os.umask(umask)
    part.chmod(0o666 & ~umask)
    if not path.exists():
        for ending in ("-wal", "-shm"):  # what they hold belongs to a database that is gone
            Path(f"{path}{ending}").unlink(missing_ok=True)
        put_in_place(part, path)
        return None
    shutil.copymode(path, part)
    kept = path.with_name(f"{path.name}{REPLACED}")
    with _alone(path):
        for ending in ("", "-wal", "-shm"):
            Path(f"{kept}{ending}").unlink(missing_ok=True)
        os.link(path, kept)
        for ending in ("-wal", "-shm"):  # empty, but for a damaged database, whose it stays
            with suppress(FileNotFoundError):
                Path(f"{path}{ending}").rename(f"{kept}{ending}")
        put_in_place(part, path)
    return kept


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep a database from every other process while the block runs. Raises `DatabaseBusy` where one has it open.

    All that lies in its log is written into it first. A damaged one nobody can use, so it is not kept from anybody.
    """
    with translated(path), closing(sqlite3.connect(path, timeout=WAIT_S, isolation_level=None)) as opened:
        try:
            opened.execute("PRAGMA locking_mode = EXCLUSIVE")
            opened.execute("BEGIN EXCLUSIVE")
            opened.execute("COMMIT")
            opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            raise DatabaseBusy(
                f"{path} is open in another process: stop the site and the workers first. Nothing was changed.",
                f"the driver says: {error}",
            ) from error
        except sqlite3.DatabaseError as error:
            log.warning("%s is damaged (%s) and is replaced as it lies there", path, error)
        yield
