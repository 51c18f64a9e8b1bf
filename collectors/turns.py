"""Spreads what need not be asked for every day evenly over the days; pure."""

from __future__ import annotations

from datetime import date, timedelta

WEEK = 7


def is_turn(place: int, asked: str | None, today: date, every: int = WEEK) -> bool:
    """Whether something is to be asked for: at once where it never was, then on its day or the first day after it.

    ``place`` is its place in the list, so that neighbours have days of their own; ``asked`` is the ISO date it was last
    asked for. A date that has not come yet is a clock's mistake and keeps nothing back.
    """
    last = None if asked is None else date.fromisoformat(asked)
    return last is None or last < last_turn(place, today, every) or last > today


def last_turn(place: int, today: date, every: int = WEEK) -> date:
    """The newest day, today included, that is the turn of a place."""
    return today - timedelta(days=(today.toordinal() - place) % every)
