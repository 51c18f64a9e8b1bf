"""Rows inserted at the driver's speed read back as those that SQLAlchemy inserts itself."""

import gc
from datetime import UTC, date, datetime
from typing import cast

import pytest
from sqlalchemy import Table, delete, event, insert, select, text

from db.engine import Engine, writing
from db.models import Observed
from db.write.bulk import BulkInsert, without_collector
from tests.db.made import on, put

TABLE = cast(Table, Observed.__table__)
COLUMNS = ("period_end", "period_start", "series_id", "value", "status", "receipt_id", "run_id", "collected_at")
NOON = datetime(2026, 8, 1, 12, 0, 0, 250, tzinfo=UTC)


@pytest.fixture
def found(engine: Engine, run: int) -> list[tuple[object, ...]]:
    """Rows of one series, with and without a value, in an order of columns that is not the table's."""
    put(engine, run, [on(date(2020, 1, 1))])
    days = [(date(2024, 2, 29), date(2024, 2, 28)), (date(2024, 3, 1), date(2024, 2, 29))]
    return [
        (*days[0], 1, 1.5, "ok", None, run, NOON),
        (*days[1], 1, None, "unavailable", None, run, NOON),
    ]


def test_what_is_inserted_in_bulk_reads_back_as_what_is_inserted_one_by_one(
    engine: Engine, found: list[tuple[object, ...]]
) -> None:
    def read_back(one_by_one: bool) -> list[tuple[object, ...]]:
        with writing(engine) as session:
            session.execute(delete(TABLE))
            connection = session.connection()
            if one_by_one:
                connection.execute(insert(TABLE), [dict(zip(COLUMNS, row, strict=True)) for row in found])
            else:
                BulkInsert(connection, TABLE, COLUMNS)(found)
            raw = connection.exec_driver_sql("SELECT * FROM observation ORDER BY period_start").all()
            asked = connection.execute(select(*(TABLE.c[name] for name in COLUMNS)).order_by("period_start")).all()
        assert [tuple(row) for row in asked] == found
        return [tuple(row) for row in raw]

    assert read_back(one_by_one=False) == read_back(one_by_one=True)


def test_a_time_without_a_zone_is_refused_in_bulk_too(engine: Engine, found: list[tuple[object, ...]]) -> None:
    naive = (*found[0][:-1], datetime(2026, 8, 1))  # noqa: DTZ001 - the mistake under test
    with writing(engine) as session, pytest.raises(ValueError, match="without a zone"):
        BulkInsert(session.connection(), TABLE, COLUMNS)([naive])


def test_nothing_is_asked_for_no_rows(engine: Engine) -> None:
    asked: list[str] = []
    with writing(engine) as session:
        insert_rows = BulkInsert(session.connection(), TABLE, COLUMNS)
        event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
        insert_rows([])
        assert asked == []
        session.execute(text("SELECT 1"))
    assert asked, "statements are seen"


def test_the_collector_is_away_for_a_while_and_comes_back_whatever_happens() -> None:
    def fail() -> None:
        with without_collector():
            assert not gc.isenabled()
            raise ValueError("midway")

    assert gc.isenabled()
    with pytest.raises(ValueError, match="midway"):
        fail()
    assert gc.isenabled()
