"""Reading one metric for a chart: rolled up, without what is held back, and with a mark where it is."""

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import ColumnElement, Date, literal, null, select, type_coerce, union_all
from sqlalchemy.orm import Session

from db.models import Id, Observed, RollUp, Series, UTCDateTime
from db.periods import PERIOD_OF
from db.read.doubts import HeldRow, held
from db.read.series import SeriesRow, columns, filtered, place


def charted(
    session: Session,
    *,
    metric: str,
    systems: Sequence[str] = (),
    sources: Sequence[str] = (),
    resolution: Literal["week", "month"] = "month",
    primary_only: bool = True,
) -> list[SeriesRow]:
    """One metric for a chart: daily series as their roll-up of ``resolution``, all others as they were stored.

    The aggregation was done at write time, so a chart reads some hundred rows however long the series is. A roll-up
    leaves out days that are held back and names them in ``left_out``; where it has no other day, the newest of them
    stands there itself, with its ``doubt``.
    """
    kept: list[ColumnElement[bool]] = [Series.metric == metric]
    if primary_only:
        kept.append(Series.is_primary.is_(True))
    rolled = (
        filtered(
            columns(
                RollUp, literal(resolution), type_coerce(null(), UTCDateTime()), type_coerce(null(), Id)
            ).add_columns(RollUp.last_seen),
            (),
            systems,
            sources,
        )
        .join(RollUp, RollUp.series_id == Series.id)
        .where(Series.granularity == "day", RollUp.granularity == resolution, *kept)
    )
    stored = (
        filtered(
            columns(Observed, Series.granularity, Observed.collected_at, Observed.receipt_id).add_columns(
                type_coerce(null(), Date).label("last_seen")
            ),
            (),
            systems,
            sources,
        )
        .join(Observed, Observed.series_id == Series.id)
        .where(Series.granularity != "day", *kept)
    )
    both = union_all(rolled, stored).subquery()
    ordered = select(both).order_by(
        both.c.system, both.c.source, both.c.definition, both.c.granularity, both.c.period_start, both.c.period_end
    )
    rows = [SeriesRow(*row[:-1])._replace(last_seen=row[-1]) for row in session.execute(ordered)]
    back = [row for row in held(session, metric=metric) if row.primary or not primary_only]
    back = [row for row in back if not (systems and row.system not in systems)]
    return _with_held(rows, [row for row in back if not (sources and row.source not in sources)], metric, resolution)


def _with_held(
    rows: list[SeriesRow], back: Sequence[HeldRow], metric: str, resolution: Literal["week", "month"]
) -> list[SeriesRow]:
    if not back:
        return rows
    places = {place(row): number for number, row in enumerate(rows)}
    made = list(rows)
    for one in back:
        days = one.granularity == "day"
        start, end = PERIOD_OF[resolution](one.period_start) if days else (one.period_start, one.period_end)
        shown = resolution if days else one.granularity
        number = places.get((metric, one.system, one.source, one.definition, shown, start, end))
        found = SeriesRow(
            one.system,
            metric,
            one.source,
            one.definition,
            shown,
            start,
            end,
            one.value,
            one.unit,
            "partial",
            None,
            None,
            one.primary,
            one.rule,
            one.seen,
        )
        if number is None:
            places[place(found)] = len(made)
            made.append(found)
        elif days and made[number].doubt is None:
            words = f"{one.period_start}: {one.value:,.10g} ({one.rule}; {one.seen})"
            made[number] = made[number]._replace(left_out=(*made[number].left_out, words))
        else:
            status = "partial" if days else made[number].status
            made[number] = made[number]._replace(value=one.value, status=status, doubt=one.rule, seen=one.seen)
    return sorted(made, key=lambda row: (row.system, row.source, row.definition, row.granularity, *place(row)[5:]))
