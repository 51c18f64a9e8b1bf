"""Backups: of one moment while others write, whole or not there, and what is refused, killed or full in the middle."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from postgresql_server import Server
from sqlalchemy import create_engine, text

from db import backup, errors, write
from db.archive import GRACE_S, PART, Archive
from db.backup import back_up, before_upgrade
from db.engine import Engine, open_database, reading, writing
from db.migrations import REVISIONS
from db.migrations.upgrade import upgrade
from db.receipts import ReceiptStore
from db.records import ReceiptRecord
from db.restoring import restore
from tests.db.conftest import begin
from tests.db.made import NOON, rows
from tests.db.test_copying import everything, filled

pytestmark = pytest.mark.sqlite
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def store(tmp_path: Path) -> ReceiptStore:
    return ReceiptStore(tmp_path / "home" / "receipts")


def listed(engine: Engine, store: ReceiptStore, *bodies: str) -> list[str]:
    """Keep these bodies, list them as receipts, and give their hashes."""
    hashes = []
    for body in bodies:
        kept = store.put(body.encode())
        record = ReceiptRecord(f"https://example.org/{body[:20]}", "GET", 200, NOON, kept.sha256, kept.size)
        with writing(engine) as session:
            write.add_receipt(session, write.start_run(session, kind="collection", source="x"), "x", record)
        hashes.append(kept.sha256)
    return hashes


def parts(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir() if path.name.startswith(PART))


def test_every_table_and_every_body_comes_back(engine: Engine, store: ReceiptStore, tmp_path: Path) -> None:
    old = open_database(f"sqlite:///{tmp_path / 'old.db'}", create=True)
    filled(old)
    listed(old, store, "one", "two")
    before = everything(old)
    made = back_up(str(old.url), tmp_path / "kept.zip", store)
    assert (made.manifest.receipts, made.manifest.observations) == (2, len(before["observation"]))
    assert made.bytes == made.file.stat().st_size
    assert parts(tmp_path) == []
    elsewhere = ReceiptStore(tmp_path / "elsewhere")
    url = f"sqlite:///{tmp_path / 'deep' / 'new.db'}"
    assert restore(made.file, url, elsewhere).kept is None
    new = open_database(url)
    assert everything(new) == before
    assert {elsewhere.get(file.sha256) for file in elsewhere.files()} == {b"one", b"two"}
    assert rows(new, "PRAGMA journal_mode") == [("wal",)]
    old.dispose()
    new.dispose()


def test_a_server_is_backed_up_into_the_same_form_and_takes_it_back(
    server: Server, store: ReceiptStore, tmp_path: Path
) -> None:
    url = server.url(server.create())
    engine = open_database(url, create=True)
    filled(engine)
    before = everything(engine)
    made = back_up(url, tmp_path / "kept.zip", store)
    assert made.manifest.dialect == "postgresql"
    with writing(engine) as session:
        session.execute(text("UPDATE run SET message = 'later'"))
    with pytest.raises(errors.DatabaseFilled):
        restore(made.file, url, store)
    engine.dispose()
    restore(made.file, url, store, replace=True)
    assert everything(engine) == before
    restore(made.file, f"sqlite:///{tmp_path / 'new.db'}", store)
    new = open_database(f"sqlite:///{tmp_path / 'new.db'}")
    assert everything(new) == before
    engine.dispose()
    new.dispose()


def test_others_write_at_every_step_and_the_copy_is_of_its_beginning(
    engine: Engine, store: ReceiptStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled_pages = [(n, "x" * 4000) for n in range(50)]
    with closing(sqlite3.connect(str(engine.url.database))) as plain:
        plain.executemany("INSERT INTO probe_code VALUES (?, ?)", [(str(n), much) for n, much in filled_pages])
        plain.commit()
    steps = 0

    def write_meanwhile(_seconds: float) -> None:
        nonlocal steps
        steps += 1
        assert steps < 2_000, "it begins again whenever somebody writes"
        with closing(sqlite3.connect(str(engine.url.database), timeout=0)) as other:
            other.execute("INSERT INTO probe_code VALUES (?, 'meanwhile')", (f"step {steps}",))
            other.execute("UPDATE probe_code SET text = ? WHERE sha256 = ?", (f"now {steps}", str(steps % 50)))
            other.commit()

    monkeypatch.setattr(backup, "STEP_PAGES", 2)
    monkeypatch.setattr(backup, "rest", write_meanwhile)
    made = back_up(str(engine.url), tmp_path / "kept.zip", store)
    assert steps > 20
    assert rows(engine, "SELECT count(*) FROM probe_code WHERE text = 'meanwhile'") == [(steps,)], "nobody waited"
    restore(made.file, f"sqlite:///{tmp_path / 'new.db'}", store)
    new = open_database(f"sqlite:///{tmp_path / 'new.db'}")
    assert sorted(rows(new, "SELECT CAST(sha256 AS INTEGER), text FROM probe_code")) == filled_pages
    new.dispose()


WRITER = """
import sqlite3, sys
opened = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
number = int(sys.argv[2])
while True:
    number += 1000
    opened.execute("BEGIN IMMEDIATE")
    opened.execute("INSERT INTO probe_code VALUES (?, ?)", (f"a{number}", "x" * 3000))
    opened.execute("INSERT INTO probe_code VALUES (?, ?)", (f"b{number}", "x" * 3000))
    opened.execute("COMMIT")
