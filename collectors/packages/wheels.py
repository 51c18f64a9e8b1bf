"""Wheels of the package index: which one to read for a version, and the wheel itself, open to be read in parts."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import requests
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version
from pydantic import BaseModel, ConfigDict, StrictBool, StrictInt

from collectors.errors import SkipItem, StopSource
from collectors.http import HttpClient
from collectors.packages.ranges import RangeFile
from collectors.packages.tree import Wheel, WheelTree
from collectors.source import Context, Item, read_json

MOST_KEPT = 64
LARGEST = 8 * 2**30
NEWEST = "newest"


class _Digests(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    sha256: str


class _File(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    filename: str
    url: str
    size: StrictInt
    upload_time_iso_8601: datetime
    yanked: StrictBool
    digests: _Digests


class _Info(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    version: str


class _Project(BaseModel):
    """A package as the index answers for it: every version with its files."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    info: _Info
    releases: dict[str, list[_File]]


class Wheels:
    """The wheels of an index, read in parts; what was read is kept under ``folder``, the 64 last used wheels of it.

    ``base_url`` is that of the index's JSON interface. Raises what `HttpClient.get` raises.
    """

    def __init__(self, http: HttpClient, base_url: str, folder: Path) -> None:
        self._http, self._base, self._folder = http, base_url, folder
        self._session = requests.Session()

    def open(self, package: str, version: str) -> WheelTree:
        """The wheel to read for a version, or for `NEWEST`, the newest final one.

        Raises `SkipItem` where the index has no such version, or no wheel of it.
        """
        wheel = self.wheel(package, version)
        kept = self._folder / f"{wheel.filename}.{wheel.sha256[:12]}.zip"
        return WheelTree(wheel, kept, lambda: self._opened(wheel))

    def wheel(self, package: str, version: str) -> Wheel:
        """The wheel alone, without opening it: see `open`."""
        name = quote(canonicalize_name(package), safe="")
        receipt = self._http.get(urljoin(self._base, f"{name}/json"), headers={"Accept": "application/json"})
        url = receipt.answer.url
        found = read_json(_Project, receipt.body, Context(Item(package, package), url, receipt.answer.fetched_at))
        number = found.info.version if version == NEWEST else version
        if number not in found.releases:
            raise SkipItem(f"The index has no version {number} of {package}", url=url)
        files = found.releases[number]
        wheels = [file for file in files if _tags(file.filename) is not None and 0 < file.size <= LARGEST]
        if not wheels:
            raise SkipItem(f"The index offers no wheel of {package} {number}", url=url)
        return _wheel(package, number, min(wheels, key=lambda each: _preference(each.filename)), url)

    def close(self) -> None:
        """Close the connections, and let go of what was kept of the wheels used longest ago."""
        self._session.close()
        kept = sorted(self._folder.glob("*.zip"), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in kept[MOST_KEPT:]:
            file.unlink(missing_ok=True)

    def _opened(self, wheel: Wheel) -> zipfile.ZipFile:
        if self._http.offline:
            raise StopSource("Nothing is collected while FRAMESCOPE_OFFLINE is set. Unset it to collect")
        self._session.headers["User-Agent"] = "framescope"
        return zipfile.ZipFile(io.BufferedReader(RangeFile(self._session, wheel.url, wheel.size), 2**16))


def _wheel(package: str, version: str, file: _File, asked: str) -> Wheel:
    url = urljoin(asked, file.url)
    if urlsplit(url).scheme not in ("http", "https") or "@" in urlsplit(url).netloc:
        raise StopSource("The index names an address of a wheel that is none of the web", url=asked)
    released: date = file.upload_time_iso_8601.astimezone(UTC).date()
    return Wheel(package, version, Path(file.filename).name, url, file.size, file.digests.sha256, released)


def _tags(filename: str) -> tuple[str, ...] | None:
    try:
        *_, tags = parse_wheel_filename(filename)
    except (InvalidWheelFilename, InvalidVersion):
        return None
    return tuple(sorted(str(tag) for tag in tags))


def _preference(filename: str) -> tuple[Any, ...]:
    """The pure one first, then Linux on x86-64 for the oldest Python: the same choice for every version."""
    tags = " ".join(_tags(filename) or ())
    linux = "linux" in tags and "x86_64" in tags
    return ("none-any" not in tags, not linux, "t-" in tags, _python(tags), filename)


def _python(tags: str) -> Version:
    digits = next((part[2:] for part in tags.split("-") if part.startswith("cp") and part[2:].isdigit()), "0")
    return Version(f"{digits[:1]}.{digits[1:] or 0}")
