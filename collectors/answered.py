"""What the answers of one item write: one definition, for a collection and for a replay of it."""

from __future__ import annotations

from collections.abc import Sequence
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


def write_answers(session: Session, run_id: int, source: str, found: Sequence[tuple[Receipt, Parsed]]) -> Counts:
    """Write all that the answers of an item say, where the source was left off, and that these answers were read.

    One transaction is one item. Rows bear the time of their answer. Raises the write door's errors.
    """
    observations = releases = Written()
    for receipt, parsed in found:
        about = session, run_id, source
        told = receipt.answer.fetched_at
        written = write.observations(*about, parsed.observations, receipt.receipt_id, told=told)
        doubt(Writing(*about, parsed.observations, told, written))
        observations += written
        releases += write.releases(*about, parsed.releases, receipt.receipt_id)
        for key, value in {**parsed.cursors, read_well(receipt.answer.url): receipt.sha256}.items():
            write.set_cursor(*about, key, value)
    write.read_receipts(session, [receipt.receipt_id for receipt, _ in found])
    return Counts(observations, releases)
