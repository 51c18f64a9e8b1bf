"""Weekly and monthly roll-ups: each rule by hand, then random histories against a count from scratch."""

from calendar import monthrange
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.load import load_catalog
from db import write
from db.engine import Engine, open_database, writing
from db.periods import month_of, week_of
from db.records import Observation
from tests.db.conftest import begin
from tests.db.made import DAY, on, put, rows, spell

SUM, LAST, MEAN = "downloads", "stars", "search_interest"
MONDAY = date(2024, 1, 1)
Row = tuple[float | None, str, int]


def rolled(engine: Engine, granularity: str) -> dict[str, Row]:
    """Start of period -> (value, status, days)."""
    found = rows(
        engine,
        "SELECT period_start, value, status, days FROM roll_up WHERE granularity = :g ORDER BY 1",
        g=granularity,
    )
    return {start: (value, status, days) for start, value, status, days in found}


def test_weeks_begin_on_monday_and_months_end_where_they_do() -> None:
    assert week_of(date(2026, 1, 4)) == (date(2025, 12, 29), date(2026, 1, 5))
    assert week_of(date(2026, 1, 5)) == (date(2026, 1, 5), date(2026, 1, 12))
    assert month_of(date(2024, 2, 29)) == (date(2024, 2, 1), date(2024, 3, 1))
    assert month_of(date(2025, 12, 31)) == (date(2025, 12, 1), date(2026, 1, 1))


@pytest.mark.parametrize(("metric", "february"), [(SUM, 58.0), (LAST, 2.0), (MEAN, 2.0)])
def test_a_whole_month_of_a_leap_year(engine: Engine, run: int, metric: str, february: float) -> None:
    put(engine, run, spell(date(2024, 1, 1), 91, 2.0, metric=metric))
    assert rolled(engine, "month")["2024-02-01"] == (february, "ok", 29)
    assert rolled(engine, "week")["2024-02-26"][1:] == ("ok", 7)


def test_edges_are_partial_and_days_missing_inside_make_a_lower_bound(engine: Engine, run: int) -> None:
    put(engine, run, [*spell(date(2024, 1, 10), 22), *spell(date(2024, 2, 5), 25), *spell(date(2024, 3, 1), 10)])
    months = rolled(engine, "month")
    assert months == {
        "2024-01-01": (22.0, "partial", 22),
        "2024-02-01": (25.0, "lower_bound", 25),
        "2024-03-01": (10.0, "partial", 10),
    }


def test_a_mean_over_missing_days_is_partial(engine: Engine, run: int) -> None:
    found = [*spell(date(2024, 1, 1), 31), *spell(date(2024, 2, 11), 19, 3.0), *spell(date(2024, 3, 1), 31)]
    put(engine, run, [row_of(row, MEAN) for row in found])
    assert rolled(engine, "month")["2024-02-01"] == (3.0, "partial", 19)


def test_a_stock_is_its_last_day_whatever_is_missing(engine: Engine, run: int) -> None:
    found = [on(date(2024, 1, 3), 5.0, metric=LAST), on(date(2024, 1, 20), 7.0, metric=LAST, status="lower_bound")]
    put(engine, run, found)
    assert rolled(engine, "month") == {"2024-01-01": (7.0, "lower_bound", 2)}
    assert rows(engine, "SELECT last_seen FROM roll_up WHERE granularity = 'month'") == [("2024-01-20",)]


def test_a_documented_gap_is_unavailable_where_it_covers_a_period_and_missing_days_elsewhere(
    engine: Engine, run: int
) -> None:
    gap = on(date(2024, 1, 21), None, period_end=date(2024, 3, 6))
    put(engine, run, [*spell(date(2024, 1, 1), 20), gap, *spell(date(2024, 3, 6), 26)])
    assert rolled(engine, "month") == {
        "2024-01-01": (20.0, "lower_bound", 20),
        "2024-02-01": (None, "unavailable", 0),
        "2024-03-01": (26.0, "lower_bound", 26),
    }


def test_adjoining_gaps_cover_a_period_together_and_silence_covers_none(engine: Engine, run: int) -> None:
    middle = date(2024, 2, 15)
    gaps = [on(date(2024, 2, 1), None, period_end=middle), on(middle, None, period_end=date(2024, 3, 1))]
    put(engine, run, [on(date(2024, 1, 1)), *gaps, on(date(2024, 4, 1))])
    months = rolled(engine, "month")
    assert months["2024-02-01"] == (None, "unavailable", 0)
    assert "2024-03-01" not in months


