"""The job door and a visitor: refused by whom he is, by what he asks, and by his quota; his jobs, and ending them."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from collectors import jobs, permits, visitors
from collectors.visitors import Visitor
from db import clock, read, write
from db.engine import Engine, open_database, reading, writing
from db.errors import JobRefused

TOKEN = "made-up-token"
ANN, BOB = (Visitor(token=TOKEN, address=f"192.0.2.{n}") for n in (1, 2))
STRANGER = Visitor()
SMALL: dict[str, Any] = {"workloads": ["matmul"], "variants": ["numpy"], "size": "tiny", "seconds": 2.0, "processes": 1}


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setenv("FRAMESCOPE_HOME", str(tmp_path))
    monkeypatch.setenv(visitors.SITE_ADDRESS, "0.0.0.0")  # noqa: S104  # named, not bound
    monkeypatch.setenv("FRAMESCOPE_RUN_TOKEN", TOKEN)
    monkeypatch.setenv("FRAMESCOPE_RUN_COOLDOWN_S", "0")
    engine = open_database(create=True)
    yield engine
    engine.dispose()


def ask(engine: Engine, by: jobs.Asking, **changes: Any) -> int:
    return jobs.request_benchmark(engine, requested_by=by, **(SMALL | changes))


def everything(engine: Engine) -> list[read.JobRow]:
    with reading(engine) as session:
        return read.jobs(session)


def dated(engine: Engine, statement: str, *when: datetime) -> None:
    """Move rows in time; SQLite keeps UTC without a zone."""
    with writing(engine) as session:
        texts = tuple(each.replace(tzinfo=None).isoformat(" ", "microseconds") for each in when)
        session.connection().exec_driver_sql(statement, texts)


@pytest.mark.parametrize("visitor", [STRANGER, Visitor(token="guess"), Visitor(claims={"is_logged_in": True})])
def test_the_door_itself_refuses_whoever_may_not(engine: Engine, visitor: Visitor) -> None:
    """What a forged form comes to: the page's function is called although the page showed no button."""
    calls: tuple[Callable[[], int], ...] = (
        lambda: ask(engine, visitor),
        lambda: jobs.request_probes(engine, requested_by=visitor),
        lambda: jobs.request_tasks(engine, requested_by=visitor),
        lambda: jobs.request_collection(engine, requested_by=visitor),
    )
    for call in calls:
        with pytest.raises(JobRefused, match=r"read-only|not the run token"):
            call()
    assert not everything(engine)


def test_every_kind_of_job_is_let_in_by_a_permit(engine: Engine) -> None:
    ask(engine, ANN)
    jobs.request_probes(engine, capabilities=["jacobian"], requested_by=ANN)
    jobs.request_tasks(engine, tasks=["sum"], requested_by=ANN)
    jobs.request_collection(engine, sources=["arxiv"], requested_by=ANN)
    found = everything(engine)
    assert {job.kind for job in found} == set(permits.OFFERED)
    assert {job.requested_by for job in found} == {"site"}
    assert len({job.asker for job in found}) == 1
    assert str(found[0].asker).startswith("token:")


def test_what_is_expected_is_kept_and_unknown_stays_unknown(engine: Engine) -> None:
    ask(engine, ANN)
    jobs.request_tasks(engine, tasks=["sum"], requested_by=ANN)
    programs, measurement = everything(engine)
    assert programs.expected_s is None
    assert measurement.expected_s == pytest.approx(
        jobs.bench_cost(engine, ["matmul"], ["numpy"], "tiny", "cpu", 2.0, 1)["seconds"]
    )


def test_what_earlier_runs_took_is_what_the_next_is_expected_to(engine: Engine) -> None:
    began = clock.now() - timedelta(hours=2)
    with writing(engine) as session:
        run = write.start_run(session, kind="tasks", source="tasks")
        write.finish_run(session, run, status="ok", new=8)
    dated(engine, "UPDATE run SET started = ?, finished = ?", began, began + timedelta(seconds=80))
    jobs.request_tasks(engine, tasks=["sum"], systems=["pytorch", "jax"], requested_by=ANN)
    assert everything(engine)[0].expected_s == pytest.approx(20.0, abs=0.01)


@pytest.mark.parametrize("more", [{"threads": 1}, {"seed": 7}, {"confirms": 3}])
def test_what_the_form_does_not_offer_cannot_be_asked_for(engine: Engine, more: dict[str, int]) -> None:
    with pytest.raises(JobRefused, match=f"From the site {next(iter(more))} cannot be set"):
        ask(engine, ANN, **more)
    assert ask(engine, "command line", **more) == 1


