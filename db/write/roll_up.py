"""Weekly and monthly roll-ups of daily series, kept by the metric's own rule: sum, last or mean."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from db.models import Observed, RollUp
from db.periods import PERIOD_OF
from db.read.doubts import held_periods

_DAY = timedelta(days=1)


class Touched:
    """The days of a daily series that a write changes, and their roll-ups to make anew. Begin it before the write."""

    def __init__(self, session: Session, series_id: int, rule: str) -> None:
        self.session, self.series_id, self.rule = session, series_id, rule
        self._before = self._extent()
        self._days: set[date] = set()

    def add(self, periods: list[tuple[date, date]]) -> None:
        """Note periods whose rows were written."""
        if periods:
            self._days |= {min(start for start, _ in periods), max(end for _, end in periods) - _DAY}

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
        _refresh(self.session, self.series_id, self.rule, min(days), max(days), extent)

    def _extent(self) -> tuple[date, date] | None:
        begin, end = self.session.execute(
            select(func.min(Observed.period_start), func.max(Observed.period_end)).where(
                Observed.series_id == self.series_id
            )
        ).one()
        return None if begin is None else (begin, end)


def _refresh(session: Session, series_id: int, rule: str, first: date, last: date, extent: tuple[date, date]) -> None:
    """Make anew the weeks and months from that of ``first`` to that of ``last``, from the daily rows as they are.

    A value that a doubt holds back is left out, as if nothing were known of its day.
    """
    held = held_periods(session, series_id)
    for granularity, period_of in PERIOD_OF.items():
        low, high = period_of(first)[0], period_of(last)[1]
        days = [
            (start, end, value, status)
            for start, end, value, status in session.execute(
                select(Observed.period_start, Observed.period_end, Observed.value, Observed.status)
                .where(Observed.series_id == series_id, Observed.period_end > low, Observed.period_start < high)
                .order_by(Observed.period_start, Observed.period_end)
            )
            if (start, end) not in held
        ]
        session.execute(
            delete(RollUp)
            .where(
                RollUp.series_id == series_id,
                RollUp.granularity == granularity,
                RollUp.period_start >= low,
                RollUp.period_start < high,
            )
            .execution_options(synchronize_session=False)
        )
        rows = [
            {"series_id": series_id, "granularity": granularity, **row}
            for row in roll_up(days, granularity, rule, *extent)
            if low <= row["period_start"] < high
        ]
        if rows:
            session.connection().execute(insert(RollUp), rows)


def roll_up(
    days: list[tuple[date, date, float | None, str]], granularity: str, rule: str, begin: date, end: date
) -> list[dict[str, Any]]:
    """Roll daily rows up to weeks or months; pure.

    ``begin`` and ``end`` bound the whole series: a period that sticks out of them is ``partial``. A sum or mean over a
    period with missing days inside the series is a ``lower_bound`` (sum) or ``partial`` (mean); a period that a
    documented gap covers whole is ``unavailable``; a period nothing is known of has no row.
    """
    period_of = PERIOD_OF[granularity]
    seen: dict[tuple[date, date], list[tuple[date, float, str]]] = defaultdict(list)
    gaps: list[tuple[date, date]] = []
    for start, stop, value, status in days:
        if value is None:
            gaps.append((start, stop))
        else:
            seen[period_of(start)].append((start, value, status))
    rows = [_row(period, found, rule, begin, end) for period, found in seen.items()]
    rows += [_row(period, [], rule, begin, end) for period in _covered(gaps, period_of) if period not in seen]
    return sorted(rows, key=lambda row: row["period_start"])


def _covered(gaps: list[tuple[date, date]], period_of: Any) -> list[tuple[date, date]]:
    """The periods that adjoining gaps cover from first to last day."""
    covered: set[date] = set()
    for start, stop in gaps:
        covered.update(start + timedelta(days=n) for n in range((stop - start).days))
    periods = {period_of(day) for day in covered}
    return [p for p in periods if all(p[0] + timedelta(days=n) in covered for n in range((p[1] - p[0]).days))]


def _row(
    period: tuple[date, date], found: list[tuple[date, float, str]], rule: str, begin: date, end: date
) -> dict[str, Any]:
    start, stop = period
    values = [value for _, value, _ in found]
    row: dict[str, Any] = {"period_start": start, "period_end": stop, "days": len(found)}
    if not found:
        return row | {"value": None, "status": "unavailable", "last_seen": start}
    value = {"sum": sum(values), "mean": sum(values) / len(values), "last": values[-1]}[rule]
    return row | {"value": value, "status": _status(found, period, rule, begin, end), "last_seen": found[-1][0]}


def _status(found: list[tuple[date, float, str]], period: tuple[date, date], rule: str, begin: date, end: date) -> str:
    if rule == "last":
        return found[-1][2]
    start, stop = period
    if start < begin or stop > end:
        return "partial"
    if any(status == "lower_bound" for _, _, status in found):
        return "lower_bound"
    if len(found) < (stop - start).days:
        return "lower_bound" if rule == "sum" else "partial"
    return "partial" if any(status == "partial" for _, _, status in found) else "ok"
