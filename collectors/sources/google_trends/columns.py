"""What the columns of an export are called: term or topic, region, and the system each stands for; pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.models import System
from collectors.source import Context

TERMS, TOPICS = "search terms", "topics"
NO_REGION = "region not stated"
_LONGEST = 60
_LABEL = re.compile(r"(.+?)\s*[:：]\s*[(（]([^()（）]*(?:[(（][^()（）]*[)）])?[^()（）]*)[)）]")
_KIND = re.compile(r"(.+?)\s*[(（][^()（）]+[)）]")
_MARKS = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF])
_FILE = re.compile(r"file:time_series_(.+?)_[0-9]{8}-[0-9]{4}_[0-9]{8}-[0-9]{4}")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its term as written, whether term or topic, its region, and the system it stands for, if any."""

    term: str
    kind: str
    region: str
    system: str | None


def detail(systems: Sequence[System]) -> Mapping[str, str]:
    """Which system each term stands for, as the catalogue has it now."""
    terms = {term.casefold(): system.slug for system in systems for term in system.google_trends}
    return {"terms": json.dumps(terms, sort_keys=True)}


def clean(cell: str) -> str:
    """A cell without marks of direction and width, its spaces plain and single."""
    return " ".join(cell.translate(_MARKS).split())


def shown(text: str) -> str:
    """A text from the file for a message or a definition: short, and printable."""
    return "".join(character if character.isprintable() else "?" for character in clean(text))[:_LONGEST]


def has_region(cell: str) -> bool:
    """Whether a label is of the form "term: (region)"."""
    return _LABEL.fullmatch(clean(cell)) is not None


def column_of(label: str, context: Context) -> Column:
    """What a label of the header says; a term is looked up without regard to case."""
    terms: dict[str, str] = json.loads(context.item.detail["terms"])
    label = clean(label)
    found = _LABEL.fullmatch(label)
    of_file = _FILE.match(context.url)
    term, region = (found[1], found[2]) if found else (label, of_file[1] if of_file else NO_REGION)
    term = term.strip(' "')
    plain = terms.get(term.casefold())
    bracketed = _KIND.fullmatch(term)
    if plain is None and bracketed:
        return Column(term, TOPICS, shown(region), terms.get(bracketed[1].casefold()))
    return Column(term, TERMS, shown(region), plain)
