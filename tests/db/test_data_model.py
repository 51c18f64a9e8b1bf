"""docs/data-model.md: every query in it runs and answers, and every table is told of."""

import re
from datetime import date, datetime
from pathlib import Path

import pytest

from db.engine import Engine
from db.models import Base
from tests.db.conftest import begin
from tests.db.made import on, put, receipt, rows, spell

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "data-model.md").read_text()
QUERIES = re.findall(r"```sql\n(.*?)```", TEXT, re.DOTALL)
ANSWERS = [
    [("2026-01-01", 62.0, 31.0), ("2026-02-01", None, 28.0)],
    [("2026-08-01", 102_529.0, "ok", "github", "", "https://example.org/a", "2026-08-01 12:00:00.000000")],
    [("downloads", "pytorch", "clickpy", "2026-02-10", 2.0, 3.0)],
]


@pytest.mark.parametrize(("query", "answer"), list(zip(QUERIES, ANSWERS, strict=True)))
def test_a_query_of_the_page_answers(engine: Engine, run: int, query: str, answer: list[tuple[object, ...]]) -> None:
    days = [*spell(date(2026, 1, 1), 40, 2.0), *spell(date(2026, 1, 1), 59, 1.0, system="tensorflow")]
    put(engine, run, [*days, on(date(2026, 2, 10), 2.0), on(date(2026, 1, 1), 7.0, definition="x", primary=False)])
    put(engine, begin(engine), [on(date(2026, 2, 10), 3.0)])
    put(engine, run, [on(date(2026, 8, 1), 102_529.0, metric="stars")], source="github", receipt=receipt(engine, run))
    found = rows(engine, query)
    assert [tuple(map(_told, row[: len(answer[0])])) for row in found] == answer


def _told(value: object) -> object:
    """A value as SQLite's own clients show it."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S.%f}"
    return value.isoformat() if isinstance(value, date) else value


def test_every_table_is_told_of() -> None:
    told = set(re.findall(r"^\| (.*?) \|", TEXT, re.MULTILINE))
    named = {name for cell in told for name in re.findall(r"`(\w+)`", cell)}
    assert set(Base.metadata.tables) <= named
