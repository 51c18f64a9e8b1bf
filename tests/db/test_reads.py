"""Reading series: filters, order, and that a chart searches by key however much is stored."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, event

from db import read
from db.engine import Engine, reading
from tests.db.conftest import begin
from tests.db.made import DAY, on, put, receipt, spell

FIRST = date(2026, 1, 1)


@pytest.fixture
def stored(engine: Engine, run: int) -> Engine:
    """Daily downloads of two frameworks from two sources, a monthly series, a yearly one and one not primary."""
    put(
        engine,
        run,
        [
            *spell(FIRST, 59, 2.0),
            *spell(FIRST, 59, 1.0, system="tensorflow"),
            *spell(FIRST, 31, 9.0, definition="with mirrors", primary=False),
            on(FIRST, 700.0, period_end=date(2026, 2, 1), granularity="month", system="keras", definition="own"),
            on(FIRST, 50.0, metric="stars"),
        ],
        receipt=receipt(engine, run),
    )
    put(engine, begin(engine, "pypistats"), spell(FIRST, 10, 3.0), source="pypistats")
    return engine


@contextmanager
def listened(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """Every statement sent, with its parameters."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Connection, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def plan(engine: Engine, sent: list[tuple[str, Any]]) -> list[str]:
    """How SQLite would go about the statements."""
    with engine.connect() as connection:
        return [
            str(row[3])
            for statement, parameters in sent
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]


def test_a_chart_gets_months_of_daily_series_and_others_as_they_are(stored: Engine) -> None:
    with reading(stored) as session:
        found = read.charted(session, metric="downloads")
    assert [(row.system, row.source, row.granularity, row.period_start.month, row.value) for row in found] == [
        ("keras", "clickpy", "month", 1, 700.0),
        ("pytorch", "clickpy", "month", 1, 62.0),
        ("pytorch", "clickpy", "month", 2, 56.0),
        ("pytorch", "pypistats", "month", 1, 30.0),
        ("tensorflow", "clickpy", "month", 1, 31.0),
        ("tensorflow", "clickpy", "month", 2, 28.0),
    ]
    keras, first, *_ = found
    assert keras.definition == "own"
    assert isinstance(keras.collected_at, datetime), "its type survives the union with the rolled-up rows"
    assert keras.collected_at.tzinfo is UTC
    assert keras.receipt is not None
    assert (first.collected_at, first.receipt, first.unit, first.status) == (None, None, "downloads", "ok")


def test_a_chart_is_filtered(stored: Engine) -> None:
    with reading(stored) as session:
        weeks = read.charted(session, metric="downloads", resolution="week", sources=("pypistats",))
        assert [(row.period_start, row.value, row.status) for row in weeks] == [
            (date(2025, 12, 29), 12.0, "partial"),
            (date(2026, 1, 5), 18.0, "partial"),
        ]
        two = read.charted(session, metric="downloads", systems=("keras", "tensorflow"))
        assert {row.system for row in two} == {"keras", "tensorflow"}
        every = read.charted(session, metric="downloads", systems=("pytorch",), primary_only=False)
        assert {row.definition for row in every} == {"", "with mirrors"}
        assert read.charted(session, metric="nothing") == []
        assert read.charted(session, metric="downloads", systems=("'; DROP TABLE series; --",)) == []


def test_observations_are_filtered_and_in_order(stored: Engine) -> None:
    with reading(stored) as session:
        everything = list(read.observations(session))
        keys = [(r.metric, r.system, r.source, r.granularity, r.definition, r.period_start) for r in everything]
        assert keys == sorted(keys)
        assert len(everything) == 59 + 59 + 31 + 1 + 1 + 10
        some = list(
            read.observations(
                session, metrics=["downloads"], systems=["pytorch"], since=FIRST + 5 * DAY, until=FIRST + 7 * DAY
            )
        )
        assert [(r.source, r.definition, r.period_start.day) for r in some] == [
            ("clickpy", "", 6), ("clickpy", "", 7), ("clickpy", "with mirrors", 6), ("clickpy", "with mirrors", 7),
            ("pypistats", "", 6), ("pypistats", "", 7),
        ]  # fmt: skip
        assert {r.metric for r in read.observations(session, metrics=("stars", "forks"))} == {"stars"}
        assert list(read.observations(session, systems=["nobody"])) == []


