"""What the bundled tables hold, row by row."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class HistoryRow(NamedTuple):
    """One value of a series for the half-open period [period_start, period_end); None where there is no value.

    `status` is ok, partial, unavailable or lower_bound; `granularity` is day, month, year, window or event;
    `detail` says more about the value or the gap (repository, conference, round, the words of a figure).
    """

    metric: str
    system: str
    definition: str
    granularity: str
    period_start: date
    period_end: date
    value: float | None
    status: str
    primary: bool
    detail: str


class HistoryRelease(NamedTuple):
    """One version and the day it was tagged or published; `package` is the repository it was seen in."""

    system: str
    package: str
    version: str
    released: date
    detail: str


class Figure(NamedTuple):
    """One figure as its publisher stated it; `value` and the dates are texts (`>45000`, `about 33`, `2018-02`).

    The period is inclusive, and `start` equals `end` where the source gives one date only. `definition` keeps
    figures of different populations apart.
    """

    metric: str
    system: str
    stated_as: str
    start: str
    end: str
    value: str
    unit: str
    population: str
    publisher: str
    definition: str
    title: str
    url: str
    seen_in: str
    confidence: str
    note: str
