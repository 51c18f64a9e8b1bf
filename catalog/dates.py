"""Dates that say how exactly they are known: a year, a month or a day."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from pydantic import PlainSerializer, PlainValidator

_SHAPE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", re.ASCII)


@dataclass(frozen=True)
class PartialDate:
    """A year, month or day as the source gives it; `text` is YYYY, YYYY-MM or YYYY-MM-DD."""

    text: str
    first: date
    last: date

    @property
    def precision(self) -> str:
        """`year`, `month` or `day`."""
        return {4: "year", 7: "month", 10: "day"}[len(self.text)]

    def __str__(self) -> str:
        return self.text

    def __lt__(self, other: PartialDate) -> bool:
        return (self.first, self.last) < (other.first, other.last)


def parse_partial_date(value: object) -> PartialDate:
    """Read a YYYY, YYYY-MM or YYYY-MM-DD text, or a TOML date; ValueError for anything else."""
    if isinstance(value, PartialDate):
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        value = value.isoformat()
    match = _SHAPE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"{value!r} is not a date: write YYYY, YYYY-MM or YYYY-MM-DD in quotes")
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        first = date(year or 0, month or 1, day or 1)
    except ValueError as error:
        raise ValueError(f"{value!r} is not a date of the calendar ({error})") from error
    last_month = month or 12
    last = first if day else date(first.year, last_month, calendar.monthrange(first.year, last_month)[1])
    return PartialDate(match.group(0), first, last)


When = Annotated[PartialDate, PlainValidator(parse_partial_date), PlainSerializer(str)]
