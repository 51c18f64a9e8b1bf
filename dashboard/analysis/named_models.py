"""Where the models that articles list are today: names looked for among what libraries ship; readings in, rows out."""

import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from language.lists import commas
from language.words import N_, _

NOWHERE = N_("in no library that is read")
MOST_SHOWN = 5


class Place(NamedTuple):
    """A library in a version, and the names in it that fit."""

    library: str
    version: str
    origin: str
    names: tuple[str, ...]


class NamedModel(NamedTuple):
    """A model that an article lists under a system, and every place where a name fits; none means in no library."""

    system: str
    model: str
    places: tuple[Place, ...]


def find(
    listed: Iterable[tuple[str, str]], patterns: Mapping[str, Sequence[str]], readings: Sequence[Mapping[str, Any]]
) -> list[NamedModel]:
    """Look for each (system, model) by its patterns, which fit a name in small letters without marks between words.

    Without a pattern of its own a model is looked for under its very name. ``readings`` are of kind ``models``.
    """
    return [
        NamedModel(system, model, tuple(_places(patterns.get(model, (plain(model),)), readings)))
        for system, model in listed
    ]


def plain(name: str) -> str:
    """A name in small letters and digits alone."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _places(patterns: Sequence[str], readings: Sequence[Mapping[str, Any]]) -> Iterable[Place]:
    for reading in readings:
        met = tuple(
            name for name in reading["models"] if any(fnmatchcase(plain(name), pattern) for pattern in patterns)
        )
        if met:
            yield Place(reading["package"], reading["version"], reading["origin"], met)


def told(place: Place) -> str:
    """A place in words: library, version and the first names."""
    more = len(place.names) - MOST_SHOWN
    said = {"library": place.library, "version": place.version, "names": commas(place.names[:MOST_SHOWN])}
    if more > 0:
        return _("{library} {version}: {names} and {n} more", n=more, **said)
    return _("{library} {version}: {names}", **said)
