"""Opening a database: what SQLite is set to, where it lies, whole transactions, and times."""

import shutil
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from db import errors, read, write
from db.engine import database_facts, default_url, open_database, reading, translated, writing
from db.migrations import REVISIONS
from tests.db.made import on, put, receipt, rows, spell


@pytest.mark.sqlite
def test_write_ahead_log_busy_timeout_and_foreign_keys_are_on(engine: Engine) -> None:
    with writing(engine) as session:
        pragmas = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "busy_timeout", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "busy_timeout": 30_000, "foreign_keys": 1}


def test_a_row_of_a_run_that_is_not_there_is_refused(engine: Engine) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
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
    kept = [(tokyo,)] if engine.dialect.name == "postgresql" else [("2026-02-28 23:30:01.000250",)]
    assert rows(engine, "SELECT fetched_at FROM receipt") == kept


def test_a_time_without_a_zone_is_refused(engine: Engine, run: int) -> None:
    with pytest.raises(StatementError, match="without a zone"):
        receipt(engine, run, fetched_at=datetime(2026, 3, 1))  # noqa: DTZ001  # it is to be refused


def test_not_a_number_never_reaches_json(engine: Engine) -> None:
    with pytest.raises((StatementError, ValueError), match="JSON compliant"), writing(engine) as session:
        write.start_run(session, kind="collect", source="x", parameters={"share": float("nan")})


def test_the_copy_of_a_closed_database_is_whole(file: Path, tmp_path: Path) -> None:
    copy = open_database(f"sqlite:///{shutil.copy(file, tmp_path / 'copy.db')}")
    assert rows(copy, "PRAGMA integrity_check") == [("ok",)]
    copy.dispose()


# --- many at once -------------------------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_forty_sessions_of_one_process_read_a_file_at_once(engine: Engine, run: int) -> None:
    with ExitStack() as opened:
        sessions = [opened.enter_context(reading(engine)) for _ in range(40)]
        assert {read.counts(session)["runs"] for session in sessions} == {2}


def test_no_connection_left_is_said_in_words() -> None:
    with pytest.raises(errors.DatabaseBusy, match=r"in use.*try again"), translated():
        raise PoolTimeout("QueuePool limit of size 5 overflow 10 reached")
