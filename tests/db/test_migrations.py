"""Migrations: from nothing, from the revision before with rows kept, back, and by two processes at once."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import IntegrityError

from db import errors, read
from db.engine import open_database, reading
from db.migrations import REVISIONS
from db.migrations import upgrade as upgrading
from db.models import Base

OLD_ROWS = """
INSERT INTO run
  (id, kind, source, status, started, message, program, requests, receipts, observations, new, revised, parameters)
  VALUES (7, 'collect', 'clickpy', 'ok', '2026-01-02 03:04:05.000000', '', '0.0.1', 1, 1, 2, 2, 0, '{"since": null}');
INSERT INTO receipt (id, run_id, source, url, method, status, fetched_at, sha256, size, request)
  VALUES (9, 7, 'clickpy', 'https://example.org/', 'GET', 200, '2026-01-02 03:04:05.000000', 'aa', 3, '{}');
INSERT INTO series (id, metric, system, source, granularity, definition, unit, roll_up, is_primary)
  VALUES (3, 'downloads', 'pytorch', 'clickpy', 'day', 'torch', 'downloads', 'sum', 1);
INSERT INTO observation VALUES (3, '2026-01-01', '2026-01-02', 5.5, 'ok', 9, 7, '2026-01-02 03:04:05.000000');
INSERT INTO observation VALUES (3, '2026-01-02', '2026-01-04', NULL, 'unavailable', 9, 7, '2026-01-02 03:04:05.000000');
INSERT INTO revision VALUES
  (1, 3, '2026-01-01', '2026-01-02', 5.0, 'ok', 9, 7, '2026-01-02 03:04:05.000000', 7, '2026-01-02 03:04:05.000000');
INSERT INTO roll_up VALUES (3, 'month', '2026-01-01', '2026-02-01', 5.5, 'partial', 1, '2026-01-01');
INSERT INTO job
  (id, kind, parameters, state, requested, requested_by, attempts, cancel_requested, progress, message, run_id)
  VALUES (4, 'benchmark', '{"workloads": ["lstm"]}', 'queued', '2026-01-02 03:04:05.000000', 'site', 0, 0, 0.0, '', 7);
"""
OLD_TABLES = ("run", "receipt", "series", "observation", "revision", "roll_up", "job")


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'framescope.db'}")
    yield engine
    engine.dispose()


def at_0001(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Bring an empty database to the first revision, with a row in every table that matters."""
    upgrading.upgrade(engine, "0001")
    with closing(sqlite3.connect(str(engine.url.database))) as plain:
        plain.executescript(OLD_ROWS)
        return {table: plain.execute(f"SELECT * FROM {table}").fetchall() for table in OLD_TABLES}  # noqa: S608  # names from above


def test_an_empty_directory_becomes_a_database_that_agrees_with_the_models(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'deep' / 'down' / 'framescope.db'}", create=True)
    with engine.connect() as connection:
        differences = compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata
        )
    engine.dispose()
    assert differences == []


def test_the_rows_of_the_first_revision_are_kept(bare: Engine) -> None:
    before = at_0001(bare)
    engine = open_database(str(bare.url), create=True)
    with engine.connect() as connection:
        after = {
            table: [tuple(row)[: len(before[table][0])] for row in connection.exec_driver_sql(f"SELECT * FROM {table}")]  # noqa: S608  # our own table names
            for table in OLD_TABLES
        }
    assert after == before
    assert all(before.values())
    with reading(engine) as session:
        value, gap = read.observations(session)
        assert (value.value, value.receipt, gap.value, gap.status) == (5.5, 9, None, "unavailable")
        assert read.jobs(session)[0].parameters == {"workloads": ["lstm"]}
        assert read.releases(session) == []
    engine.dispose()


def test_the_third_revision_brings_doubts_and_leaves_the_figures_alone(bare: Engine) -> None:
    at_0001(bare)
    upgrading.upgrade(bare, "0002")
    figures = ("series", "observation", "revision", "roll_up")
    with bare.connect() as connection:
        before = {t: [tuple(r) for r in connection.exec_driver_sql(f"SELECT * FROM {t}")] for t in figures}  # noqa: S608 - our own table names
    upgrading.upgrade(bare, "0003")
    with bare.begin() as connection:
        after = {t: [tuple(r) for r in connection.exec_driver_sql(f"SELECT * FROM {t}")] for t in figures}  # noqa: S608 - our own table names
        assert after == before
        raised = (
            "INSERT INTO doubt VALUES (NULL, 3, '2026-01-01', '2026-01-02', 5.5, 'jump', 'seen', 'open', 7, "
            "'2026-01-02 03:04:05.000000', NULL, NULL, '')"
        )
        connection.exec_driver_sql(raised)
    with pytest.raises(IntegrityError, match="UNIQUE"), bare.begin() as connection:
        connection.exec_driver_sql(raised)
    with upgrading.migrating(bare) as config:
        command.downgrade(config, "0002")
    with bare.connect() as connection:
        assert {t: [tuple(r) for r in connection.exec_driver_sql(f"SELECT * FROM {t}")] for t in figures} == before  # noqa: S608 - our own table names


