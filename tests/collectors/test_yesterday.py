"""A database restored from yesterday: jobs, cursors, receipts and figures go on from there, and end as without it."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from collectors import worker
from collectors.lease import JobContext
from db import read, write
from db.backup import back_up
from db.engine import Engine, open_database, reading, writing
from db.receipts import ReceiptStore
from db.restoring import restore
from tests.collectors.content import content, cursors, difference, unsound
from tests.collectors.worldly import gather, hurry, let_go
from tests.fakes.loopback import World
from tests.soak import catalogued

SOURCES = ("clickpy", "dockerhub", "wikimedia")


@pytest.fixture
def world() -> Iterator[World]:
    with World() as served:
        yield served


def opened(home: Path) -> Engine:
    return open_database(f"sqlite:///{home / 'framescope.db'}")


def ask(engine: Engine, key: str) -> int:
    with writing(engine) as session:
        return write.request_job(session, kind="made", parameters={}, requested_by="test", key=key)


def states(engine: Engine) -> dict[str, tuple[str, int]]:
    with reading(engine) as session:
        found = session.execute(text("SELECT key, state, attempts FROM job")).all()
    return {str(key): (str(state), int(attempts)) for key, state, attempts in found}


def yesterday(home: Path) -> Path:
    """One job done, one in the hands of a worker, one waiting; then a backup, whose worker's lease has long run out."""
    engine = opened(home)
    for key in ("done", "running", "waiting"):
        ask(engine, key)
    with writing(engine) as session:
        done = write.claim_job(session, "then")
        assert done is not None
        write.finish_job(session, done, "then", state="done", message="well")
        write.claim_job(session, "then")
        ended = datetime.now(UTC) - timedelta(days=1)
        session.execute(
            text("UPDATE job SET lease_until = :then WHERE state = 'running'"),
            {"then": ended.replace(tzinfo=None).isoformat(" ")},
        )
    engine.dispose()
    return back_up(f"sqlite:///{home / 'framescope.db'}", home / "yesterday.zip", ReceiptStore(home / "receipts")).file


def test_everything_goes_on_from_yesterday(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)
    ran: list[str] = []

    def handler(context: JobContext) -> tuple[int | None, str]:
        ran.append(str(context.job.job))
        return None, "well"

    monkeypatch.setattr(worker, "HANDLERS", {"made": handler})
    honest, home = catalogued(tmp_path / "honest"), catalogued(tmp_path / "home")
    gather(world, honest, SOURCES)
    gather(world, home, SOURCES[:1])
    kept, before = yesterday(home), cursors(home, "clickpy")
    today = Path(shutil.copytree(home, tmp_path / "today"))
    engine = opened(today)
    assert worker.work(engine, once=True) == 2
    ask(engine, "today")
    engine.dispose()
    gather(world, today, SOURCES)
    let_go(today)
    receipts = {path.name for path in (today / "receipts").rglob("*")}

    restore(kept, f"sqlite:///{today / 'framescope.db'}", ReceiptStore(today / "receipts"), replace=True)
    engine = opened(today)
    assert states(engine) == {"done": ("done", 1), "running": ("running", 1), "waiting": ("queued", 0)}
    assert cursors(today, "clickpy") == before
    assert {path.name for path in (today / "receipts").rglob("*")} == receipts, "a body of today harms nobody"
    with reading(engine) as session:
        waiting = {job.key: job.id for job in session.execute(text("SELECT key, id FROM job"))}
    assert ask(engine, "waiting") == waiting["waiting"], "what was asked for yesterday is still known"
    ran.clear()
    assert worker.work(engine, once=True) == 2
    assert states(engine) == {"done": ("done", 1), "running": ("done", 2), "waiting": ("done", 1)}
    assert ran == [str(waiting["running"]), str(waiting["waiting"])], "and what was done is not done again"
    reports = gather(world, today, SOURCES)
    assert {report.status for report in reports.values()} == {"ok"}
    assert difference(content(honest), content(today)) + unsound(today) == []
    with reading(engine) as session:
        assert [run.run for run in read.runs(session) if run.status == "running"] == []
    engine.dispose()
