"""`framescope systems`: the board as JSON and as a table, from a database with little in it."""

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from catalog.load import load_catalog
from db import write
from db.engine import open_database, writing
from db.records import Observation, Release

KEYS = {
    "system", "name", "role", "serves", "part_of", "successor", "state", "why", "since", "as_of", "rests_on",
    "last_release", "cadence_days", "archived", "downloads", "evidence",
}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one bundled release and one month of downloads."""
    made = tmp_path_factory.mktemp("systems")
    engine = open_database(f"sqlite:///{made / 'framescope.db'}", create=True)
    with writing(engine) as session:
        run = write.start_run(session, kind="history", source="history.git-logs")
        write.catalog(session, run, load_catalog())
        tagged = Release("caffe", "BVLC/caffe", "1.0", datetime(2017, 4, 15, tzinfo=UTC))
        write.releases(session, run, "history.git-logs", [tagged], None)
        march = date(2026, 3, 1), date(2026, 4, 1)
        row = Observation("downloads", "pytorch", *march, 5.0, granularity="month", definition="torch", primary=True)
        write.observations(session, run, "clickpy", [row], None)
    engine.dispose()
    return made


def framescope(home: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "FRAMESCOPE_HOME": str(home)}
    command = [sys.executable, "-m", "framescope", "systems", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


def test_the_document_has_every_system_with_its_evidence(home: Path) -> None:
    done = framescope(home, "--json")
    assert done.returncode == 0, done.stderr
    rows = {row["system"]: row for row in json.loads(done.stdout)}
    assert all(set(row) == KEYS for row in rows.values())
    serve = rows["torchserve"]
    assert (serve["state"], serve["since"], serve["rests_on"], serve["archived"]) == (
        "archived", "2025-08-07", "cited", None,
    )  # fmt: skip
    assert {"kind": "cited", "date": "2025-08-07", "origin": "cited"}.items() <= serve["evidence"][0].items()
    assert rows["cntk"]["evidence"][0]["date"] == "2019-04", "no more exact than the source has it"
    assert rows["torchscript"]["successor"] == "torch-export"
    assert rows["hugectr"]["state"] == "unknown"
    assert rows["hugectr"]["downloads"] is rows["hugectr"]["as_of"] is rows["hugectr"]["rests_on"] is None
    assert (rows["caffe"]["last_release"]["version"], rows["caffe"]["rests_on"]) == ("1.0", "bundled")
    assert rows["pytorch"]["downloads"]["value"] == 5
    assert rows["pytorch"]["downloads"]["until"] == "2026-03-31"


def test_the_table_says_how_many_are_unknown(home: Path) -> None:
    done = framescope(home)
    assert done.returncode == 0, done.stderr
    assert "torchserve" in done.stdout
    assert "of unknown state" in done.stderr


def test_without_a_database_it_says_what_to_do(tmp_path: Path) -> None:
    done = framescope(tmp_path / "none")
    assert done.returncode == 1
    assert "framescope init" in done.stderr
