"""Calendar arithmetic that the sources share."""

from datetime import date, timedelta


def following_month(month: date) -> date:
    """The first day of the month after the one that begins on ``month``."""
    return (month + timedelta(days=31)).replace(day=1)
