"""Writing observations: the same twice changes nothing; a changed value keeps its earlier self."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any, cast

from sqlalchemy import Table, and_, bindparam, insert, select, update
from sqlalchemy.orm import Session

from db import clock
from db.models import Observed, Revision
from db.records import Observation, Written
from db.write.bulk import BulkInsert, without_collector
from db.write.possible import must_be_possible
from db.write.roll_up import Touched, bulk_insert
from db.write.series import SeriesTable

_BATCH = 20_000
_OBSERVATION = cast(Table, Observed.__table__)
_KEPT = ("series_id", "period_start", "period_end", "value", "status", "receipt_id", "run_id", "collected_at")
_REPLACE = (
    update(_OBSERVATION)
    .where(and_(*(_OBSERVATION.c[name] == bindparam(f"new_{name}") for name in _KEPT[:3])))
    .values({name: bindparam(f"new_{name}") for name in _KEPT[3:]})
)
Period = tuple[date, date]


@dataclass(frozen=True, slots=True)
class _Call:
    """What all rows of one call share; run, receipt and time together tell its rows from all others."""

    run_id: int
    receipt_id: int | None
    now: datetime

    @property
    def shared(self) -> tuple[int | None, int, datetime]:
        """The columns that all rows of this call have alike."""
        return self.receipt_id, self.run_id, self.now

    def values(self, series_id: int, row: Observation) -> dict[str, Any]:
        """The columns of a row of this call."""
        found = (series_id, row.period_start, row.period_end, row.value, row.status)
        return dict(zip(_KEPT, (*found, *self.shared), strict=True))

    def wrote(self, old: Any) -> bool:
        """Whether an earlier row of this very call stands there: then nothing changed upstream."""
        return (old.run_id, old.receipt_id, old.collected_at) == (self.run_id, self.receipt_id, self.now)


@without_collector()
def observations(
    session: Session,
    run_id: int,
    source: str,
    rows: Iterable[Observation],
    receipt_id: int | None,
    *,
    told: datetime | None = None,
) -> Written:
    """Write observations of one source, and the weekly and monthly roll-ups of its daily series.

    Of two rows for the same series and period the later one counts. A value or status that differs from what is
    stored moves it to ``revision`` with this run. ``told`` is when the source said it, now if it is not given: the time
    the rows bear, so that a replay writes the same. Raises `UnknownName` for a metric that is not in the catalogue,
    `ImpossibleValue` for what could not be true then.
    """
    series = SeriesTable(session, source)
    call = _Call(run_id, receipt_id, told or clock.now())
    day = call.now.astimezone(UTC).date()
    insert_fresh = BulkInsert(session.connection(), _OBSERVATION, _KEPT)
    insert_roll_ups = bulk_insert(session.connection())
    written = Written()
    touched: dict[int, Touched] = {}
    remaining = iter(rows)
    while batch := list(islice(remaining, _BATCH)):
        grouped = _grouped(series, batch, day)
        for series_id, found in grouped.items():
            rule = series.rules.get(series_id)
            if rule and series_id not in touched:
                touched[series_id] = Touched(session, series_id, rule, insert_roll_ups)
            fresh, counts, changed = _write_series(session, call, series_id, found)
            insert_fresh(fresh)
            written += counts
            if rule:
                touched[series_id].add(fresh, changed)
    for roll_ups in touched.values():
        roll_ups.refresh()
    return written


def _grouped(series: SeriesTable, batch: list[Observation], day: date) -> dict[int, dict[Period, Observation]]:
    """The rows by series and period; neighbours mostly are of one series, which is looked up once for all of them."""
    grouped: dict[int, dict[Period, Observation]] = defaultdict(dict)
    known: tuple[str, str, str, str, bool] | None = None
    found: dict[Period, Observation] = {}
    for row in batch:
        key = (row.metric, row.system, row.granularity, row.definition, row.primary)
        if key != known:
            found, known = grouped[series.id_of(row)], key
        found[row.period_start, row.period_end] = row
    for rows in grouped.values():
        must_be_possible(rows.values(), series.kinds, day)
    return grouped


def _write_series(
    session: Session, call: _Call, series_id: int, rows: dict[Period, Observation]
) -> tuple[list[tuple[Any, ...]], Written, list[Period]]:
    """Write the rows of one series that replace others; gives the new ones, the counts and what was replaced."""
    stored = _stored(session, series_id, rows)
    shared = call.shared
    if not stored:
        new = [(series_id, *period, row.value, row.status, *shared) for period, row in sorted(rows.items())]
        return new, Written(len(new), 0, 0), []
    fresh: list[tuple[Any, ...]] = []
    replaced: list[dict[str, Any]] = []
    earlier: list[dict[str, Any]] = []
    unchanged = 0
    for period, row in sorted(rows.items()):
        old = stored.get(period)
        if old is None:
            fresh.append((series_id, *period, row.value, row.status, *shared))
        elif (old.value, old.status) == (row.value, row.status):
            unchanged += not call.wrote(old)
        else:
            replaced.append({f"new_{name}": value for name, value in call.values(series_id, row).items()})
            if not call.wrote(old):
                earlier.append(old._asdict() | {"replaced_by_run": call.run_id, "replaced_at": call.now})
    for statement, parameters in ((insert(Revision), earlier), (_REPLACE, replaced)):
        if parameters:
            session.connection().execute(statement, parameters)
    changed = [(row["new_period_start"], row["new_period_end"]) for row in replaced]
    return fresh, Written(len(fresh), len(earlier), unchanged), changed


def _stored(session: Session, series_id: int, rows: dict[Period, Observation]) -> dict[Period, Any]:
    first, last = min(rows)[0], max(rows)[0]
    found = session.connection().execute(
        select(*(_OBSERVATION.c[name] for name in _KEPT)).where(
            _OBSERVATION.c.series_id == series_id, _OBSERVATION.c.period_start.between(first, last)
        )
    )
    return {(row.period_start, row.period_end): row for row in found}