def test_the_answers_that_were_read_before_it_was_noted_are_told_as_far_as_they_can_be(bare: Engine) -> None:
    at_0001(bare)
    with closing(sqlite3.connect(str(bare.url.database))) as plain:
        for item, status in [("a", 200), ("a", 429), ("a", 200), ("b", 200), ("b", 500), ("c", 304), (None, 200)]:
            request = json.dumps({"headers": {}, **({"item": {"name": item}} if item else {})})
            plain.execute(
                "INSERT INTO receipt (run_id, source, url, method, status, fetched_at, sha256, size, request) "
                "VALUES (7, 'clickpy', 'https://example.org/', 'GET', ?, '2026-01-02 03:04:05.000000', 'aa', 3, ?)",
                (status, request),
            )
        plain.commit()
    upgrading.upgrade(bare)
    with closing(sqlite3.connect(str(bare.url.database))) as plain:
        found = plain.execute("SELECT part, pruned_at FROM receipt WHERE id > 9 ORDER BY id").fetchall()
    assert found == [(part, None) for part in (1, None, 2, None, None, 1, None)]


def test_the_sixth_revision_lets_a_job_tell_of_its_parts_and_goes_back_without(bare: Engine) -> None:
    before = at_0001(bare)["job"]
    upgrading.upgrade(bare, "0006")
    with bare.begin() as connection:
        rows = [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM job")]
        assert rows == [(*row, None) for row in before]
        connection.exec_driver_sql("UPDATE job SET detail = '{\"round\": 3}'")
    with upgrading.migrating(bare) as config:
        command.downgrade(config, "0005")
    with bare.connect() as connection:
        assert [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM job")] == before


def test_the_eleventh_revision_lets_a_job_be_somebodys_and_goes_back_without(bare: Engine) -> None:
    before = at_0001(bare)["job"]
    upgrading.upgrade(bare, "0011")
    with bare.begin() as connection:
        rows = [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM job")]
        assert rows == [(*row, None, None, None, None) for row in before]
        connection.exec_driver_sql("UPDATE job SET asker = 'user:1', asker_name = 'Ann', expected_s = 3.5")
    with upgrading.migrating(bare) as config:
        command.downgrade(config, "0006")
    with bare.connect() as connection:
        assert [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM job")] == [(*r, None) for r in before]


def test_the_revisions_are_the_files() -> None:
    files = sorted(Path(upgrading.__file__).parent.joinpath("versions").glob("[0-9]*.py"))
    assert tuple(file.name[:4] for file in files) == REVISIONS


def test_every_step_goes_back_and_forth(bare: Engine) -> None:
    before = at_0001(bare)
    upgrading.upgrade(bare)
    for revision in [*reversed(REVISIONS[:-1]), "base"]:
        with upgrading.migrating(bare) as config:
            command.downgrade(config, revision)
        with bare.connect() as connection:
            kept = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
            if revision == "0001":
                runs = [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM run")]
                assert runs == before["run"]
                assert "package_release" not in kept
    assert kept == ["alembic_version"]
    open_database(str(bare.url), create=True).dispose()


def test_two_processes_upgrade_at_once(bare: Engine) -> None:
    at_0001(bare)
    code = f"from db.engine import open_database; open_database({str(bare.url)!r}, create=True)"
    both = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=50)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    engine = open_database(str(bare.url))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM observation")).scalar() == 2
    engine.dispose()


def test_a_table_that_is_rebuilt_keeps_its_children(bare: Engine) -> None:
    """With foreign keys in force, dropping the old table would delete what refers to it."""
    engine = open_database(str(bare.url), create=True)
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO run VALUES (1,'k','s','ok','2026-01-01',NULL,'','',0,0,0,0,0,'{}')")
        connection.exec_driver_sql(
            "INSERT INTO package_release VALUES (1,'pytorch','torch','2.0',NULL,0,NULL,0,'package_index',NULL,1)"
        )
        connection.exec_driver_sql("INSERT INTO package_file VALUES (1,1,'a.whl','wheel',NULL,NULL,NULL,1,NULL,NULL,0)")
    with upgrading.migrating(engine) as config:
        connection = config.attributes["connection"]
        for sql in (
            "CREATE TABLE rebuilt AS SELECT * FROM package_release",
            "DROP TABLE package_release",
            "ALTER TABLE rebuilt RENAME TO package_release",
            "CREATE UNIQUE INDEX uq_rebuilt ON package_release (id)",
        ):
            connection.exec_driver_sql(sql)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM package_file").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()


def test_an_upgrade_that_orphans_a_row_is_undone(bare: Engine) -> None:
    before = at_0001(bare)

    def orphan() -> None:
        with upgrading.migrating(bare) as config:
            config.attributes["connection"].exec_driver_sql("DELETE FROM receipt")

    with pytest.raises(errors.DatabaseDamaged, match="refers to a row of receipt"):
        orphan()
    with bare.connect() as connection:
        assert [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM receipt")] == before["receipt"]


def test_a_migration_that_fails_leaves_everything_as_it_was(bare: Engine) -> None:
    """The second revision meets a table that is in its way after it has made its first one."""
    at_0001(bare)
    with closing(sqlite3.connect(str(bare.url.database))) as plain:
        plain.execute("CREATE TABLE package_file (id INTEGER)")
        plain.commit()
        tables = plain.execute("SELECT name FROM sqlite_master ORDER BY name").fetchall()
        with pytest.raises(errors.DatabaseDamaged, match=r"nothing was changed.*already exists"):
            open_database(str(bare.url), create=True)
        assert plain.execute("SELECT name FROM sqlite_master ORDER BY name").fetchall() == tables
        assert plain.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
