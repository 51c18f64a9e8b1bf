"""PostgreSQL: opening and upgrading, whose turn it is, addresses that are wrong, and a server that goes and comes."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from postgresql_server import Server, find_binaries
from sqlalchemy import text

from collectors import lease, worker
from db import errors, postgresql, read, write
from db.engine import Engine, is_empty, open_database, queueing, reading, same_database, writing
from db.migrations import REVISIONS
from db.migrations.upgrade import upgrade
from db.models import Base
from tests.db.conftest import begin, fill
from tests.db.made import on, put, rows, spell

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def address(server: Server) -> Iterator[str]:
    """The address of an empty database."""
    name = server.create()
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def store(address: str) -> Iterator[Engine]:
    """A database with the catalogue in it."""
    fill(address)
    engine = open_database(address)
    yield engine
    engine.dispose()


@pytest.fixture
def own() -> Iterator[Server]:
    """A server that a test may kill."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("NO POSTGRESQL: install the package postgresql; .ci/run does")
    started = Server(binaries, durable=True)
    yield started
    started.close()


# --- opening ------------------------------------------------------------------------------------------------------


def test_an_empty_database_becomes_one_that_agrees_with_the_models(address: str) -> None:
    with pytest.raises(errors.DatabaseMissing, match="framescope init"):
        open_database(address)
    assert is_empty(address)
    engine = open_database(address, create=True)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    other = "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public' AND data_type = 'text'"
    assert rows(engine, f"{other} AND collation_name = 'C'") == rows(engine, other) != [(0,)]
    assert not is_empty(address)
    engine.dispose()
    open_database(address).dispose()


def test_an_older_database_is_upgraded_with_its_rows(store: Engine, server: Server) -> None:
    name = server.create()
    older = open_database(server.url(name), create=True)
    server.execute("DROP SCHEMA public CASCADE", name)
    server.execute("CREATE SCHEMA public", name)
    upgrade(older, "0003")
    server.execute(
        "INSERT INTO run VALUES (1, 'collection', 'git', 'ok', '2026-01-01 00:00Z', NULL, '', '', 0, 0, 0, 0, 0, '{}')",
        name,
    )
    server.execute(
        "INSERT INTO receipt (id, run_id, source, url, method, status, fetched_at, sha256, size, request) VALUES "
        "(7, 1, 'git', 'a', 'GET', 200, '2026-01-01 00:00Z', 'aa', 3, '{\"item\": \"a\"}')",
        name,
    )
    with pytest.raises(errors.DatabaseBehind, match=r"0003.*framescope init"):
        open_database(server.url(name))
    newer = open_database(server.url(name), create=True)
    assert rows(newer, "SELECT version_num FROM alembic_version") == [(REVISIONS[-1],)]
    assert rows(newer, "SELECT part FROM receipt") == [(1,)]
    newer.dispose()
    older.dispose()
    server.drop(name)


def test_three_processes_at_once_make_one_database(address: str) -> None:
    program = "import sys; from db.engine import open_database; open_database(sys.argv[1], create=True)"
    words = [sys.executable, "-c", program, address]
    makers = [subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    assert [(maker.communicate(timeout=120)[1], maker.returncode) for maker in makers] == [("", 0)] * 3
    open_database(address).dispose()


def test_a_database_that_cannot_hold_every_letter_is_refused(server: Server) -> None:
    server.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(errors.BadAddress, match=r"keeps text as LATIN1.*encoding=UTF8"):
        open_database(server.url("latin"), create=True)
    assert is_empty(server.url("latin"))
    server.drop("latin")


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (lambda url: url.replace("/db", "/no_such_db"), errors.DatabaseMissing, "createdb"),
        (lambda url: url.replace("framescope@", "nobody:planted@"), errors.BadAddress, "refuses this user"),
        (lambda _: "postgresql://me:planted@127.0.0.1:1/x", errors.DatabaseAway, "Is it running"),
        (lambda _: "postgresql://me:planted@127.0.0.1:port/x", errors.BadAddress, "cannot be read"),
        (lambda _: "mysql://me:planted@127.0.0.1/x", errors.BadAddress, "sqlite:/// and postgresql://"),
    ],
    ids=["no such database", "no such user", "nobody listens", "no port", "another kind"],
)
def test_an_address_that_is_wrong_is_answered_with_what_to_do(
    address: str, change: Callable[[str], str], error: type[errors.StoreError], words: str
) -> None:
    with pytest.raises(error, match=words) as refused:
        open_database(change(address))
    assert "planted" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_without_the_driver_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(errors.BadAddress, match=r"pip install 'framescope\[postgresql\]'"):
        open_database("postgresql://me:planted@127.0.0.1/x")


def test_addresses_of_one_database_are_known_as_the_same() -> None:
    assert same_database("postgres://a@h/x", "postgresql+psycopg://a@h/x")
    assert not same_database("postgres://a@h/x", "postgresql://a@h/y")


# --- whose turn it is ---------------------------------------------------------------------------------------------


def test_a_reader_sees_one_state_and_may_not_write(store: Engine) -> None:
    with reading(store) as session:
        before = read.counts(session)
        begin(store)
        assert read.counts(session) == before
    with pytest.raises(errors.DatabaseReadOnly), reading(store) as session:
        session.execute(text("DELETE FROM run"))
    begin(store)


