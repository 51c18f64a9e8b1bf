"""For sources that ask by the name the catalogue has for a thing, and are told a running total of the day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from catalog.models import System
from collectors.source import Context, Item, Request
from db.records import Observation


def one_each(request: Request, names: Callable[[System], Sequence[str]]) -> tuple[Item, ...]:
    """One item a name, one of two systems once; the first name of a system is its headline."""
    items: dict[str, Item] = {}
    for system in request.systems:
        for number, name in enumerate(names(system)):
            items.setdefault(name, Item(name, system.slug, {"headline": "" if number else "yes"}))
    return tuple(items.values())


def total_today(metric: str, total: int, context: Context) -> Observation:
    """A running total as of the day of the answer, under the name it was asked for by."""
    return Observation(
        metric=metric,
        system=context.item.system,
        period_start=context.day,
        period_end=context.day + timedelta(days=1),
        value=float(total),
        definition=context.item.name,
        primary=bool(context.item.detail["headline"]),
    )
