"""How a system's repositories stand: closed by their owner or not, and when something was last pushed."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from db.models import Observed, Series

_ARCHIVED, _AGE = "archived", "days_since_push"


class RepositoryState(NamedTuple):
    """One repository of a system as it was last seen; None where that was never told.

    ``last_push`` is the UTC day, a day early or late at most: it is kept as whole days before ``seen_on``.
    """

    system: str
    repository: str
    headline: bool
    archived: bool | None
    last_push: date | None
    seen_on: date


def repository_states(session: Session, *, systems: Sequence[str] = ()) -> list[RepositoryState]:
    """The newest word on each repository, the headline one of a system first; no filter means all systems."""
    kept: list[ColumnElement[bool]] = [Series.metric.in_((_ARCHIVED, _AGE)), Observed.value.is_not(None)]
    if systems:
        kept.append(Series.system.in_(systems))
    newest = (
        select(Observed.series_id, func.max(Observed.period_start).label("day"))
        .join(Series, Series.id == Observed.series_id)
        .where(*kept)
        .group_by(Observed.series_id)
        .subquery()
    )
    rows = session.execute(
        select(Series.system, Series.definition, Series.is_primary, Series.metric, newest.c.day, Observed.value)
        .join(newest, newest.c.series_id == Series.id)
        .join(Observed, (Observed.series_id == Series.id) & (Observed.period_start == newest.c.day))
        .order_by(Series.system, Series.is_primary.desc(), Series.definition)
    )
    return list(_joined(rows))


def _joined(rows: Iterable[Any]) -> Iterable[RepositoryState]:
    found: dict[tuple[str, str], RepositoryState] = {}
    for system, repository, headline, metric, day, value in rows:
        key = system, repository
        state = found.get(key, RepositoryState(system, repository, headline, None, None, day))
        told = {"archived": bool(value)} if metric == _ARCHIVED else {"last_push": day - timedelta(days=int(value))}
        found[key] = state._replace(**told, seen_on=max(state.seen_on, day))
    return found.values()
