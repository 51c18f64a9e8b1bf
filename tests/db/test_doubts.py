"""Doubts in the store: what is held back, how the roll-ups and the readings leave it out, and how it counts again."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

import pytest

from db import read, write
from db.engine import Engine, reading, writing
from db.records import DoubtState
from db.write import Ended, Raised
from tests.db.made import DAY, NOON, on, put, rows, spell

FIRST = date(2026, 1, 1)
HELD_DAY = date(2026, 2, 10)


def raise_on(engine: Engine, run: int, day: date, value: float, rule: str = "jump", days: int = 1) -> int:
    (series,) = {row[0] for row in rows(engine, "SELECT series_id FROM observation WHERE value = :v", v=value)}
    with writing(engine) as session:
        one = Raised(series, day, day + days * DAY, value, rule, "seen so")
        write.doubts(session, run, NOON, raised=[one], ended=[])
        return read.doubts(session)[0].doubt


def end(engine: Engine, run: int, doubt: int, state: DoubtState) -> None:
    with writing(engine) as session:
        write.doubts(session, run, NOON, raised=[], ended=[Ended(doubt, state, "because")])


def charted(
    engine: Engine, metric: str = "downloads", resolution: Literal["week", "month"] = "month"
) -> list[read.SeriesRow]:
    with reading(engine) as session:
        return read.charted(session, metric=metric, resolution=resolution)


def february(found: Iterable[read.SeriesRow]) -> read.SeriesRow:
    (row,) = [row for row in found if row.period_start == date(2026, 2, 1)]
    return row


def test_a_held_day_stays_with_its_mark_and_its_month_goes_without_it(engine: Engine, run: int) -> None:
    put(engine, run, [*spell(FIRST, 90), on(HELD_DAY, 900.0)])
    assert february(charted(engine)).value == 927
    doubt = raise_on(engine, run, HELD_DAY, 900.0)
    month = february(charted(engine))
    assert (month.value, month.status, month.doubt) == (27, "lower_bound", None)
    assert month.left_out == ("2026-02-10: 900 (jump; seen so)",)
    with reading(engine) as session:
        stored = {row.period_start: row for row in read.observations(session)}
    assert (stored[HELD_DAY].value, stored[HELD_DAY].doubt, stored[HELD_DAY].seen) == (900.0, "jump", "seen so")
    assert stored[HELD_DAY + DAY].doubt is None
    end(engine, run, doubt, "confirmed")
    month = february(charted(engine))
    assert (month.value, month.status, month.left_out) == (927, "ok", ())
    weeks = charted(engine, resolution="week")
    assert sum(week.value or 0 for week in weeks) == 89 + 900


@pytest.mark.parametrize(("state", "held"), [("withdrawn", True), ("explained", False), ("confirmed", False)])
def test_what_is_withdrawn_stays_out(engine: Engine, run: int, state: DoubtState, held: bool) -> None:
    put(engine, run, [*spell(FIRST, 90), on(HELD_DAY, 900.0)])
    end(engine, run, raise_on(engine, run, HELD_DAY, 900.0), state)
    assert february(charted(engine)).value == (27 if held else 927)


def test_a_value_the_source_replaces_is_out_of_doubt(engine: Engine, run: int) -> None:
    put(engine, run, [*spell(FIRST, 90), on(HELD_DAY, 900.0)])
    raise_on(engine, run, HELD_DAY, 900.0)
    put(engine, run, [on(HELD_DAY, 2.0)])
    month = february(charted(engine))
    assert (month.value, month.status, month.left_out) == (29, "ok", ())


def test_a_total_falls_back_on_the_last_day_that_counts(engine: Engine, run: int) -> None:
    put(engine, run, [on(FIRST + n * DAY, 100.0 + n, metric="stars") for n in range(40)])
    raise_on(engine, run, FIRST + 39 * DAY, 139.0)
    assert february(charted(engine, "stars")).value == 138
    put(engine, run, [on(date(2026, 3, 1), 7.0, metric="stars")])
    raise_on(engine, run, date(2026, 3, 1), 7.0, "counter fell")
    march = charted(engine, "stars")[-1]
    assert (march.period_start, march.value, march.doubt) == (date(2026, 3, 1), 7.0, "counter fell")
    assert march.status == "partial"


def test_a_month_that_was_told_whole_is_shown_in_doubt(engine: Engine, run: int) -> None:
    put(engine, run, [on(date(2026, 2, 1), 900.0, period_end=date(2026, 3, 1), granularity="month")])
    raise_on(engine, run, date(2026, 2, 1), 900.0, days=28)
    month = february(charted(engine))
    assert (month.value, month.doubt, month.status) == (900, "jump", "ok")
    with reading(engine) as session:
        assert read.charted(session, metric="downloads", systems=["jax"]) == []
        assert read.charted(session, metric="downloads", sources=["pypistats"]) == []


def test_a_doubt_says_everything_about_itself(engine: Engine, run: int) -> None:
    put(engine, run, [*spell(FIRST, 3), on(FIRST + 3 * DAY, 900.0)])
    number = raise_on(engine, run, FIRST + 3 * DAY, 900.0)
    with reading(engine) as session:
        (one,) = read.doubts(session, states=["open"])
        assert read.doubts(session, number=number) == [one]
        assert read.doubts(session, states=["confirmed"]) == []
    assert (one.metric, one.system, one.source, one.value, one.rule) == (
        "downloads",
        "pytorch",
        "clickpy",
        900.0,
        "jump",
    )
    assert (one.state, one.run, one.opened_at, one.settled_at) == ("open", run, NOON, None)
    end(engine, run, number, "confirmed")
    with reading(engine) as session:
        (one,) = read.doubts(session)
    assert (one.state, one.settled_at, one.settled_by_run, one.why) == ("confirmed", NOON, run, "because")


def test_the_tail_of_a_series_is_its_newest_rows_in_order(engine: Engine, run: int) -> None:
    put(engine, run, [on(FIRST + n * DAY, float(n)) for n in range(10)])
    with reading(engine) as session:
        ids = read.series_ids(session, "clickpy")
        series = ids["downloads", "pytorch", "day", ""]
        assert [row.value for row in read.tail(session, series, 3)] == [7, 8, 9]
        assert read.series_ids(session, "github") == {}
