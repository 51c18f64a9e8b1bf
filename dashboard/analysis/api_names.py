"""The size of an interface and what changed between two versions of it; readings in, findings out."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from packaging.version import InvalidVersion, Version

from catalog.kernels import HEADLINES
from language.words import N_

OTHER_RULES = N_("these readings were made by different rules; read both again")
Reading = Mapping[str, Any]
"""A document of kind ``names``, as `collectors.packages.names.public_names` makes it."""


class Size(NamedTuple):
    """How many public names; ``apart`` of them repeat an older interface, ``distinct`` are not aliases of another.

    ``lower_bound`` says that names are bound in ways that the files do not show.
    """

    names: int
    apart: int
    distinct: int
    deprecated: int
    namespaces: int
    lower_bound: bool


class Change(NamedTuple):
    """What changed from one version to another: full names, sorted. ``deprecated`` were not marked so before."""

    before: str
    after: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    deprecated: tuple[str, ...]


def size(reading: Reading) -> Size:
    """Count a reading."""
    counts = {namespace: len(names) for namespace, names in reading["names"].items()}
    apart = sum(count for namespace, count in counts.items() if _within(namespace, reading["apart"]))
    bound = bool(reading["missing"] or reading["dynamic"])
    return Size(
        sum(counts.values()), apart, reading["distinct"], len(reading["deprecated"]), len(counts), lower_bound=bound
    )


def headline(counts: Mapping[str, int]) -> tuple[str, int] | None:
    """The count of kernels that is set beside those of other frameworks; None where there is none of that kind."""
    return next(((name, counts[name]) for name in HEADLINES if name in counts), None)


def by_namespace(reading: Reading) -> list[tuple[str, int]]:
    """Names in each namespace of the first level, most first: ``torch`` itself, ``torch.nn`` with all beneath it."""
    counted: Counter[str] = Counter()
    for namespace, names in reading["names"].items():
        counted[".".join(namespace.split(".")[:2])] += len(names)
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


def full_names(reading: Reading) -> frozenset[str]:
    """Every name with its namespace."""
    return frozenset(f"{space}.{name}" for space, names in reading["names"].items() for name in names)


def change(before: Reading, after: Reading) -> Change:
    """What one reading has and the other has not. Raises `ValueError` for two that were made by different rules."""
    if before["reader"] != after["reader"] or before["framework"] != after["framework"]:
        raise ValueError(OTHER_RULES)
    old, new = full_names(before), full_names(after)
    marked = (set(after["deprecated"]) - set(before["deprecated"])) & old
    return Change(
        before["version"], after["version"], *(tuple(sorted(each)) for each in (new - old, old - new, marked))
    )


def versions(readings: Iterable[Reading]) -> list[Reading]:
    """The first reading of each version, oldest version first; a version that is none comes before all."""
    own: dict[str, Reading] = {}
    for each in readings:
        own.setdefault(each["version"], each)
    return [own[version] for version in sorted(own, key=_order)]


def _order(version: str) -> Version:
    try:
        return Version(version)
    except InvalidVersion:
        return Version("0")


def _within(namespace: str, prefixes: list[str]) -> bool:
    return any(namespace == prefix or namespace.startswith(f"{prefix}.") for prefix in prefixes)