def test_an_estimate_above_the_limit_is_refused(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_RUN_MOST_SECONDS", "60")
    with pytest.raises(JobRefused, match=r"one job may take 1 min here \(FRAMESCOPE_RUN_MOST_SECONDS\)"):
        ask(engine, ANN, seconds=120.0)
    ask(engine, ANN)
    ask(engine, "command line", seconds=120.0)


def test_a_quota_is_that_of_all_who_hold_the_token(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_RUN_JOBS_PER_HOUR", "2")
    ask(engine, ANN)
    ask(engine, BOB)
    for visitor in (ANN, BOB):
        with pytest.raises(JobRefused, match="You asked for 2 jobs within an hour, and the limit is 2"):
            ask(engine, visitor)
    ask(engine, "command line")
    assert len(everything(engine)) == 3


def test_a_pause_and_a_full_queue_are_refusals_too(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_RUN_COOLDOWN_S", "3600")
    ask(engine, ANN)
    with pytest.raises(JobRefused, match=r"FRAMESCOPE_RUN_COOLDOWN_S\): the next may be asked for at .* UTC.*, in \d"):
        ask(engine, ANN)
    monkeypatch.setenv("FRAMESCOPE_RUN_COOLDOWN_S", "0")
    monkeypatch.setenv("FRAMESCOPE_RUN_QUEUE", "1")
    with pytest.raises(JobRefused, match="1 jobs wait, and this site lets 1 wait"):
        ask(engine, ANN)


def test_seconds_measured_within_a_day_are_counted(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_RUN_SECONDS_PER_DAY", "300")
    number = ask(engine, ANN)
    began = datetime.now(UTC) - timedelta(hours=3)
    ended = began + timedelta(seconds=299)
    dated(engine, "UPDATE job SET state = 'done', requested = ?, started = ?, finished = ?", began, began, ended)
    with pytest.raises(JobRefused, match=r"FRAMESCOPE_RUN_SECONDS_PER_DAY\): it may be asked for at .*, in 21 h"):
        ask(engine, ANN)
    assert number == 1
    assert "0 s of 5 min" not in permits.left(engine, visitors.standing(ANN).asker or visitors.AT_HOME)


def test_many_at_once_do_not_slip_through(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_RUN_JOBS_PER_HOUR", "3")
    told: list[str] = []
    together = threading.Barrier(8)

    def one() -> None:
        together.wait()
        try:
            ask(engine, ANN)
        except JobRefused as refused:
            told.append(str(refused))

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(everything(engine)) == 3
    assert len(told) == 5


def test_a_job_is_ended_by_who_asked_for_it_and_by_the_operator_alone(engine: Engine) -> None:
    first, second = ask(engine, ANN), ask(engine, ANN)
    for number in (first, 4711):
        with pytest.raises(JobRefused, match=f"Job {number} is not yours"):
            jobs.cancel(engine, number, by=BOB)
    with pytest.raises(JobRefused, match="until you enter the run token"):
        jobs.cancel(engine, first, by=STRANGER)
    with pytest.raises(JobRefused, match="not yours"):
        jobs.cancel(engine, ask(engine, "command line"), by=ANN)
    assert {job.state for job in everything(engine)} == {"queued"}
    assert jobs.cancel(engine, first, by=ANN)
    assert not jobs.cancel(engine, first, by=ANN)
    assert jobs.cancel(engine, second)
    assert [job.state for job in everything(engine)] == ["queued", "cancelled", "cancelled"]


def test_who_lost_the_permission_may_end_what_he_began(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_SIGN_IN_URL", "https://id.example.org/.well-known/openid-configuration")
    monkeypatch.setenv("FRAMESCOPE_RUN_USERS", "a-1")
    issued = clock.now().timestamp()
    ann = Visitor(claims={"is_logged_in": True, "iss": "https://id.example.org", "sub": "a-1", "iat": issued})
    number = ask(engine, ann)
    monkeypatch.setenv("FRAMESCOPE_RUN_USERS", "b-2")
    with pytest.raises(JobRefused, match="not on the list"):
        ask(engine, ann)
    assert jobs.cancel(engine, number, by=ann)


def test_who_is_at_the_machine_has_no_quota_and_ends_anything(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    number = ask(engine, ANN)
    monkeypatch.setenv(visitors.SITE_ADDRESS, "127.0.0.1")
    monkeypatch.setenv("FRAMESCOPE_RUN_JOBS_PER_HOUR", "0")
    assert ask(engine, STRANGER, seconds=1_800.0) == 2
    assert everything(engine)[0].asker == "local"
    assert jobs.cancel(engine, number, by=STRANGER)
    assert jobs.left(engine, visitors.standing(STRANGER)) == ""


def test_asking_twice_with_one_key_is_one_job_of_the_quota(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_RUN_JOBS_PER_HOUR", "1")
    assert ask(engine, ANN, key="a") == ask(engine, ANN, key="a") == 1


def test_the_token_is_nowhere_in_the_store(engine: Engine, tmp_path: Path) -> None:
    ask(engine, ANN)
    engine.dispose()
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"token:" in kept
    assert TOKEN.encode() not in kept
    assert ANN.address.encode() not in kept
