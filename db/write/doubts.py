"""Writing doubts; weeks and months are rolled up anew wherever a value comes to be held back or counts again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.models import Doubt, Series
from db.records import DoubtState
from db.write.roll_up import Touched


@dataclass(frozen=True, slots=True)
class Raised:
    """A doubt to write: one value of a series, the rule that doubts it, and what it saw."""

    series: int
    period_start: date
    period_end: date
    value: float
    rule: str
    seen: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A doubt that is settled, and why."""

    doubt: int
    state: DoubtState
    why: str


def doubts(session: Session, run_id: int, at: datetime, *, raised: Iterable[Raised], ended: Iterable[Ended]) -> None:
    """Settle and raise doubts as of the time ``at``, and keep the roll-ups in step."""
    touched: dict[int, set[tuple[date, date]]] = {}
    for one in ended:
        statement = (
            update(Doubt)
            .where(Doubt.id == one.doubt)
            .values(state=one.state, why=one.why, settled_at=at, settled_by_run=run_id)
            .returning(Doubt.series_id, Doubt.period_start, Doubt.period_end)
        )
        for series, start, end in session.execute(statement):
            touched.setdefault(series, set()).add((start, end))
    for new in raised:
        values = {"period_start": new.period_start, "period_end": new.period_end, "value": new.value}
        texts = {"rule": new.rule, "seen": new.seen, "state": "open", "why": ""}
        session.add(Doubt(series_id=new.series, run_id=run_id, opened_at=at, **values, **texts))
        touched.setdefault(new.series, set()).add((new.period_start, new.period_end))
    session.flush()
    for series, periods in touched.items():
        _roll_up(session, series, sorted(periods))


def _roll_up(session: Session, series_id: int, periods: list[tuple[date, date]]) -> None:
    granularity, rule = session.execute(select(Series.granularity, Series.roll_up).where(Series.id == series_id)).one()
    if granularity == "day":
        again = Touched(session, series_id, rule)
        again.add([], periods)
        again.refresh()
