"""`backup`, `restore`, `retention` and an upgrade, as they are typed."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from typer.testing import CliRunner

from collectors.history import LoadReport
from db.engine import open_database, writing
from db.migrations import REVISIONS
from db.migrations.upgrade import upgrade
from db.receipts import ReceiptStore
from db.write import start_run
from framescope.cli import app
from tests.framescope.test_cli import answer, framescope


def here(*words: str) -> Any:
    """What a command answers in this process, at this test's home."""
    done = CliRunner().invoke(app, [*words, "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a small database and one body that no row lists."""
    home = tmp_path / "home"
    home.mkdir()
    engine = open_database(f"sqlite:///{home / 'framescope.db'}", create=True)
    with writing(engine) as session:
        start_run(session, kind="collection", source="arxiv")
    engine.dispose()
    ReceiptStore(home / "receipts").put(b"unlisted")
    return home


def test_a_backup_goes_round(home: Path, tmp_path: Path) -> None:
    made = answer(home, "backup", str(tmp_path / "kept.zip"))
    assert (made["file"], made["observations"], made["receipts"], made["missing"]) == (
        str(tmp_path / "kept.zip"), 0, 0, 0
    )  # fmt: skip
    assert made["bytes"] == (tmp_path / "kept.zip").stat().st_size
    refused = framescope(home, "restore", made["file"], "--json")
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["error"]["kind"] == "DatabaseFilled"
    back = answer(home, "restore", made["file"], "--replace")
    assert (back["sha256"], back["replaced"]) == (made["sha256"], str(home / "framescope.db.replaced"))
    new = framescope(tmp_path / "new", "restore", made["file"])
    assert "0 observations" in new.stdout
    assert (tmp_path / "new" / "framescope.db").exists()


def test_a_backup_into_a_directory_has_the_time_in_its_name(home: Path, tmp_path: Path) -> None:
    done = framescope(home, "backup", str(tmp_path))
    assert done.returncode == 0, done.stderr
    (made,) = tmp_path.glob("framescope-2*Z.zip")
    assert str(made) in done.stdout
    again = framescope(home, "backup", str(made))
    assert (again.returncode, "no backup is overwritten" in again.stderr) == (1, True)


def test_what_is_no_backup_is_refused_in_one_line(home: Path) -> None:
    for name in ("framescope.db", "nowhere.zip"):
        done = framescope(home, "restore", str(home / name), "--replace")
        assert done.returncode == 1
        assert len(done.stderr.splitlines()) == 1
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("kept", [True, False])
def test_an_upgrade_keeps_the_file_as_it_was_unless_told_not_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    bundled = LoadReport(new=0, revised=0, origins=())
    monkeypatch.setattr("collectors.history.load_bundled", lambda _engine, _store: bundled)  # its own tests are long
    home = tmp_path / "home"
    home.mkdir()
    older = create_engine(f"sqlite:///{home / 'framescope.db'}")
    upgrade(older, REVISIONS[0])
    with older.begin() as connection:
        connection.execute(text("INSERT INTO series VALUES (1, 'm', 's', 'kept', 'day', 'd', 'count', 'sum', 1)"))
    older.dispose()
    done = here("init", *(() if kept else ("--no-backup",)))
    assert done["revision"] == REVISIONS[-1]
    backups = list(home.glob("backups/before-*.zip"))
    assert [done.get("backup")] == ([str(backups[0])] if kept else [None])
    if kept:
        with closing(sqlite3.connect(home / "framescope.db")) as opened:
            opened.execute("UPDATE series SET source = 'changed'")
            opened.commit()
        here("restore", str(backups[0]), "--replace")
        with closing(sqlite3.connect(home / "framescope.db")) as opened:
            assert opened.execute("SELECT source FROM series").fetchall() == [("kept",)]


def test_force_is_for_a_server_alone(home: Path, tmp_path: Path) -> None:
    for given in (("--force",), ("--replace", "--force")):
        done = framescope(home, "restore", str(tmp_path / "none.zip"), *given)
        assert (done.returncode, "goes with --replace and a PostgreSQL database" in done.stderr) == (2, True)


@pytest.mark.parametrize("name", ["backups", "of-2026.11"])
def test_a_name_that_is_no_zip_is_a_folder_for_one_backup_after_another(name: str, home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new" / name
    first = answer(home, "backup", str(folder))
    assert Path(first["file"]).parent == folder
    assert Path(first["file"]).suffix == ".zip"
    named = answer(home, "backup", str(folder / "all.zip"))
    assert Path(named["file"]) == folder / "all.zip"
    assert len(list(folder.iterdir())) == 2


def test_retention_does_what_is_named_and_nothing_else(home: Path) -> None:
    with closing(sqlite3.connect(home / "framescope.db")) as opened:
        opened.execute("INSERT INTO job (kind, parameters, state, requested, finished, requested_by, attempts, "
                       "cancel_requested, progress, message) VALUES ('probe', '{}', 'done', "
                       "'2020-01-01 00:00:00.000000', '2020-01-01 00:00:00.000000', 'x', 1, 0, 1.0, '')")  # fmt: skip
        opened.commit()
    nothing = framescope(home, "retention")
    assert (nothing.returncode, "Nothing is named" in nothing.stderr) == (2, True)
    dry = answer(home, "retention", "--jobs", "30", "--samples", "30", "--dry-run")
    assert dry == {"dry_run": True, "jobs": {"rows": 1, "bytes": 0}, "samples": {"rows": 0, "bytes": 0}}
    done = framescope(home, "retention", "--jobs", "30", "--receipts", "30")
    assert "jobs: 1 are gone." in done.stdout
    assert "receipts: 0 bodies (0 bytes) are gone, 0 stay." in done.stdout
    assert framescope(home, "retention", "--jobs", "0").returncode == 2
