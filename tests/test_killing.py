"""A short killing with each kind of store, by a seed that FRAMESCOPE_TEST_SEED repeats; what its counting finds."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from postgresql_server import Server, find_binaries
from sqlalchemy import text

from db import write
from db.engine import Engine, open_database, writing
from tests.conftest import chosen_seed
from tests.killing.counting import counted
from tests.killing.diary import Diary
from tests.killing.killing import kill


@pytest.fixture(scope="module")
def seed() -> int:
    return chosen_seed()


@pytest.fixture
def own() -> Iterator[Server]:
    """A server that is killed."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("NO POSTGRESQL: install the package postgresql; .ci/run does")
    server = Server(binaries, durable=True)
    yield server
    server.close()


def test_nothing_is_lost_or_doubled_where_every_process_is_killed(tmp_path: Path, seed: int) -> None:
    outcome = kill(tmp_path, seed, 6, jobs=4, site=True)
    print(f"seed {seed}: {outcome}")
    assert not outcome.wrong, f"seed {seed}:\n" + "\n".join(outcome.wrong)
    assert outcome.killed.total() == 6
    assert len(outcome.killed) > 3, outcome.killed
    assert outcome.rows > 4_000


def test_nothing_is_lost_or_doubled_where_the_server_is_killed_too(tmp_path: Path, seed: int, own: Server) -> None:
    outcome = kill(tmp_path, seed, 6, jobs=4, server=own)
    print(f"seed {seed}: {outcome}")
    assert not outcome.wrong, f"seed {seed}:\n" + "\n".join(outcome.wrong)
    assert outcome.killed["server"] >= 1


def test_the_dice_of_a_seed_fall_the_same_again() -> None:
    def order(seed: int) -> list[int]:
        found = list(range(20))
        random.Random(seed).shuffle(found)  # noqa: S311  # an order, not a secret
        return found

    assert order(3) == order(3) != order(4)


# --- the counting itself ------------------------------------------------------------------------------------------


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_database(f"sqlite:///{tmp_path / 'framescope.db'}", create=True)
    yield opened
    opened.dispose()


def worked(engine: Engine, diary: Diary) -> int:
    """One job that was asked for, begun, ended and done, as the diary has it."""
    with writing(engine) as session:
        job = write.request_job(session, kind="collection", parameters={}, requested_by="test")
        write.claim_job(session, "a")
        write.finish_job(session, job, "a", state="done", message="well")
    diary.note("asked", number=0, job=job)
    diary.note("begin", job=job, attempt=1)
    diary.note("end", job=job)
    return job


def begun_by_another(engine: Engine, diary: Diary, job: int) -> None:
    """A line that another process wrote while the first was at it."""
    one = diary.lines("begin")[0]
    with diary.path.open("a") as file:
        file.write(json.dumps(one | {"pid": one["pid"] + 1, "at": one["at"] + 1e-9}) + "\n")


def sql(statement: str) -> Callable[[Engine, Diary, int], None]:
    def change(engine: Engine, diary: Diary, job: int) -> None:
        with writing(engine) as session:
            session.execute(text(statement))

    return change


FAULTS: dict[str, Callable[[Engine, Diary, int], None]] = {
    "was lost": sql("DELETE FROM job"),
    "is running": sql("UPDATE job SET state = 'running'"),
    "run by two at once": begun_by_another,
    "in 1 attempts": lambda engine, diary, job: diary.note("begin", job=job, attempt=2),
    "became the jobs": lambda engine, diary, job: diary.note("asked", number=0, job=job + 1),
    "a run was left open": lambda engine, diary, job: _open_run(engine),
    "2 are there": lambda engine, diary, job: _another(engine),
    "attempts: ''": sql("UPDATE job SET state = 'failed', message = ''"),
    "its run is None": sql("UPDATE job SET kind = 'benchmark'"),
}


def _open_run(engine: Engine) -> None:
    with writing(engine) as session:
        write.start_run(session, kind="collection", source="x")


def _another(engine: Engine) -> None:
    with writing(engine) as session:
        write.request_job(session, kind="collection", parameters={}, requested_by="test")


def test_what_is_as_it_should_be_is_not_blamed(engine: Engine, tmp_path: Path) -> None:
    diary = Diary(tmp_path / "diary")
    worked(engine, diary)
    ended, wrong = counted(engine, diary, 1)
    assert (dict(ended), wrong) == ({"collection done": 1}, [])


@pytest.mark.parametrize("words", FAULTS)
def test_every_fault_is_named(engine: Engine, tmp_path: Path, words: str) -> None:
    diary = Diary(tmp_path / "diary")
    job = worked(engine, diary)
    FAULTS[words](engine, diary, job)
    _, wrong = counted(engine, diary, 1)
    assert [each for each in wrong if words in each], wrong
