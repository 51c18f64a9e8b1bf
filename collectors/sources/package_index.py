"""The Python package index: every release of a package, its date, whether it was yanked, and its files.

What the number means. ``releases`` counts the versions of a package that were first published in a calendar month
(UTC), dated by their earliest file. The series named like the package counts final and post releases; the one named
"<package> pre-releases" counts alpha, beta, candidate and development versions, and versions no installer understands.
From the month of the first release the index is complete, so a month without one is a true 0; before it there is no
value. The running month is ``partial``.

What it does not mean. Yanked versions are counted, and flagged in the table of releases. A version deleted upstream
lowers the count of its month, and the earlier count moves to the revisions; where the very first is deleted, the months
before the new first keep their last count. Versions without files have no date and are not counted. A package is not a
project: nightly builds are often packages of their own, and wheels on a project's own server are not here.

Limits. One request a package, no key; polite use is one at a time. The headline packages of the frameworks that are
followed are asked for daily, the others once a week, each on a day of its own. Documentation:
https://warehouse.pypa.io/api-reference/json.html (the fields),
https://packaging.python.org/specifications/ (versions and file names).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal
from urllib.parse import quote, urljoin

from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, StrictBool, StrictInt, StringConstraints

from collectors.errors import SkipItem, StopSource
from collectors.http import HttpClient
from collectors.receipt import Receipt
from collectors.source import Context, Item, Parsed, Request, Source, read_json
from collectors.turns import is_turn
from db import clock
from db.records import Observation, PackageFile, Release

MAX_RELEASES = 20_000
MAX_FILES = 200_000
MAX_FILE_BYTES = 2**40
FIRST_DAY = date(2000, 1, 1)
_KINDS = {
    "bdist_wheel": "wheel",
    "sdist": "sdist",
    "bdist_egg": "egg",
    "bdist_wininst": "wininst",
    "bdist_msi": "msi",
    "bdist_dumb": "dumb",
    "bdist_rpm": "rpm",
    "bdist_dmg": "dmg",
}


def _clean(text: str) -> str:
    """Text as people wrote it, markup and all; a NUL is none, and no store takes it."""
    return text.replace("\x00", "")[:2_000]


Name = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(_clean)]
Prose = Annotated[str, AfterValidator(_clean)]


class _Expected(BaseModel):
    """A part of the answer; fields nobody asked for are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class _Info(_Expected):
    name: Name


class _File(_Expected):
    filename: Name
    packagetype: Literal[
        "bdist_wheel", "sdist", "bdist_egg", "bdist_wininst", "bdist_msi", "bdist_dumb", "bdist_rpm", "bdist_dmg"
    ]
    size: StrictInt | None
    upload_time_iso_8601: AwareDatetime
    requires_python: Prose | None = None
    yanked: StrictBool
    yanked_reason: Prose | None = None


class _Project(_Expected):
    info: _Info
    releases: dict[Name, list[_File]]


def base_url() -> str:
    """The JSON interface beside the simple index that the client library knows."""
    from pypi_simple import PYPI_SIMPLE_ENDPOINT

    return urljoin(PYPI_SIMPLE_ENDPOINT, "../pypi/")


def plan(request: Request) -> Sequence[Item]:
    """One item a package due: those in use, headline first, then the former ones; a package of two systems once."""
    items: dict[str, Item] = {}
    daily = {system.pypi[0] for system in request.systems if system.pypi and system.star_history}
    for system in request.systems:
        for number, package in enumerate((*system.pypi, *system.former_pypi)):
            headline = "yes" if number == 0 and system.pypi else ""
            detail = {"package": package, "headline": headline}
            items.setdefault(canonicalize_name(package), Item(package, system.slug, detail))
    return tuple(
        item
        for place, item in enumerate(items.values())
        if request.since or item.name in daily or is_turn(place, request.cursor(_asked(item.name)), clock.today())
    )


def _asked(package: str) -> str:
    return f"asked {canonicalize_name(package)}"


