"""Judging what an item of a run has written, in the transaction of the write, as of the time the source told it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from catalog.load import Catalog, load_catalog
from collectors.doubts.judgement import HISTORY, JUDGED_DAYS, Seen, Standing, judge
from collectors.doubts.points import Doubt, Nature, Period, Point, nature_of
from db import read, write
from db.engine import Session
from db.read import DoubtRow
from db.records import Observation, Written

TAIL = HISTORY + 2 * JUDGED_DAYS
SeriesKey = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Writing:
    """One item that was just written: by which run, of which source, what was told when, and what that changed."""

    session: Session
    run_id: int
    source: str
    rows: tuple[Observation, ...]
    at: datetime
    written: Written


def doubt(writing: Writing, catalog: Catalog | None = None) -> None:
    """Raise and settle doubts on the series the item wrote to.

    Everything follows from the store, the catalogue and ``writing.at`` (when the last answer of the item came), so
    that a replay of the same receipts in the same order doubts the same.
    """
    told = _told(writing.rows)
    if not told:
        return
    catalog, session = catalog or load_catalog(), writing.session
    ids = read.series_ids(session, writing.source)
    series = {ids[key]: key for key in told if key[0] in catalog.metrics}
    known: dict[int, list[DoubtRow]] = defaultdict(list)
    for row in read.doubts(session, series=list(series)):
        known[row.series].append(row)
    replaced = read.replaced_by(session, writing.run_id, list(series)) if writing.written.revised else {}
    earlier: dict[int, dict[Period, float]] = defaultdict(dict)
    for (number, start, end), value in replaced.items():
        earlier[number][start, end] = value
    raised: list[write.Raised] = []
    ended: list[write.Ended] = []
    for number, key in series.items():
        seen = _seen(writing, number, told[key], earlier[number], known[number])
        settled, doubts = judge(seen, _nature(catalog, writing.source, key))
        ended += [write.Ended(one.number, one.state, one.why) for one in settled]
        raised += [_raised(number, one) for one in doubts]
    write.doubts(session, writing.run_id, writing.at, raised=raised, ended=ended)


def _told(rows: Iterable[Observation]) -> dict[SeriesKey, dict[Period, float]]:
    """Whole values by series and period; of two for one period the later counts, as it does in the store."""
    told: dict[SeriesKey, dict[Period, float]] = defaultdict(dict)
    for row in rows:
        if row.value is not None:
            found = told[row.metric, row.system, row.granularity, row.definition]
            found.pop((row.period_start, row.period_end), None)
            if row.status == "ok":
                found[row.period_start, row.period_end] = row.value
    return told


def _seen(
    writing: Writing, number: int, told: dict[Period, float], earlier: dict[Period, float], known: list[DoubtRow]
) -> Seen:
    tail = read.tail(writing.session, number, TAIL)
    new = {(row.period_start, row.period_end) for row in tail if row.run == writing.run_id and row.status == "ok"}
    standing = [row for row in known if row.state == "open"]
    return Seen(
        points=[
            Point(row.period_start, row.period_end, row.value)
            for row in tail
            if row.status == "ok" and row.value is not None
        ],
        new=frozenset(new & set(told)),
        told=told,
        day=_day(writing.at),
        earlier=earlier,
        open=[
            Standing(row.doubt, _period(row), row.value, row.rule, _day(row.opened_at)) for row in reversed(standing)
        ],
        held=frozenset(_period(row) for row in known if row.state in ("open", "withdrawn")),
        settled=frozenset((_period(row), row.value, row.rule) for row in known if row.state != "open"),
    )


def _nature(catalog: Catalog, source: str, key: SeriesKey) -> Nature:
    metric, system, granularity, definition = key
    return nature_of(catalog.metrics[metric], system, source, granularity, definition, catalog.breaks)


def _raised(number: int, one: Doubt) -> write.Raised:
    return write.Raised(number, *one.period, one.value, one.rule, one.seen)


def _period(row: DoubtRow) -> Period:
    return row.period_start, row.period_end


def _day(when: datetime) -> date:
    return when.astimezone(UTC).date()
