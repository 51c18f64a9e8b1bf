"""The table of verdicts as they changed; beside db/models.py, whose base it shares."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.models import Base


class ClaimVerdict(Base):
    """What a claim came to when that differed from what was kept of it last; never changed afterwards."""

    __tablename__ = "claim_verdict"
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    claim: Mapped[str]
    verdict: Mapped[str]
    before: Mapped[str | None]
    as_of: Mapped[date]
    decided_at: Mapped[datetime]
    says: Mapped[str]
    note: Mapped[str]
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    __table_args__ = (Index(None, "claim", "id"), Index(None, "decided_at"))
