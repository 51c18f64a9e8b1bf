"""Writing observations: the same twice changes nothing; a changed value keeps its earlier self."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from db.errors import UnknownName
from db.models import Metric, Observed, Revision, Series
from db.records import Observation, Written
from db.write.roll_up import refresh_roll_ups

_BATCH = 5_000
Period = tuple[date, date]
Key = tuple[str, str, str, str]


def observations(
    session: Session, run_id: int, source: str, rows: Iterable[Observation], receipt_id: int | None
) -> Written:
    """Write observations of one source, and the weekly and monthly roll-ups of its daily series.

    Of two rows for the same series and period the later one counts. A value or status that differs from what is
    stored moves it to ``revision`` with this run. Raises `UnknownName` for a metric that is not in the catalogue.
    """
    series = _SeriesTable(session, source)
    written = Written()
    touched: dict[int, list[date]] = defaultdict(list)
    remaining = iter(rows)
    while batch := list(islice(remaining, _BATCH)):
        grouped: dict[int, dict[Period, Observation]] = defaultdict(dict)
        for row in batch:
            grouped[series.id_of(row)][row.period_start, row.period_end] = row
        for series_id, found in grouped.items():
            counts, periods = _write_series(session, run_id, series_id, found, receipt_id)
            written += counts
            touched[series_id] += periods
    for series_id, dates in touched.items():
        rule = series.rules.get(series_id)
        if rule and dates:
            refresh_roll_ups(session, series_id, rule, min(dates), max(dates))
    return written


def _write_series(
    session: Session, run_id: int, series_id: int, rows: dict[Period, Observation], receipt_id: int | None
) -> tuple[Written, list[date]]:
    now = datetime.now(UTC)
    stored = _stored(session, series_id, rows)
    fresh: list[dict[str, Any]] = []
    changed: list[tuple[Observed, Observation]] = []
    for period, row in rows.items():
        old = stored.get(period)
        if old is None:
            fresh.append(_values(series_id, row, receipt_id, run_id, now))
        elif (old.value, old.status) != (row.value, row.status):
            changed.append((old, row))
    if fresh:
        session.execute(insert(Observed), fresh)
    for old, row in changed:
        _revise(session, old, row, receipt_id, run_id, now)
    touched = [row["period_start"] for row in fresh] + [row["period_end"] for row in fresh]
    touched += [edge for _, row in changed for edge in (row.period_start, row.period_end)]
    return Written(len(fresh), len(changed), len(rows) - len(fresh) - len(changed)), touched


def _stored(session: Session, series_id: int, rows: dict[Period, Observation]) -> dict[Period, Observed]:
    first, last = min(rows)[0], max(rows)[0]
    found = session.scalars(
        select(Observed).where(Observed.series_id == series_id, Observed.period_start.between(first, last))
    )
    return {(row.period_start, row.period_end): row for row in found}


def _values(series_id: int, row: Observation, receipt_id: int | None, run_id: int, now: datetime) -> dict[str, Any]:
    return {
        "series_id": series_id,
        "period_start": row.period_start,
        "period_end": row.period_end,
        "value": row.value,
        "status": row.status,
        "receipt_id": receipt_id,
        "run_id": run_id,
        "collected_at": now,
    }


def _revise(
    session: Session, old: Observed, row: Observation, receipt_id: int | None, run_id: int, now: datetime
) -> None:
    session.add(
        Revision(
            series_id=old.series_id,
            period_start=old.period_start,
            period_end=old.period_end,
            value=old.value,
            status=old.status,
            receipt_id=old.receipt_id,
            run_id=old.run_id,
            collected_at=old.collected_at,
            replaced_by_run=run_id,
            replaced_at=now,
        )
    )
    session.execute(
        update(Observed)
        .where(
            Observed.series_id == old.series_id,
            Observed.period_start == old.period_start,
            Observed.period_end == old.period_end,
        )
        .values(value=row.value, status=row.status, receipt_id=receipt_id, run_id=run_id, collected_at=now)
        .execution_options(synchronize_session=False)
    )
    session.expire(old)


class _SeriesTable:
    """The series of one source, found or made; remembers which are daily and by what rule they roll up."""

    def __init__(self, session: Session, source: str) -> None:
        self.session, self.source = session, source
        self.metrics = {m.slug: (m.unit, m.roll_up) for m in session.scalars(select(Metric))}
        self.ids: dict[Key, int] = {}
        self.rules: dict[int, str] = {}
        for known in session.scalars(select(Series).where(Series.source == source)):
            self._remember(known)

    def id_of(self, row: Observation) -> int:
        """The series an observation belongs to."""
        key = (row.metric, row.system, row.granularity, row.definition)
        return self.ids[key] if key in self.ids else self._remember(self._make(row))

    def _make(self, row: Observation) -> Series:
        if row.metric not in self.metrics:
            raise UnknownName(f"{row.metric!r} is not a metric of the catalogue; add it to catalog/metrics.toml.")
        unit, roll_up = self.metrics[row.metric]
        made = Series(
            metric=row.metric,
            system=row.system,
            source=self.source,
            granularity=row.granularity,
            definition=row.definition,
            unit=unit,
            roll_up=roll_up,
            is_primary=row.primary,
        )
        self.session.add(made)
        self.session.flush()
        return made

    def _remember(self, known: Series) -> int:
        self.ids[known.metric, known.system, known.granularity, known.definition] = known.id
        if known.granularity == "day":
            self.rules[known.id] = known.roll_up
        return known.id
