"""Files made to harm whoever imports them: packed a thousandfold, nested without end, named like another path."""

import bz2
import gzip
import io
import lzma
import os
import tracemalloc
import zipfile

import pytest

from collectors.errors import SkipItem
from collectors.unpacked import Unpacked
from tests.collectors.importing import Importing
from tests.fakes.papers_with_code import dump, link, packed

ZEROS = b"\0" * 5_000_000
LINKS = [link("2505.00001", "pytorch"), link("2506.00001", "tf")]
MOST = 1_000_000


def zipped(name: str, body: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, body)
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (lzma.compress(ZEROS), "none of the files"),
        (lzma.compress(dump(*LINKS)), "none of the files"),
        (bz2.compress(ZEROS), "none of the files"),
        (zipped("../../etc/cron.d/x", dump(*LINKS)), "none of the files"),
        (zipped("bomb", ZEROS), "none of the files"),
        (gzip.compress(zipped("bomb", ZEROS)), "none of the files"),
        (gzip.compress(dump(*LINKS)[:-1]) + gzip.compress(ZEROS), "not valid JSON"),
        (b"[" * 1_000_000, "none of the files"),
        (gzip.compress(dump(*LINKS)[:-1] + b"," + b"[" * 1_000_000), ""),
        (b'{"kind":"framescope-benchmark-run","format":1,"results":' + b'{"a":' * 100_000, ""),
    ],
    ids=["xz", "xz of a dump", "bzip2", "zip of a path", "zip", "zip in gzip", "two members", "nested", "dump", "run"],
)
def test_nothing_is_kept_of_a_file_that_was_made_to_harm(importing: Importing, body: bytes, why: str) -> None:
    before = importing.counts()
    tracemalloc.start()
    (report,) = importing(body)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert report.status == "failed", report.message
    assert why in report.message
    assert "Traceback" not in report.message
    assert most < 40_000_000
    assert (importing.counts(), importing.bodies()) == (before, [])


@pytest.mark.parametrize("members", [1, 50])
def test_what_comes_out_is_counted_not_what_was_promised(members: int) -> None:
    """A gzip file says at its end how much it holds; it is not believed, and every member counts."""
    bomb = gzip.compress(b"\0" * (20 * MOST // members)) * members
    assert len(bomb) < MOST / 20
    tracemalloc.start()
    with pytest.raises(SkipItem, match="more than 1,000,000 bytes when unpacked"):
        Unpacked(io.BytesIO(bomb), MOST).whole()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 3 * MOST


@pytest.mark.parametrize("name", ["..", "..\\..\\x.json", "a\nb", "-rf", "%2e%2e%2f", "$(id)", "\u202egnp.json"])
def test_a_name_is_never_a_path(importing: Importing, name: str) -> None:
    """The receipt of a file lies under the hash of what it holds, whatever the file is called."""
    folder = importing.directory / "deep"
    folder.mkdir()
    path = folder / f"{name}.gz"
    path.write_bytes(packed(*LINKS))
    (report,) = importing.named(os.fspath(path))
    assert report.status == "ok", report.message
    (body,) = importing.bodies()
    assert body.resolve().is_relative_to((importing.home / "receipts").resolve())
    (receipt,) = importing.receipts("papers_with_code")
    assert receipt.url.startswith("file:")
    assert not set("\n\\/ \u202e") & set(receipt.url.removeprefix("file:"))
    assert [entry.name for entry in importing.directory.iterdir()] == ["deep"]