def fetch(http: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:
    """Ask for one package, whole; the index has no pages."""
    name = quote(canonicalize_name(item.detail["package"]), safe="")
    yield http.get(urljoin(request.base_url, f"{name}/json"), headers={"Accept": "application/json"})


def parse(body: bytes, context: Context) -> Parsed:
    """Read one package's releases, and count them by month; pure."""
    project = read_json(_Project, body, context)
    package = context.item.detail["package"]
    if canonicalize_name(project.info.name) != canonicalize_name(package):
        raise StopSource(f"Asked about {package}, the index answered about {project.info.name[:80]!r}", url=context.url)
    _must_be_plausible(project, context)
    releases = tuple(
        sorted(
            (_release(version, files, context) for version, files in project.releases.items()),
            key=lambda release: (release.released_at or datetime.max.replace(tzinfo=UTC), release.version),
        )
    )
    stable = [release for release in releases if not release.prerelease]
    early = [release for release in releases if release.prerelease]
    headline = bool(context.item.detail["headline"])
    observations = (
        *_by_month(stable, package, context, primary=headline),
        *_by_month(early, f"{package} pre-releases", context, primary=False),
    )
    return Parsed(observations, releases, {_asked(package): context.day.isoformat()})


def _must_be_plausible(project: _Project, context: Context) -> None:
    """Refuse a package whose data cannot be true, before any of it is kept."""
    files = [file for listed in project.releases.values() for file in listed]
    latest = context.fetched_at + timedelta(days=1)
    sizes = [file.size for file in files if file.size is not None]
    times = [file.upload_time_iso_8601 for file in files]
    problems = {
        f"more than {MAX_RELEASES:,} releases": len(project.releases) > MAX_RELEASES,
        f"more than {MAX_FILES:,} files": len(files) > MAX_FILES,
        "a file of an impossible size": any(not 0 <= size <= MAX_FILE_BYTES for size in sizes),
        "an upload before there were packages": any(time.date() < FIRST_DAY for time in times),
        "an upload in the future": any(time > latest for time in times),
        "one file twice in a release": any(
            len({file.filename for file in listed}) < len(listed) for listed in project.releases.values()
        ),
    }
    for problem, found in problems.items():
        if found:
            raise SkipItem(f"The index lists {problem}. Nothing of it was kept; look at its receipt", url=context.url)


def _release(version: str, files: list[_File], context: Context) -> Release:
    reasons = [file.yanked_reason for file in files if file.yanked and file.yanked_reason]
    yanked = bool(files) and all(file.yanked for file in files)
    return Release(
        system=context.item.system,
        package=context.item.detail["package"],
        version=version,
        released_at=min((_utc(file) for file in files), default=None),
        yanked=yanked,
        yanked_reason=reasons[0] if yanked and reasons else None,
        prerelease=_is_early(version),
        files=tuple(_package_file(file) for file in sorted(files, key=lambda file: file.filename)),
    )


def _package_file(file: _File) -> PackageFile:
    python_tag, abi_tag, platform_tag = _tags(file.filename) if file.packagetype == "bdist_wheel" else (None,) * 3
    return PackageFile(
        filename=file.filename,
        kind=_KINDS[file.packagetype],
        python_tag=python_tag,
        abi_tag=abi_tag,
        platform_tag=platform_tag,
        size=file.size,
        uploaded_at=_utc(file),
        requires_python=file.requires_python,
        yanked=file.yanked,
    )


def _tags(filename: str) -> tuple[str, str, str] | tuple[None, None, None]:
    """The three tags as they stand in a wheel's name, sets like ``py2.py3`` whole; none where the name is malformed."""
    try:
        parse_wheel_filename(filename)
    except (InvalidWheelFilename, InvalidVersion):
        return None, None, None
    python_tag, abi_tag, platform_tag = filename.removesuffix(".whl").split("-")[-3:]
    return python_tag, abi_tag, platform_tag


def _is_early(version: str) -> bool:
    try:
        return Version(version).is_prerelease
    except InvalidVersion:
        return True


def _utc(file: _File) -> datetime:
    return file.upload_time_iso_8601.astimezone(UTC)


def _by_month(releases: list[Release], definition: str, context: Context, *, primary: bool) -> Iterator[Observation]:
    """Releases per month, from the month of the first until the running one."""
    counts = Counter(release.released_at.date().replace(day=1) for release in releases if release.released_at)
    running = context.day.replace(day=1)
    month = min(counts, default=None)
    while month is not None and month <= running:
        following = (month + timedelta(days=31)).replace(day=1)
        yield Observation(
            metric="releases",
            system=context.item.system,
            period_start=month,
            period_end=following,
            value=float(counts[month]),
            status="partial" if month == running else "ok",
            granularity="month",
            definition=definition,
            primary=primary,
        )
        month = following


SOURCE = Source(
    name="package_index",
    title="Python package index",
    metrics=("releases",),
    cadence_hours=24,
    licence="facts; no licence stated",
    docs="https://warehouse.pypa.io/api-reference/json.html",
    calls_backfill=61,
    calls_daily=14,
    interval_s=0.1,
    base_url=base_url,
    plan=plan,
    fetch=fetch,
    parse=parse,
)
