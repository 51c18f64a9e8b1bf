"""A body on its way into the receipts: taken from a stream piece by piece, and kept only once that is asked for."""

from __future__ import annotations

import gzip
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

from db.errors import DatabaseDamaged
from db.receipts import ReceiptStore, StoredBody

_PIECE = 1024 * 1024


class TooLong(Exception):
    """The stream holds more bytes than were allowed."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A whole body in a file of its own beside the receipts; it is deleted unless `keep` was called.

    ``size`` is in bytes before compression.
    """

    store: ReceiptStore
    sha256: str
    size: int
    part: Path

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """The body, decompressed as it is read."""
        with gzip.open(self.part) as body:
            yield cast(BinaryIO, body)

    def keep(self) -> StoredBody:
        """Give the body its name among the receipts; one that is there already, and whole, stays."""
        target = self.store.path(self.sha256)
        if not _whole(self.store, self.sha256):
            target.parent.mkdir(parents=True, exist_ok=True)
            self.part.replace(target)
        return StoredBody(self.sha256, target, self.size)


@contextmanager
def staged(store: ReceiptStore, stream: BinaryIO, max_bytes: int) -> Iterator[Staged]:
    """Take a stream to its end without ever holding all of it in memory.

    Raises `TooLong` beyond ``max_bytes``, and OSError where the disk does not take it; nothing is left behind then.
    """
    store.root.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=store.root, prefix=".part-", delete=False) as file:
        part = Path(file.name)
        try:
            sha256, size = _take(stream, file, max_bytes)
            file.close()
            yield Staged(store, sha256, size, part)
        finally:
            part.unlink(missing_ok=True)


def _take(stream: BinaryIO, file: IO[bytes], max_bytes: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=file, mtime=0) as packed:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > max_bytes:
                raise TooLong
            digest.update(piece)
            packed.write(piece)
    file.flush()
    os.fsync(file.fileno())
    return digest.hexdigest(), size


def _whole(store: ReceiptStore, sha256: str) -> bool:
    try:
        store.get(sha256)
    except (KeyError, DatabaseDamaged):
        return False
    return True
