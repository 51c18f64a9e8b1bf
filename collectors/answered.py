"""What the answers of one item write: one definition, for a collection and for a replay of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from collectors.doubts.run import Writing, doubt
from collectors.keeper import read_well
from collectors.receipt import Receipt
from collectors.source import Context, Item, Parsed
from db import write
from db.engine import Session
from db.records import Written


class Counts(NamedTuple):
    """What an item changed."""

    observations: Written
    releases: Written


def answer_of(receipt: Receipt, item: Item) -> tuple[bytes, Context]:
    """What a parser is given of an answer, and all it is given."""
    return receipt.body, Context(
        item, receipt.answer.url, receipt.answer.fetched_at, receipt.answer.request.get("quota", {})
    )


class Told(NamedTuple):
    """One answer as it stands in the store, and what it says."""

    receipt: int
    url: str
    fetched_at: datetime
    sha256: str
    parsed: Parsed


def write_answers(session: Session, run_id: int, source: str, found: Sequence[tuple[Receipt, Parsed]]) -> Counts:
    """Write all that the answers of an item say; see `write_told`."""
    told = [Told(one.receipt_id, one.answer.url, one.answer.fetched_at, one.sha256, parsed) for one, parsed in found]
    return write_told(session, run_id, source, told)


def write_told(session: Session, run_id: int, source: str, answers: Sequence[Told]) -> Counts:
    """Write all that the answers of an item say, where the source was left off, and that these answers were read.

    One transaction is one item. Rows bear the time of their answer. Raises the write door's errors.
    """
    observations = releases = Written()
    about = session, run_id, source
    for receipt, url, told, sha256, parsed in answers:
        written = write.observations(*about, parsed.observations, receipt, told=told)
        doubt(Writing(*about, parsed.observations, told, written))
        observations += written
        releases += write.releases(*about, parsed.releases, receipt)
        if parsed.takes_over:
            write.take_over(session, source, parsed.observations)
        for key, value in {**parsed.cursors, read_well(url): sha256}.items():
            write.set_cursor(*about, key, value)
    write.read_receipts(session, [answer.receipt for answer in answers])
    return Counts(observations, releases)
