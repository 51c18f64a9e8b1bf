"""The file of a backup: one ZIP with a manifest, the database as a SQLite file, and bodies of receipts, all checked."""

import errno
import hashlib
import json
import os
import shutil
import struct
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO, Any

from db.errors import BackupDamaged, DatabaseReadOnly, DiskFull

FORMAT, VERSION = "framescope-backup", 1
PART = ".framescope-part-"
GRACE_S = 3_600.0
PIECE = 1 << 20
_MANIFEST, _DATABASE, _BODIES = "manifest.json", "framescope.db", "receipts/"
_MOST_MANIFEST = 1 << 16
_MOST_PACKED, _MOST_BODY = 1 << 28, 1 << 31
_LEVEL = 1
"""Of compression: the database shrinks to a quarter, and a higher level takes several times as long."""
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError),
    *(OverflowError, RuntimeError, ValueError),
)
"""What Python's reader of ZIP files comes upon in a damaged one."""
_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself; ``bytes`` and ``sha256`` are of its database.

    ``made`` is ISO text in UTC, ``dialect`` the kind of database it was made from. ``receipts`` bodies are in it of the
    ``wanted`` ones: the others were gone or damaged when it was made.
    """

    made: str
    program: str
    revision: str
    dialect: str
    bytes: int
    sha256: str
    observations: int
    receipts: int
    wanted: int


@contextmanager
def part_beside(target: Path) -> Iterator[Path]:
    """Give a file beside the target to fill, gone afterwards however it ends; what a crash left an hour ago goes too.

    Raises `DiskFull` and `DatabaseReadOnly` for what the disk says while it is filled.
    """
    with disk_errors(target.parent):
        for old in target.parent.glob(f"{PART}*"):
            with suppress(FileNotFoundError):
                if old.stat().st_mtime < time.time() - GRACE_S:
                    old.unlink()
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=PART)
        os.close(handle)
        try:
            yield Path(name)
        finally:
            for ending in ("", "-wal", "-shm", "-journal", ".upgrade.lock"):
                Path(f"{name}{ending}").unlink(missing_ok=True)


@contextmanager
def disk_errors(directory: Path) -> Iterator[None]:
    """Turn what the system says of a full or read-only disk into the store's errors."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull(
                f"No space is left on the disk of {directory}. Nothing was kept there and nothing was lost."
            ) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR):
            raise DatabaseReadOnly(f"{directory} cannot be written to: {error.strerror}.") from error
        raise


def pack(
    part: Path, database: Path, bodies: Iterable[tuple[str, bytes]], describe: Callable[..., Manifest]
) -> Manifest:
    """Write an archive and give its manifest, which ``describe(bytes, sha256, receipts)`` makes at the end.

    ``bodies`` are hashes, each with its body, compressed as the store keeps it.
    """
    receipts = 0
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        with database.open("rb") as source, _member(archive, _DATABASE) as into:
            size, digest = poured(source, into)
        for sha256, packed in bodies:
            archive.writestr(_stored(_body_name(sha256)), packed)
            receipts += 1
        manifest = describe(bytes=size, sha256=digest, receipts=receipts)
        said = {"format": FORMAT, "version": VERSION, **asdict(manifest)}
        archive.writestr(_stored(_MANIFEST), json.dumps(said, indent=1))
    return manifest


def put_in_place(part: Path, target: Path) -> None:
    """Give a finished file its name, so that after a loss of power it is there whole or not at all."""
    with part.open("rb+") as written:
        os.fsync(written.fileno())
    part.replace(target)
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


