"""Rebuilds a database from receipts and the bundled tables, asking nobody, and compares the two."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from catalog.errors import CatalogError
from catalog.load import Catalog, load_catalog
from collectors.answered import Counts, answer_of, write_answers
from collectors.comparing import Comparison, compare
from collectors.doubts.decisions import KIND, decide_again
from collectors.errors import CollectError
from collectors.history import HISTORY, BundledTable, load_catalog_into, read_bundle, write_table
from collectors.receipt import Answer, Receipt
from collectors.source import Item, Source
from db import read, write
from db.engine import Engine, reading, writing
from db.errors import StoreError
from db.read import KeptReceipt, KeptRun
from db.receipts import ReceiptStore
from db.records import Written

log = logging.getLogger(__name__)
Progress = Callable[[str], None]
_NOT_MODIFIED = 304


class Lost(NamedTuple):
    """An item that cannot be rebuilt, when it was collected, and why."""

    source: str
    item: str
    fetched_at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay read and wrote: ``receipts`` counts answers, ``observations`` those in the rebuilt database.

    ``lost`` names what could not be read again, ``comparison`` what came out otherwise.
    """

    receipts: int
    observations: int
    lost: tuple[Lost, ...]
    comparison: Comparison

    @property
    def identical(self) -> bool:
        """Whether everything was read again, and all of it says the same."""
        return not self.lost and not self.comparison.different and self.comparison.kept == self.comparison.rebuilt


class CannotReplay(Exception):
    """What an answer said cannot be written again; the message says why."""


class _Restored(NamedTuple):
    """A receipt of the database, and its number in the rebuilt one."""

    kept: KeptReceipt
    number: int


def replay(
    engine: Engine,
    into: Engine,
    receipts: ReceiptStore,
    *,
    registered: Sequence[Source] | None = None,
    catalog: Catalog | None = None,
    progress: Progress | None = None,
) -> Replayed:
    """Write into an empty database what the runs of another one wrote, from their receipts alone, and compare.

    The catalogue is the one of this version. Runs and receipts are listed as they are; the figures, their revisions,
    releases, cursors and counts are parsed and written again, run by run and item by item, through the functions that
    a collection uses. What `db.read.content` gives is compared. Raises the store's errors.
    """
    if registered is None:
        from collectors.sources import SOURCES

        registered = SOURCES
    rebuilding = _Rebuilding(into, receipts, {source.name: source for source in registered}, catalog or load_catalog())
    load_catalog_into(into, rebuilding.catalog)
    with reading(engine) as session:
        for kept in read.kept_runs(session):
            if progress is not None:
                progress(f"{kept.source}: run {kept.run} of {kept.started:%Y-%m-%d %H:%M} UTC")
            rebuilding.run(kept, read.kept_receipts(session, kept.run))
        with reading(into) as rebuilt:
            comparison = compare(read.content(session), read.content(rebuilt))
            observations = read.counts(rebuilt)["observations"]
    return Replayed(rebuilding.read, observations, tuple(rebuilding.lost), comparison)


