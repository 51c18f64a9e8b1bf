"""Opening a database: where it lies, how it is set, whose turn it is to write, and which revision it must be of."""

import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event, inspect, text
from sqlalchemy import Engine as Engine  # rooms above name the type without speaking SQL
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session as Session  # likewise

from db import errors, postgresql
from db.hiding import shown
from db.revision import misfit

BUSY_TIMEOUT_S = 30
NO_SPACE_BYTES = 1 << 20
_WRITE = "framescope_write"
_READS = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
_WRITES = {"isolation_level": "READ COMMITTED"}
_FOREIGN = "The database holds tables that are not Framescope's. Nothing was changed; name another one."


def home() -> Path:
    """The directory of everything Framescope keeps: ``FRAMESCOPE_HOME``, else ``./data``."""
    return Path(os.environ.get("FRAMESCOPE_HOME") or "data").expanduser().resolve()


def default_url() -> str:
    """The database to use when none is named: ``FRAMESCOPE_DATABASE_URL``, else a file in the home directory."""
    return os.environ.get("FRAMESCOPE_DATABASE_URL") or f"sqlite:///{home() / 'framescope.db'}"


def open_database(url: str | None = None, *, create: bool = False) -> Engine:
    """Open a database of the current revision.

    With ``create`` a missing one is made and an older one upgraded, its rows kept.
    Raises `BadAddress`, `DatabaseMissing`, `DatabaseBehind`, `DatabaseNewer`, `DatabaseReadOnly`, `DatabaseDamaged`,
    `DatabaseBusy`, `DatabaseAway`, `DiskFull`.
    """
    url = url or default_url()
    path = sqlite_path(url)
    if path is not None:
        _prepare_file(path, create)
    engine = engine_of(url)
    try:
        with translated(path):
            _require_revision(engine, url, create)
    except BaseException:
        engine.dispose()
        raise
    return engine


def address(url: str | URL) -> URL:
    """An address, taken apart; PostgreSQL's, as every program writes it, names the driver too. Raises `BadAddress`."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # its text would repeat the address, and with it a password
        raise errors.BadAddress(
            "The address of the database cannot be read; it must look like sqlite:///path/to/framescope.db or "
            "postgresql://user:password@host:5432/framescope, with other than letters and digits in %-form."
        ) from None
    plain = parsed.drivername in ("postgres", "postgresql")
    return parsed.set(drivername=postgresql.DRIVER) if plain else parsed


def sqlite_path(url: str | URL) -> Path | None:
    """The file behind a SQLite address, or None for another kind of database."""
    parsed = address(url)
    database = (parsed.database or "").removeprefix("file:")
    return Path(database) if parsed.get_backend_name() == "sqlite" and database not in ("", ":memory:") else None


def same_database(one: str, other: str) -> bool:
    """Whether two addresses name one database; a file is the same under every name it has. Raises `BadAddress`."""
    path, other_path = sqlite_path(one), sqlite_path(other)
    if path is None or other_path is None:
        return address(one) == address(other)
    return path.resolve() == other_path.resolve() or (
        path.exists() and other_path.exists() and path.samefile(other_path)
    )


def is_empty(url: str) -> bool:
    """Whether nothing is at an address yet: no file, or no table. Raises `BadAddress` and the store's errors."""
    must_last(url)
    path = sqlite_path(url)
    if path is not None and not path.exists():
        return True
    engine = engine_of(url)
    try:
        with translated(path), engine.connect() as connection:
            return not inspect(connection).get_table_names()
    finally:
        engine.dispose()


