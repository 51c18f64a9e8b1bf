"""The tables of what probes came to; beside db/models.py, whose base they share."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.models import Base


class ProbeCode(Base):
    """The code of a check as it ran, once however often it ran."""

    __tablename__ = "probe_code"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]


class ProbeResult(Base):
    """What one probe came to in one run, for one version of a system in one mode.

    ``version`` is empty where the system was not installed, ``backend_version`` where it has no backend. ``latest``
    marks the newest answer of the rows that tell of the same cell of the same version (the newest row, where there is
    no answer); the others are its history.
    """

    __tablename__ = "probe_result"
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    capability: Mapped[str]
    axis: Mapped[str]
    system: Mapped[str]
    mode: Mapped[str]
    device: Mapped[str]
    version: Mapped[str]
    backend_version: Mapped[str]
    state: Mapped[str]
    message: Mapped[str]
    seconds: Mapped[float | None]
    measured_at: Mapped[datetime]
    latest: Mapped[bool]
    code: Mapped[str | None] = mapped_column(ForeignKey("probe_code.sha256"))
    document: Mapped[dict[str, Any]]
    __table_args__ = (
        Index("uq_probe_result_key", "run_id", "capability", "system", "mode", unique=True),
        Index(None, "capability", "system", "mode"),
        Index(None, "latest", "system"),
    )
