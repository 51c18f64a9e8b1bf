"""`framescope doubts`: listing what is held back, and deciding about it, in a process of its own."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from catalog.load import load_catalog
from db import read, write
from db.engine import open_database, reading, writing
from db.write import Raised
from tests.db.made import DAY, NOON, on, spell

HELD = date(2026, 2, 10)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a day of downloads that is doubted."""
    engine = open_database(f"sqlite:///{tmp_path / 'framescope.db'}", create=True)
    with writing(engine) as session:
        run = write.start_run(session, kind="collection", source="clickpy")
        write.catalog(session, run, load_catalog())
        write.observations(session, run, "clickpy", [*spell(date(2026, 1, 1), 90), on(HELD, 900.0)], None)
        (series,) = read.series_ids(session, "clickpy").values()
        one = Raised(series, HELD, HELD + DAY, 900.0, "jump", "900 after 1")
        write.doubts(session, run, NOON, raised=[one], ended=[])
    engine.dispose()
    return tmp_path


def framescope(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "framescope", "--database", f"sqlite:///{home / 'framescope.db'}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)


def answer(home: Path, *arguments: str) -> Any:
    return json.loads(framescope(home, *arguments, "--json").stdout)


def february(home: Path) -> float | None:
    engine = open_database(f"sqlite:///{home / 'framescope.db'}")
    with reading(engine) as session:
        found = {row.period_start: row.value for row in read.charted(session, metric="downloads")}
    engine.dispose()
    return found[date(2026, 2, 1)]


def test_a_doubt_is_listed_and_the_series_tells_it(home: Path) -> None:
    (one,) = answer(home, "doubts")
    assert (one["doubt"], one["system"], one["metric"], one["value"]) == (1, "pytorch", "downloads", 900)
    assert (one["rule"], one["state"], one["seen"], one["period_start"]) == ("jump", "open", "900 after 1", str(HELD))
    rows = {row["period_start"]: row["doubt"] for row in answer(home, "series", "--metric", "downloads")}
    assert rows[str(HELD)] == "jump"
    assert set(rows.values()) == {"jump", None}
    assert "1 open" in framescope(home, "doubts").stderr


@pytest.mark.parametrize(
    ("action", "state", "value", "told"), [("confirm", "confirmed", 927, None), ("dismiss", "withdrawn", 27, "jump")]
)
def test_a_decision_counts_at_once_and_is_a_run(
    home: Path, action: str, state: str, value: float, told: str | None
) -> None:
    (one,) = answer(home, "doubts", action, "1")
    assert (one["state"], one["why"].split(" on ")[0]) == (state, f"{action}ed by hand")
    assert answer(home, "doubts") == []
    assert [row["state"] for row in answer(home, "doubts", "--all")] == [state]
    assert february(home) == value
    rows = {row["period_start"]: row["doubt"] for row in answer(home, "series", "--metric", "downloads")}
    assert rows[str(HELD)] == told
    engine = open_database(f"sqlite:///{home / 'framescope.db'}")
    with reading(engine) as session:
        run = read.runs(session, limit=1)[0]
    engine.dispose()
    assert (run.run, run.kind, run.status) == (one["settled_by_run"], "decision", "ok")
