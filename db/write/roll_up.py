"""Weekly and monthly roll-ups of daily series, kept by the metric's own rule: sum, last or mean."""

from collections.abc import Sequence
from datetime import date, timedelta
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import Connection, Table, delete, func, select
from sqlalchemy.orm import Session

from db.models import Observed, RollUp
from db.periods import PERIOD_OF
from db.read.doubts import held_periods
from db.write.bulk import BulkInsert

_DAY = timedelta(days=1)
_OBSERVATION = cast(Table, Observed.__table__)
_ROLL_UP = cast(Table, RollUp.__table__)
_COLUMNS = ("series_id", "granularity", "period_start", "period_end", "value", "status", "days", "last_seen")
_EPOCH = date(1970, 1, 1).toordinal()
Day = Sequence[Any]  # of a row of observation, as it begins: series, start, end, value, status
RolledUp = tuple[date, date, float | None, str, int, date]


def bulk_insert(connection: Connection) -> BulkInsert:
    """What the roll-ups of several series can be written with in one transaction."""
    return BulkInsert(connection, _ROLL_UP, _COLUMNS)


class Touched:
    """The days of a daily series that a write changes, and their roll-ups to make anew. Begin it before the write."""

    def __init__(self, session: Session, series_id: int, rule: str, insert: BulkInsert | None = None) -> None:
        self.session, self.series_id, self.rule = session, series_id, rule
        self._insert = insert or bulk_insert(session.connection())
        self._before = self._extent()
        self._days: set[date] = set()
        self._whole: list[Day] | None = [] if self._before is None else None

    def add(self, fresh: Sequence[Day], replaced: Sequence[tuple[date, date]]) -> None:
        """Note the rows that were added, in order, and the periods of those that were replaced."""
        if fresh:
            self._days |= {fresh[0][1], max(map(itemgetter(2), fresh)) - _DAY}
        for start, end in replaced:
            self._days |= {start, end - _DAY}
        if replaced:
            self._whole = None
        elif self._whole is not None:
            self._whole += fresh

    def refresh(self, *, everything: bool = False) -> None:
        """Make anew what the noted days touch, and the old edges of a series that has grown beyond them."""
        extent = self._extent()
        if extent is None or not (self._days or everything):
            return
        days = self._days | ({extent[0], extent[1] - _DAY} if everything else set())
        if self._before is not None:
            (begin, end), (old_begin, old_end) = extent, self._before
            days |= {old_begin} if begin < old_begin else set()
            days |= {old_end - _DAY} if end > old_end else set()
        self._make_anew(min(days), max(days), extent)

    def _make_anew(self, first: date, last: date, extent: tuple[date, date]) -> None:
        """Make anew the weeks and months from that of ``first`` to that of ``last``, from the daily rows.

        A value that a doubt holds back is left out, as if nothing were known of its day.
        """
        spans = {of: (of_day(first)[0], of_day(last)[1]) for of, of_day in PERIOD_OF.items()}
        if self._whole is not None:
            days: Sequence[Day] = sorted(self._whole, key=itemgetter(1, 2))
        else:
            days = self._days_between(min(low for low, _ in spans.values()), max(high for _, high in spans.values()))
        held = held_periods(self.session, self.series_id)
        told = [day for day in days if (day[1], day[2]) not in held] if held else days
        rows = roll_up(told, self.rule, *extent)
        for granularity, (low, high) in spans.items():
            self.session.connection().execute(
                delete(_ROLL_UP).where(
                    _ROLL_UP.c.series_id == self.series_id,
                    _ROLL_UP.c.granularity == granularity,
                    _ROLL_UP.c.period_start >= low,
                    _ROLL_UP.c.period_start < high,
                )
            )
            self._insert([(self.series_id, granularity, *row) for row in rows[granularity] if low <= row[0] < high])

    def _days_between(self, low: date, high: date) -> Sequence[Day]:
        days = _OBSERVATION.c
        found = self.session.connection().execute(
            select(days.series_id, days.period_start, days.period_end, days.value, days.status)
            .where(days.series_id == self.series_id, days.period_end > low, days.period_start < high)
            .order_by(days.period_start, days.period_end)
        )
        return cast(Sequence[Day], found.all())

    def _extent(self) -> tuple[date, date] | None:
        begin, end = self.session.execute(
            select(func.min(Observed.period_start), func.max(Observed.period_end)).where(
                Observed.series_id == self.series_id
            )
        ).one()
        return None if begin is None else (begin, end)


