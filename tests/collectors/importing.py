"""Imports files into a real store, for the tests of what can be imported."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from catalog.load import load_catalog
from collectors.imports import FIGURES
from collectors.imports.run import ImportReport, import_files
from collectors.settings import Settings
from collectors.source import Context, Parsed
from db import read
from db.engine import Engine, reading
from db.read import ReceiptRow, SeriesRow
from db.records import Observation

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def read_file(kind: str, body: bytes, name: str = "file", now: datetime = NOW) -> Parsed:
    """What an importer makes of a body, without a store."""
    importer = next(importer for importer in FIGURES if importer.kind == kind)
    item = importer.item(list(load_catalog().systems.values()))
    return importer.read(io.BytesIO(body), Context(item, f"file:{name}", now))


def of(parsed: Parsed, system: str, definition: str, metric: str) -> dict[date, tuple[float | None, str]]:
    """Value and status by the first day of the period, of one series."""

    def mine(row: Observation) -> bool:
        return (row.system, row.definition, row.metric) == (system, definition, metric)

    return {row.period_start: (row.value, row.status) for row in parsed.observations if mine(row)}


@dataclass(frozen=True)
class Importing:
    """A store, and a directory whose files are imported into it."""

    home: Path
    engine: Engine
    directory: Path

    def __call__(self, *bodies: bytes, name: str = "file") -> list[ImportReport]:
        """Import each body as a file; those after the first have a number in their name."""
        paths = [self.directory / (f"{name}-{number}" if number else name) for number in range(len(bodies))]
        for path, body in zip(paths, bodies, strict=True):
            path.write_bytes(body)
        return self.named(*map(str, paths))

    def named(self, *files: str) -> list[ImportReport]:
        return import_files(files, engine=self.engine, settings=Settings(home=self.home))

    def rows(self, source: str) -> list[SeriesRow]:
        with reading(self.engine) as session:
            return list(read.observations(session, sources=[source]))

    def receipts(self, source: str) -> list[ReceiptRow]:
        with reading(self.engine) as session:
            numbers = {row.receipt for row in read.observations(session, sources=[source]) if row.receipt}
            return [row for number in sorted(numbers) if (row := read.receipt(session, number))]

    def counts(self) -> dict[str, int]:
        with reading(self.engine) as session:
            return read.counts(session)

    def bodies(self) -> list[Path]:
        """Everything that lies among the receipts, half-written files included."""
        return sorted(path for path in (self.home / "receipts").rglob("*") if path.is_file())
