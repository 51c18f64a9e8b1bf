"""Writing verdicts of claims: a row where one differs from the last that was kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from db import clock
from db.read.verdicts import last_verdicts
from db.verdict_models import ClaimVerdict


@dataclass(frozen=True, slots=True)
class Decided:
    """A claim's verdict as of a day, with what it rests on."""

    claim: str
    verdict: str
    says: str
    note: str
    evidence: list[dict[str, Any]]


def verdicts(session: Session, run_id: int, as_of: date, decided: Iterable[Decided]) -> list[str]:
    """Keep those that differ from the last kept ones; gives the claims whose verdicts changed."""
    known = last_verdicts(session)
    changed = [one for one in decided if known.get(one.claim) != one.verdict]
    for one in changed:
        session.add(
            ClaimVerdict(
                run_id=run_id,
                claim=one.claim,
                verdict=one.verdict,
                before=known.get(one.claim),
                as_of=as_of,
                decided_at=clock.now(),
                says=one.says,
                note=one.note,
                evidence=one.evidence,
            )
        )
    session.flush()
    return [one.claim for one in changed]
