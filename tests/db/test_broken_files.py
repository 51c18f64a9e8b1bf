"""Each thing that can be wrong with a database's file: its own error, a message that helps, and nothing lost."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from filelock import FileLock
from sqlalchemy import create_engine, event

from db import engine as engines
from db import errors, read, write
from db.engine import current_revision, open_database, reading, translated, writing
from db.migrations import REVISIONS
from db.migrations.upgrade import upgrade
from tests.db.made import on, put, rows, spell


def test_a_missing_database_is_not_made_by_looking(tmp_path: Path) -> None:
    with pytest.raises(errors.DatabaseMissing, match="framescope init"):
        open_database(f"sqlite:///{tmp_path / 'none' / 'framescope.db'}")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_is_filled_only_when_asked(tmp_path: Path) -> None:
    file = tmp_path / "framescope.db"
    file.touch()
    with pytest.raises(errors.DatabaseMissing, match="empty"):
        open_database(f"sqlite:///{file}")
    assert file.stat().st_size == 0
    open_database(f"sqlite:///{file}", create=True).dispose()
    open_database(f"sqlite:///{file}").dispose()


@pytest.mark.parametrize("create", [False, True])
def test_a_newer_database_is_left_alone(file: Path, create: bool) -> None:
    _sql(file, "UPDATE alembic_version SET version_num = '9999'")
    before = file.read_bytes()
    with pytest.raises(errors.DatabaseNewer, match=r"9999.*Upgrade Framescope"):
        open_database(f"sqlite:///{file}", create=create)
    assert file.read_bytes() == before


def test_an_older_database_is_upgraded_only_when_asked(tmp_path: Path) -> None:
    file = tmp_path / "older.db"
    older = create_engine(f"sqlite:///{file}")
    upgrade(older, "0001")
    older.dispose()
    _sql(file, "INSERT INTO run (id, kind, source, status, started, message, program, requests, receipts, "
               "observations, new, revised, parameters) "
               "VALUES (1, 'collection', 'git', 'ok', '2026-01-01 00:00:00', '', '', 0, 0, 0, 0, 0, '{}'); "
               "INSERT INTO cursor VALUES ('git', 'page', '7', 1)")  # fmt: skip
    with pytest.raises(errors.DatabaseBehind, match=r"0001.*framescope init"):
        open_database(f"sqlite:///{file}")
    upgraded = open_database(f"sqlite:///{file}", create=True)
    with upgraded.connect() as connection:
        assert current_revision(connection) == REVISIONS[-1]
    assert [tuple(row) for row in rows(upgraded, "SELECT key, value FROM cursor")] == [("page", "7")]
    upgraded.dispose()


@pytest.mark.parametrize("create", [False, True])
@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE recipes (id INTEGER)",
        "CREATE TABLE recipes (id INTEGER); CREATE TABLE alembic_version (version_num TEXT); "
        "INSERT INTO alembic_version VALUES ('0002')",
    ],
    ids=["plain", "that Alembic keeps too"],
)
def test_a_database_of_something_else_is_left_alone(tmp_path: Path, sql: str, create: bool) -> None:
    file = tmp_path / "other.db"
    _sql(file, sql)
    before = file.read_bytes()
    with pytest.raises(errors.DatabaseDamaged, match="not Framescope's"):
        open_database(f"sqlite:///{file}", create=create)
    assert file.read_bytes() == before


@pytest.mark.parametrize("create", [False, True])
def test_a_text_file_is_left_alone(tmp_path: Path, create: bool) -> None:
    file = tmp_path / "notes.db"
    file.write_text("not a database, but somebody's notes\n" * 100)
    with pytest.raises(errors.DatabaseDamaged, match="no database"):
        open_database(f"sqlite:///{file}", create=create)
    assert file.read_text().startswith("not a database, but")


@pytest.mark.parametrize("kept", [100, 5_000, 0.5], ids=["header", "first page", "half"])
def test_a_truncated_database_is_called_damaged(file: Path, kept: float) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[: int(kept if kept > 1 else kept * len(whole))])

    def look() -> None:
        engine = open_database(f"sqlite:///{file}")
        try:
            with reading(engine) as session:
                read.counts(session)
                list(read.observations(session))
        finally:
            engine.dispose()

    with pytest.raises(errors.DatabaseDamaged, match="backup"):
        look()


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A path below a regular file: no directory can be made there, by root neither."""
    (tmp_path / "file").touch()
    with pytest.raises(errors.DatabaseReadOnly, match="FRAMESCOPE_HOME"):
        open_database(f"sqlite:///{tmp_path / 'file' / 'home' / 'framescope.db'}", create=True)


