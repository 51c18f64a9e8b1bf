"""Receipts on disk: each body once, compressed, in a file named by the sha256 of what it holds."""

import errno
import gzip
import hashlib
import os
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from db.errors import DatabaseDamaged, DatabaseReadOnly, DiskFull


@dataclass(frozen=True, slots=True)
class StoredBody:
    """Where a body lies; ``size`` in bytes before compression."""

    sha256: str
    path: Path
    size: int


class ReceiptStore:
    """A directory of content-addressed bodies: ``root/ab/abcdef….gz``."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """The file a hash names; refuses anything that is not one, so that no path can be smuggled in."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise ValueError(f"{sha256!r} is not a sha256")
        return self.root / sha256[:2] / f"{sha256}.gz"

    def put(self, body: bytes) -> StoredBody:
        """Keep a body; the same body is kept once. A crash in the middle leaves no half file under its name.

        Raises `DiskFull` or `DatabaseReadOnly` if it cannot be kept. A kept file that was damaged since is replaced.
        """
        digest = hashlib.sha256(body).hexdigest()
        target = self.path(digest)
        if not self._holds(digest):
            try:
                self._write(target, gzip.compress(body, compresslevel=6, mtime=0))
            except OSError as error:
                if error.errno in (errno.ENOSPC, errno.EDQUOT):
                    raise DiskFull(
                        f"No space is left for the receipt in {self.root}. Nothing stored was lost."
                    ) from error
                raise DatabaseReadOnly(f"{self.root} cannot be written to: {error.strerror}.") from error
        return StoredBody(digest, target, len(body))

    def get(self, sha256: str) -> bytes:
        """Give a body back, checked against its hash. Raises `KeyError` if absent, `DatabaseDamaged` if altered."""
        try:
            body = gzip.decompress(self.path(sha256).read_bytes())
        except FileNotFoundError:
            raise KeyError(sha256) from None
        except (EOFError, OSError, zlib.error) as error:
            raise DatabaseDamaged(f"The receipt {sha256[:12]}… in {self.root} cannot be read: {error}.") from error
        if hashlib.sha256(body).hexdigest() != sha256:
            raise DatabaseDamaged(f"The receipt {sha256[:12]}… in {self.root} no longer matches its hash.")
        return body

    def _holds(self, sha256: str) -> bool:
        try:
            self.get(sha256)
        except (KeyError, DatabaseDamaged):
            return False
        return True

    @staticmethod
    def _write(target: Path, packed: bytes) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as part:
                part.write(packed)
                part.flush()
                os.fsync(part.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
