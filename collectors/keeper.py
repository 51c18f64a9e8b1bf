"""Keeps what a run's client receives, before it is read: the body on disk, the receipt in the database."""

from __future__ import annotations

import logging

from collectors.receipt import Answer, Known
from db import read, write
from db.engine import Engine, reading, writing
from db.errors import StoreError
from db.receipts import ReceiptStore
from db.records import ReceiptRecord

log = logging.getLogger(__name__)


def read_well(url: str) -> str:
    """The cursor that holds the sha256 of the body last read well from an address.

    Only such a body is offered to a conditional request: what could not be read must be asked for again.
    """
    return f"read {url}"


class RunKeeper:
    """The keeper of one run of one source."""

    def __init__(self, engine: Engine, store: ReceiptStore, run_id: int, source: str) -> None:
        self.engine, self.store, self.run_id, self.source = engine, store, run_id, source

    def known(self, url: str) -> Known | None:
        """The body last read well from an address, if it has a validator and is still whole."""
        with reading(self.engine) as session:
            row = read.latest_receipt(session, self.source, url)
            digest = read.cursor(session, self.source, read_well(url))
        if row is None or row.sha256 != digest or not (row.etag or row.last_modified):
            return None
        try:
            return Known(self.store.get(row.sha256), row.etag, row.last_modified)
        except (KeyError, StoreError) as error:
            log.warning("%s: the earlier answer of %s is lost and asked for again: %s", self.source, url, error)
            return None

    def keep(self, answer: Answer) -> tuple[int, str]:
        """Keep an answer; the same body is on disk once."""
        stored = self.store.put(answer.body)
        record = ReceiptRecord(
            url=answer.url,
            method=answer.method,
            status=answer.status,
            fetched_at=answer.fetched_at,
            sha256=stored.sha256,
            size=stored.size,
            content_type=answer.headers.get("content-type"),
            etag=answer.headers.get("etag"),
            last_modified=answer.headers.get("last-modified"),
            request=answer.request,
        )
        with writing(self.engine) as session:
            return write.add_receipt(session, self.run_id, self.source, record), stored.sha256
