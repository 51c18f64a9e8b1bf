"""`framescope replay` as it is typed: what it prints, when it fails, and which addresses it refuses."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.load import load_catalog
from collectors.history import load_bundled
from db.engine import open_database
from db.receipts import ReceiptStore
from tests.framescope.test_cli import answer, framescope


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with two of the bundled tables."""
    home = tmp_path / "home"
    whole = load_catalog()
    few = replace(whole, origins={slug: whole.origins[slug] for slug in ("mlperf-training", "conference-papers")})
    engine = open_database(f"sqlite:///{home / 'framescope.db'}", create=True)
    load_bundled(engine, ReceiptStore(home / "receipts"), few)
    engine.dispose()
    return home


def test_a_whole_database_is_rebuilt_and_can_be_used(home: Path) -> None:
    target = f"sqlite:///{home / 'rebuilt.db'}"
    said = answer(home, "replay", "--into", target)
    assert said["identical"] is True
    assert said["digest"] == said["digest_rebuilt"]
    assert (said["receipts"], said["lost"], said["differences"], said["different"]) == (2, [], [], 0)
    rows = answer(home, "series", FRAMESCOPE_DATABASE_URL=target)
    assert len(rows) == said["observations"] > 100
    assert rows == answer(home, "series")


def test_what_differs_is_printed_and_the_command_fails(home: Path) -> None:
    with closing(sqlite3.connect(home / "framescope.db")) as plain:
        one = "SELECT series_id, period_start, period_end FROM observation WHERE value IS NOT NULL LIMIT 1"
        plain.execute(f"UPDATE observation SET value = 424242 WHERE (series_id, period_start, period_end) = ({one})")  # noqa: S608  # the line above
        plain.commit()
    done = framescope(home, "replay", "--into", f"sqlite:///{home / 'rebuilt.db'}")
    assert done.returncode == 1
    assert "424242.0 in the database" in done.stdout
    assert done.stdout.endswith("Not identical.\n")


def test_a_lost_body_is_printed_and_the_command_fails(home: Path) -> None:
    for path in (home / "receipts").rglob("*.gz"):
        path.unlink()
    done = framescope(home, "replay", "--into", f"sqlite:///{home / 'rebuilt.db'}")
    assert done.returncode == 1
    assert "history.mlperf-training: 1 items of" in done.stdout
    assert "is not in" in done.stdout


@pytest.mark.parametrize(
    ("into", "why"),
    [
        ("sqlite:///{home}/framescope.db", "the database itself"),
        ("sqlite:///{home}/../home/framescope.db", "the database itself"),
        ("sqlite:///{home}/link.db", "the database itself"),
        ("sqlite:///{home}/other.db", "not empty"),
        ("sqlite:///{home}/notes.txt", "no database"),
        ("sqlite://", "name a file"),
        ("rebuilt.db", "cannot be read"),
    ],
)
def test_what_is_there_is_never_written_over(home: Path, into: str, why: str) -> None:
    (home / "link.db").symlink_to(home / "framescope.db")
    (home / "notes.txt").write_text("not a database at all, but the notes of somebody\n" * 30)
    with closing(sqlite3.connect(home / "other.db")) as plain:
        plain.execute("CREATE TABLE recipes (id INTEGER)")
    before = {path.name: path.read_bytes() for path in home.glob("*.*") if path.suffix in (".db", ".txt")}
    done = framescope(home, "replay", "--into", into.format(home=home))
    assert done.returncode == 1
    assert why in done.stderr
    assert {name: (home / name).read_bytes() for name in before} == before


def test_an_address_to_write_to_must_be_given(home: Path) -> None:
    assert framescope(home, "replay").returncode == 2
