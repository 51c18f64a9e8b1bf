"""Where the marks of an axis stand and what they say in the reader's language, for Plotly and the first picture."""

import math
from datetime import date
from typing import Any

import pandas as pd

from dashboard import format as fmt

Ticks = list[tuple[float, str]]
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240)
_DAYS = (1, 2, 4, 7, 14, 28)
WEEKS = 92
"""Days up to which an axis names days and no months."""
_STEPS = (1.0, 2.0, 5.0, 10.0)
_WITHIN = ((1,), (1, 2, 5), tuple(range(1, 10)))
"""What is marked within a power of ten, from little to much."""
FEWEST, NAMED = 3, 4
"""Marks that a logarithmic axis has at least; months that fit beside one another on a phone, where years are six."""


def of_dates(begin: pd.Timestamp, end: pd.Timestamp, most: int) -> list[tuple[pd.Timestamp, str]]:
    """Firsts of months, at most about so many, between two days; whole years are named by their number alone."""
    step = _months(begin, end, most)
    if step < 12:
        step = _months(begin, end, min(most, NAMED))
    every = pd.date_range(begin, end, freq="MS")
    chosen = [day for day in every if (day.year * 12 + day.month - 1) % step == 0]
    return [(day, f"{day:%Y}" if step >= 12 else fmt.month(day.date())) for day in chosen]


def of_time(begin: date, end: date, most: int = NAMED) -> dict[str, Any]:
    """What an axis of dates is given: firsts of months, or days where it goes over a few weeks alone."""
    first, last = (pd.Timestamp(day.year, day.month, day.day) for day in (begin, end))
    found = of_dates(first, last, most)
    if (last - first).days <= WEEKS:
        step = next((one for one in _DAYS if one * most > (last - first).days), WEEKS)
        every = [day for day in pd.date_range(first, last, freq="D") if day.toordinal() % step == 0]
        found = [(day, fmt.day(day.date())) for day in every]
    return {"tickvals": [day for day, _words in found], "ticktext": [words for _day, words in found], "tickangle": 0}


def of_times(high: float, most: int) -> dict[str, Any]:
    """What an axis of seconds from nought is given: times in the unit that fits the highest, with a blank before it."""
    scale, unit = next((one for one in fmt.TIMES if high >= one[0]), fmt.TIMES[-1])
    found = of_values(0.0, high / scale, most, f"{fmt.NBSP}{unit}")
    return {
        "tickvals": [at * scale for at, _words in found],
        "ticktext": [words if at else "0" for at, words in found],
        "range": [0, high],
    }


def _months(begin: pd.Timestamp, end: pd.Timestamp, most: int) -> int:
    months = (end - begin).days / 30.44 / most
    return next((one for one in _MONTHS if one >= months), _MONTHS[-1])


def of_values(low: float, high: float, most: int, suffix: str = "") -> Ticks:
    """Round values, at most about so many, between two."""
    rough = (high - low) / most
    if not rough > 0:
        return []
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(one * power for one in _STEPS if one * power >= rough * (1 - 1e-9))
    every = [at * step for at in range(math.ceil(low / step), math.floor(high / step) + 1)]
    return [(value, fmt.mark(value) + suffix) for value in every]


def of_powers(low: float, high: float, most: int, suffix: str = "") -> Ticks:
    """Values between two logarithms, each with its own logarithm: powers of ten, and where these are few more."""
    found = list[float]()
    for within in _WITHIN:
        every = [one * 10.0**power for power in range(math.floor(low), math.ceil(high) + 1) for one in within]
        found = [one for one in every if low <= math.log10(one) <= high]
        if len(found) >= FEWEST:
            return [(math.log10(one), fmt.mark(one) + suffix) for one in found[:: math.ceil(len(found) / (2 * most))]]
    return [(math.log10(at), words) for at, words in of_values(10.0**low, 10.0**high, most, suffix) if at > 0]