"""


def test_beside_writing_processes_every_backup_is_sound_and_holds_whole_transactions(
    engine: Engine, store: ReceiptStore, tmp_path: Path
) -> None:
    path = str(engine.url.database)
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, path, str(number)]) for number in (1, 2)]
    try:
        until = time.monotonic() + 60
        while rows(engine, "SELECT count(*) FROM probe_code")[0][0] < 200 and time.monotonic() < until:
            time.sleep(0.05)
        made = [back_up(str(engine.url), tmp_path / f"{n}.zip", store) for n in range(3)]
        assert all(writer.poll() is None for writer in writers), "no writer gave up"
    finally:
        for writer in writers:
            writer.kill()
            writer.wait(30)
    counts = []
    for n, each in enumerate(made):
        restore(each.file, f"sqlite:///{tmp_path / f'{n}.db'}", store)
        with closing(sqlite3.connect(tmp_path / f"{n}.db")) as new:
            asked = "SELECT substr(sha256, 2) FROM probe_code WHERE sha256 LIKE ? ORDER BY 1"
            halves = [new.execute(asked, (f"{half}%",)).fetchall() for half in "ab"]
        assert halves[0] == halves[1]
        counts.append(len(halves[0]))
    assert 100 <= counts[0] < counts[1] < counts[2]


def test_a_body_that_is_gone_or_damaged_is_counted_and_left_out(
    engine: Engine, store: ReceiptStore, tmp_path: Path
) -> None:
    gone, spoilt, _ = listed(engine, store, "gone", "spoilt", "there")
    store.path(gone).unlink()
    store.path(spoilt).write_bytes(store.path(spoilt).read_bytes()[:-3])
    made = back_up(str(engine.url), tmp_path / "kept.zip", store)
    assert (made.manifest.wanted, made.manifest.receipts) == (3, 1)
    archive = Archive(made.file)
    assert len(list(archive.bodies())) == 1
    archive.close()


def test_a_file_that_is_there_is_not_overwritten(engine: Engine, store: ReceiptStore, tmp_path: Path) -> None:
    target = tmp_path / "kept.zip"
    target.write_text("mine")
    with pytest.raises(errors.FileThere, match="no backup is overwritten"):
        back_up(str(engine.url), target, store)
    assert target.read_text() == "mine"


def test_a_damaged_database_is_not_backed_up(engine: Engine, store: ReceiptStore, tmp_path: Path) -> None:
    path = Path(str(engine.url.database))
    engine.dispose()
    with path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(os.urandom(4096 * 4))
    with pytest.raises(errors.StoreError):
        back_up(f"sqlite:///{path}", tmp_path / "kept.zip", store)
    assert not (tmp_path / "kept.zip").exists()
    assert parts(tmp_path) == []


def test_a_missing_directory_or_database_is_told(engine: Engine, store: ReceiptStore, tmp_path: Path) -> None:
    with pytest.raises(errors.DatabaseReadOnly, match="cannot be written to"):
        back_up(str(engine.url), tmp_path / "none" / "kept.zip", store)
    with pytest.raises(errors.DatabaseMissing):
        back_up(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "kept.zip", store)


KILLED = """
import sys, time
from pathlib import Path
from db import backup
from db.receipts import ReceiptStore
def rest(_seconds):
    print("half", flush=True)
    time.sleep(600)
