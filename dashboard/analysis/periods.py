"""Which point of a figure a name in the address means: its own, or a period that lies within it; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

_DAY = timedelta(days=1)
_WHEN = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?\Z")


class Named(NamedTuple):
    """What a point's name says: what it is of, and its period; ``end`` is exclusive."""

    of: str
    start: date
    end: date


def meant(given: str, names: Sequence[str]) -> str:
    """The one of ``names`` that is meant: the same, or of the same metric the shortest that holds the period asked for.

    A day alone, or a month, is a period too. Empty where nothing is meant.
    """
    if given in names:
        return given
    asked = read(given)
    if asked is None:
        return ""
    alike = [(one, name) for name in names if (one := read(name)) is not None and one.of == asked.of]
    around = [(one.end - one.start, one.start, name) for one, name in alike if _holds(one, asked)]
    return min(around)[2] if around else ""


def read(name: str) -> Named | None:
    """A name such as ``stars~2026-08-01~2026-09-01``; None for one that names no period."""
    of, *days = name.strip().split("~")
    periods = [_period(day) for day in days]
    if not 1 <= len(periods) <= 2 or None in periods:
        return None
    first, last = periods[0], periods[-1]
    if first is None or last is None:
        return None
    end = first[1] if len(periods) == 1 else last[0]
    return Named(of.casefold(), first[0], end) if end > first[0] else None


def _holds(point: Named, asked: Named) -> bool:
    return point.start <= asked.start and asked.end <= point.end


def _period(text: str) -> tuple[date, date] | None:
    """A day, or a month, and the day after it."""
    found = _WHEN.match(text)
    if found is None:
        return None
    year, month, day = (int(part or 1) for part in found.groups())
    try:
        start = date(year, month, day)
        return start, start + _DAY if found[3] else (start.replace(day=1) + 31 * _DAY).replace(day=1)
    except (ValueError, OverflowError):
        return None
