"""Receipts on disk: each body once, compressed, in a file named by the sha256 of what it holds."""

import errno
import gzip
import hashlib
import os
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from db.errors import DatabaseDamaged, DatabaseReadOnly, DiskFull

_PART = ".part-"
_ASIDE = ".gone-"


@dataclass(frozen=True, slots=True)
class StoredBody:
    """Where a body lies; ``size`` in bytes before compression."""

    sha256: str
    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of the store: where it lies, its size on disk in bytes, and when its body was last put (since 1970).

    ``aside`` where a removal was broken off in the middle.
    """

    sha256: str
    path: Path
    size: int
    put: float
    aside: bool


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
        The time of the file says when its body was last put: `remove` spares one that somebody is about to list.
        """
        digest = hashlib.sha256(body).hexdigest()
        self._put(digest, lambda: gzip.compress(body, compresslevel=6, mtime=0))
        return StoredBody(digest, self.path(digest), len(body))

    def put_packed(self, sha256: str, packed: bytes) -> None:
        """Keep a body that comes compressed from a store and was checked against its hash. Raises as `put`."""
        self._put(sha256, lambda: packed)

    def _put(self, sha256: str, packed: Callable[[], bytes]) -> None:
        target = self.path(sha256)
        try:
            if not (self._holds(sha256) and self._touch(target)):
                self._write(target, packed())
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise DiskFull(f"No space is left for the receipt in {self.root}. Nothing stored was lost.") from error
            raise DatabaseReadOnly(f"{self.root} cannot be written to: {error.strerror}.") from error

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

    def files(self) -> Iterator[KeptFile]:
        """Every body there is a file of."""
        for path in sorted(self.root.glob("??/*.gz")):
            name = path.name.removesuffix(".gz").removeprefix(_ASIDE)
            with suppress(ValueError, FileNotFoundError):
                if self.path(name).parent == path.parent:
                    stat = path.stat()
                    yield KeptFile(name, path, stat.st_size, stat.st_mtime, path.name.startswith(_ASIDE))

    def remove(self, file: KeptFile, put_before: float) -> int | None:
        """Remove a body nobody needs if it was last put before a time; gives the bytes freed, None if it stays.

        The file is moved aside before its time is read for good: who puts the body meanwhile either changes that time,
        or finds no file and writes another one.
        """
        if not file.aside and file.put >= put_before:
            return None
        aside = file.path if file.aside else file.path.with_name(f"{_ASIDE}{file.path.name}")
        try:
            if not file.aside:
                file.path.rename(aside)
            stat = aside.stat()
            if stat.st_mtime >= put_before:
                aside.replace(self.path(file.sha256))
                return None
            aside.unlink()
        except FileNotFoundError:
            return None
        return stat.st_size

    def restore(self, file: KeptFile) -> None:
        """Give a body its name back whose removal was broken off, and which is needed after all."""
        if file.aside:
            with suppress(FileNotFoundError):
                file.path.replace(self.path(file.sha256))

    def tidy(self, before: float) -> None:
        """Remove what a crash left half written before a time."""
        for path in chain(self.root.glob(f"{_PART}*"), self.root.glob(f"??/{_PART}*")):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    path.unlink()

    @staticmethod
    def _touch(path: Path) -> bool:
        """Date a file now; False if it has just gone."""
        try:
            os.utime(path)
        except FileNotFoundError:
            return False
        return True

    def _holds(self, sha256: str) -> bool:
        try:
            self.get(sha256)
        except (KeyError, DatabaseDamaged):
            return False
        return True

    @staticmethod
    def _write(target: Path, packed: bytes) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=_PART)
        try:
            with os.fdopen(handle, "wb") as part:
                part.write(packed)
                part.flush()
                os.fsync(part.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
