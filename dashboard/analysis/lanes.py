"""The releases of each system as lanes, the source and package that tell them best first; majors by their version."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from catalog.models import System
from db.read import DatedRelease

ORDER = ("package_index", "github", "git")
_EARLY = re.compile(r"(?i)alpha|beta|nightly|preview|(?<![a-z])(?:rc|dev|pre)(?![a-z])")
_PREFIX = re.compile(r"^\D*?(?=\d)")


@dataclass(frozen=True, slots=True)
class Lane:
    """The stable releases of one package or repository of a system, oldest first."""

    system: str
    source: str
    package: str
    releases: tuple[DatedRelease, ...]

    @property
    def newest(self) -> DatedRelease:
        """The last one by date; of two on one day the higher version, as a later line and an older one go together."""
        return self.releases[-1]


def version_of(text: str) -> Version | None:
    """A version or a tag with one (v1.0, rel-1.0.5, tfjs-v4.22.0); None where there is none in it."""
    for words in (text, _PREFIX.sub("", text)):
        try:
            return Version(words)
        except InvalidVersion:
            continue
    return None


def is_early(release: DatedRelease) -> bool:
    """Whether a release is a candidate or the like: marked so, or called so."""
    version = version_of(release.version)
    return release.early or (version is not None and version.is_prerelease) or bool(_EARLY.search(release.version))


def lanes(releases: Sequence[DatedRelease], system: System) -> list[Lane]:
    """Every lane of a system, the best first: live sources before bundled ones, then the fuller.

    Packages of former names are left out where there is another lane.
    """
    stable = sorted((r for r in releases if r.system == system.slug and not is_early(r)), key=_key)
    found = [
        Lane(system.slug, source, package, tuple(sorted(rows, key=_age)))
        for (source, package), rows in groupby(stable, key=_key)
    ]
    former = {canonicalize_name(name) for name in system.former_pypi}
    current = [
        lane for lane in found if lane.source != "package_index" or canonicalize_name(lane.package) not in former
    ]
    return sorted(current or found, key=lambda lane: _rank(lane, system))


def majors(releases: Sequence[DatedRelease]) -> list[tuple[DatedRelease, int]]:
    """The release that a major version began with (x.0, x.0.0), in a lane's order, from 1 on.

    A table that begins later, or leaves it out, does not say when that was; a later line of an older one is none.
    """
    found: dict[int, DatedRelease] = {}
    for release in releases:
        version = version_of(release.version)
        begins = version is not None and version.minor == version.micro == 0
        if version is not None and begins and 1 <= version.major < 1_000 and version.major > max(found, default=0):
            found[version.major] = release
    return [(release, major) for major, release in found.items()]


def release_name(release: DatedRelease) -> str:
    """What links and charts call a release."""
    return f"release~{release.system}~{release.package}~{release.version}"


def seen_on(lane: Lane, asked: Mapping[str, date], read_on: Mapping[str, date], ends: Mapping[str, date]) -> date:
    """The day a lane is known for: its package asked for, its source read, or its bundled table's end."""
    known = [ends.get(lane.source), asked.get(canonicalize_name(lane.package)) if _indexed(lane) else None]
    day = next((one for one in known if one is not None), None) or read_on.get(lane.source)
    return max(day, lane.newest.released) if day is not None else lane.newest.released


def _indexed(lane: Lane) -> bool:
    return lane.source == "package_index"


def _age(release: DatedRelease) -> tuple[date, Version]:
    return release.released, version_of(release.version) or Version("0")


def _key(release: DatedRelease) -> tuple[str, str]:
    return release.source, release.package


def _rank(lane: Lane, system: System) -> tuple[int, ...]:
    source = ORDER.index(lane.source) if lane.source in ORDER else len(ORDER)
    names = [name.lower() for name in (*system.pypi, *system.github, *system.former_github)]
    place = names.index(lane.package.lower()) if lane.package.lower() in names else len(names)
    return source, place, -lane.newest.released.toordinal(), -len(lane.releases)
