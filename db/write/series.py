"""The series of one source, found or made as its observations come, and kept in step with the catalogue."""

from collections.abc import Iterable

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from db.errors import UnknownName
from db.models import Metric, Series
from db.records import Observation
from db.write.roll_up import Touched

Key = tuple[str, str, str, str]


class SeriesTable:
    """Finds or makes the series an observation belongs to; ``rules`` are the roll-up rules of the daily ones, by id.

    ``kinds`` are those of the metrics, by slug.
    """

    def __init__(self, session: Session, source: str) -> None:
        self.session, self.source = session, source
        metrics = session.execute(select(Metric.slug, Metric.unit, Metric.roll_up, Metric.kind)).all()
        self._metrics: dict[str, tuple[str, str]] = {slug: (unit, rule) for slug, unit, rule, _ in metrics}
        self.kinds: dict[str, str] = {slug: kind for slug, _, _, kind in metrics}
        self._ids: dict[Key, int] = {}
        self._primary: dict[int, bool] = {}
        self.rules: dict[int, str] = {}
        columns = (Series.id, Series.metric, Series.system, Series.granularity, Series.definition)
        known = session.execute(select(*columns, Series.roll_up, Series.is_primary).where(Series.source == source))
        for series_id, metric, system, granularity, definition, rule, primary in known:
            self._remember(series_id, (metric, system, granularity, definition), rule, primary)

    def id_of(self, row: Observation) -> int:
        """The series an observation belongs to; the latest word on whether it is the primary one counts."""
        key = (row.metric, row.system, row.granularity, row.definition)
        series_id = self._ids[key] if key in self._ids else self._make(row, key)
        if self._primary[series_id] != row.primary:
            self.session.execute(update(Series).where(Series.id == series_id).values(is_primary=row.primary))
            self._primary[series_id] = row.primary
        return series_id

    def _make(self, row: Observation, key: Key) -> int:
        if row.metric not in self._metrics:
            raise UnknownName(f"{row.metric!r} is not a metric of the catalogue; add it to catalog/metrics.toml.")
        unit, rule = self._metrics[row.metric]
        made = {
            "metric": row.metric,
            "system": row.system,
            "source": self.source,
            "granularity": row.granularity,
            "definition": row.definition,
            "unit": unit,
            "roll_up": rule,
            "is_primary": row.primary,
        }
        series_id = self.session.execute(insert(Series).values(made).returning(Series.id)).scalar_one()
        self._remember(series_id, key, rule, row.primary)
        return series_id

    def _remember(self, series_id: int, key: Key, rule: str, primary: bool) -> None:
        self._ids[key] = series_id
        self._primary[series_id] = primary
        if key[2] == "day":
            self.rules[series_id] = rule


def take_over(session: Session, source: str, rows: Iterable[Observation]) -> None:
    """Leave the series of these primary observations as the only primary ones of their metric and system here."""
    newest = {(row.metric, row.system): row.definition for row in rows if row.primary}
    for (metric, system), definition in newest.items():
        session.execute(
            update(Series)
            .where(
                Series.source == source,
                Series.metric == metric,
                Series.system == system,
                Series.definition != definition,
                Series.is_primary,
            )
            .values(is_primary=False)
        )


def follow_metrics(session: Session) -> None:
    """Give every series the unit and rule its metric has now, and roll up anew where the rule changed."""
    stale = session.execute(
        select(Series.id, Series.granularity, Series.roll_up, Metric.unit, Metric.roll_up)
        .join(Metric, Metric.slug == Series.metric)
        .where((Series.unit != Metric.unit) | (Series.roll_up != Metric.roll_up))
    ).all()
    for series_id, granularity, old_rule, unit, rule in stale:
        session.execute(update(Series).where(Series.id == series_id).values(unit=unit, roll_up=rule))
        if granularity == "day" and rule != old_rule:
            Touched(session, series_id, rule).refresh(everything=True)
