"""Writing the catalogue into the store, so that figures can be joined with what they mean."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from catalog.load import Catalog
from db.models import Metric, SeriesBreak, System
from db.write.series import follow_metrics


def catalog(session: Session, run_id: int, loaded: Catalog) -> bool:
    """Replace the stored systems, metrics and breaks by those of the catalogue; True if anything differed.

    Series follow their metric: where its unit or its rule changed, theirs do, and their roll-ups are made anew.
    """
    systems = [
        System(slug=s.slug, name=s.name, role=s.role, data=s.model_dump(mode="json"), run_id=run_id)
        for s in loaded.systems.values()
    ]
    metrics = [
        Metric(
            slug=m.slug,
            title=m.title,
            unit=m.unit,
            kind=m.kind,
            roll_up=m.roll_up,
            data=m.model_dump(mode="json"),
            run_id=run_id,
        )
        for m in loaded.metrics.values()
    ]
    breaks = [
        SeriesBreak(
            slug=b.slug,
            break_date=b.date.first,
            kind=b.kind,
            what=b.what,
            data=b.model_dump(mode="json"),
            run_id=run_id,
        )
        for b in loaded.breaks
    ]
    made: list[list[Any]] = [systems, metrics, breaks]
    changed = [_replace(session, table, rows) for table, rows in zip((System, Metric, SeriesBreak), made, strict=True)]
    if changed[1]:
        follow_metrics(session)
    return any(changed)


def _replace(session: Session, table: Any, rows: list[Any]) -> bool:
    stored = [row.data for row in session.scalars(select(table))]
    key = lambda data: sorted(map(str, data.items()))  # noqa: E731  # a name for one sort key
    if sorted(stored, key=key) == sorted((row.data for row in rows), key=key):
        return False
    session.execute(delete(table))
    session.add_all(rows)
    session.flush()
    return True
