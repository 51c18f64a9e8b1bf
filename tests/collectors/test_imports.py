"""Importing: recognised by content, written once and whole with the file as its receipt, and bad files told apart."""

import dataclasses
import gzip
import hashlib
import os
import socket
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import pytest
from filelock import FileLock
from pydantic import SecretStr

from collectors.imports import FIGURES, IMPORTERS
from collectors.imports import run as importing_run
from collectors.imports.importer import FILE
from collectors.run import collect
from collectors.settings import Settings
from collectors.source import Context, Item, Parsed
from collectors.sources import SOURCES, papers_with_code
from collectors.states import source_list
from db import clock, read
from db.engine import Engine, reading
from db.errors import DiskFull
from db.models import Receipt
from db.receipts import ReceiptStore
from tests.collectors.importing import Importing
from tests.fakes.papers_with_code import dump, link, packed

SOURCE = "papers_with_code"
LINKS = [link("2505.00001", "pytorch"), link("2506.00001", "tf"), link("2507.00001", "jax")]
EXPORT = b"Category: All categories\n\nMonth,PyTorch: (Worldwide)\n2026-08,70\n2026-09,100\n2026-10,90\n"


def test_every_importer_belongs_to_a_registered_source_that_reads_its_receipts() -> None:
    assert {importer.source.name for importer in FIGURES} <= {source.name for source in SOURCES if source.imported}
    assert len({importer.kind for importer in IMPORTERS}) == len(IMPORTERS)


def test_a_file_is_known_by_its_content_whatever_it_is_called(importing: Importing) -> None:
    reports = importing(packed(*LINKS), EXPORT, name="holiday.jpeg")
    assert [(report.kind, report.status) for report in reports] == [(SOURCE, "ok"), ("google_trends", "ok")]


def test_the_file_is_the_receipt_and_names_no_directory(importing: Importing) -> None:
    body = packed(*LINKS)
    importing(body, name="my links é.json.gz")
    (receipt,) = importing.receipts(SOURCE)
    assert (receipt.method, receipt.status, receipt.url) == (FILE, 200, "file:my%20links%20%C3%A9.json.gz")
    assert ReceiptStore(importing.home / "receipts").get(receipt.sha256) == body
    assert receipt.size == len(body)
    with reading(importing.engine) as session:
        (run,) = read.runs(session, source=SOURCE)
    assert (run.kind, run.status, run.receipts, run.requests) == ("import", "ok", 1, 0)
    assert run.new == run.observations == len(importing.rows(SOURCE))
    stored = (importing.home / "framescope.db").read_bytes() + b"".join(
        p.read_bytes() for p in importing.home.glob("*wal")
    )
    assert b"private-directory" not in stored


def test_the_receipt_alone_gives_the_same_observations_again(importing: Importing) -> None:
    importing(packed(*LINKS), EXPORT)
    with reading(importing.engine) as session:
        kept = {receipt.source: receipt.request for receipt in session.query(Receipt)}
    for importer in FIGURES:
        (receipt,) = importing.receipts(importer.source.name)
        body = ReceiptStore(importing.home / "receipts").get(receipt.sha256)
        item = Item.from_dict(kept[importer.source.name]["item"])
        (parsed,) = importer.source.read([(body, Context(item, receipt.url, receipt.fetched_at))])
        again = {(row.system, row.definition, row.metric, row.period_start, row.value) for row in parsed.observations}
        stored = importing.rows(importer.source.name)
        assert again == {(row.system, row.definition, row.metric, row.period_start, row.value) for row in stored}


def test_the_same_file_again_adds_nothing_and_says_so(importing: Importing) -> None:
    importing(packed(*LINKS))
    before = importing.counts()
    reports = importing(packed(*LINKS), packed(*LINKS), name="renamed")
    assert [(report.status, report.observations, report.new) for report in reports] == [("ok", 0, 0)] * 2
    assert all("nothing new: this very file was imported on 20" in report.message for report in reports)
    assert importing.counts() == before


def test_a_receipt_that_was_lost_comes_back_with_its_file(importing: Importing) -> None:
    importing(packed(*LINKS))
    (body,) = importing.bodies()
    body.unlink()
    importing(packed(*LINKS))
    assert importing.bodies() == [body]


def test_one_bad_file_does_not_keep_the_others_out(importing: Importing) -> None:
    reports = importing(EXPORT, b"rubbish", packed(*LINKS))
    assert [report.status for report in reports] == ["ok", "failed", "ok"]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "The file is empty"),
        (b"\0" * 1_000, "none of the files"),
        (hashlib.shake_128(b"rubbish").digest(100_000), "none of the files"),
        (b"<html><body>Sign in</body></html>", "none of the files"),
        (b'{"error": "not found"}', "none of the files"),
        (b"date,price\n2026-01-01,1234.5\n2026-01-02,1230.1\n", "none of the files"),
        ("Catégorie\n".encode("latin-1") + EXPORT, "none of the files"),
        (b"\x1f\x8b" + b"rubbish" * 10, "compressed data are damaged"),
        (packed(*LINKS)[:60], "in the middle of its compressed data"),
        (gzip.compress(gzip.compress(dump(*LINKS))), "none of the files"),
        (gzip.compress(b"\0" * 300_000_000), "none of the files"),
        (dump(*LINKS)[:-2], "cut off"),
        (dump(*LINKS).decode().encode("utf-16"), "none of the files"),
    ],
)
def test_a_file_that_cannot_be_used_leaves_nothing(importing: Importing, body: bytes, why: str) -> None:
    before = importing.counts()
    (report,) = importing(body)
    assert report.status == "failed"
    assert why in report.message
    assert "\n" not in report.message
    assert str(importing.directory) not in report.message
    assert importing.counts() == before
    assert importing.bodies() == []


