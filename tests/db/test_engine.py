"""Opening a database: what SQLite is set to, and each thing that can be wrong, with nothing lost."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from filelock import FileLock
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import IntegrityError, StatementError

from db import engine as engines
from db import errors, read, write
from db.engine import current_revision, database_facts, default_url, open_database, reading, writing
from db.migrations import REVISIONS
from db.migrations.upgrade import upgrade
from tests.db.made import on, put, receipt, rows, spell


def test_write_ahead_log_busy_timeout_and_foreign_keys_are_on(engine: Engine) -> None:
    with writing(engine) as session:
        pragmas = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "busy_timeout", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "busy_timeout": 30_000, "foreign_keys": 1}


def test_a_row_of_a_run_that_is_not_there_is_refused(engine: Engine) -> None:
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        put(engine, 999, [on(date(2026, 1, 1))])
    assert rows(engine, "SELECT count(*) FROM series") == [(0,)], "the whole transaction went back"


def test_a_reader_sees_one_state_while_another_writes(engine: Engine, run: int) -> None:
    with reading(engine) as session:
        before = read.counts(session)
        put(engine, run, [on(date(2026, 1, 1))])
        assert read.counts(session) == before
    with reading(engine) as session:
        assert read.counts(session)["observations"] == 1


def test_the_address_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FRAMESCOPE_HOME", str(tmp_path))
    assert default_url() == f"sqlite:///{tmp_path / 'framescope.db'}"
    monkeypatch.setenv("FRAMESCOPE_DATABASE_URL", "sqlite:///elsewhere.db")
    assert default_url() == "sqlite:///elsewhere.db"


def test_facts_hide_the_password(engine: Engine) -> None:
    assert database_facts(engine)["revision"] == REVISIONS[-1]
    secret = engine.url.set(drivername="sqlite", username="me", password="planted")
    assert "planted" not in secret.render_as_string(hide_password=True)


@pytest.mark.parametrize("url", ["no address with planted", "oracle+nothing://me:planted@host/x"])
def test_an_address_that_cannot_be_used_is_said_without_its_password(url: str) -> None:
    with pytest.raises(errors.BadAddress) as refused:
        open_database(url)
    assert "planted" not in str(refused.value)


def test_a_database_in_memory_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    open_database("sqlite:///:memory:", create=True).dispose()
    assert list(tmp_path.iterdir()) == []


# --- what can be wrong with the file ------------------------------------------------------------------------------


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


def test_an_older_database_is_upgraded_only_when_asked(file: Path) -> None:
    _sql(file, "DROP TABLE package_file; DROP TABLE package_release; DROP TABLE series_break; "
               "UPDATE alembic_version SET version_num = '0001'")  # fmt: skip
    with pytest.raises(errors.DatabaseBehind, match=r"0001.*framescope init"):
        open_database(f"sqlite:///{file}")
    upgraded = open_database(f"sqlite:///{file}", create=True)
    with upgraded.connect() as connection:
        assert current_revision(connection) == REVISIONS[-1]
    assert rows(upgraded, "SELECT count(*) FROM metric")[0][0] > 0
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
    with pytest.raises(errors.DiskFull, match="nothing stored was lost"):
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


def test_an_error_inside_a_transaction_undoes_all_of_it(engine: Engine, run: int) -> None:
    def half() -> None:
        with writing(engine) as session:
            write.observations(session, run, "clickpy", spell(date(2026, 1, 1), 3), None)
            write.set_cursor(session, run, "clickpy", "until", "2026-01-03")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    with reading(engine) as session:
        assert (read.counts(session)["series"], read.cursor(session, "clickpy", "until")) == (0, None)
    assert rows(engine, "SELECT count(*) FROM roll_up") == [(0,)]


# --- times --------------------------------------------------------------------------------------------------------


def test_times_come_back_aware_and_equal(engine: Engine, run: int) -> None:
    tokyo = datetime(2026, 3, 1, 8, 30, 1, 250, tzinfo=timezone(timedelta(hours=9)))
    with reading(engine) as session:
        found = read.receipt(session, receipt(engine, run, fetched_at=tokyo))
        assert found is not None
        assert found.fetched_at == tokyo
        assert found.fetched_at.tzinfo is UTC
    assert rows(engine, "SELECT fetched_at FROM receipt") == [("2026-02-28 23:30:01.000250",)]


def test_a_time_without_a_zone_is_refused(engine: Engine, run: int) -> None:
    with pytest.raises(StatementError, match="without a zone"):
        receipt(engine, run, fetched_at=datetime(2026, 3, 1))  # noqa: DTZ001  # it is to be refused


def test_not_a_number_never_reaches_json(engine: Engine) -> None:
    with pytest.raises(StatementError, match="JSON compliant"), writing(engine) as session:
        write.start_run(session, kind="collect", source="x", parameters={"share": float("nan")})


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


def test_the_copy_of_a_closed_database_is_whole(file: Path, tmp_path: Path) -> None:
    copy = open_database(f"sqlite:///{shutil.copy(file, tmp_path / 'copy.db')}")
    assert rows(copy, "PRAGMA integrity_check") == [("ok",)]
    copy.dispose()