def roll_up(days: Sequence[Day], rule: str, begin: date, end: date) -> dict[str, list[RolledUp]]:
    """Roll daily rows, in order, up to weeks and months; pure.

    ``begin`` and ``end`` bound the whole series: a period that sticks out of them is ``partial``. A sum or mean over a
    period with missing days inside the series is a ``lower_bound`` (sum) or ``partial`` (mean); a period that a
    documented gap covers whole is ``unavailable``; a period nothing is known of has no row.
    """
    known = [day for day in days if day[3] is not None]
    gaps = [(day[1], day[2]) for day in days if day[3] is None]
    rows = _summed(known, rule, begin, end) if known else {granularity: [] for granularity in PERIOD_OF}
    for granularity, period_of in PERIOD_OF.items() if gaps else ():
        seen = {(row[0], row[1]) for row in rows[granularity]}
        covered = [gap for gap in _covered(gaps, period_of) if gap not in seen]
        rows[granularity] += [(*gap, None, "unavailable", 0, gap[0]) for gap in covered]
        rows[granularity].sort(key=itemgetter(0))
    return rows


def _summed(known: Sequence[Day], rule: str, begin: date, end: date) -> dict[str, list[RolledUp]]:
    """The periods that days with a value lie in; in arrays, as a backfill brings thousands of days at once."""
    import numpy as np  # every command imports this module, and few roll anything up

    number = np.array([day[1].toordinal() for day in known])
    values = np.array([day[3] for day in known], np.float64)
    months = (number - _EPOCH).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    statuses = {day[4] for day in known}
    rows: dict[str, list[RolledUp]] = {}
    for granularity, bucket in {"week": (number - 1) // 7, "month": months}.items():
        first = np.flatnonzero(np.diff(bucket, prepend=bucket[0] - 1))
        last = np.append(first[1:], len(known)) - 1
        counts = last - first + 1
        found = values[last] if rule == "last" else np.add.reduceat(values, first) / (counts if rule == "mean" else 1)
        rows[granularity] = []
        for at, to, value, count in zip(first.tolist(), last.tolist(), found.tolist(), counts.tolist(), strict=True):
            period, until = PERIOD_OF[granularity](known[at][1]), known[to]
            seen = statuses if len(statuses) == 1 else {day[4] for day in known[at : to + 1]}
            status = until[4] if rule == "last" else _status(seen, count, period, rule, begin, end)
            rows[granularity].append((*period, value, status, count, until[1]))
    return rows


def _status(seen: set[str], days: int, period: tuple[date, date], rule: str, begin: date, end: date) -> str:
    start, stop = period
    if start < begin or stop > end:
        return "partial"
    if "lower_bound" in seen:
        return "lower_bound"
    if days < (stop - start).days:
        return "lower_bound" if rule == "sum" else "partial"
    return "partial" if "partial" in seen else "ok"


def _covered(gaps: list[tuple[date, date]], period_of: Any) -> list[tuple[date, date]]:
    """The periods that adjoining gaps cover from first to last day."""
    covered: set[date] = set()
    for start, stop in gaps:
        covered.update(start + timedelta(days=n) for n in range((stop - start).days))
    periods = {period_of(day) for day in covered}
    return [p for p in periods if all(p[0] + timedelta(days=n) in covered for n in range((p[1] - p[0]).days))]