def test_what_is_no_readable_file_is_said(importing: Importing) -> None:
    directory = importing.directory
    os.mkfifo(directory / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(directory / "socket"))
        names = [
            str(directory),
            str(directory / "pipe"),
            str(directory / "none"),
            "/dev/zero",
            str(directory / "socket"),
        ]
        messages = [report.message for report in importing.named(*names, "a\0b")]
    assert "directory" in messages[0]
    assert "no regular file" in messages[1]
    assert messages[3] == messages[1]
    assert messages[2] == "There is no such file"
    assert "cannot be read" in messages[4]
    assert "its name cannot be used" in messages[5]
    assert importing.bodies() == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_said(importing: Importing) -> None:
    path = importing.directory / "locked"
    path.write_bytes(EXPORT)
    path.chmod(0)
    (report,) = importing.named(str(path))
    assert "Permission denied" in report.message


def test_a_huge_file_of_rubbish_is_refused_by_its_beginning(importing: Importing) -> None:
    path = importing.directory / "huge"
    with path.open("wb") as file:
        file.write(b"rubbish ")
        file.truncate(200_000_000)
    (report,) = importing.named(str(path))
    assert "none of the files" in report.message


def test_a_huge_file_with_a_right_beginning_is_not_kept(importing: Importing) -> None:
    path = importing.directory / "huge"
    with path.open("wb") as file:
        file.write(dump(*LINKS)[:-1])
        file.truncate(200_000_000)
    (report,) = importing.named(str(path))
    assert "not valid JSON" in report.message
    assert importing.bodies() == []


def test_a_file_beyond_its_kind_s_size_is_refused(importing: Importing) -> None:
    (report,) = importing(EXPORT + b"\n" * 9_000_000)
    assert "larger than 8,388,608 bytes" in report.message
    assert importing.bodies() == []


def test_a_full_disk_leaves_no_half_receipt(importing: Importing, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_stream: BinaryIO, file: BinaryIO, _max_bytes: int) -> tuple[str, int]:
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("db.staged._take", full)
    (report,) = importing(EXPORT)
    assert "No space left on device" in report.message
    assert importing.bodies() == []


def test_a_store_that_fails_keeps_neither_run_nor_figures(
    importing: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = importing.counts()

    def fails(*_: object, **__: object) -> None:
        raise DiskFull("No space is left.")

    monkeypatch.setattr("db.write.finish_run", fails)
    (report,) = importing(EXPORT)
    assert (report.status, report.message) == ("failed", "No space is left.")
    assert importing.counts() == before
    monkeypatch.undo()
    assert importing(EXPORT)[0].new > 0


def test_an_import_waits_for_no_collection_of_the_same_source(importing: Importing) -> None:
    locks = importing.home / "locks"
    locks.mkdir()
    with FileLock(locks / "google_trends.lock"):
        (report,) = importing(EXPORT)
    assert "going on" in report.message


def test_a_further_kind_is_one_more_importer(importing: Importing, store: Engine) -> None:
    def read_nothing(stream: BinaryIO, context: Context) -> Parsed:
        assert (stream.read(), context.item.detail["importer"]) == (b"RUN", "run")
        return Parsed(notes=("noted",))

    further = dataclasses.replace(
        FIGURES[0], kind="run", recognises=lambda head: head == b"RUN", read=read_nothing, detail=lambda _: {}
    )
    path = importing.directory / "x"
    path.write_bytes(b"RUN")
    settings = Settings(home=importing.home)
    (report,) = importing_run.import_files([str(path)], engine=store, settings=settings, importers=(further,))
    assert (report.kind, report.status) == ("run", "ok")
    assert "noted" in report.message


def test_a_secret_in_a_file_s_name_is_not_shown(importing: Importing, store: Engine) -> None:
    secret = "planted-0123456789"
    path = importing.directory / f"{secret}.csv"
    path.write_bytes(EXPORT)
    settings = Settings(home=importing.home, github_token=SecretStr(secret))
    importing_run.import_files([str(path)], engine=store, settings=settings)
    (receipt,) = importing.receipts("google_trends")
    assert secret not in receipt.url


def test_an_imported_source_is_never_due_nor_stale(importing: Importing, store: Engine) -> None:
    settings = Settings(home=importing.home)

    def listed(later: timedelta = timedelta(0)) -> dict[str, object]:
        with reading(store) as session:
            seen = read.source_states(session)
        now = clock.now() + later
        (entry,) = source_list(seen, settings=settings, registered=[papers_with_code.SOURCE], now=now)
        return entry

    assert (listed()["state"], listed()["cadence_hours"], listed()["next_due"]) == ("never", None, None)
    assert "framescope import FILE" in str(listed()["message"])
    (report,) = collect([SOURCE], engine=store, settings=settings, due_only=True)
    assert (report.status, report.requests) == ("skipped", 0)
    assert "imported by hand" in report.message
    importing(packed(*LINKS))
    assert (listed()["state"], listed()["next_due"], listed()["imported"]) == ("ok", None, True)
    assert listed(timedelta(days=3_000))["state"] == "ok"


def test_names_are_cut_and_quoted(tmp_path: Path) -> None:
    from collectors.imports.file import address

    assert address(tmp_path / "a b?#.csv") == "file:a%20b%3F%23.csv"
    assert len(address(tmp_path / ("x" * 250))) < 130
    assert address(tmp_path / os.fsdecode(b"\xff.csv")).startswith("file:")
