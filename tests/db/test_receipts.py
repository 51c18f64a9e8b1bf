"""Receipts on disk: what is kept comes back unaltered or is called damaged; a crash leaves nothing half."""

import gzip
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import errors
from db.receipts import ReceiptStore

BODY = b'{"info": "a response"}' * 50


@pytest.fixture
def store(tmp_path: Path) -> ReceiptStore:
    return ReceiptStore(tmp_path / "receipts")


def files(store: ReceiptStore) -> list[Path]:
    return [path for path in store.root.rglob("*") if path.is_file()]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=3_000))
def test_any_body_comes_back(store: ReceiptStore, body: bytes) -> None:
    kept = store.put(body)
    assert store.get(kept.sha256) == body
    assert (kept.sha256, kept.size) == (sha256(body).hexdigest(), len(body))
    assert kept.path == store.root / kept.sha256[:2] / f"{kept.sha256}.gz"


def test_the_same_body_is_kept_once_and_compressed(store: ReceiptStore) -> None:
    first = store.put(BODY)
    number = first.path.stat().st_ino
    assert store.put(BODY) == first
    assert files(store) == [first.path]
    assert first.path.stat().st_ino == number
    assert first.path.stat().st_size < len(BODY) / 5


def test_what_is_not_there_is_a_key_error(store: ReceiptStore) -> None:
    with pytest.raises(KeyError):
        store.get("0" * 64)


def test_another_body_under_the_name_is_found_out(store: ReceiptStore) -> None:
    kept = store.put(BODY)
    kept.path.write_bytes(gzip.compress(BODY + b" "))
    with pytest.raises(errors.DatabaseDamaged, match="no longer matches"):
        store.get(kept.sha256)


@pytest.mark.parametrize("where", [0, 3, 12, 20, 40, -1, -5])
def test_one_altered_byte_is_found_out(store: ReceiptStore, where: int) -> None:
    """Wherever it lies: in the header, in the compressed stream or in the check sum at its end."""
    kept = store.put(BODY)
    packed = bytearray(kept.path.read_bytes())
    packed[where] ^= 0xFF
    kept.path.write_bytes(bytes(packed))
    with pytest.raises(errors.DatabaseDamaged):
        store.get(kept.sha256)


@pytest.mark.parametrize("kept_bytes", [0, 5, 30, -1])
def test_a_cut_file_is_found_out_and_replaced_by_the_next_put(store: ReceiptStore, kept_bytes: int) -> None:
    kept = store.put(BODY)
    kept.path.write_bytes(kept.path.read_bytes()[:kept_bytes])
    with pytest.raises(errors.DatabaseDamaged):
        store.get(kept.sha256)
    store.put(BODY)
    assert store.get(kept.sha256) == BODY


@pytest.mark.parametrize("name", ["../../etc/passwd", "a" * 63, "A" * 64, "/" * 64, "a" * 62 + "..", ""])
def test_no_path_is_smuggled_in(store: ReceiptStore, name: str) -> None:
    with pytest.raises(ValueError, match="not a sha256"):
        store.get(name)


def test_a_crash_in_the_middle_leaves_nothing_under_the_name(store: ReceiptStore) -> None:
    """The process ends without a word after it wrote half, before the file gets its name."""
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom db.receipts import ReceiptStore\n"
        "os.fsync = lambda handle: os._exit(9)\n"
        f"ReceiptStore(Path(sys.argv[1])).put({BODY!r})"
    )
    died = subprocess.run([sys.executable, "-c", code, str(store.root)], check=False)
    assert died.returncode == 9
    name = sha256(BODY).hexdigest()
    with pytest.raises(KeyError):
        store.get(name)
    assert [path.name[:6] for path in files(store)] == [".part-"]
    assert store.get(store.put(BODY).sha256) == BODY


def test_an_error_while_writing_leaves_no_file_at_all(store: ReceiptStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(errors.DiskFull, match="Nothing stored was lost"):
        store.put(BODY)
    assert files(store) == []


def test_a_store_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    """Below a regular file no directory can be made, by root neither."""
    (tmp_path / "file").touch()
    with pytest.raises(errors.DatabaseReadOnly, match="cannot be written to"):
        ReceiptStore(tmp_path / "file" / "receipts").put(BODY)


def test_many_at_once_keep_every_body_once(store: ReceiptStore) -> None:
    bodies = [f"body {n % 20}".encode() * 200 for n in range(200)]
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(store.put, bodies))
    assert [store.get(each.sha256) for each in kept] == bodies
    assert len(files(store)) == 20
