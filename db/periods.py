"""The weeks and months that days are rolled up to."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta


def week_of(day: date) -> tuple[date, date]:
    """The half-open week, from Monday, that a day lies in."""
    start = day - timedelta(days=day.weekday())
    return start, start + timedelta(days=7)


def month_of(day: date) -> tuple[date, date]:
    """The half-open calendar month that a day lies in."""
    start = day.replace(day=1)
    return start, (start + timedelta(days=32)).replace(day=1)


PERIOD_OF: Mapping[str, Callable[[date], tuple[date, date]]] = {"week": week_of, "month": month_of}
