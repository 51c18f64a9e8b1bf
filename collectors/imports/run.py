"""Importing files: figures are a run of the source they belong to, with the file itself as the receipt."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Literal

from filelock import FileLock, Timeout

from catalog.load import load_catalog
from collectors.answered import Told, write_told
from collectors.errors import CollectError, SkipItem
from collectors.imports import IMPORTERS
from collectors.imports.file import address, head_of, opened
from collectors.imports.importer import FILE, Importer
from collectors.imports.measured import RunImporter
from collectors.redact import Redactor
from collectors.settings import Settings
from collectors.source import Context, Item, Parsed
from db import clock, read, write
from db.engine import Engine, reading, writing
from db.errors import StoreError
from db.receipts import ReceiptStore, StoredBody
from db.records import ReceiptRecord, Written
from db.staged import Staged, TooLong, staged
from verdicts.ledger import record_after

log = logging.getLogger(__name__)
Kinds = Sequence[Importer | RunImporter]
LONGEST_MESSAGE = 2_000


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of one file, as ``import --json`` gives it; ``kind`` is None where it was not recognised.

    ``observations`` counts those read, new or not, ``new`` also a run's results; a file that failed left nothing.
    """

    file: str
    kind: str | None
    status: Literal["ok", "partial", "failed"]
    observations: int
    new: int
    revised: int
    message: str

    def as_dict(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


def import_files(
    files: Iterable[str], *, engine: Engine, settings: Settings, importers: Kinds = IMPORTERS
) -> list[ImportReport]:
    """Import each file on its own; one that fails says why and stops no other. Raises nothing for a bad file."""
    redactor = Redactor(settings.secrets())
    reports = []
    for name in files:
        found = _Import(Path(name), engine, settings, importers, redactor)
        try:
            report = found.go()
        except CollectError as error:
            report = found.failed(error.message)
        except StoreError as error:
            report = found.failed(str(error))
        except Timeout:
            report = found.failed(
                "A collection or an import of the same source is going on. Import it again after that"
            )
        except OSError as error:
            why = error.strerror or type(error).__name__
            report = found.failed(f"The file cannot be read to its end, or its receipt cannot be written: {why}")
        message = " ".join(redactor.text(report.message).split())[:LONGEST_MESSAGE]
        log.info("import of %s: %s: %s", found.address, report.status, message)
        reports.append(ImportReport(**{**report.as_dict(), "message": message}))
    return reports


class _Import:
    """One file on its way in."""

    def __init__(self, path: Path, engine: Engine, settings: Settings, importers: Kinds, redactor: Redactor) -> None:
        self.path, self.engine, self.settings, self.importers = path, engine, settings, importers
        self.address = redactor.text(address(path))
        self.kind: str | None = None

    def failed(self, why: str) -> ImportReport:
        return ImportReport(str(self.path), self.kind, "failed", 0, 0, 0, why)

    def go(self) -> ImportReport:
        """Recognise it, take it whole, read it, and write everything in one transaction."""
        with opened(self.path) as file:
            importer = self._recognised(head_of(file))
            self.kind = importer.kind
            if isinstance(importer, RunImporter):
                new, message = importer.take(file, self.engine, self.address)
                return ImportReport(str(self.path), importer.kind, "ok", 0, new, 0, message)
            with self._lock(importer), self._staged(file, importer) as body:
                earlier = self._earlier(importer, body)
                if earlier is not None:
                    body.keep()
                    message = f"nothing new: this very file was imported on {earlier:%Y-%m-%d}"
                    return ImportReport(str(self.path), importer.kind, "ok", 0, 0, 0, message)
                return self._read(importer, body)

    def _recognised(self, head: bytes) -> Importer | RunImporter:
        for importer in self.importers:
            if importer.recognises(head):
                return importer
        known = "; ".join(importer.title for importer in self.importers)
        raise SkipItem(f"This is none of the files that can be imported ({known})")

    def _lock(self, importer: Importer) -> FileLock:
        directory = self.settings.directory / "locks"
        directory.mkdir(parents=True, exist_ok=True)
        return FileLock(directory / f"{importer.source.name}.lock", timeout=0)

    @contextmanager
    def _staged(self, file: BinaryIO, importer: Importer) -> Iterator[Staged]:
        store = ReceiptStore(self.settings.directory / "receipts")
        try:
            with staged(store, file, importer.max_bytes) as body:
                yield body
        except TooLong:
            limit = f"{importer.max_bytes:,} bytes"
            raise SkipItem(f"The file is larger than {limit}, more than {importer.title} ever is") from None

    def _earlier(self, importer: Importer, body: Staged) -> datetime | None:
        with reading(self.engine) as session:
            found = read.receipt_of_body(session, importer.source.name, FILE, body.sha256)
        return found.fetched_at if found else None

    def _read(self, importer: Importer, body: Staged) -> ImportReport:
        item = importer.item(list(load_catalog().systems.values()))
        context = Context(item, self.address, clock.now())
        with body.open() as stream:
            parsed = importer.read(stream, context)
        return self._write(importer, context, body.keep(), parsed)

    def _write(self, importer: Importer, context: Context, body: StoredBody, parsed: Parsed) -> ImportReport:
        source, status = importer.source.name, "partial" if parsed.missing else "ok"
        with writing(self.engine) as session:
            write.abandon_runs(session, source=source, why="its process ended without closing it")
            run = write.start_run(session, kind=read.IMPORT, source=source, parameters={"file": context.url})
            receipt = write.add_receipt(session, run, source, _receipt(importer, context, body))
            told = Told(receipt, context.url, context.fetched_at, body.sha256, parsed)
            written = write_told(session, run, source, [told]).observations
            message = _message(written, parsed)
            counts = {"observations": written.total, "new": written.new, "revised": written.revised}
            write.finish_run(session, run, status=status, message=message[:LONGEST_MESSAGE], receipts=1, **counts)  # type: ignore[arg-type]  # one of two run statuses
        if written.total:
            record_after(self.engine, run)
        return ImportReport(str(self.path), importer.kind, status, **counts, message=message)  # type: ignore[arg-type]  # as above


def _receipt(importer: Importer, context: Context, body: StoredBody) -> ReceiptRecord:
    """The file as a receipt; ``request`` holds the item, as that of an answer from the network does."""
    item: Item = context.item
    return ReceiptRecord(
        url=context.url,
        method=FILE,
        status=200,
        fetched_at=context.fetched_at,
        sha256=body.sha256,
        size=body.size,
        request={"importer": importer.kind, "item": item.as_dict()},
    )


def _message(written: Written, parsed: Parsed) -> str:
    figures = f"{written.total:,} observations: {written.new:,} new, {written.revised:,} revised"
    return "; ".join([figures, *parsed.notes, *(f"{name}: {why}" for name, why in parsed.missing.items())])