def must_last(url: str) -> None:
    """Refuse a database in memory, for who fills one that is to be used afterwards. Raises `BadAddress`."""
    parsed = address(url)
    if parsed.get_backend_name() == "sqlite" and (sqlite_path(parsed) is None or parsed.query.get("mode") == "memory"):
        raise errors.BadAddress("A database in memory would be gone at once; name a file: sqlite:///path/to/file.db.")


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Give a session for the read door; it sees one consistent state and changes nothing."""
    reader = engine.execution_options(**_READS) if _is_postgresql(engine) else engine
    with translated(sqlite_path(engine.url)), Session(reader) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Give a session for the write door: one transaction, committed at the end or rolled back whole.

    One process writes at a time; the others wait for their turn.
    """
    writer = engine.execution_options(**{_WRITE: True})
    writer = writer.execution_options(**_WRITES) if _is_postgresql(engine) else writer
    with translated(sqlite_path(engine.url)), Session(writer, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def queueing(engine: Engine) -> Iterator[Session]:
    """Give a session for the write door's jobs alone: as `writing`, but PostgreSQL locks only the rows concerned.

    So no worker waits with a claim or a heartbeat while somebody writes figures.
    """
    if not _is_postgresql(engine):
        with writing(engine) as session:
            yield session
        return
    writer = engine.execution_options(**_WRITES)
    with translated(), Session(writer, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def translated(path: Path | None = None) -> Iterator[None]:
    """Turn the driver's errors into the store's own, which say what to do; ``path`` is the file that is written."""
    try:
        yield
    except PoolTimeout as error:
        raise errors.DatabaseBusy(
            "Every connection that this process may have is in use, and none came free in time. Nothing was written; "
            "try again.",
            f"SQLAlchemy says: {error}",
        ) from error
    except _driver_errors() as error:
        said = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
        if type(said).__module__.startswith("psycopg"):
            kind, advice, words = postgresql.classified(said)
        else:
            kind, advice, words = _classify(str(said), path)
        if kind is None:
            raise
        raise kind(advice, words) from error


def current_revision(connection: Connection) -> str | None:
    """The revision a database says it is of; None for an empty one."""
    tables = inspect(connection).get_table_names()
    if "alembic_version" not in tables:
        if tables:
            raise errors.DatabaseDamaged(_FOREIGN)
        return None
    if "observation" not in tables and len(tables) > 1:
        raise errors.DatabaseDamaged(_FOREIGN)
    row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
    return None if row is None else str(row[0])


def engine_of(url: str) -> Engine:
    """Make the engine of an address, set as every one is, and connect nothing yet. Raises `BadAddress`."""
    parsed = address(url)
    server = parsed.drivername == postgresql.DRIVER
    arguments = postgresql.connect_arguments(parsed) if server else {}
    path = sqlite_path(parsed)
    pool = {} if path is None else {"max_overflow": -1}  # a file may be opened by every session there is
    dumps = partial(json.dumps, allow_nan=False)
    try:
        engine = create_engine(parsed, pool_pre_ping=server, connect_args=arguments, json_serializer=dumps, **pool)
    except (NoSuchModuleError, ImportError) as error:
        if server:
            raise errors.BadAddress(f"{postgresql.NO_DRIVER} (Python says: {error}).") from error
        raise errors.BadAddress(
            f"There is no driver here for this kind of database: {error}. Framescope knows sqlite:/// and postgresql://."
        ) from error
    if server:
        event.listen(engine, "connect", postgresql.set_session)
        event.listen(engine, "begin", _begin_on_server)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin)
        if path is not None:
            _watch_file(engine, path)
    return engine


def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's own BEGIN, see _begin
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.close()


def _watch_file(engine: Engine, path: Path) -> None:
    """Refuse to go on with a file that was moved or removed meanwhile, which the driver would not notice.

    What is written through an open connection to a removed file nobody ever reads; a new one would make an empty file.
    """

    def identity() -> tuple[int, int]:
        try:
            found = path.stat()
        except FileNotFoundError:
            raise errors.DatabaseGone(
                f"The database {path} is gone: it was moved or removed while it was in use. Put it back, or run "
                "`framescope init` for a new one."
            ) from None
        return found.st_dev, found.st_ino

    opened: list[tuple[int, int]] = []

    def before(*_: object) -> None:
        if opened:
            identity()

    def after(_connection: sqlite3.Connection, record: Any) -> None:
        record.info["file"] = identity()
        opened[:] = [record.info["file"]]

    def again(_connection: sqlite3.Connection, record: Any, _proxy: object) -> None:
        if record.info["file"] != identity():
            raise DisconnectionError(f"{path} is another file now")  # the pool opens a new connection

    event.listen(engine, "do_connect", before)
    event.listen(engine, "connect", after)
    event.listen(engine, "checkout", again)


def _begin(connection: Connection) -> None:
    """Take the write lock at once: a reader that turns writer in mid-transaction cannot wait for it."""
    write = connection.get_execution_options().get(_WRITE)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _begin_on_server(connection: Connection) -> None:
    if connection.get_execution_options().get(_WRITE):
        postgresql.take_pen(connection)


def _is_postgresql(engine: Engine) -> bool:
    return engine.dialect.name == postgresql.DIALECT


def _driver_errors() -> tuple[type[Exception], ...]:
    """What SQLAlchemy raises, and what drivers raise past it, as while a connection is set up."""
    driver = sys.modules.get("psycopg")
    return (DBAPIError, sqlite3.Error) if driver is None else (DBAPIError, sqlite3.Error, driver.Error)


def _prepare_file(path: Path, create: bool) -> None:
    if path.exists():
        return
    if not create:
        raise errors.DatabaseMissing(f"There is no database at {path}. Run `framescope init` first.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise errors.DatabaseReadOnly(
            f"{path.parent} cannot be made ({error.strerror}). Set FRAMESCOPE_HOME to a directory you may write to."
        ) from error


def _require_revision(engine: Engine, url: str, create: bool) -> None:
    with engine.connect() as connection:
        found = current_revision(connection)
    error = misfit(found)
    if error is None:
        return
    if not create or isinstance(error, errors.DatabaseNewer):
        raise error
    _upgrade(engine, url)


def _upgrade(engine: Engine, url: str) -> None:
    from filelock import FileLock, Timeout

    from db.migrations.upgrade import upgrade

    path = sqlite_path(url)
    if path is None:
        upgrade(engine)
        return
    writer = engine.execution_options(**{_WRITE: True})
    try:
        with FileLock(f"{path}.upgrade.lock", timeout=BUSY_TIMEOUT_S), engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA journal_mode = WAL")  # type: ignore[union-attr]  # an open pool connection has a driver's
            connection.close()
            with translated(path):
                upgrade(writer)
    except DBAPIError as error:
        raise errors.DatabaseDamaged(
            "The database could not be upgraded; nothing was changed. Restore a backup.",
            f"the driver says: {error.orig}",
        ) from error
    except Timeout as error:
        raise errors.DatabaseBusy("Another process is upgrading the database. Wait for it, then try again.") from error
    except OSError as error:
        raise errors.DatabaseReadOnly(f"{path.parent} cannot be written to: {error.strerror}.") from error


def _classify(message: str, path: Path | None) -> tuple[type[errors.StoreError] | None, str, str]:
    """The error a driver's message stands for, what to do, and what was said.

    SQLite calls a full disk an I/O error when it cannot make a file.
    """
    lowered = message.lower()
    if "disk i/o error" in lowered and _no_space(path):
        lowered += ": no space left"
    disk = "the disk" if path is None else f"the disk of {path.resolve().parent}"
    table: list[tuple[tuple[str, ...], type[errors.StoreError], str]] = [
        (
            ("database is locked", "database table is locked"),
            errors.DatabaseBusy,
            f"Another process kept the database locked for {BUSY_TIMEOUT_S} s. Nothing was written; try again.",
        ),
        (
            ("disk is full", "no space left"),
            errors.DiskFull,
            f"No space is left on {disk}. Nothing was written and nothing stored was lost; free some space.",
        ),
        (
            ("readonly database", "unable to open database", "read-only"),
            errors.DatabaseReadOnly,
            "The database cannot be written to. Check its permissions, or set FRAMESCOPE_HOME to a directory you own.",
        ),
        (
            ("disk i/o error",),
            errors.DiskTrouble,
            "The disk answered with an error. Nothing is known to be lost: look at the disk, then try again.",
        ),
        (
            ("no such table",),
            errors.DatabaseMissing,
            "The file is no longer the Framescope database that it was. Put that back, or run `framescope init`.",
        ),
        (
            ("not a database", "malformed"),
            errors.DatabaseDamaged,
            "The file is damaged or is no database. Restore a backup, or set FRAMESCOPE_HOME to another directory.",
        ),
    ]
    for needles, kind, advice in table:
        if any(needle in lowered for needle in needles):
            return kind, advice, f"the driver says: {message}"
    return None, message, ""


def _no_space(path: Path | None) -> bool:
    return path is not None and path.parent.exists() and shutil.disk_usage(path.parent).free < NO_SPACE_BYTES


def database_facts(engine: Engine) -> dict[str, Any]:
    """Revision and kind of the database, for `init` and `doctor`; the address without its password."""
    with engine.connect() as connection:
        return {
            "database": shown(engine.url),
            "revision": current_revision(connection),
            "dialect": engine.dialect.name,
        }
