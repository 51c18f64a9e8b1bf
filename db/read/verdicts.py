"""Reading how verdicts of claims changed."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.verdict_models import ClaimVerdict


class VerdictRow(NamedTuple):
    """One change of a verdict; ``before`` is None for the first that was kept of its claim."""

    number: int
    run: int
    claim: str
    verdict: str
    before: str | None
    as_of: date
    decided_at: datetime
    says: str
    note: str
    evidence: list[dict[str, Any]]


_ROW = (
    *(ClaimVerdict.id, ClaimVerdict.run_id, ClaimVerdict.claim, ClaimVerdict.verdict, ClaimVerdict.before),
    *(ClaimVerdict.as_of, ClaimVerdict.decided_at, ClaimVerdict.says, ClaimVerdict.note, ClaimVerdict.evidence),
)


def verdict_history(session: Session, *, claim: str | None = None, limit: int = 500) -> list[VerdictRow]:
    """Changes of verdicts, newest first, of one claim or of all."""
    query = select(*_ROW).order_by(ClaimVerdict.id.desc()).limit(limit)
    if claim is not None:
        query = query.where(ClaimVerdict.claim == claim)
    return [VerdictRow._make(row) for row in session.execute(query)]


def last_verdicts(session: Session) -> dict[str, str]:
    """The verdict that was kept last, by claim."""
    newest = select(func.max(ClaimVerdict.id)).group_by(ClaimVerdict.claim)
    rows = session.execute(select(ClaimVerdict.claim, ClaimVerdict.verdict).where(ClaimVerdict.id.in_(newest)))
    return {claim: verdict for claim, verdict in rows}  # noqa: C416  # rows of the engine, not pairs
