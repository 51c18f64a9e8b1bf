"""Rows made by hand for the tests of the site."""

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd

from catalog.models import Break
from dashboard.analysis.tidy import frame
from db.read import SeriesRow

TODAY = date(2026, 11, 21)


def row(
    system: str,
    start: date,
    value: float | None,
    *,
    end: date | None = None,
    status: str = "",
    granularity: str = "month",
    source: str = "history.made",
    definition: str = "",
    unit: str = "things",
    primary: bool = True,
    last_seen: date | None = None,
) -> SeriesRow:
    """One row of the store; a month unless an end is given."""
    stop = end or (start.replace(day=1) + timedelta(days=32)).replace(day=1)
    said = status or ("ok" if value is not None else "unavailable")
    made = SeriesRow(
        system, "made", source, definition, granularity, start, stop, value, unit, said, None, None, primary
    )
    return made._replace(last_seen=last_seen)


def months(system: str, first: date, values: Sequence[float | None], **more: str) -> list[SeriesRow]:
    """A row a month from the first one on."""
    rows = []
    for value in values:
        rows.append(row(system, first, value, granularity="month", source=more.get("source", "history.made")))
        first = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    return rows


def framed(*groups: list[SeriesRow]) -> pd.DataFrame:
    """Groups of rows as one frame."""
    return frame([one for group in groups for one in group])


def a_break(day: str, *, cuts: bool = True, systems: tuple[str, ...] = ("*",), slug: str = "made-break") -> Break:
    """A break of the made metric."""
    return Break.model_validate(
        {
            "slug": slug,
            "sources": ["history.made"],
            "metrics": ["*"],
            "systems": list(systems),
            "date": day,
            "kind": "definition",
            "what": "Counted in another way.",
            "effect": "up",
            "url": "https://example.org/why",
            "seen": "page itself",
            "cuts": cuts,
        }
    )
