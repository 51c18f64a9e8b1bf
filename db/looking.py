"""What is looked up of a database before it is used: its revision, and how far its server's clock is from ours."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, func, select

from db import clock
from db.engine import Engine, current_revision, engine_of, reading, sqlite_path, translated


def revision_of(url: str) -> str | None:
    """The revision of a database as it lies there; None where there is none or an empty one. Changes nothing.

    Raises `BadAddress`, `DatabaseAway`, `DatabaseDamaged` and what else the store says.
    """
    path = sqlite_path(url)
    if path is not None and not path.exists():
        return None
    engine = engine_of(url)
    try:
        with translated(path), engine.connect() as connection:
            return current_revision(connection)
    finally:
        engine.dispose()


def seconds_ahead(engine: Engine) -> float | None:
    """By how many seconds the server's clock is ahead of this machine's; None for a file, which has no clock."""
    if sqlite_path(engine.url) is not None:
        return None
    with reading(engine) as session:
        there: datetime | None = session.scalar(select(func.clock_timestamp(type_=DateTime(timezone=True))))
    return None if there is None else (there.astimezone(UTC) - clock.now()).total_seconds()
