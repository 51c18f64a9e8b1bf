"""Which milestones a chart flags: first and major releases of the systems shown, in few words."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from catalog.models import Milestone
from dashboard import format as fmt
from language.words import _

_MAJOR = re.compile(r"^(?P<name>[\w.+-]+(?: [A-Za-z]+)?) (?P<major>[1-9]\d*)\.0(?:\.0)?\b")
_FIRST = re.compile(r"goes public|becomes open source")  # untranslated: searched for
UNSURE = ("still to be checked", "planned day")  # untranslated: searched for


def flags(milestones: Iterable[Milestone], systems: Sequence[str]) -> list[tuple[date, str, str]]:
    """(day, system, words) of the major releases of the systems, each once, by date; unsure days are left out."""
    found: dict[tuple[str, str], tuple[date, str, str]] = {}
    for entry in sorted(milestones, key=lambda m: m.date.first):
        words = short(entry)
        if entry.system and entry.system in systems and words and not any(mark in entry.note for mark in UNSURE):
            found.setdefault((entry.system, words), (entry.date.first, entry.system, words))
    return sorted(found.values())


def explained(milestones: Collection[Milestone], systems: Sequence[str]) -> list[Milestone]:
    """The milestones behind the flags, by date, so that each can be read and followed to its page."""
    marked = {(when, system) for when, system, _ in flags(milestones, systems)}
    kept = [one for one in milestones if (one.date.first, one.system) in marked and short(one)]
    return sorted(kept, key=lambda one: (one.date.first, one.system or ""))


def told(entry: Milestone) -> str:
    """The date of a milestone as exactly as it is known: a day, a month or a year."""
    when = entry.date
    return {"day": fmt.day(when.first), "month": fmt.month(when.first)}.get(when.precision, str(when))


def short(entry: Milestone) -> str:
    """The few words of a flag, or nothing for a milestone that is no major or first release."""
    if entry.kind != "release":
        return ""
    major = _MAJOR.match(entry.title)
    if major:
        return f"{major['name']} {major['major']}.0"
    return _("open source") if _FIRST.search(entry.title) else ""
