"""Turns the CSV export of the site into observations: every export is a definition of its own; pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import BinaryIO

from collectors.errors import SkipItem
from collectors.periods import following_month
from collectors.source import Context, Parsed
from collectors.sources.google_trends.columns import Column, column_of, shown
from collectors.sources.google_trends.table import BELOW_ONE, Stamp, Table, Value, decoded, looks_like, read_table
from collectors.unpacked import Unpacked
from db.records import Granularity, Observation, Status

MAX_FILE = 8 * 1024 * 1024
HEAD = 16 * 1024
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_WHOLE_DAY = timedelta(hours=23)  # the shortest day there is, when clocks go forward
_STEPS: dict[int, Granularity] = {1: "day", 7: "week"}
Point = tuple[date, date, float | None, Status]


def recognises(head: bytes) -> bool:
    """Whether a file begins like an export of interest over time."""
    if len(head) > HEAD:
        head = head[:HEAD].rsplit(b"\n", 1)[0]
        head = head[: len(head) - len(head) % 2] if head.startswith((b"\xff\xfe", b"\xfe\xff")) else head
    try:
        text = decoded(head)
    except SkipItem:
        return False
    return looks_like(text)


def read_export(stream: BinaryIO, context: Context) -> Parsed:
    """Read an export. Raises `SkipItem` saying why one cannot be used."""
    body = Unpacked(stream, MAX_FILE).whole()
    table = read_table(decoded(body))
    _must_be_past(table, context)
    stamps = [stamp for stamp, _ in table.rows]
    (granularity, periods), step = _periods(stamps), _step(stamps)
    signs = hashlib.sha256(body).hexdigest()[:8]
    span = f"{granularity}s {periods[0][0]} to {periods[-1][1] - _DAY}"
    rest = ", ".join([*([table.category] if table.category else []), span, f"export {signs}"])
    observations: list[Observation] = []
    missing: dict[str, str] = {"the last row": "broke off and was left out"} if table.cut_off else {}
    taken: set[tuple[str, str]] = set()
    for number, label in enumerate(table.labels):
        column = column_of(label, context)
        definition = f"{column.kind}, {column.region}, {rest}"
        why = _why_not(column, definition, taken)
        if why:
            missing[shown(label)] = why
            continue
        points = _points(periods, [values[number] for _, values in table.rows], step)
        primary = column.system not in {system for system, _ in taken}
        taken.add((str(column.system), definition))
        observations += _observations(str(column.system), definition, granularity, points, primary=primary)
    if not observations:
        raise SkipItem(f"None of its terms is known ({', '.join(missing)}). Name them in catalog/systems.toml")
    return Parsed(tuple(observations), missing=missing, notes=(f"as {rest!r}",), takes_over=True)


def _why_not(column: Column, definition: str, taken: set[tuple[str, str]]) -> str:
    if column.system is None:
        return "the catalogue knows no system of this name (google_trends in catalog/systems.toml)"
    return "a second column for the same system" if (column.system, definition) in taken else ""


def _must_be_past(table: Table, context: Context) -> None:
    last = max(stamp.at.date() for stamp, _ in table.rows)
    if last > context.day + _DAY:
        raise SkipItem(f"The export reaches to {last}, which is in the future. Look at the file and at the clock")


def _periods(stamps: Sequence[Stamp]) -> tuple[Granularity, list[tuple[date, date]]]:
    """The granularity of the rows and the period of each; moments within days are left as the days they lie in."""
    back = _HOUR if stamps[0].exact == "time" else timedelta(0)  # clocks go back by an hour
    if len({stamp.exact for stamp in stamps}) > 1 or any(b.at - a.at < -back for a, b in pairwise(stamps)):
        raise SkipItem("The rows of the export are not in the order of their dates. Download it again")
    days = [stamp.at.date() for stamp in stamps]
    if stamps[0].exact == "time":
        return "day", [(day, day + _DAY) for day in days]
    if stamps[0].exact == "month" or (len(days) > 1 and all(day.day == 1 for day in days)):
        if any(following_month(a) != b for a, b in pairwise(days)):
            raise SkipItem("The export misses a month. Download it again")
        return "month", [(day, following_month(day)) for day in days]
    steps = {(b - a).days for a, b in pairwise(days)}
    granularity = _STEPS.get(steps.pop()) if len(steps) == 1 else None
    if granularity is None:
        raise SkipItem("The rows of the export are neither days nor weeks nor months apart. Download it again")
    return granularity, [(day, day + (_DAY if granularity == "day" else 7 * _DAY)) for day in days]


def _step(stamps: Sequence[Stamp]) -> timedelta:
    """How much of a day one row stands for; a whole day where rows are days or longer."""
    if stamps[0].exact != "time":
        return _DAY
    return min((b.at - a.at for a, b in pairwise(stamps) if b.at > a.at), default=timedelta(0))


def _points(periods: Sequence[tuple[date, date]], values: Sequence[Value], step: timedelta) -> Iterator[Point]:
    """One point a period, the last one partial; several values of one day are their mean."""
    by_day: dict[tuple[date, date], list[Value]] = {}
    for period, value in zip(periods, values, strict=True):
        by_day.setdefault(period, []).append(value)
    for period, found in by_day.items():
        have = [value for value in found if value is not None]
        last, whole = period == periods[-1], len(found) * step >= _WHOLE_DAY
        if not have:
            yield *period, None, "unavailable"
            continue
        mean = sum(0 if value == BELOW_ONE else value for value in have) / len(have)
        below: Status = "lower_bound" if BELOW_ONE in have else "ok"
        yield *period, mean, "partial" if last or not whole or len(have) < len(found) else below


def _observations(
    system: str, definition: str, granularity: Granularity, points: Iterator[Point], *, primary: bool
) -> Iterator[Observation]:
    for start, end, value, status in points:
        yield Observation(
            metric="search_interest",
            system=system,
            period_start=start,
            period_end=end,
            value=value,
            status=status,
            granularity=granularity,
            definition=definition,
            primary=primary,
        )
