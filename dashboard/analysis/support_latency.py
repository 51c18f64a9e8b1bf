"""How soon a framework had wheels for a new Python, and what its wheels weigh; rows in, rows out."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from packaging.version import InvalidVersion, Version

from db.read import WheelRow

_CPYTHON = re.compile(r"cp3(\d+)")
_PLATFORMS = (
    ("Linux x86-64", r"(many|musl)?linux.*x86_64"),
    ("Linux ARM", r"(many|musl)?linux.*aarch64"),  # untranslated: a name
    ("Windows", r"win_amd64"),  # untranslated: a name
    ("Windows ARM", r"win_arm64"),  # untranslated: a name
    ("macOS ARM", r"macosx.*(arm64|universal2)"),  # untranslated: a name
    ("macOS Intel", r"macosx.*(x86_64|universal2)"),  # untranslated: a name
)
PLATFORMS = tuple(name for name, _ in _PLATFORMS)
BINARIES = ("torch", "tensorflow", "jaxlib", "keras")
"""Packages whose wheels decide where a framework runs; JAX itself is pure Python, and Keras too."""


class Wait(NamedTuple):
    """Days from a Python to the first wheel for it; negative where the wheel came first, None where there is none yet.

    ``any_python`` marks a package whose wheels name no CPython, so that there is nothing to wait for.
    """

    package: str
    python: str
    platform: str
    days: int | None
    version: str
    first: date | None
    any_python: bool


class Weight(NamedTuple):
    """The largest wheel of a version for one platform, in bytes."""

    package: str
    version: str
    platform: str
    uploaded: date
    size: int
    receipt: int | None = None

    @property
    def name(self) -> str:
        """What links and charts call it."""
        return f"wheel~{self.package}~{self.version}"


def waits(wheels: Sequence[WheelRow], pythons: Mapping[str, date], platform: str) -> list[Wait]:
    """For every package and Python (``3.14`` to its day) the wait on one platform, final releases alone.

    A wheel with the stable interface (``abi3``) for 3.9 counts for every later Python from the day that Python came,
    or from its own upload where that is later. Free-threaded builds (``cp314t``) are not counted.
    """
    found = []
    for package in dict.fromkeys(wheel.package for wheel in wheels):
        own = [wheel for wheel in wheels if wheel.package == package and _counts(wheel)]
        fitting = [wheel for wheel in own if platform in platforms_of(wheel)]
        anywhere = bool(own) and not any(_CPYTHON.search(wheel.python_tag or "") for wheel in own)
        for python, day in pythons.items():
            found.append(_wait(package, python, day, platform, fitting, any_python=anywhere))
    return found


def _wait(package: str, python: str, day: date, platform: str, wheels: Iterable[WheelRow], *, any_python: bool) -> Wait:
    minor = int(python.partition(".")[2])
    dated = [
        (max(wheel.uploaded.date(), day) if _stable(wheel) else wheel.uploaded.date(), wheel)
        for wheel in wheels
        if wheel.uploaded is not None and _serves(wheel, minor)
    ]
    if not dated:
        return Wait(package, python, platform, None, "", None, any_python=any_python)
    first, wheel = min(dated, key=lambda item: (item[0], _order(item[1].version)))
    return Wait(package, python, platform, (first - day).days, wheel.version, first, any_python=any_python)


def weights(wheels: Sequence[WheelRow], platform: str) -> list[Weight]:
    """The largest wheel of each final version on one platform, oldest first."""
    largest: dict[tuple[str, str], Weight] = {}
    for wheel in wheels:
        if not _counts(wheel) or wheel.size is None or wheel.uploaded is None or platform not in platforms_of(wheel):
            continue
        key = wheel.package, wheel.version
        if key not in largest or largest[key].size < wheel.size:
            when = wheel.uploaded.date()
            largest[key] = Weight(wheel.package, wheel.version, platform, when, wheel.size, wheel.receipt)
    return sorted(largest.values(), key=lambda weight: (weight.package, weight.uploaded, _order(weight.version)))


def platforms_of(wheel: WheelRow) -> tuple[str, ...]:
    """The platforms that a wheel is for; all of them for one that is for any."""
    tag = wheel.platform_tag or ""
    if tag == "any":
        return PLATFORMS
    return tuple(name for name, pattern in _PLATFORMS if re.search(pattern, tag))


def _counts(wheel: WheelRow) -> bool:
    return wheel.python_tag is not None and not wheel.prerelease and not wheel.yanked


def _stable(wheel: WheelRow) -> bool:
    return wheel.abi_tag == "abi3"


def _serves(wheel: WheelRow, minor: int) -> bool:
    tags = [int(found) for found in _CPYTHON.findall(wheel.python_tag or "")]
    if _stable(wheel):
        return any(tag <= minor for tag in tags)
    return minor in tags and not (wheel.abi_tag or "").endswith("t")


def _order(version: str) -> Version:
    try:
        return Version(version)
    except InvalidVersion:
        return Version("0")
