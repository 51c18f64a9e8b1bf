"""Records and writes that the tests of the store are made of."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import text

from db import write
from db.engine import Engine, reading, writing
from db.records import Observation, ReceiptRecord, Written

NOON = datetime(2026, 8, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def on(day: date, value: float | None = 1.0, **changes: Any) -> Observation:
    """One day of downloads of PyTorch, or with changes something else."""
    found: dict[str, Any] = {
        "metric": "downloads",
        "system": "pytorch",
        "period_start": day,
        "period_end": day + DAY,
        "value": value,
        "status": "ok" if value is not None else "unavailable",
    }
    return Observation(**(found | changes))


def spell(first: date, days: int, value: float = 1.0, **changes: Any) -> list[Observation]:
    """As many days in a row, all with one value."""
    return [on(first + n * DAY, value, **changes) for n in range(days)]


def put(
    engine: Engine, run: int, rows: Iterable[Observation], *, source: str = "clickpy", receipt: int | None = None
) -> Written:
    """Write observations in a transaction of their own."""
    with writing(engine) as session:
        return write.observations(session, run, source, rows, receipt)


def receipt(engine: Engine, run: int, url: str = "https://example.org/a", **changes: Any) -> int:
    """List one receipt."""
    found: dict[str, Any] = {
        "url": url, "method": "GET", "status": 200, "fetched_at": NOON, "sha256": "ab" * 32, "size": 3
    }  # fmt: skip
    with writing(engine) as session:
        return write.add_receipt(session, run, "clickpy", ReceiptRecord(**(found | changes)))


def rows(engine: Engine, sql: str, **values: Any) -> list[tuple[Any, ...]]:
    """What plain SQL says, past both doors; a day as the text that SQLite keeps, from either kind of database."""
    with reading(engine) as session:
        return [tuple(map(_as_kept, row)) for row in session.execute(text(sql), values)]


def _as_kept(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else value


def dump(engine: Engine, *tables: str) -> dict[str, list[tuple[Any, ...]]]:
    """Whole tables, in an order of their own, to compare two states of a database."""
    return {table: sorted(rows(engine, f"SELECT * FROM {table}"), key=repr) for table in tables}  # noqa: S608  # the tests' own table names