class Archive:
    """An archive that is read; neither names nor sizes in it are trusted. Every method may raise `BackupDamaged`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._checked():
            self._zip = self._opened()
        try:
            with self._checked():
                self.manifest = self._manifest()
        except BaseException:
            self._zip.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def unpack_database(self, into: Path) -> None:
        """Write the database to a file and check it against its hash. Raises `DiskFull` before it writes."""
        if _free(into.parent) < self.manifest.bytes:
            raise DiskFull(
                f"The disk of {into.parent} has less space than the {self.manifest.bytes:,} bytes of the database."
            )
        with self._checked(), self._zip.open(_DATABASE) as source, into.open("wb") as target:
            size, digest = poured(source, target, self.manifest.bytes)
            target.flush()
            os.fsync(target.fileno())
        if (size, digest) != (self.manifest.bytes, self.manifest.sha256):
            raise self._damaged("its database does not match its hash")

    def bodies(self) -> Iterator[tuple[str, bytes]]:
        """Every body by its hash, compressed as the store keeps it, each checked by unpacking it."""
        found = 0
        for entry in self._zip.infolist():
            if entry.filename.startswith(_BODIES):
                with self._checked(), self._zip.open(entry) as source:
                    packed = source.read(_MOST_PACKED)
                sha256 = entry.filename.rpartition("/")[2].removesuffix(".gz")
                if entry.filename != _body_name(sha256) or _hash_within(packed) != sha256:
                    raise self._damaged(f"{entry.filename[:100]!r} does not match its hash")
                found += 1
                yield sha256, packed
        if found != self.manifest.receipts:
            raise self._damaged(f"it holds {found:,} receipts where it says {self.manifest.receipts:,}")

    def _opened(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(self._path)
        except OSError as error:
            if error.errno == errno.EINVAL:
                raise
            raise BackupDamaged(f"{self._path} cannot be read: {error.strerror}.") from error

    def _manifest(self) -> Manifest:
        entries = [entry.filename for entry in self._zip.infolist()]
        others = [name for name in entries if not name.startswith(_BODIES)]
        if sorted(others) != [_DATABASE, _MANIFEST] or len(entries) != len(set(entries)):
            raise self._damaged("it does not hold what a backup holds")
        with self._zip.open(_MANIFEST) as source:
            said = json.loads(source.read(_MOST_MANIFEST))
        if not isinstance(said, dict) or said.pop("format", None) != FORMAT:
            raise self._damaged("its manifest is not a backup's")
        if said.pop("version", None) != VERSION:
            raise BackupDamaged(f"{self._path} is a backup of a form that this Framescope does not know. Upgrade it.")
        return self._typed(said)

    def _typed(self, said: dict[str, Any]) -> Manifest:
        kinds = {field.name: field.type for field in fields(Manifest)}
        if said.keys() != kinds.keys() or any(type(said[name]) is not kind for name, kind in kinds.items()):
            raise self._damaged("its manifest is not whole")
        return Manifest(**said)

    @contextmanager
    def _checked(self) -> Iterator[None]:
        try:
            yield
        except _UNREADABLE as error:
            raise self._damaged(str(error) or type(error).__name__) from error
        except OSError as error:
            if error.errno != errno.EINVAL:  # an offset of a damaged directory
                raise
            raise self._damaged("its directory is damaged") from error

    def _damaged(self, why: str) -> BackupDamaged:
        return BackupDamaged(f"{self._path} is no backup, or a damaged one: {why}. Nothing was changed; take another.")


def _free(directory: Path) -> int:
    return shutil.disk_usage(directory).free


def poured(source: IO[bytes], into: IO[bytes], most: int | None = None) -> tuple[int, str]:
    """Copy a stream and give its bytes and sha256; stops one piece after ``most`` bytes."""
    size, digest = 0, hashlib.sha256()
    while piece := source.read(PIECE):
        size += len(piece)
        digest.update(piece)
        into.write(piece)
        if most is not None and size > most:
            break
    return size, digest.hexdigest()


def _hash_within(packed: bytes) -> str | None:
    """The sha256 of a gzipped body, unpacked piece by piece; None where it is none, or larger than any body."""
    unpacker, digest, size = zlib.decompressobj(wbits=31), hashlib.sha256(), 0
    try:
        piece = unpacker.decompress(packed, PIECE)
        while piece:
            size += len(piece)
            digest.update(piece)
            piece = unpacker.decompress(unpacker.unconsumed_tail, PIECE) if size <= _MOST_BODY else b""
    except zlib.error:
        return None
    return digest.hexdigest() if unpacker.eof and not unpacker.unused_data else None


@contextmanager
def _member(archive: zipfile.ZipFile, name: str) -> Iterator[IO[bytes]]:
    entry = zipfile.ZipInfo(name, time.gmtime()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry._compresslevel = _LEVEL  # type: ignore[attr-defined]  # public as compress_level from Python 3.13 on
    with archive.open(entry, "w", force_zip64=True) as into:
        yield into


def _stored(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, time.gmtime()[:6])


def _body_name(sha256: str) -> str:
    return f"{_BODIES}{sha256[:2]}/{sha256}.gz"