backup.STEP_PAGES, backup.rest = 2, rest
backup.back_up(sys.argv[1], Path(sys.argv[2]), ReceiptStore(Path(sys.argv[3])))
"""


def test_a_killed_backup_leaves_no_backup_and_hurts_nobody(engine: Engine, store: ReceiptStore, tmp_path: Path) -> None:
    kept = tmp_path / "backups"
    kept.mkdir()
    words = [sys.executable, "-c", KILLED, str(engine.url), str(kept / "kept.zip"), str(store.root)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == "half\n"
        begin(engine)
        killed.send_signal(signal.SIGKILL)
    left = parts(kept)
    assert not (kept / "kept.zip").exists()
    assert left, "it was killed in the middle"
    for name in left:
        os.utime(kept / name, (time.time() - GRACE_S - 60,) * 2)
    made = back_up(str(engine.url), kept / "kept.zip", store)
    assert [path.name for path in kept.iterdir()] == ["kept.zip"], "what a crash left goes with the next backup"
    assert Archive(made.file).manifest.revision == REVISIONS[-1]


def test_two_backups_at_once_do_not_disturb_one_another(engine: Engine, store: ReceiptStore, tmp_path: Path) -> None:
    listed(engine, store, "one")
    files = [tmp_path / f"{n}.zip" for n in range(3)]
    threads = [threading.Thread(target=back_up, args=(str(engine.url), file, store)) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len({Archive(file).manifest.sha256 for file in files}) == 1
    assert parts(tmp_path) == []


def test_an_upgrade_that_is_tried_again_makes_no_second_backup_unless_something_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAMESCOPE_HOME", str(tmp_path / "home"))
    file = tmp_path / "older.db"
    older = create_engine(f"sqlite:///{file}")
    upgrade(older, "0005")
    older.dispose()
    first = before_upgrade(f"sqlite:///{file}")
    assert first is not None
    assert before_upgrade(f"sqlite:///{file}") == first
    later = first.stat().st_mtime + 1
    os.utime(file, (later, later))
    second = before_upgrade(f"sqlite:///{file}")
    assert second is not None
    assert second != first
    assert len(list(first.parent.iterdir())) == 2


def test_a_file_where_the_directory_should_be_is_told_and_nothing_is_upgraded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAMESCOPE_HOME", str(tmp_path))
    (tmp_path / "backups").write_text("a backup of an earlier version")
    older = create_engine(f"sqlite:///{tmp_path / 'older.db'}")
    upgrade(older, "0005")
    older.dispose()
    with pytest.raises(errors.FileThere, match="backups is a file"):
        before_upgrade(f"sqlite:///{tmp_path / 'older.db'}")
    assert (tmp_path / "backups").read_text() == "a backup of an earlier version"


def test_before_an_upgrade_the_file_is_kept_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_HOME", str(tmp_path / "home"))
    url = f"sqlite:///{tmp_path / 'older.db'}"
    assert before_upgrade(url) is None
    older = create_engine(url)
    upgrade(older, "0005")
    with older.begin() as connection:
        connection.execute(text("INSERT INTO job (kind, parameters, state, requested, requested_by, attempts, "
                                "cancel_requested, progress, message) VALUES ('probe', '{}', 'done', "
                                "'2026-01-01 00:00:00.000000', 'x', 1, 0, 1.0, 'kept')"))  # fmt: skip
    older.dispose()
    kept = before_upgrade(url)
    assert kept is not None
    assert kept.parent == tmp_path / "home" / "backups"
    open_database(url, create=True).dispose()
    assert before_upgrade(url) is None, "it is of this revision now"
    restore(kept, f"sqlite:///{tmp_path / 'again.db'}", ReceiptStore(tmp_path / "none"))
    again = open_database(f"sqlite:///{tmp_path / 'again.db'}")
    with reading(again) as session:
        assert session.execute(text("SELECT message FROM job")).all() == [("kept",)]
    again.dispose()
    assert Archive(kept).manifest.revision == "0005"
