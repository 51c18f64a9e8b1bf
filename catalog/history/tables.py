"""Turns the bytes of a bundled table into rows; pure, so that a receipt can be read again at any time.

A series table names its series once: a full line gives `metric,system,definition,primary,granularity,detail` after
`start,end,value,status`, and the shorter lines below it belong to the same series. An empty `end` is the natural one
of the granularity, an empty `status` is ok.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, timedelta

from catalog.dates import parse_partial_date
from catalog.errors import CatalogError
from catalog.history.rows import Figure, HistoryRelease, HistoryRow

SERIES_COLUMNS = (
    "start",
    "end",
    "value",
    "status",
    "metric",
    "system",
    "definition",
    "primary",
    "granularity",
    "detail",
)
RELEASE_COLUMNS = ("system", "package", "version", "released", "detail")
STATUSES = frozenset({"ok", "partial", "unavailable", "lower_bound"})
GRANULARITIES = frozenset({"day", "month", "year", "window", "event"})

_NUMBER = re.compile(r"(>?)(\d+(?:\.\d+)?)", re.ASCII)


def parse_rows(layout: str, body: bytes, name: str) -> Iterator[HistoryRow]:
    """Read a table of either layout (`series` or `figures`) as rows; `name` is the file an error will name."""
    if layout == "series":
        return parse_series(body, name)
    return (_figure_row(figure, name, line) for line, figure in enumerate(parse_figures(body, name), 2))


def parse_series(body: bytes, name: str) -> Iterator[HistoryRow]:
    """Read a series table; raises CatalogError with file, line and column."""
    key: list[str] = []
    for line, cells in _lines(body, name, SERIES_COLUMNS):
        if len(cells) == len(SERIES_COLUMNS):
            key = cells[4:]
        elif len(cells) not in (3, 4):
            raise CatalogError(name, f"line {line}", "", f"has {len(cells)} cells; write all ten, or the first four")
        if not key:
            raise CatalogError(name, f"line {line}", "metric", "no series has been named yet; write all ten cells")
        start, end, value, status = (*cells[:4], "", "", "", "")[:4]
        yield _series_row(name, line, key, start, end, value, status or "ok")


def parse_figures(body: bytes, name: str) -> Iterator[Figure]:
    """Read a table of single figures, as stated."""
    for line, cells in _lines(body, name, Figure._fields):
        if len(cells) != len(Figure._fields):
            raise CatalogError(name, f"line {line}", "", f"has {len(cells)} cells instead of {len(Figure._fields)}")
        yield Figure(*cells)


def parse_releases(body: bytes, name: str) -> Iterator[HistoryRelease]:
    """Read a table of versions and their days."""
    for line, cells in _lines(body, name, RELEASE_COLUMNS):
        if len(cells) != len(RELEASE_COLUMNS):
            raise CatalogError(name, f"line {line}", "", f"has {len(cells)} cells instead of {len(RELEASE_COLUMNS)}")
        system, package, version, released, detail = cells
        yield HistoryRelease(system, package, version, _day(name, line, "released", released), detail)


def _lines(body: bytes, name: str, columns: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    try:
        reader = csv.reader(io.StringIO(body.decode("utf-8"), newline=""), strict=True)
        head = next(reader, [])
        if tuple(head) != columns:
            raise CatalogError(name, "line 1", "", f"must name the columns {', '.join(columns)}")
        for cells in reader:
            yield reader.line_num, cells
    except (UnicodeDecodeError, csv.Error) as error:
        raise CatalogError(name, "", "", f"is not a CSV table in UTF-8 ({error})") from error


def _series_row(name: str, line: int, key: list[str], start: str, end: str, value: str, status: str) -> HistoryRow:
    metric, system, definition, primary, granularity, detail = key
    if status not in STATUSES or granularity not in GRANULARITIES or primary not in ("yes", "no"):
        raise CatalogError(
            name, f"line {line}", "status, granularity or primary", "holds a word that is not known here"
        )
    if (value == "") != (status == "unavailable"):
        raise CatalogError(
            name, f"line {line}", "value", "must be empty where the status is unavailable, and only there"
        )
    first = _day(name, line, "start", start)
    until = _day(name, line, "end", end) if end else _natural_end(first, granularity)
    if until is None or until <= first:
        raise CatalogError(name, f"line {line}", "end", "must be a day after the start (the first day no longer in it)")
    number = _number(name, line, value) if value else None
    return HistoryRow(metric, system, definition, granularity, first, until, number, status, primary == "yes", detail)


def _natural_end(start: date, granularity: str) -> date | None:
    if granularity == "day":
        return start + timedelta(days=1)
    if granularity == "month":
        return date(start.year + start.month // 12, start.month % 12 + 1, 1)
    return date(start.year + 1, 1, 1) if granularity == "year" else None


def _figure_row(figure: Figure, name: str, line: int) -> HistoryRow:
    try:
        first, last = parse_partial_date(figure.start), parse_partial_date(figure.end)
    except ValueError as error:
        raise CatalogError(name, f"line {line}", "start or end", str(error)) from error
    match = _NUMBER.fullmatch(figure.value)
    value = float(match[2]) if match else None
    status = ("lower_bound" if match[1] else "ok") if match else "unavailable"
    until = last.last + timedelta(days=1)
    natural = (word for word in ("day", "month", "year") if _natural_end(first.first, word) == until)
    granularity = next(natural, "window")
    said = "" if match else f"stated in words: {figure.value} {figure.unit}; "
    detail = f"{said}{figure.title}, {figure.confidence}" + (f"; {figure.note}" if figure.note else "")
    key = figure.metric, figure.system, figure.definition, granularity
    return HistoryRow(*key, first.first, until, value, status, False, detail)


def _day(name: str, line: int, column: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CatalogError(name, f"line {line}", column, f"{text!r} is no day; write YYYY-MM-DD") from error


def _number(name: str, line: int, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise CatalogError(name, f"line {line}", "value", f"{text!r} is no number") from error