def test_a_directory_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(errors.DatabaseReadOnly, match="cannot be written"):
        open_database(f"sqlite:///{tmp_path}", create=True)


def test_a_read_only_database_can_be_read_and_loses_nothing(file: Path) -> None:
    """SQLite's own read-only mode; permissions do not stop root, who runs these checks."""
    engine = open_database(f"sqlite:///file:{file}?mode=ro&uri=true")
    with reading(engine) as session:
        assert read.counts(session)["metrics"] > 0
    with pytest.raises(errors.DatabaseReadOnly, match="permissions"):
        put(engine, 1, [on(date(2026, 1, 1))])
    engine.dispose()


def test_a_read_only_file_of_an_older_revision_says_so(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    first = create_engine(f"sqlite:///{file}")
    upgrade(first, "0001")
    first.dispose()
    before = file.read_bytes()
    with pytest.raises(errors.DatabaseReadOnly, match="permissions"):
        open_database(f"sqlite:///file:{file}?mode=ro&uri=true", create=True)
    assert file.read_bytes() == before


@pytest.mark.skipif(os.geteuid() == 0, reason="RUN BY ROOT, whom no permission stops: not checked here")
def test_a_directory_without_write_permission_is_named(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    with pytest.raises(errors.DatabaseReadOnly, match="permissions"):
        open_database(f"sqlite:///{locked / 'framescope.db'}", create=True)


def test_a_full_disk_loses_nothing(file: Path) -> None:
    """SQLite's own limit of pages gives the very error a full disk gives."""
    engine = open_database(f"sqlite:///{file}")
    with writing(engine) as session:
        run = write.start_run(session, kind="collect", source="clickpy")
    put(engine, run, [on(date(2026, 1, 1))])
    pages = rows(engine, "PRAGMA page_count")[0][0]
    event.listen(
        engine, "begin", lambda c: c.connection.driver_connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    )
    with pytest.raises(errors.DiskFull, match=rf"on the disk of {file.parent}\. Nothing was written and nothing s"):
        put(engine, run, spell(date(2020, 1, 1), 2_000))
    assert rows(engine, "SELECT period_start, value FROM observation") == [("2026-01-01", 1.0)]
    assert rows(engine, "PRAGMA integrity_check") == [("ok",)]
    engine.dispose()


def test_a_locked_database_says_so_and_writes_nothing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_S", 0.1)
    monkeypatch.setattr(engines, "_set_pragmas", _impatient)
    engine = open_database(f"sqlite:///{file}")
    with _locked(file), pytest.raises(errors.DatabaseBusy, match="try again"):
        put(engine, 1, [on(date(2026, 1, 1))])
    assert put(engine, 1, [on(date(2026, 1, 1))]).new == 1
    engine.dispose()


def test_an_upgrade_of_a_locked_database_says_so(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "_set_pragmas", _impatient)
    _sql(file, "UPDATE alembic_version SET version_num = '0001'")
    with _locked(file), pytest.raises(errors.DatabaseBusy):
        open_database(f"sqlite:///{file}", create=True)
    assert _sql(file, "SELECT version_num FROM alembic_version") == [("0001",)]


def test_waiting_for_another_upgrade_ends(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_S", 0.1)
    monkeypatch.setattr(engines, "_set_pragmas", _impatient)
    _sql(file, "UPDATE alembic_version SET version_num = '0001'")
    with FileLock(f"{file}.upgrade.lock"), pytest.raises(errors.DatabaseBusy, match="upgrading"):
        open_database(f"sqlite:///{file}", create=True)


def _sql(file: Path, script: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as plain:
        if script.startswith("SELECT"):
            return plain.execute(script).fetchall()
        plain.executescript(script)
        return []


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def _impatient(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout = 50")
    connection.execute("PRAGMA foreign_keys = ON")


def test_an_io_error_on_a_full_disk_is_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, kind in ((0, errors.DiskFull), (1 << 30, errors.DiskTrouble)):
        monkeypatch.setattr("shutil.disk_usage", lambda _path, free=free: SimpleNamespace(free=free))
        with pytest.raises(kind, match=None if free else str(tmp_path)), translated(tmp_path / "framescope.db"):
            raise sqlite3.OperationalError("disk I/O error")