def test_the_list_of_series_says_how_far_each_reaches(stored: Engine, run: int) -> None:
    put(stored, run, [on(FIRST + DAY, None, metric="stars", period_end=FIRST + 9 * DAY)])
    with reading(stored) as session:
        listed = {(s.metric, s.system, s.source, s.definition): s for s in read.series_list(session)}
        names = read.known_names(session)
    stars = listed["stars", "pytorch", "clickpy", ""]
    assert (stars.observations, stars.first, stars.last) == (1, FIRST, FIRST + 9 * DAY), "a gap is no observation"
    assert stars.collected_at.tzinfo is UTC
    assert listed["downloads", "pytorch", "clickpy", "with mirrors"].primary is False
    assert len(listed) == 6
    assert names == {
        "metrics": {"downloads", "stars"},
        "systems": {"pytorch", "tensorflow", "keras"},
        "sources": {"clickpy", "pypistats"},
    }


@pytest.mark.sqlite
@pytest.mark.parametrize("filters", [{}, {"systems": ("pytorch", "keras")}, {"sources": ("clickpy",)}])
def test_a_chart_searches_by_key(stored: Engine, filters: dict[str, Any]) -> None:
    with listened(stored) as sent, reading(stored) as session:
        read.charted(session, metric="downloads", **filters)
    steps = plan(stored, sent)
    searched = [step for step in steps if step.startswith("SEARCH")]
    assert any("SEARCH roll_up USING PRIMARY KEY (series_id=? AND granularity=?" in step for step in searched), steps
    assert any("SEARCH observation USING PRIMARY KEY (series_id=?" in step for step in searched), steps
    assert any("SEARCH series USING INDEX" in step for step in searched), steps
    assert not [step for step in steps if step.startswith("SCAN") and "subquery" not in step and "anon" not in step]


@pytest.mark.sqlite
def test_one_stretch_of_one_series_is_one_range(stored: Engine) -> None:
    with listened(stored) as sent, reading(stored) as session:
        list(read.observations(session, metrics=["downloads"], systems=["pytorch"], since=FIRST, until=FIRST + DAY))
    steps = plan(stored, sent)
    assert any("SEARCH observation USING PRIMARY KEY (series_id=? AND period_start>? AND" in step for step in steps), (
        steps
    )


def test_a_chart_of_a_long_series_stays_short(engine: Engine, run: int) -> None:
    """Thirty years of days: the rows a chart reads grow with the months, not with the days."""
    put(engine, run, spell(date(1996, 1, 1), 30 * 365))
    with reading(engine) as session:
        assert len(read.charted(session, metric="downloads")) == 360


def test_the_newest_word_on_each_repository_is_its_state_and_what_was_never_told_is_not_known(
    engine: Engine, run: int
) -> None:
    def told(day: date, metric: str, value: float, repository: str = "a/b", *, primary: bool = True) -> Any:
        return on(day, value, metric=metric, definition=repository, primary=primary)

    later = FIRST + 2 * DAY
    put(
        engine,
        run,
        [
            *(told(FIRST, "archived", 0), told(FIRST, "days_since_push", 1), told(later, "archived", 1)),
            *(told(later, "days_since_push", 3), told(FIRST, "archived", 0, "a/z", primary=False)),
        ],
        source="github",
    )
    with reading(engine) as session:
        assert read.repository_states(session) == [
            ("pytorch", "a/b", True, True, FIRST - DAY, later),
            ("pytorch", "a/z", False, False, None, FIRST),
        ]
        assert read.repository_states(session, systems=["jax"]) == []
