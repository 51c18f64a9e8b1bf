"""Which stored figures made a point of a chart, and which are stored of its period without being in it; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from dashboard.analysis.tidy import day_of, each_row
from db.read import SeriesRow

JOINT = "@"
"""Between system and source in the name of a line, where several sources are drawn."""


class Part(NamedTuple):
    """One series that a point was drawn from; ``granularity`` is that of the chart."""

    metric: str
    system: str
    source: str
    definition: str
    granularity: str


class Overlap(NamedTuple):
    """Another period of the same series that shares days with the one looked at; ``end`` is exclusive."""

    start: date
    end: date
    days: int


def parts_of(metric: str, shown: pd.DataFrame) -> tuple[Part, ...]:
    """The series that the rows of a frame which have a value were drawn from."""
    have = shown[shown["value"].notna()]
    made = [
        Part(metric, str(r.system).partition(JOINT)[0], r.source, r.definition, r.granularity) for r in each_row(have)
    ]
    return tuple(dict.fromkeys(made))


def at_point(shown: pd.DataFrame, start: date, end: date) -> pd.DataFrame:
    """The rows of a frame whose period this is; ``end`` is exclusive."""
    return shown[(shown["start"] == pd.Timestamp(start)) & (shown["end"] == pd.Timestamp(end))]


def made_of(
    rows: Sequence[SeriesRow], parts: Sequence[Part], start: date, end: date, rules: Mapping[str, str]
) -> set[int]:
    """The places of those stored rows that a point of this period was made of.

    A month that was rolled up is made of its days; by the rule ``last`` (``rules`` has each metric's) of the newest one
    alone. A value that is held back, or none, makes nothing.
    """

    def place(row: SeriesRow) -> tuple[str, str, str, str]:
        return row.metric, row.system, row.source, row.definition

    found: set[int] = set()
    for part in parts:
        mine = [
            number
            for number, row in enumerate(rows)
            if place(row) == part[:4] and row.value is not None and row.doubt is None
        ]
        whole = [n for n in mine if (rows[n].period_start, rows[n].period_end) == (start, end)]
        days = [n for n in mine if rows[n].granularity == "day" != part.granularity]
        if direct := [n for n in whole if rows[n].granularity == part.granularity]:
            found.update(direct)
        elif days:
            newest = max(days, key=lambda n: rows[n].period_start)
            found.update([newest] if rules.get(part.metric) == "last" else days)
    return found


def overlaps(shown: pd.DataFrame, start: date, end: date) -> tuple[Overlap, ...]:
    """The other periods of a frame that share days with this one: runs of a source that counted before it was over."""
    first, stop = pd.Timestamp(start), pd.Timestamp(end)
    own = set(at_point(shown, start, end)["system"])
    others = shown[(shown["start"] < stop) & (shown["end"] > first) & shown["value"].notna()]
    others = others[others["system"].isin(own) & ((others["start"] != first) | (others["end"] != stop))]
    periods = sorted({(day_of(r.start), day_of(r.end)) for r in each_row(others)})
    return tuple(Overlap(a, b, (min(b, end) - max(a, start)).days) for a, b in periods)


class Step(NamedTuple):
    """From one period of a share to the next, which begins ``days`` later and has ``shared`` of its days in common."""

    at: date
    before: float
    after: float
    days: int
    shared: int


def steepest(shares: pd.DataFrame, breaks: Sequence[date] = ()) -> Step | None:
    """The steepest step of a share (`shares.pair_shares`) between two periods that share days and that a line joins."""
    found: Step | None = None
    for before, after in pairwise(each_row(shares)):
        shared, days = (before.end - after.start).days, (after.start - before.start).days
        joined = not after.hole and not any(before.start < pd.Timestamp(day) <= after.start for day in breaks)
        if shared <= 0 or days <= 0 or not joined:
            continue
        step = Step(day_of(after.at), float(before.share), float(after.share), days, shared)
        if found is None or _pace(step) > _pace(found):
            found = step
    return found


def _pace(step: Step) -> float:
    return abs(step.after - step.before) / step.days


def overlapping(shown: pd.DataFrame) -> bool:
    """Whether any two periods of one line share days."""
    lines = shown[shown["value"].notna()].drop_duplicates(["system", "start", "end"]).sort_values(["start", "end"])
    return any((one["start"].shift(-1) < one["end"]).any() for _, one in lines.groupby("system"))
