"""The CUDA versions a package's wheel is for, read from what its metadata require and from its own version's label."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.parser import HeaderParser
from typing import Any, NamedTuple

from packaging.markers import Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from collectors.errors import SkipItem
from collectors.packages.names import about
from collectors.packages.tree import Tree

MOST_REQUIREMENTS = 2_000
_NAMED = re.compile(r"(?:^nvidia-.*-cu|^jax-cuda)(\d{2})(?:-|$)")
_TOOLKIT = "cuda-toolkit"
_RUNTIME = re.compile(r"^nvidia-cuda-runtime(?:-cu\d{2})?$")
_LABEL = re.compile(r"^cu(\d{2})(\d)$")
_LINUX = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "sys_platform": "linux",
}


PACKAGES = (("pytorch", "torch"), ("tensorflow", "tensorflow"), ("jax", "jax"))
"""Whose metadata name CUDA; Keras takes its backend's, and tensorflow-cpu repeats requirements it has no use for."""


class _Asked(NamedTuple):
    """One requirement that names CUDA: of which extra (none is every installation), and what it says."""

    extra: str
    major: str
    exact: str
    text: str


def cuda(tree: Tree, framework: str) -> dict[str, Any]:
    """The CUDA versions of one version of a package, as a document that `collectors.sources.wheels` reads.

    ``offered`` has one entry for each extra and major version: ``extra`` (empty: without one), ``major``, ``exact``
    (the runtime's own requirement, empty where none is named) and ``requirements``, the lines it was read from, which
    hold for Linux on x86-64. ``label`` is the local part of the version, ``cpu`` or ``cu128``, which wheels on a
    project's own server carry. Nothing offered means that the metadata name none.

    Raises:
        SkipItem: the package has no metadata, or more requirements than any package has.
    """
    lines = _requirements(tree)
    asked = [found for line in lines for found in _read(line)]
    label = tree.version.partition("+")[2]
    offered = {(each.extra, each.major): _offer(each, asked) for each in asked if each.major}
    if match := _LABEL.match(label):
        offered["", match[1]] = {"extra": "", "major": match[1], "exact": f"{match[1]}.{match[2]}", "requirements": []}
    rows = [offered[key] for key in sorted(offered)]
    return {"kind": "cuda", "framework": framework, **about(tree), "label": label, "offered": rows}


def _offer(one: _Asked, asked: list[_Asked]) -> dict[str, Any]:
    same = [each for each in asked if (each.extra, each.major) == (one.extra, one.major)]
    exact = next((each.exact for each in same if each.exact), "")
    lines = sorted({each.text for each in same})
    return {"extra": one.extra, "major": one.major, "exact": exact, "requirements": lines}


def _requirements(tree: Tree) -> list[str]:
    paths = [path for path in tree.paths() if path.endswith(".dist-info/METADATA")]
    if not paths:
        raise SkipItem(f"{tree.package} {tree.version} has no metadata")
    lines = HeaderParser().parsestr(tree.read(min(paths, key=len))).get_all("Requires-Dist", [])
    if len(lines) > MOST_REQUIREMENTS:
        raise SkipItem(f"{tree.package} {tree.version} names more than {MOST_REQUIREMENTS:,} requirements")
    return [str(line) for line in lines]


def _read(line: str) -> Iterator[_Asked]:
    """What a requirement says of CUDA: nothing, or one entry for each extra it belongs to. A malformed one is none."""
    try:
        found = Requirement(line)
    except InvalidRequirement:
        return
    name = canonicalize_name(found.name)
    match = _NAMED.search(name)
    exact = str(found.specifier) if name == _TOOLKIT or _RUNTIME.match(name) else ""
    major = match[1] if match else _pinned(exact)
    if not major:
        return
    for extra in _extras(found.marker):
        yield _Asked(extra, major, exact, line)


def _pinned(specifier: str) -> str:
    """The major version that a specifier pins to; empty where it pins to none, or leaves more than one open."""
    majors = set(re.findall(r"[=~]=\s*(\d+)", specifier))
    return majors.pop() if len(majors) == 1 else ""


def _extras(marker: Marker | None) -> list[str]:
    """The extras by which a requirement holds on Linux; the empty one alone where it holds without any."""
    if marker is None or _holds(marker, ""):
        return [""]
    named = re.findall(r"extra\s*==\s*[\"']([\w.-]+)[\"']", str(marker))
    return [extra for extra in dict.fromkeys(named) if _holds(marker, extra)]


def _holds(marker: Marker, extra: str) -> bool:
    return marker.evaluate({**_LINUX, "extra": extra})
