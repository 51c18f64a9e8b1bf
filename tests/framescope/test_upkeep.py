"""`backup`, `restore`, `retention` and an upgrade, as they are typed."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from db.engine import open_database, writing
from db.migrations import REVISIONS
from db.migrations.upgrade import upgrade
from db.receipts import ReceiptStore
from db.write import start_run
from tests.framescope.test_cli import answer, framescope


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
def test_an_upgrade_keeps_the_file_as_it_was_unless_told_not_to(tmp_path: Path, kept: bool) -> None:
    tmp_path.joinpath("home").mkdir()
    older = create_engine(f"sqlite:///{tmp_path / 'home' / 'framescope.db'}")
    upgrade(older, REVISIONS[0])
    older.dispose()
    done = answer(tmp_path / "home", "init", *(() if kept else ("--no-backup",)))
    assert done["revision"] == REVISIONS[-1]
    backups = list((tmp_path / "home").glob("backups/before-*.zip"))
    assert [done.get("backup")] == ([str(backups[0])] if kept else [None])
    if kept:
        answer(tmp_path / "home", "restore", str(backups[0]), "--replace")
        with closing(sqlite3.connect(tmp_path / "home" / "framescope.db")) as opened:
            assert opened.execute("SELECT count(*) FROM observation").fetchone() == (0,)


def test_retention_does_what_is_named_and_nothing_else(home: Path) -> None:
    nothing = framescope(home, "retention")
    assert (nothing.returncode, "Nothing is named" in nothing.stderr) == (2, True)
    dry = answer(home, "retention", "--jobs", "30", "--samples", "30", "--dry-run")
    assert dry == {"dry_run": True, "jobs": {"rows": 0, "bytes": 0}, "samples": {"rows": 0, "bytes": 0}}
    done = framescope(home, "retention", "--receipts", "30")
    assert "receipts: 0 bodies (0 bytes) are gone, 0 stay." in done.stdout
    assert framescope(home, "retention", "--jobs", "0").returncode == 2
