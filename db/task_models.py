"""The table of what tasks came to; beside db/models.py, whose base it shares."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.models import Base


class TaskResult(Base):
    """What the program of one task in one interface came to in one run.

    ``version`` is empty where the framework was not installed, ``code`` where there is no program. The times are in
    seconds, None where the program was not run or printed nothing.
    """

    __tablename__ = "task_result"
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    task: Mapped[str]
    system: Mapped[str]
    version: Mapped[str]
    state: Mapped[str]
    message: Mapped[str]
    seconds: Mapped[float | None]
    import_s: Mapped[float | None]
    first_result_s: Mapped[float | None]
    measured_at: Mapped[datetime]
    code: Mapped[str | None] = mapped_column(ForeignKey("probe_code.sha256"))
    document: Mapped[dict[str, Any]]
    __table_args__ = (
        Index("uq_task_result_key", "run_id", "task", "system", unique=True),
        Index(None, "task", "system"),
    )
