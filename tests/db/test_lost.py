"""Leases where clocks cannot be trusted, the runs that go with a lost job, and a store of another revision."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from db import errors, read, write
from db.engine import Engine, reading, writing
from db.migrations import REVISIONS
from db.write import jobs as queue
from db.write import lost
from tests.db.conftest import begin
from tests.db.made import rows
from tests.db.test_jobs import ask, beat, claim, expire, look

Unmoved = Mapping[read.Lease, float]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Set the clock that dates leases so far from the real one."""

    def put(by: timedelta) -> None:
        monkeypatch.setattr(queue, "queue_time", lambda _session: datetime.now(UTC) + by)

    return put


def seen(engine: Engine, seconds: float) -> dict[read.Lease, float]:
    """What somebody says who has looked for so long."""
    with reading(engine) as session:
        return dict.fromkeys(read.leases(session), seconds)


def recover(engine: Engine, unmoved: Unmoved) -> list[tuple[int, str]]:
    with writing(engine) as session:
        return write.recover_jobs(session, unmoved)


def test_a_clock_that_was_set_back_keeps_no_job_longer_than_its_lease(
    engine: Engine, clock: Callable[[timedelta], None]
) -> None:
    job = ask(engine)
    claim(engine, "dead")
    clock(-timedelta(days=1))
    assert recover(engine, seen(engine, queue.LEASE_S - 1)) == []
    assert recover(engine, seen(engine, queue.LEASE_S)) == [(job, "queued")]
    assert claim(engine, "living") == job


def test_a_heartbeat_after_the_clock_was_set_back_is_another_lease(
    engine: Engine, clock: Callable[[timedelta], None]
) -> None:
    job = ask(engine)
    claim(engine)
    before = seen(engine, queue.LEASE_S)
    clock(-timedelta(days=1))
    assert beat(engine, job)
    assert recover(engine, before) == []
    assert look(engine, job).state == "running"


def test_a_clock_that_was_set_forward_takes_no_job_from_a_living_worker(
    engine: Engine, clock: Callable[[timedelta], None]
) -> None:
    job = ask(engine)
    claim(engine)
    clock(timedelta(days=1))
    assert recover(engine, {}) == []
    assert recover(engine, seen(engine, lost.GRACE_S - 1)) == []
    assert recover(engine, seen(engine, lost.GRACE_S)) == [(job, "queued")], "nothing beats any more"


def test_leases_are_the_running_jobs_alone_and_tell_whose_they_are(engine: Engine) -> None:
    first, second, _ = ask(engine), ask(engine), ask(engine)
    claim(engine, "a")
    claim(engine, "b")
    with reading(engine) as session:
        found = read.leases(session)
    assert [(lease.job, lease.worker) for lease in sorted(found)] == [(first, "a"), (second, "b")]
    assert all(lease.until is not None and lease.until.tzinfo is UTC for lease in found)


def test_every_run_of_a_lost_job_is_closed_and_no_other(engine: Engine) -> None:
    job = ask(engine, kind="collection")
    claim(engine)
    with writing(engine) as session:
        ended, going, of_another = (
            write.start_run(session, kind="collection", source="x", job=number) for number in (job, job, job + 1)
        )
        write.finish_run(session, ended, status="ok")
    alone = begin(engine)
    expire(engine, job)
    with writing(engine) as session:
        assert write.recover_jobs(session) == [(job, "queued")]
    found = dict(map(tuple, rows(engine, "SELECT id, status FROM run")))
    assert {number: found[number] for number in (ended, going, of_another, alone)} == {
        ended: "ok", going: "failed", of_another: "running", alone: "running"
    }  # fmt: skip


@pytest.mark.parametrize(("revision", "error"), [("9999", errors.DatabaseNewer), ("0001", errors.DatabaseBehind)])
def test_who_is_not_of_the_stores_revision_claims_nothing_and_may_end_what_he_holds(
    engine: Engine, revision: str, error: type[errors.StoreError]
) -> None:
    held, waiting = ask(engine), ask(engine)
    assert claim(engine) == held
    with writing(engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = :other"), {"other": revision})
    with pytest.raises(error, match=revision):
        claim(engine)
    assert look(engine, waiting).state == "queued"
    assert beat(engine, held)
    with writing(engine) as session:
        assert write.finish_job(session, held, "a", state="done", message="well")
        session.execute(text("UPDATE alembic_version SET version_num = :ours"), {"ours": REVISIONS[-1]})
    assert claim(engine) == waiting


@pytest.mark.parametrize("how", ["failed", "cancelled", "given back", "done"])
def test_a_run_that_its_job_left_open_ends_with_it(engine: Engine, how: str) -> None:
    """The store may go between the beginning of a run and its job's knowing of it: only its parameters name the job."""
    job = ask(engine)
    claim(engine, "a")
    with writing(engine) as session:
        begun = [write.start_run(session, kind="benchmark", source="benchmark", job=job + more) for more in (0, 1)]
        if how == "given back":
            write.requeue_job(session, job, "a", message="stopped")
        elif how == "done":
            write.finish_job(session, job, "a", state="done", message="well")
        else:
            write.finish_job(session, job, "a", state=how, message="gone")  # type: ignore[arg-type]  # one of the two
    with reading(engine) as session:
        found = {row[0]: tuple(row[1:]) for row in session.execute(text("SELECT id, status, message FROM run"))}
    left, why = ("running", ""), "stopped" if how == "given back" else "gone"
    assert [found[run] for run in begun] == [left if how == "done" else ("failed", why), left]
