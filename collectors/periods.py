"""Calendar arithmetic that the sources share."""

from collections.abc import Iterator
from datetime import date, timedelta


def following_month(month: date) -> date:
    """The first day of the month after the one that begins on ``month``."""
    return (month + timedelta(days=31)).replace(day=1)


def months(first: date, until: date) -> Iterator[date]:
    """The first days of months from ``first``, which is one, until before ``until``."""
    while first < until:
        yield first
        first = following_month(first)
