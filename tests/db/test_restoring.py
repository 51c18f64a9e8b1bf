"""Restoring: what is refused, and that a damaged file, a kill or a full disk changes nothing."""

import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from postgresql_server import Server
from sqlalchemy import text

from db import errors, write
from db.backup import back_up
from db.engine import open_database, reading, writing
from db.receipts import ReceiptStore
from db.restoring import REPLACED, restore
from tests.db.made import rows
from tests.db.test_backup import listed, parts

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def store(tmp_path: Path) -> ReceiptStore:
    return ReceiptStore(tmp_path / "receipts")


@pytest.fixture(scope="module")
def made(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of a small database that says 'backed up', with two bodies."""
    place = tmp_path_factory.mktemp("made")
    store = ReceiptStore(place / "receipts")
    url = f"sqlite:///{shutil.copy(template, place / 'old.db')}"
    engine = open_database(url)
    listed(engine, store, "one", "two")
    with writing(engine) as session:
        write.start_run(session, kind="backed up", source="x")
    engine.dispose()
    return back_up(url, place / "kept.zip", store).file


@pytest.fixture
def archive(made: Path, tmp_path: Path) -> Path:
    """That backup, a copy of this test's own."""
    return Path(shutil.copy(made, tmp_path / "kept.zip"))


def kinds(path: Path) -> set[str]:
    """What the runs of a database say, opened as the product opens it."""
    engine = open_database(f"sqlite:///{path}")
    found = {kind for (kind,) in rows(engine, "SELECT kind FROM run")}
    assert rows(engine, "PRAGMA quick_check") == [("ok",)]
    engine.dispose()
    return found


def mark(path: Path) -> None:
    """Let a database say 'mine'."""
    engine = open_database(f"sqlite:///{path}")
    with writing(engine) as session:
        write.start_run(session, kind="mine", source="x")
    engine.dispose()


def test_a_database_that_is_there_is_replaced_only_when_asked_and_stays_beside(
    archive: Path, file: Path, store: ReceiptStore
) -> None:
    mark(file)
    with pytest.raises(errors.DatabaseFilled, match="--replace"):
        restore(archive, f"sqlite:///{file}", store)
    assert kinds(file) == {"catalog", "mine"}
    assert list(store.files()) == []
    done = restore(archive, f"sqlite:///{file}", store, replace=True)
    assert "mine" not in kinds(file)
    assert "backed up" in kinds(file)
    assert done.kept is not None
    assert kinds(done.kept) == {"catalog", "mine"}
    assert len(list(store.files())) == 2
    restore(archive, f"sqlite:///{file}", store, replace=True)
    assert "backed up" in kinds(done.kept), "one is kept, the last"


HOLDING = """
import sqlite3, sys
opened = sqlite3.connect(sys.argv[1])
opened.execute("SELECT count(*) FROM run").fetchone()
print("open", flush=True)
sys.stdin.read()
"""


def test_a_database_that_another_process_has_open_is_left_alone(
    archive: Path, file: Path, store: ReceiptStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark(file)
    monkeypatch.setattr("db.restoring.WAIT_S", 0.2)
    words = [sys.executable, "-c", HOLDING, str(file)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(errors.DatabaseBusy, match="stop the site and the workers"):
            restore(archive, f"sqlite:///{file}", store, replace=True)
        other.communicate("")
    assert kinds(file) == {"catalog", "mine"}
    assert parts(file.parent) == []
    restore(archive, f"sqlite:///{file}", store, replace=True)


def test_the_log_of_a_database_that_is_gone_is_not_read_into_the_new_one(
    archive: Path, file: Path, store: ReceiptStore, tmp_path: Path
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    with closing(sqlite3.connect(file)) as opened:
        opened.execute("PRAGMA wal_autocheckpoint = 0")
        opened.execute("UPDATE metric SET title = 'not this'")
        opened.commit()
        for ending in ("-wal", "-shm"):
            shutil.copy(f"{file}{ending}", place / f"framescope.db{ending}")
    restore(archive, f"sqlite:///{place / 'framescope.db'}", store)
    engine = open_database(f"sqlite:///{place / 'framescope.db'}")
    assert rows(engine, "SELECT count(*) FROM metric WHERE title = 'not this'") == [(0,)]
    engine.dispose()


def test_a_damaged_database_is_replaced_with_its_log_beside_it(archive: Path, file: Path, store: ReceiptStore) -> None:
    file.write_bytes(b"no database at all" * 1000)
    Path(f"{file}-wal").write_bytes(b"whatever")
    with pytest.raises(errors.DatabaseFilled):
        restore(archive, f"sqlite:///{file}", store)
    restore(archive, f"sqlite:///{file}", store, replace=True)
    assert "backed up" in kinds(file)
    assert Path(f"{file}{REPLACED}").read_bytes().startswith(b"no database")


@pytest.mark.parametrize("seed", range(30))
def test_any_flipped_byte_is_noticed_or_changes_nothing(
    seed: int, archive: Path, store: ReceiptStore, tmp_path: Path
) -> None:
    held = bytearray(archive.read_bytes())
    chance = random.Random(seed)  # noqa: S311  # a test's places, not a secret
    spread = range(len(held)) if seed % 2 else range(len(held) - 1500, len(held))  # the directory is at the end
    place = chance.choice(spread)
    held[place] ^= 1 << chance.randrange(8)
    spoilt = tmp_path / "spoilt.zip"
    spoilt.write_bytes(held)
    new = tmp_path / "new.db"
    try:
        restore(spoilt, f"sqlite:///{new}", store)
    except errors.BackupDamaged:
        assert not new.exists()
        assert parts(tmp_path) == []
        return
    assert "backed up" in kinds(new)
    assert {store.get(file.sha256) for file in store.files()} == {b"one", b"two"}


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.9, 0.999])
def test_a_file_that_was_cut_off_is_refused(share: float, archive: Path, store: ReceiptStore, tmp_path: Path) -> None:
    held = archive.read_bytes()
    archive.write_bytes(held[: int(len(held) * share)])
    with pytest.raises(errors.BackupDamaged, match="is no backup, or a damaged one"):
        restore(archive, f"sqlite:///{tmp_path / 'new.db'}", store)
    assert not (tmp_path / "new.db").exists()


def remade(archive: Path, change: Callable[[dict[str, bytes]], Any]) -> Path:
    """The same archive with its members changed."""
    with zipfile.ZipFile(archive) as held:
        members = {name: held.read(name) for name in held.namelist()}
    change(members)
    spoilt = archive.with_name("spoilt.zip")
    with zipfile.ZipFile(spoilt, "w", zipfile.ZIP_DEFLATED) as written:
        for name, body in members.items():
            written.writestr(name, body)
    return spoilt


def say(**facts: Any) -> Callable[[dict[str, bytes]], Any]:
    """Let the manifest say something else."""
    return lambda members: members.update(
        {"manifest.json": json.dumps({**json.loads(members["manifest.json"]), **facts}).encode()}
    )


BODY = "receipts/ab/" + "ab" * 32 + ".gz"
SPOILT: dict[str, Callable[[dict[str, bytes]], Any]] = {
    "no manifest": lambda members: members.pop("manifest.json"),
    "no database": lambda members: members.pop("framescope.db"),
    "a path outside": lambda members: members.update({"../../evil": b"x"}),
    "a body outside": lambda members: members.update({"receipts/../../evil.gz": b"x"}),
    "a body of another hash": lambda members: members.update({BODY: b"x"}),
    "no body": lambda members: [members.pop(name) for name in list(members) if name.startswith("receipts/")],
    "a longer database": lambda members: members.update({"framescope.db": members["framescope.db"] + bytes(9_000_000)}),
    "another database": lambda members: members.update({"framescope.db": members["framescope.db"][::-1]}),
    "another format": say(format="other"),
    "a later form": say(version=2),
    "no number": say(bytes="many"),
    "no bytes": say(bytes=-1),
    "another hash": say(sha256="0" * 64),
    "another revision": say(revision="0009"),
    "a manifest without end": lambda members: members.update({"manifest.json": b"[" * 2_000_000}),
}


@pytest.mark.parametrize("what", SPOILT)
def test_what_was_made_up_is_refused_before_anything_is_changed(
    what: str, archive: Path, file: Path, store: ReceiptStore
) -> None:
    mark(file)
    spoilt = remade(archive, SPOILT[what])
    with pytest.raises(errors.BackupDamaged):
        restore(spoilt, f"sqlite:///{file}", store, replace=True)
    assert kinds(file) == {"catalog", "mine"}
    assert (list(store.files()), parts(file.parent)) == ([], [])
    assert not (file.parent.parent / "evil").exists()


def test_a_newer_backup_and_one_with_a_trigger_are_refused(file: Path, store: ReceiptStore, tmp_path: Path) -> None:
    for name, sql, expected in (
        ("newer", "UPDATE alembic_version SET version_num = '9999'", errors.DatabaseNewer),
        ("trigger", "CREATE TRIGGER t AFTER INSERT ON run BEGIN DELETE FROM run; END", errors.BackupDamaged),
    ):
        from db.backup import _made

        old = Path(shutil.copy(file, tmp_path / f"{name}.db"))
        with closing(sqlite3.connect(old)) as opened:
            opened.execute(sql)
            opened.commit()
        made = _made(f"sqlite:///{old}", tmp_path / f"{name}.zip", None)
        with pytest.raises(expected):
            restore(made.file, f"sqlite:///{tmp_path / 'new.db'}", store)
        assert not (tmp_path / "new.db").exists()


KILLED = """
import importlib, os, signal, sys
from pathlib import Path
from db.receipts import ReceiptStore
import db.restoring
archive, url, root, where, when = sys.argv[1:]
module, _, name = where.rpartition(".")
holder = importlib.import_module(module) if module != "ReceiptStore" else ReceiptStore
held = getattr(holder, name)
def dying(*given, **named):
    if when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    held(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(holder, name, dying)
db.restoring.restore(Path(archive), url, ReceiptStore(Path(root)), replace=True)
"""
INSTANTS = [
    ("db.restoring._upgraded", "before", False),
    ("ReceiptStore.put_packed", "after", False),
    ("db.restoring._into_file", "before", False),
    ("os.link", "after", False),
    ("db.restoring.put_in_place", "before", False),
    ("db.restoring.put_in_place", "after", True),
]


@pytest.mark.parametrize(("where", "when", "new"), INSTANTS)
def test_a_killed_restore_leaves_the_old_database_or_the_new_one(
    where: str, when: str, new: bool, archive: Path, file: Path, store: ReceiptStore
) -> None:
    mark(file)
    words = [sys.executable, "-c", KILLED, str(archive), f"sqlite:///{file}", str(store.root), where, when]
    killed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert ("mine" in kinds(file), "backed up" in kinds(file)) == (not new, new)
    restore(archive, f"sqlite:///{file}", store, replace=True)
    assert "backed up" in kinds(file)


def test_a_database_on_a_server_that_others_use_is_left_alone_unless_forced(
    server: Server, archive: Path, store: ReceiptStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.restoring.WAIT_S", 0.5)
    name = server.create()
    url = server.url(name)
    others = [open_database(url, create=True) for _ in range(2)]
    with writing(others[0]) as session:
        write.start_run(session, kind="mine", source="x")

    def found() -> set[str]:
        return {kind for (kind,) in rows(others[0], "SELECT kind FROM run")}

    assert found() == {"mine"}
    with reading(others[1]) as session:
        session.execute(text("SELECT 1"))
        with pytest.raises(errors.DatabaseBusy, match=r"^2 other sessions are connected"):
            restore(archive, url, store, replace=True)
    others.pop().dispose()
    with pytest.raises(errors.DatabaseBusy, match=r"^Another session is connected"):  # one that is idle
        restore(archive, url, store, replace=True)
    assert found() == {"mine"}
    assert list(store.files()) == []
    restore(archive, url, store, replace=True, force=True)
    assert "backed up" in found()
    monkeypatch.setattr("db.restoring.WAIT_S", 30.0)
    threading.Timer(1.0, others[0].dispose).start()  # who leaves is waited for
    restore(archive, url, store, replace=True)
    server.drop(name)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte, half full; its tests are skipped where none can be mounted."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)],  # noqa: S607  # the system's own
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("NO MOUNT: a small file system needs root")
    (place / "ballast").write_bytes(bytes(500_000))
    yield place
    subprocess.run(["umount", str(place)], check=True)  # noqa: S607  # as above


def test_a_full_disk_ends_a_backup_and_leaves_nothing(file: Path, store: ReceiptStore, small_disk: Path) -> None:
    grown(file)
    with pytest.raises(errors.DiskFull, match=rf"^No space is left on the disk of {small_disk}\."):
        back_up(f"sqlite:///{file}", small_disk / "kept.zip", store)
    assert [path.name for path in small_disk.iterdir()] == ["ballast"]
    assert kinds(file) == {"catalog"}


def test_a_disk_that_is_too_small_ends_a_restore_and_leaves_nothing(
    file: Path, store: ReceiptStore, small_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grown(file)
    made = back_up(f"sqlite:///{file}", tmp_path / "kept.zip", store)
    for looked in (True, False):  # told before, and found out in the middle
        if not looked:
            monkeypatch.setattr("db.archive._free", lambda _path: 1 << 40)
        with pytest.raises(errors.DiskFull, match=rf"disk of {small_disk}"):
            restore(made.file, f"sqlite:///{small_disk / 'new.db'}", store)
        assert [path.name for path in small_disk.iterdir()] == ["ballast"]


def test_a_full_disk_under_the_bodies_leaves_the_old_database(file: Path, small_disk: Path, tmp_path: Path) -> None:
    mark(file)
    old = ReceiptStore(tmp_path / "old")
    engine = open_database(f"sqlite:///{file}")
    listed(engine, old, random.Random(1).randbytes(700_000).hex())  # noqa: S311  # a test's bytes
    with writing(engine) as session:
        session.execute(text("UPDATE run SET source = 'mine'"))
    engine.dispose()
    made = back_up(f"sqlite:///{file}", tmp_path / "kept.zip", old)
    with pytest.raises(errors.DiskFull, match="No space is left for the receipt"):
        restore(made.file, f"sqlite:///{file}", ReceiptStore(small_disk / "receipts"), replace=True)
    assert "mine" in kinds(file)
    assert [path for path in (small_disk / "receipts").rglob("*") if path.is_file()] == []


def grown(file: Path) -> None:
    """Let a database take more than a small disk has."""
    with closing(sqlite3.connect(file)) as opened:
        opened.execute("INSERT INTO probe_code VALUES ('x', hex(randomblob(1000000)))")
        opened.commit()