def test_two_that_write_figures_take_turns(store: Engine) -> None:
    run = begin(store)
    begun, told = threading.Event(), []

    def second() -> None:
        begun.set()
        told.append(put(store, run, spell(date(2026, 1, 1), 30, 2.0)))

    with writing(store) as session:
        write.observations(session, run, "clickpy", spell(date(2026, 1, 1), 30), None)
        other = threading.Thread(target=second)
        other.start()
        assert begun.wait(30)
        time.sleep(0.3)
        assert told == []
    other.join(60)
    assert [(one.new, one.revised) for one in told] == [(0, 30)], "the second saw what the first had written"
    assert rows(store, "SELECT value FROM roll_up WHERE granularity = 'month'") == [(60.0,)]


def test_a_job_is_claimed_and_kept_while_somebody_writes_figures(store: Engine) -> None:
    with queueing(store) as session:
        job = write.request_job(session, kind="benchmark", parameters={}, requested_by="test")
    with writing(store) as busy:
        write.start_run(busy, kind="collect", source="x")
        with queueing(store) as session:
            assert write.claim_job(session, "a") == job
        with queueing(store) as session:
            assert write.beat_job(session, job, "a")


def test_a_claim_passes_over_a_job_that_another_is_about_to_take(store: Engine) -> None:
    with queueing(store) as session:
        first, second = (
            write.request_job(session, kind="benchmark", parameters={}, requested_by="test") for _ in range(2)
        )
    with queueing(store) as one:
        assert write.claim_job(one, "a") == first
        with queueing(store) as other:
            assert write.claim_job(other, "b") == second


def test_one_key_asked_for_by_eight_at_once_is_one_job(store: Engine) -> None:
    asked: list[int] = []

    def ask() -> None:
        with queueing(store) as session:
            asked.append(write.request_job(session, kind="benchmark", parameters={}, requested_by="test", key="monday"))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert asked == [asked[0]] * 8


def test_who_waits_too_long_is_told_and_nothing_is_written(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "WAIT_S", 0.2)
    store = open_database(address, create=True)
    with writing(store) as session:
        write.start_run(session, kind="collect", source="x")
        with pytest.raises(errors.DatabaseBusy, match="kept the database locked"):
            begin(store)
    assert rows(store, "SELECT source FROM run") == [("x",)]
    store.dispose()


# --- what can go wrong --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ("53100", errors.DiskFull),
        ("58030", errors.DiskTrouble),
        ("40P01", errors.DatabaseBusy),
        ("XX001", errors.DatabaseDamaged),
        ("42501", errors.DatabaseReadOnly),
        ("53300", errors.DatabaseBusy),
    ],
)
def test_an_error_of_the_server_is_named_and_the_transaction_goes_back(
    store: Engine, state: str, error: type[errors.StoreError]
) -> None:
    run = begin(store)
    fail = f"'BEGIN RAISE EXCEPTION ''could not extend file'' USING ERRCODE = ''{state}''; END'"
    with writing(store) as session:
        session.execute(text(f"CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS {fail}"))
        session.execute(text("CREATE TRIGGER fail BEFORE INSERT ON roll_up FOR EACH ROW EXECUTE FUNCTION fail()"))
    with pytest.raises(error, match="could not extend file"):
        put(store, run, spell(date(2026, 1, 1), 3))
    assert rows(store, "SELECT (SELECT count(*) FROM observation), (SELECT count(*) FROM series)") == [(0, 0)]


def test_a_server_set_to_read_only_is_read_and_says_so_when_written_to(store: Engine, server: Server) -> None:
    name = str(store.url.database)
    server.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    store.dispose()
    with pytest.raises(errors.DatabaseReadOnly, match="standby, or set to read-only"):
        begin(store)
    with reading(store) as session:
        assert read.counts(session)["runs"] == 1


def test_a_table_that_is_gone_is_named(store: Engine) -> None:
    with writing(store) as session:
        session.execute(text("DROP TABLE cursor"))
    with pytest.raises(errors.DatabaseMissing, match="no longer the Framescope database"), reading(store) as session:
        read.cursor(session, "x", "y")


def test_a_killed_server_costs_what_was_not_committed_and_no_more(own: Server) -> None:
    fill(own.url())
    store = open_database(own.url())
    run = begin(store)
    put(store, run, spell(date(2026, 1, 1), 3))

    def broken() -> None:
        with writing(store) as session:
            write.observations(session, run, "clickpy", spell(date(2026, 2, 1), 3), None)
            own.end(signal.SIGKILL)
            write.observations(session, run, "clickpy", spell(date(2026, 3, 1), 3), None)

    with pytest.raises(errors.DatabaseAway):
        broken()
    with pytest.raises(errors.DatabaseAway, match="Is it running"):
        begin(store)
    own.start_again()
    assert put(store, run, [on(date(2026, 1, 4))]).new == 1, "the same engine goes on"
    assert rows(store, "SELECT count(*) FROM observation") == [(4,)]
    store.dispose()


def test_a_worker_comes_back_with_the_server_and_its_job_is_kept(own: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "AWAY_S", 0.1)
    store = open_database(own.url(), create=True)
    ran: list[int] = []
    stopped = threading.Event()

    def handler(context: lease.JobContext) -> tuple[None, str]:
        ran.append(context.job.job)
        if len(ran) == 1:
            own.end(signal.SIGINT)
            stopped.set()
        return None, "well"

    monkeypatch.setitem(worker.HANDLERS, "benchmark", handler)
    with queueing(store) as session:
        asked = [
            write.request_job(session, kind="benchmark", parameters={}, requested_by="test", key=key) for key in "ab"
        ]
    done: list[int] = []
    working = threading.Thread(target=lambda: done.append(worker.work(store, once=True)))
    working.start()
    assert stopped.wait(60)
    time.sleep(0.5)
    own.start()
    working.join(60)
    assert (done, ran) == ([2], asked)
    with reading(store) as session:
        assert {(job.state, job.attempts) for job in read.jobs(session)} == {("done", 1)}
    store.dispose()
