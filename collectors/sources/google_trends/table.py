"""Reads the table of an export, in whatever language, encoding and separator it comes; pure."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import datetime

from collectors.errors import SkipItem
from collectors.sources.google_trends.columns import clean, has_region, shown

MAX_ROWS, MAX_COLUMNS = 200_000, 50
_AS_IT_CAME = "Import the file as it was downloaded, before a spreadsheet has rewritten it"
_SEPARATORS = (",", ";", "\t")
_STAMP = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2})(?:[T ](\d{2})(?::(\d{2}))?(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?)?)?")
_BELOW_ONE = re.compile(r"[<＜]\s?(\d)")
BELOW_ONE = -1

Value = int | None  # None where the cell is empty, BELOW_ONE for "<1"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the first cell of a row says: a moment, and how exactly it is given."""

    at: datetime
    exact: str  # "month", "day" or "time"


@dataclass(frozen=True, slots=True)
class Table:
    """Category, labels and rows of an export; ``cut_off`` where the last row broke off and was left out."""

    category: str
    labels: tuple[str, ...]
    rows: tuple[tuple[Stamp, tuple[Value, ...]], ...]
    cut_off: bool


def decoded(body: bytes) -> str:
    """The text of an export. Raises `SkipItem` where it is neither UTF-8 nor marked UTF-16."""
    marked = body.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = body.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError:
        raise SkipItem(f"The file is neither UTF-8 nor UTF-16. {_AS_IT_CAME}") from None
    if "\0" in text:
        raise SkipItem(f"The file holds bytes that are no text. {_AS_IT_CAME}")
    return text


def looks_like(text: str) -> bool:
    """Whether a beginning of a text is that of an export: labels with a region, or dates beside values only."""
    for separator in _SEPARATORS:
        rows = _split(text, separator)
        if rows is None:
            continue
        if any(len(row) > 1 and all(has_region(cell) for cell in row[1:]) for row in rows[:3]):
            return True
        header = _header(rows)
        if header is not None and all(_fits(row, len(rows[header])) for row in rows[header + 1 : -1] or rows[-1:]):
            return True
    return False


def read_table(text: str) -> Table:
    """The table of a whole export. Raises `SkipItem` saying what is wrong with it."""
    rows, header = _with_header(text)
    labels = tuple(clean(label) for label in rows[header][1:])
    if len(labels) > MAX_COLUMNS or len(rows) > MAX_ROWS:
        raise SkipItem(f"The export has more than {MAX_COLUMNS} columns or {MAX_ROWS:,} rows. This is none")
    if len({label.casefold() for label in labels}) < len(labels) or not all(labels):
        raise SkipItem("Two columns of the export have the same name, or one has none. Export each term once")
    found, width = rows[header + 1 :], len(rows[header])
    cut_off = len(found[-1]) < width
    read = tuple(_row(row, width) for row in (found[:-1] if cut_off else found))
    if not read:
        raise SkipItem("The export breaks off in its first row. Download it again")
    preamble = " ".join(cell for row in rows[:header] for cell in row)
    category = re.split(r"[:：]", preamble, maxsplit=1)[-1]
    return Table(shown(category), labels, read, cut_off)


def stamp_of(cell: str) -> Stamp | None:
    """The moment a cell names, or None."""
    found = _STAMP.fullmatch(clean(cell))
    if found is None:
        return None
    year, month, day, hour, minute = (int(part) if part else None for part in found.groups())
    exact = "month" if day is None else "day" if hour is None else "time"
    try:
        return Stamp(datetime(year or 0, month or 0, day or 1, hour or 0, minute or 0), exact)  # noqa: DTZ001  # an export has no time zone
    except ValueError:
        return None


def _with_header(text: str) -> tuple[list[list[str]], int]:
    first: list[list[str]] = []
    for separator in _SEPARATORS:
        rows = _split(text, separator)
        header = _header(rows) if rows else None
        if rows and header is not None:
            return rows, header
        first = first or [row for row in rows or [] if len(row) > 1]
    example = f" (it says {shown(first[1][0])!r})" if len(first) > 1 else ""
    message = f"No row begins with a date as Google Trends writes it{example}. Only interest over time can be imported"
    raise SkipItem(f"{message}. {_AS_IT_CAME}")


def _split(text: str, separator: str) -> list[list[str]] | None:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False))
    except csv.Error:
        return None
    return [row for row in rows if any(cell.strip() for cell in row)]


def _header(rows: list[list[str]]) -> int | None:
    """The row before the first that begins with a date, if it has labels, with at most a category before it."""
    for number, row in enumerate(rows[:4]):
        if row and stamp_of(row[0]):
            return number - 1 if 0 < number <= 2 and len(rows[number - 1]) >= max(2, len(row)) else None
    return None


def _fits(row: list[str], width: int) -> bool:
    return len(row) == width and stamp_of(row[0]) is not None and all(_value(cell) is not False for cell in row[1:])


def _row(row: list[str], width: int) -> tuple[Stamp, tuple[Value, ...]]:
    stamp = stamp_of(row[0])
    if stamp is None:
        raise SkipItem(f"A row begins with {shown(row[0])!r}, which is no date. {_AS_IT_CAME}")
    if len(row) != width:
        raise SkipItem(f"The row of {shown(row[0])} has {len(row)} cells and not {width}. {_AS_IT_CAME}")
    values = [_value(cell) for cell in row[1:]]
    for cell, value in zip(row[1:], values, strict=True):
        if value is False:
            raise SkipItem(f"The row of {shown(row[0])} has {shown(cell)!r}, which is no value from 0 to 100")
    return stamp, tuple(value for value in values if value is not False)


def _value(cell: str) -> Value | bool:
    """A value from 0 to 100, None for none, BELOW_ONE; False for anything else."""
    text = clean(cell)
    if not text:
        return None
    below = _BELOW_ONE.fullmatch(text)
    if below:
        return BELOW_ONE if int(below[1]) == 1 else False
    return int(text) if text.isdecimal() and len(text) <= 3 and int(text) <= 100 else False
