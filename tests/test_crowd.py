"""A crowd for twenty seconds, and what it would find: `make soak-faults` lets one loose for ten minutes."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from db import write
from db.engine import open_database, queueing, writing
from tests.conftest import chosen_seed
from tests.crowd import crowd, lost, observations
from tests.soak import catalogued


@pytest.mark.alone
def test_no_locked_database_reaches_anybody_where_eight_write_and_thirty_read(tmp_path: Path) -> None:
    seed = chosen_seed()
    outcome = crowd(tmp_path / "home", seed, 20.0)
    print(f"seed {seed}: {outcome}")
    assert not outcome.wrong, f"seed {seed}:\n" + "\n".join(outcome.wrong)
    assert outcome.written > 100
    assert outcome.reads > 30


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE observation SET value = 7777", "7777"),
        ("DELETE FROM observation WHERE value = 5", "1 rows lost"),
        ("UPDATE job SET state = 'running'", "jobs left"),
        ("DELETE FROM observation", "wrote nothing"),
        ("", ""),
    ],
)
def test_what_was_lost_is_named(tmp_path: Path, change: str, words: str) -> None:
    engine = open_database(f"sqlite:///{catalogued(tmp_path / 'home') / 'framescope.db'}")
    with writing(engine) as session:
        run = write.start_run(session, kind="collection", source="a")
        write.observations(session, run, "a", observations("a", 0), None)
        write.set_cursor(session, run, "a", "0", "seen")
    with queueing(engine) as session:
        write.request_job(session, kind="made", parameters={}, requested_by="a")
    with writing(engine) as session:
        session.execute(text(change or "SELECT 1"))
    found = lost(engine, ["a"])
    engine.dispose()
    assert [each for each in found if words in each] if words else found == []