@dataclass
class _Rebuilding:
    """A database on its way to be rebuilt."""

    into: Engine
    store: ReceiptStore
    sources: dict[str, Source]
    catalog: Catalog
    read: int = 0
    lost: list[Lost] = field(default_factory=list)

    def run(self, kept: KeptRun, receipts: Iterable[KeptReceipt]) -> None:
        """Rebuild one run, item by item; one that cannot be read leaves the others as they are."""
        if kept.kind == KIND:
            self._decision(kept)
            return
        with writing(self.into) as session:
            run_id = write.restore_run(session, kept)
            restored = [_Restored(row, write.restore_receipt(session, run_id, row)) for row in receipts]
        observations = releases = Written()
        for answers in items(restored):
            try:
                counts = self._write(kept, run_id, answers)
            except CannotReplay as error:
                self.lost.append(_lost(answers[0].kept, str(error)))
                continue
            self.read += len(answers)
            observations, releases = observations + counts.observations, releases + counts.releases
        if restored and len(restored) == kept.receipts:  # else its process died before it could count
            both = observations + releases
            counted = {"observations": observations.total, "new": both.new, "revised": both.revised}
            with writing(self.into) as session:
                write.restore_counts(session, run_id, **counted)

    def _decision(self, kept: KeptRun) -> None:
        """What somebody decided of doubts: no receipt has it, so the run itself says it."""
        with writing(self.into) as session:
            run_id = write.restore_run(session, kept)
        try:
            with writing(self.into) as session:
                decide_again(session, run_id, kept.parameters, kept.started)
        except StoreError as error:
            self.lost.append(Lost(kept.source, kept.message, kept.started, str(error)))

    def _write(self, kept: KeptRun, run_id: int, answers: Sequence[_Restored]) -> Counts:
        if [answer.kept.part for answer in answers] != list(range(1, len(answers) + 1)):
            raise CannotReplay("some of the answers it was read from are not listed")
        try:
            if kept.kind == HISTORY:
                return self._bundled(kept, run_id, answers[-1])
            return self._collected(kept, run_id, answers)
        except (CatalogError, CollectError, StoreError) as error:
            raise CannotReplay(f"what it says is refused now: {error}") from error
        except CannotReplay:
            raise
        except Exception as error:
            log.error("%s: %s", kept.source, traceback.format_exc())
            raise CannotReplay(f"it is no longer read ({type(error).__name__}: {error}); the log has more") from error

    def _bundled(self, kept: KeptRun, run_id: int, answer: _Restored) -> Counts:
        origin = next((origin for origin in self.catalog.origins.values() if origin.source == kept.source), None)
        if origin is None:
            raise CannotReplay("this version bundles no such table")
        rows, versions = read_bundle(origin, self._body(answer.kept))
        table = BundledTable(origin, run_id, kept.started, answer.number, answer.kept.sha256)
        with writing(self.into) as session:
            return write_table(session, table, rows, versions)

    def _collected(self, kept: KeptRun, run_id: int, answers: Sequence[_Restored]) -> Counts:
        source = self.sources.get(kept.source)
        if source is None:
            raise CannotReplay("this version has no such source")
        item = Item.from_dict(answers[0].kept.request["item"])
        receipts = [self._receipt(answer) for answer in answers]
        told = [answer_of(receipt, item) for receipt in receipts]
        parsed = source.read(told, since=bool(kept.parameters.get("since")))
        with writing(self.into) as session:
            return write_answers(session, run_id, source.name, list(zip(receipts, parsed, strict=True)))

    def _receipt(self, answer: _Restored) -> Receipt:
        kept = answer.kept
        headers = {"content-type": kept.content_type, "etag": kept.etag, "last-modified": kept.last_modified}
        said = Answer(
            url=kept.url,
            status=kept.status,
            fetched_at=kept.fetched_at,
            headers={name: text for name, text in headers.items() if text is not None},
            body=self._body(kept),
            request=kept.request,
            method=kept.method,
        )
        return Receipt(answer.number, kept.sha256, said, unchanged=kept.status == _NOT_MODIFIED)

    def _body(self, kept: KeptReceipt) -> bytes:
        try:
            return self.store.get(kept.sha256)
        except KeyError:
            why = f"was pruned on {kept.pruned_at:%Y-%m-%d}" if kept.pruned_at else f"is not in {self.store.root}"
        except ValueError:
            why = "has no hash that it could be found by"
        except StoreError as error:
            why = f"is damaged: {error}"
        raise CannotReplay(f"the body of receipt {kept.receipt} {why}")


def items(restored: Iterable[_Restored]) -> Iterator[list[_Restored]]:
    """The answers that were read together, each group in the order it was read in.

    What was never read and written (a refused try, an item that was not finished) is left out. An item that a run read
    twice comes twice.
    """
    noted = (answer for answer in restored if answer.kept.part is not None)
    for _, same in groupby(noted, key=lambda answer: json.dumps(answer.kept.request.get("item"), sort_keys=True)):
        found: dict[int, _Restored] = {}
        for answer in same:
            part = answer.kept.part or 0
            if part in found:
                yield [found[number] for number in sorted(found)]
                found = {}
            found[part] = answer
        yield [found[number] for number in sorted(found)]


def _lost(kept: KeptReceipt, why: str) -> Lost:
    item = kept.request.get("item", {}).get("name", kept.url)
    return Lost(kept.source, str(item), kept.fetched_at, why)
