"""Which milestones a chart flags: first and major releases of the systems shown, in few words."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from catalog.models import Milestone

_MAJOR = re.compile(r"^(?P<name>[\w.+-]+(?: [A-Za-z]+)?) (?P<major>[1-9]\d*)\.0(?:\.0)?\b")
_FIRST = re.compile(r"goes public|becomes open source")
_UNSURE = ("still to be checked", "planned day")


def flags(milestones: Iterable[Milestone], systems: Sequence[str]) -> list[tuple[date, str, str]]:
    """(day, system, words) of the major releases of the systems, each once, by date; unsure days are left out."""
    found: dict[tuple[str, str], tuple[date, str, str]] = {}
    for entry in sorted(milestones, key=lambda m: m.date.first):
        words = short(entry)
        if entry.system and entry.system in systems and words and not any(mark in entry.note for mark in _UNSURE):
            found.setdefault((entry.system, words), (entry.date.first, entry.system, words))
    return sorted(found.values())


def short(entry: Milestone) -> str:
    """The few words of a flag, or nothing for a milestone that is no major or first release."""
    if entry.kind != "release":
        return ""
    major = _MAJOR.match(entry.title)
    if major:
        return f"{major['name']} {major['major']}.0"
    return "open source" if _FIRST.search(entry.title) else ""
