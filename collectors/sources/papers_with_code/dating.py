"""The month of a paper by its arXiv id; pure. See https://info.arxiv.org/help/arxiv_identifier.html for the forms."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

FIRST, LAST = date(2007, 4, 1), date(2025, 7, 1)
FIVE_DIGITS_FROM = date(2015, 1, 1)
Undatable = Literal["no id", "old form", "no such month", "unknown form"]
SAID: dict[Undatable, str] = {
    "no id": "without an arXiv id",
    "old form": "with an id of the form before April 2007",
    "no such month": "with an id of a month there is none of, or after July 2025",
    "unknown form": "with an id of an unknown form",
}
_NEW = re.compile(r"([0-9]{2})([0-9]{2})\.([0-9]{4,5})(?:v[0-9]{1,3})?")
_OLD = re.compile(r"[a-z]+(?:-[a-z]+)?(?:\.[A-Z]{2})?/[0-9]{7}(?:v[0-9]{1,3})?")


def month_of(arxiv_id: str | None) -> date | Undatable:
    """The first day of the month an id names, or why it names none in which the dump can have links."""
    given = (arxiv_id or "").strip()
    if not given:
        return "no id"
    found = _NEW.fullmatch(given)
    if found is None:
        return "old form" if _OLD.fullmatch(given) else "unknown form"
    year, month = 2000 + int(found[1]), int(found[2])
    if not 1 <= month <= 12 or not FIRST <= date(year, month, 1) <= LAST:
        return "no such month"
    named = date(year, month, 1)
    return named if (len(found[3]) == 5) == (named >= FIVE_DIGITS_FROM) else "unknown form"
