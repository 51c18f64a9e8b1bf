"""For which platforms a version has wheels, from their tags."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from packaging.version import InvalidVersion, Version

from language.words import _, _p

_LINUX = "Linux"  # untranslated: a name
_SYSTEMS = (("manylinux", _LINUX), ("linux", _LINUX), ("musllinux", f"{_LINUX} (musl)"), ("macosx", "macOS"))
_MACHINES = ("x86_64", "aarch64", "arm64", "universal2", "amd64", "i686", "armv7l", "ppc64le", "s390x")


class Wheels(NamedTuple):
    """The wheels of one version of a package that one Python tag and one platform tag have; empty where malformed."""

    version: str
    python: str
    platform: str
    files: int


def platform_words(tag: str) -> str:
    """A platform tag in words: ``manylinux_2_28_x86_64`` is Linux x86_64; a tag of no known kind stays as it is."""
    if tag == "any":
        return _p("platform", "any")
    first = tag.split(".")[0]
    if first.startswith("win"):
        told = {"win_amd64": "x86_64", "win_arm64": "arm64"}.get(first, first)
        return _("Windows 32 bit") if first == "win32" else f"Windows {told}"  # untranslated: a name
    system = next((name for prefix, name in _SYSTEMS if first.startswith(prefix)), None)
    machine = next((each for each in _MACHINES if re.search(rf"_{each}$", first)), None)
    return f"{system} {machine}" if system and machine else first


def newest(versions: Iterable[str]) -> str | None:
    """The highest final version; None where there is none."""
    known = [version for text in versions if (version := _final(text)) is not None]
    return max(known)[1] if known else None


def _final(text: str) -> tuple[Version, str] | None:
    try:
        version = Version(text)
    except InvalidVersion:
        return None
    return None if version.is_prerelease else (version, text)


def by_platform(rows: Iterable[Wheels], version: str) -> dict[str, int]:
    """How many wheels of a version each platform has, the most first."""
    counts: Counter[str] = Counter()
    for row in rows:
        if row.version == version and row.platform:
            counts[platform_words(row.platform)] += row.files
    return dict(counts.most_common())