def test_a_series_that_grows_makes_its_old_edges_anew(engine: Engine, run: int) -> None:
    """A partial month at the edge becomes one with days missing inside, though no day of it was written."""
    put(engine, run, spell(date(2024, 3, 10), 5))
    assert rolled(engine, "month") == {"2024-03-01": (5.0, "partial", 5)}
    put(engine, run, [on(date(2024, 6, 1))])
    assert rolled(engine, "month")["2024-03-01"] == (5.0, "partial", 5), "it still begins there"
    put(engine, run, [on(date(2024, 1, 1))])
    assert rolled(engine, "month")["2024-03-01"] == (5.0, "lower_bound", 5)
    assert rolled(engine, "week")["2024-03-11"] == (4.0, "lower_bound", 4)


def row_of(row: Observation, metric: str) -> Observation:
    return on(row.period_start, row.value, metric=metric, period_end=row.period_end, status=row.status)


# --- random histories ---------------------------------------------------------------------------------------------

_days = st.integers(0, 150)
_value = st.tuples(_days, st.integers(0, 9), st.sampled_from(["ok", "ok", "ok", "partial", "lower_bound"]))
_spell = st.tuples(_days, st.integers(1, 75))
_write = st.lists(st.one_of(_value, _spell), min_size=1, max_size=5)


def as_rows(written: list[Any], metric: str) -> list[Observation]:
    """Triples are single values, pairs are gaps (even starts) or spells of days (odd starts)."""
    found: list[Observation] = []
    for start, *rest in written:
        day = date(2023, 11, 15) + start * DAY
        if len(rest) == 2:
            found.append(on(day, float(rest[0]), metric=metric, status=rest[1]))
        elif start % 2:
            found += spell(day, rest[0], float(start), metric=metric)
        else:
            found.append(on(day, None, metric=metric, period_end=day + rest[0] * DAY))
    return found


def from_scratch(days: list[tuple[date, date, float | None, str]], granularity: str, rule: str) -> dict[str, Row]:
    """The roll-up by asking every day of every period what is known of it; written apart from the product's."""
    known = {start: (value, status) for start, _, value, status in days if value is not None}
    silent = {start + n * DAY for start, end, value, _ in days if value is None for n in range((end - start).days)}
    begin, end = min(day[0] for day in days), max(day[1] for day in days)
    result: dict[str, Row] = {}
    start = begin.replace(day=1) if granularity == "month" else begin - begin.weekday() * DAY
    while start < end:
        length = monthrange(start.year, start.month)[1] if granularity == "month" else 7
        period = [start + n * DAY for n in range(length)]
        start = period[-1] + DAY
        values = [known[day] for day in period if day in known]
        first = period[0].isoformat()
        if not values:
            if all(day in silent for day in period):
                result[first] = (None, "unavailable", 0)
            continue
        numbers = [value for value, _ in values]
        states = {status for _, status in values}
        if rule == LAST:
            result[first] = (numbers[-1], values[-1][1], len(values))
            continue
        value = sum(numbers) / (1 if rule == SUM else len(numbers))
        outside = period[0] < begin or period[-1] >= end
        missing = "lower_bound" if rule == SUM else "partial"
        status = "partial" if "partial" in states else "ok"
        status = status if len(values) == length else missing
        status = "lower_bound" if "lower_bound" in states else status
        result[first] = (value, "partial" if outside else status, len(values))
    return result


def clear(engine: Engine) -> None:
    with writing(engine) as session:
        for table in ("revision", "observation", "roll_up", "series"):
            session.connection().exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608  # names from above


@pytest.mark.parametrize("metric", [SUM, LAST, MEAN])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(_write, min_size=1, max_size=4))
def test_any_history_of_writes_rolls_up_as_if_counted_from_scratch(
    engine: Engine, metric: str, history: list[list[Any]]
) -> None:
    clear(engine)
    writes = [as_rows(each, metric) for each in history]
    for each in writes:
        put(engine, begin(engine), each)
    stored = [
        (date.fromisoformat(start), date.fromisoformat(end), value, status)
        for start, end, value, status in rows(
            engine, "SELECT period_start, period_end, value, status FROM observation ORDER BY period_start"
        )
    ]
    step_by_step = {name: rolled(engine, name) for name in ("week", "month")}
    for name, found in step_by_step.items():
        assert found == from_scratch(stored, name, metric)

    clear(engine)
    put(engine, begin(engine), [row for each in writes for row in each])
    assert {name: rolled(engine, name) for name in ("week", "month")} == step_by_step


def test_a_copy_written_at_once_equals_one_written_day_by_day(tmp_path: Path, engine: Engine) -> None:
    days = [on(MONDAY + n * DAY, float(n % 5)) for n in range(100) if n % 11]
    for day in reversed(days):
        put(engine, 1, [day])
    other = open_database(f"sqlite:///{tmp_path / 'other.db'}", create=True)
    with writing(other) as session:
        write.catalog(session, write.start_run(session, kind="catalog", source="catalog"), load_catalog())
    put(other, 1, days)
    assert rolled(other, "week") == rolled(engine, "week")
    assert rolled(other, "month") == rolled(engine, "month")
    other.dispose()
