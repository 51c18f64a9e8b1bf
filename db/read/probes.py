"""Reading what probes came to: the matrix of the newest versions, a cell's history, what differs between versions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.probe_models import ProbeCode, ProbeResult


class ProbeColumn(NamedTuple):
    """One version of a system, as it was probed: the key of a column of the matrix.

    ``version`` is empty for a system that was never installed where it was probed.
    """

    system: str
    version: str
    backend_version: str
    device: str


class ProbedColumn(NamedTuple):
    """A column with when it was last probed, and how many of its cells there are."""

    column: ProbeColumn
    measured_at: datetime
    cells: int


class ProbeRow(NamedTuple):
    """One result without its evidence, which ``probe_evidence`` gives by ``result``."""

    result: int
    run: int
    capability: str
    axis: str
    system: str
    mode: str
    device: str
    version: str
    backend_version: str
    state: str
    message: str
    seconds: float | None
    measured_at: datetime


Change = Literal["added", "gone", "changed", "same"]


class ProbeChange(NamedTuple):
    """One cell in two versions: its state before and after, None where it was not probed in that version."""

    capability: str
    mode: str
    before: str | None
    after: str | None
    change: Change


_KEY = (ProbeResult.system, ProbeResult.version, ProbeResult.backend_version, ProbeResult.device)
_ROW = (
    *(ProbeResult.id, ProbeResult.run_id, ProbeResult.capability, ProbeResult.axis, ProbeResult.system),
    *(ProbeResult.mode, ProbeResult.device, ProbeResult.version, ProbeResult.backend_version, ProbeResult.state),
    *(ProbeResult.message, ProbeResult.seconds, ProbeResult.measured_at),
)


def probe_columns(session: Session) -> list[ProbedColumn]:
    """Every version of every system that was probed, the most lately probed first."""
    newest = func.max(ProbeResult.id)
    query = (
        select(*_KEY, func.max(ProbeResult.measured_at, type_=ProbeResult.measured_at.type), func.count())
        .where(ProbeResult.latest)
        .group_by(*_KEY)
        .order_by(newest.desc())
    )
    return [ProbedColumn(ProbeColumn(*row[:4]), row[4], row[5]) for row in session.execute(query)]


def probe_newest(session: Session) -> int:
    """The number of the result written last, 0 where there is none: it grows with whatever a probe writes."""
    return session.scalar(select(func.max(ProbeResult.id))) or 0


def probe_matrix(session: Session, columns: Iterable[ProbeColumn] | None = None) -> list[ProbeRow]:
    """The latest result of every cell of ``columns``, by capability, system and mode.

    Without ``columns``: of each system the version that was most lately probed, so that a column never mixes two
    versions; where a system was never installed, its results say so.
    """
    wanted = set(_newest(session) if columns is None else columns)
    query = select(*_ROW).where(ProbeResult.latest, ProbeResult.system.in_({column.system for column in wanted}))
    found = (ProbeRow._make(row) for row in session.execute(query.order_by(ProbeResult.id)))
    rows = [row for row in found if _column(row) in wanted]
    return sorted(rows, key=lambda row: (row.capability, row.system, row.mode))


def probe_all(session: Session) -> list[ProbeRow]:
    """Every result of every cell there ever was, oldest first; without evidence."""
    return [ProbeRow._make(row) for row in session.execute(select(*_ROW).order_by(ProbeResult.id))]


def probe_history(session: Session, capability: str, system: str, mode: str | None = None) -> list[ProbeRow]:
    """Every result there ever was of a capability in a system, in one mode or in all, oldest first."""
    query = select(*_ROW).where(ProbeResult.capability == capability, ProbeResult.system == system)
    if mode is not None:
        query = query.where(ProbeResult.mode == mode)
    return [ProbeRow._make(row) for row in session.execute(query.order_by(ProbeResult.id))]


def probe_diff(session: Session, before: ProbeColumn, after: ProbeColumn) -> list[ProbeChange]:
    """Each cell that either column has, with its state in both, by capability and mode.

    A cell that was not probed in one of them is ``added`` or ``gone``, which says nothing of the capability.
    """
    states = [
        {(row.capability, row.mode): row.state for row in probe_matrix(session, [column])} for column in (before, after)
    ]
    cells = sorted(states[0].keys() | states[1].keys())
    return [_change(cell, *(state.get(cell) for state in states)) for cell in cells]


def probe_evidence(session: Session, result: int) -> dict[str, Any] | None:
    """One result whole, as ``probe --json`` printed it, with its run, time and device; None if there is none."""
    query = (
        select(ProbeResult, ProbeCode.text)
        .outerjoin(ProbeCode, ProbeCode.sha256 == ProbeResult.code)
        .where(ProbeResult.id == result)
    )
    found = session.execute(query).first()
    if found is None:
        return None
    row, code = found
    names = ("capability", "axis", "system", "mode", "version", "backend_version", "state", "message", "seconds")
    own = {name: getattr(row, name) for name in names}
    place = {"run": row.run_id, "measured_at": row.measured_at, "device": row.device}
    return {**row.document, **own, **place, "code": code or ""}


def _newest(session: Session) -> list[ProbeColumn]:
    newest: dict[str, ProbeColumn] = {}
    for column, _, _ in probe_columns(session):
        kept = newest.setdefault(column.system, column)
        if not kept.version and column.version:
            newest[column.system] = column
    return list(newest.values())


def _column(row: ProbeRow) -> ProbeColumn:
    return ProbeColumn(row.system, row.version, row.backend_version, row.device)


def _change(cell: tuple[str, str], before: str | None, after: str | None) -> ProbeChange:
    change: Change = "same" if before == after else "changed"
    if before is None or after is None:
        change = "added" if before is None else "gone"
    return ProbeChange(*cell, before, after, change)
