"""The Python files of one package, wherever they are: installed here, in a wheel on the index, or kept from one."""

from __future__ import annotations

import importlib.metadata
import json
import logging
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from collectors.errors import SkipItem

log = logging.getLogger(__name__)
MOST_FILE = 16 * 2**20
MOST_MEMBERS = 200_000
LISTING = "framescope-listing.json"
ENDS = (".py", ".pyi", "/METADATA")


class Tree(Protocol):
    """A package's Python files by their path from the folder that is imported from, ``torch/nn/__init__.py``.

    ``origin`` is ``installed`` or the wheel's name, ``released`` the day that wheel came out (UTC).
    """

    package: str
    version: str
    origin: str
    sha256: str
    released: date | None

    def paths(self) -> frozenset[str]:
        """All paths there are that `read` can be asked for."""

    def read(self, path: str) -> str:
        """The text of one file; what is no UTF-8 in it is replaced. Raises `KeyError` for none, `SkipItem`."""

    def load(self, paths: Iterable[str]) -> None:
        """Get many ready to be read."""


class InstalledTree:
    """A package as it is installed for this interpreter. Raises `SkipItem` where it is not."""

    def __init__(self, package: str) -> None:
        try:
            found = importlib.metadata.distribution(package)
        except importlib.metadata.PackageNotFoundError:
            raise SkipItem(f"{package} is not installed here") from None
        self.package, self.version = package, found.version
        self.origin, self.sha256 = "installed", ""
        self.released: date | None = None
        self._files = {
            str(file): Path(str(found.locate_file(file))) for file in found.files or () if str(file).endswith(ENDS)
        }

    def paths(self) -> frozenset[str]:
        """As the package's own list of files has it."""
        return frozenset(self._files)

    def read(self, path: str) -> str:
        """Read it from the disk."""
        file = self._files[path]
        try:
            if file.stat().st_size > MOST_FILE:
                raise SkipItem(f"{path} of {self.package} is larger than {MOST_FILE:,} bytes")
            return file.read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise SkipItem(f"{path} of {self.package} cannot be read: {error.strerror}") from error

    def load(self, paths: Iterable[str]) -> None:
        """Nothing to do: they lie on the disk."""


@dataclass(frozen=True)
class Wheel:
    """A wheel as the index lists it; ``size`` in bytes, ``released`` the day it was uploaded (UTC)."""

    package: str
    version: str
    filename: str
    url: str
    size: int
    sha256: str
    released: date | None


class WheelTree:
    """A wheel, opened when something is asked for that is not in ``kept``: what was read of it earlier."""

    def __init__(self, wheel: Wheel, kept: Path, opened: Callable[[], zipfile.ZipFile]) -> None:
        self.package, self.version, self.origin = wheel.package, wheel.version, wheel.filename
        self.sha256, self.released = wheel.sha256, wheel.released
        self._kept, self._opened = kept, opened
        self._archive: zipfile.ZipFile | None = None
        self._texts: dict[str, str] = {}
        self._paths: frozenset[str] | None = None
        self._before = 0
        if kept.exists():
            self._recall()

    def paths(self) -> frozenset[str]:
        """As the wheel's directory has it."""
        if self._paths is None:
            self._paths = frozenset(self._members())
        return self._paths

    def read(self, path: str) -> str:
        """Unpack it, once."""
        if path not in self._texts:
            self._texts[path] = self._unpacked(self._members()[path])
        return self._texts[path]

    def load(self, paths: Iterable[str]) -> None:
        """Read many in the order they lie in the wheel, which asks the server for the fewest parts."""
        missing = [path for path in paths if path not in self._texts]
        members = self._members() if missing else {}
        for path in sorted(missing, key=lambda path: members[path].header_offset):
            self.read(path)

    def keep(self) -> None:
        """Write what was read, and the list of all there is, into a file that is whole or not there."""
        if len(self._texts) == self._before:
            return
        self._kept.parent.mkdir(parents=True, exist_ok=True)
        partial = self._kept.with_suffix(f".{os.getpid()}.partial")
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as kept:
            kept.writestr(LISTING, json.dumps(sorted(self.paths())))
            for path, text in self._texts.items():
                kept.writestr(path, text.encode("utf-8", errors="replace"))
        partial.replace(self._kept)
        self._before = len(self._texts)

    def _recall(self) -> None:
        try:
            with zipfile.ZipFile(self._kept) as archive:
                paths = frozenset(json.loads(archive.read(LISTING)))
                texts = {name: archive.read(name).decode() for name in archive.namelist() if name != LISTING}
        except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
            log.warning("%s is damaged and read anew: %s", self._kept, error)
            return
        self._paths, self._texts, self._before = paths, texts, len(texts)

    def _members(self) -> dict[str, zipfile.ZipInfo]:
        try:
            if self._archive is None:
                self._archive = self._opened()
            members = self._archive.infolist()
        except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
            raise SkipItem(f"{self.origin} is no wheel that can be opened: {error}") from error
        if len(members) > MOST_MEMBERS:
            raise SkipItem(f"{self.origin} holds more than {MOST_MEMBERS:,} files")
        return {each.filename: each for each in members if each.filename.endswith(ENDS)}

    def _unpacked(self, member: zipfile.ZipInfo) -> str:
        if member.file_size > MOST_FILE or self._archive is None:
            raise SkipItem(f"{member.filename} of {self.origin} is larger than {MOST_FILE:,} bytes")
        try:
            with self._archive.open(member) as file:
                body = file.read(MOST_FILE + 1)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
            raise SkipItem(f"{member.filename} of {self.origin} cannot be unpacked: {error}") from error
        return body.decode("utf-8", errors="replace")
