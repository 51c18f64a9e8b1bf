"""Giving up old bodies: which stay, that no figure goes, and that neither a crash nor a collection beside it hurts."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db import read, write
from db.engine import Engine, reading, writing
from db.pruning import GRACE_S, Pruned, prune
from db.receipts import ReceiptStore
from db.records import ReceiptRecord
from tests.db.conftest import begin
from tests.db.made import NOON, dump, on, put, rows

OLD = 60
LIMIT = timedelta(days=30)


@pytest.fixture
def store(tmp_path: Path) -> ReceiptStore:
    return ReceiptStore(tmp_path / "receipts")


def came(
    engine: Engine,
    store: ReceiptStore,
    body: str,
    days_ago: float,
    url: str = "/a",
    status: int = 200,
    source: str = "x",
    pause_s: float = 0.0,
    etag: str | None = '"made"',
) -> int:
    """An answer that came so many days ago; with a pause between its body and its row."""
    kept = store.put(body.encode())
    time.sleep(pause_s)
    at = datetime.now(UTC) - timedelta(days=days_ago)
    answer = {"url": url, "method": "GET", "status": status, "fetched_at": at, "etag": etag}
    record = ReceiptRecord(**answer, sha256=kept.sha256, size=kept.size)  # type: ignore[arg-type]  # its fields by name
    with writing(engine) as session:
        run = write.start_run(session, kind="collection", source=source)
        return write.add_receipt(session, run, source, record)


def age(store: ReceiptStore) -> None:
    """Let the last put of every file be long ago."""
    for path in store.root.rglob("*"):
        if path.is_file():
            os.utime(path, (1e9, 1e9))


def bodies(store: ReceiptStore) -> set[str]:
    return {store.get(file.sha256).decode() for file in store.files()}


def pruned(engine: Engine) -> list[int]:
    return [number for (number,) in rows(engine, "SELECT id FROM receipt WHERE pruned_at IS NOT NULL ORDER BY id")]


def test_an_old_body_goes_and_its_receipt_and_figures_stay(engine: Engine, store: ReceiptStore) -> None:
    first = came(engine, store, "first", OLD)
    run = begin(engine)
    put(engine, run, [on(NOON.date(), 5.0)], receipt=first)
    came(engine, store, "second", OLD - 1)
    age(store)
    before = dump(engine, "observation", "series", "run", "roll_up")
    done = prune(engine, store, LIMIT)
    assert (done.receipts, done.bodies, done.unlisted, done.kept, done.lost) == (1, 1, 0, 1, ())
    assert done.bytes > 0
    assert bodies(store) == {"second"}
    assert dump(engine, *before) == before
    assert pruned(engine) == [first]
    ((url, sha256),) = rows(engine, f"SELECT url, sha256 FROM receipt WHERE id = {first}")  # noqa: S608  # a number
    assert (url, len(sha256)) == ("/a", 64)
    assert prune(engine, store, LIMIT) == Pruned(0, 0, 0, 0, 1, ())


@pytest.mark.parametrize(
    ("answers", "kept"),
    [
        ([("a", OLD, "/a", 200)], {"a"}),
        ([("a", OLD, "/a", 200), ("b", 1, "/a", 200)], {"b"}),
        ([("a", 20, "/a", 200), ("b", 1, "/a", 200)], {"a", "b"}),
        ([("a", OLD, "/a", 200), ("a", OLD - 1, "/a", 304)], {"a"}),
        ([("a", OLD, "/a", 200), ("b", OLD - 1, "/a", 200), ("a", 1, "/b", 200)], {"a", "b"}),
        ([("a", OLD, "/a", 200), ("b", OLD - 1, "/a", 500)], {"a"}),
        ([("a", OLD, "/a", 200), ("b", OLD - 1, "/b", 200)], {"a", "b"}),
        ([("a", OLD, "/a", 200), ("b", 50, "/a", 200), ("a", 1, "/a", 304)], {"a"}),
    ],
    ids=["only", "followed", "young", "confirmed", "shared", "failed since", "elsewhere", "confirmed after another"],
)
def test_a_body_that_is_needed_stays(
    answers: list[tuple[str, int, str, int]], kept: set[str], engine: Engine, store: ReceiptStore
) -> None:
    for body, days_ago, url, status in answers:
        came(engine, store, body, days_ago, url, status)
    age(store)
    prune(engine, store, LIMIT)
    assert bodies(store) == kept


@pytest.mark.parametrize("seed", range(4))
def test_any_heap_of_receipts_keeps_what_it_needs_and_no_more(seed: int, engine: Engine, store: ReceiptStore) -> None:
    chance = random.Random(seed)  # noqa: S311  # a test's heap, not a secret
    heap = []
    for days_ago in sorted((chance.uniform(0, 90) for _ in range(40)), reverse=True):
        body, url = chance.choice("abcdefghijklmnop"), chance.choice(["/1", "/2", "/3"])
        status, source = chance.choice([200, 200, 304, 429, 500]), chance.choice("xy")
        heap.append((came(engine, store, body, days_ago, url, status, source), body, days_ago, (source, url), status))
    age(store)
    last = {address: number for number, _, _, address, status in heap if status < 400}
    needed = {body for number, body, days_ago, address, _ in heap if days_ago < 30 or last.get(address) == number}
    dry = prune(engine, store, LIMIT, dry_run=True)
    assert pruned(engine) == []
    assert prune(engine, store, LIMIT) == dry
    assert bodies(store) == needed
    assert pruned(engine) == [number for number, body, *_ in heap if body not in needed]


def test_what_a_crash_left_behind_is_removed_once_nobody_can_be_waiting_for_it(
    engine: Engine, store: ReceiptStore
) -> None:
    came(engine, store, "listed", OLD)
    store.put(b"never listed")
    half = store.root / "ab" / ".part-xyz"
    half.parent.mkdir(exist_ok=True)
    half.write_bytes(b"half")
    (store.root / ".part-of-an-import").write_bytes(b"half")
    (store.root / "README").write_text("of somebody")
    assert prune(engine, store, LIMIT).bodies == 0
    assert half.exists()
    age(store)
    done = prune(engine, store, LIMIT)
    assert (done.bodies, done.unlisted, done.receipts) == (1, 1, 0)
    assert bodies(store) == {"listed"}
    assert sorted(path.name for path in store.root.glob("**/*") if path.is_file() and path.suffix != ".gz") == [
        "README"
    ]
    assert (store.root / "README").exists()


def test_an_address_that_is_asked_once_keeps_no_body_for_a_request_that_never_comes(
    engine: Engine, store: ReceiptStore
) -> None:
    """Many sources put a month into the address: without an ETag or a date, nothing is ever conditional on that."""
    came(engine, store, "a month", 40, etag=None)
    came(engine, store, "with an etag", 40, url="https://example.org/other")
    age(store)
    assert prune(engine, store, LIMIT).bodies == 1
    assert bodies(store) == {"with an etag"}


def test_a_body_that_is_needed_and_not_there_is_named(engine: Engine, store: ReceiptStore) -> None:
    number = came(engine, store, "a", OLD, "/lost")
    store.path(rows(engine, "SELECT sha256 FROM receipt")[0][0]).unlink()
    for dry_run in (True, False):
        (lost,) = prune(engine, store, LIMIT, dry_run=dry_run).lost
        assert (lost.receipt, lost.source, lost.url) == (number, "x", "/lost")


@pytest.mark.parametrize("where", ["Path.rename", "Path.unlink", "Session.commit"])
@pytest.mark.parametrize("count", [1, 3])
def test_a_process_that_dies_in_the_middle_costs_nothing(
    where: str, count: int, engine: Engine, store: ReceiptStore
) -> None:
    """It ends without a word after so many steps of one kind; what is needed is there, and the next prune finishes."""
    for number in range(6):
        came(engine, store, f"old {number}", OLD)
    came(engine, store, "newest", 1)
    age(store)
    code = (
        "import os, sys\nfrom datetime import timedelta\nfrom pathlib import Path\n"
        "from sqlalchemy.orm import SessionTransaction\nfrom db.engine import open_database\n"
        "from db.pruning import prune\nfrom db.receipts import ReceiptStore\n"
        "kind = {'Path.rename': (Path, 'rename'), 'Path.unlink': (Path, 'unlink'),"
        " 'Session.commit': (SessionTransaction, 'commit')}[sys.argv[3]]\n"
        "real, left = getattr(*kind), [int(sys.argv[4])]\n"
        "def mortal(*given, **named):\n    done = real(*given, **named)\n    left[0] -= 1\n"
        "    if not left[0]:\n        os._exit(9)\n    return done\n"
        "setattr(*kind, mortal)\n"
        "prune(open_database(sys.argv[1]), ReceiptStore(Path(sys.argv[2])), timedelta(days=30))\n"
    )
    arguments = [sys.executable, "-c", code, str(engine.url), str(store.root), where, str(count)]
    died = subprocess.run(arguments, check=False)
    if (where, count) != ("Session.commit", 3):  # there are two transactions only
        assert died.returncode == 9
    with reading(engine) as session:
        assert set(read.needed_bodies(session)) <= {file.sha256 for file in store.files()}
    done = prune(engine, store, LIMIT)
    assert done.lost == ()
    assert bodies(store) == {"newest"}
    assert [path.name for path in store.root.rglob(".*")] == []


def test_a_needed_body_whose_removal_was_broken_off_gets_its_name_back(engine: Engine, store: ReceiptStore) -> None:
    came(engine, store, "a", 1)
    (file,) = store.files()
    file.path.rename(file.path.with_name(f".gone-{file.path.name}"))
    age(store)
    assert prune(engine, store, LIMIT).lost == ()
    assert store.get(file.sha256) == b"a"


def test_a_body_put_before_its_receipt_is_listed_survives(engine: Engine, store: ReceiptStore) -> None:
    """It was given up long ago, comes again, and the prune falls between the file and its row."""
    came(engine, store, "again", OLD)
    came(engine, store, "other", OLD - 1)
    age(store)
    kept = store.put(b"again")
    prune(engine, store, LIMIT)
    assert store.get(kept.sha256) == b"again"


def test_a_body_put_while_it_is_being_removed_survives(engine: Engine, store: ReceiptStore) -> None:
    kept = store.put(b"a")
    age(store)
    (file,) = store.files()
    store.put(b"a")
    assert store.remove(file, time.time() - GRACE_S) is None
    assert store.get(kept.sha256) == b"a"


def test_beside_a_collection_no_body_is_lost(engine: Engine, store: ReceiptStore) -> None:
    """Eight threads bring the very bodies again that are being given up, each with a pause before it lists its own."""
    names = [f"body {number}" for number in range(48)]
    for name in names:
        came(engine, store, name, OLD)
    came(engine, store, "newest", 1)
    age(store)
    start = threading.Barrier(9)
    faults: list[BaseException] = []

    def collects(mine: list[str]) -> None:
        try:
            start.wait()
            for name in mine:
                came(engine, store, name, 0, f"/{name}", pause_s=0.03)
        except BaseException as error:  # noqa: BLE001  # told below, in the test's own thread
            faults.append(error)

    threads = [threading.Thread(target=collects, args=(names[number::8],)) for number in range(8)]
    for thread in threads:
        thread.start()
    start.wait()
    while any(thread.is_alive() for thread in threads):
        prune(engine, store, LIMIT)
    for thread in threads:
        thread.join()
    assert faults == []
    done = prune(engine, store, LIMIT)
    assert (done.lost, done.kept) == ((), 49)
