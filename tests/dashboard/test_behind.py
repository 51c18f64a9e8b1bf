"""What lies behind a point: which stored figures made it, which are beside it, what was in force for that period."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.analysis.parts import Part, made_of, overlapping, overlaps, parts_of, steepest
from dashboard.analysis.shares import pair_shares
from dashboard.analysis.tidy import drawn, frame
from db import write
from db.engine import open_database, writing
from db.read import SeriesRow
from db.records import Observation
from tests.dashboard.conftest import Opened
from tests.dashboard.made import TODAY, framed, row
from tests.dashboard.test_views import words

MARCH = date(2026, 3, 1), date(2026, 4, 1)
LAST = {"metric": "downloads", "system": ["pytorch", "tensorflow"], "point": "downloads~2026-03-01~2026-04-01"}
SUM, NEWEST = {"made": "sum"}, {"made": "last"}


def tables(app: AppTest) -> list[list[dict[Any, Any]]]:
    """The rows of the tables of stored figures, those in the point first."""
    return [one.value.to_dict("records") for one in app.dataframe if "receipt" in one.value]


def days(system: str, values: list[float | None]) -> list[SeriesRow]:
    """A row a day from the first of March on."""
    first = MARCH[0]
    return [
        row(system, first + timedelta(days=n), value, end=first + timedelta(days=n + 1), granularity="day")
        for n, value in enumerate(values)
    ]


def test_the_rows_in_a_point_stand_apart_from_those_beside_it(site: Opened, bundled: Path) -> None:
    app = site("adoption", **LAST)
    assert not app.exception
    inside, beside = tables(app)
    assert {(one["system"], one["definition"], one["value"]) for one in inside} == {
        ("PyTorch", "torch", 87_347_847), ("TensorFlow", "tensorflow", 22_653_919),
    }  # fmt: skip
    assert {one["definition"] for one in beside} >= {"tensorflow-cpu", "tensorflow-intel", "tf-nightly"}
    said = words(app)
    assert "Counted: torch (PyTorch); tensorflow (TensorFlow)." in said
    assert "Drawn, in downloads a day: PyTorch 2.82 M; TensorFlow 731 k." in said
    assert "over the days of its period" in said
    assert [one.label for one in app.expander if "not in the point" in one.label] == [
        f"Stored of this period too, not in the point: {len(beside)} figures"
    ]


def test_in_force_is_only_what_was_in_that_period(site: Opened, bundled: Path) -> None:
    said = [one.value for one in site("adoption", **LAST).caption]
    told = "\n".join(said).replace("\\", "").replace("\u00a0", " ")
    after = told[told.index("Drawn, in") :]
    assert "Since 1 Jun 2025: Calendar months, and another data base behind them." in after
    assert "Since 7 Dec 2018, PyTorch: Up to 1.0.0" in after
    assert "May 2024 to 24 Aug 2026: Installers fetch small metadata files" in after
    assert "the window" not in after.casefold()
    assert "No run on the first of January 2025" not in after


def test_a_point_of_a_share_is_made_of_one_row_of_each(site: Opened, bundled: Path) -> None:
    app = site("adoption", tab="signals", point=LAST["point"])
    inside, *_ = tables(app)
    assert [one["definition"] for one in inside] == ["torch", "tensorflow"]
    assert "Drawn: PyTorch 79.4 %." in words(app)
    assert "calendar months" in words(app).casefold()


def test_of_a_whole_the_whole_is_listed_too(site: Opened, bundled: Path) -> None:
    app = site("adoption", metric="papers_exclusive", view="of_all", point="papers_exclusive~2020-12-01~2021-01-01")
    assert not app.exception
    for inside in tables(app)[:1]:
        assert {one["metric"] for one in inside} >= {"All papers"}


def test_runs_that_share_days_are_said_to(site: Opened, bundled: Path) -> None:
    app = site("adoption", **(LAST | {"point": "downloads~2024-08-02~2024-09-01"}))
    assert "Some periods of this source share days" in words(app)
    assert "28 of its 30 days are counted in 31 Jul 2024 – 29 Aug 2024 too" in words(app)
    assert "days are counted in" not in words(site("adoption", **LAST))


def test_a_rolled_up_month_is_made_of_its_days_or_of_the_newest() -> None:
    parts = [Part("made", "keras", "history.made", "", "month")]
    rows = days("keras", [1.0, None, 3.0])
    assert made_of(rows, parts, *MARCH, SUM) == {0, 2}
    assert made_of(rows, parts, *MARCH, NEWEST) == {2}
    held = [*rows[:2], rows[2]._replace(doubt="jumped")]
    assert made_of(held, parts, *MARCH, SUM) == {0}
    assert made_of(held, parts, *MARCH, NEWEST) == {0}


def test_another_period_another_source_and_another_way_make_no_point() -> None:
    mine = row("keras", *MARCH[:1], 5.0)
    others = [
        row("keras", date(2026, 3, 2), 6.0, end=date(2026, 4, 1)),
        row("keras", MARCH[0], 7.0, source="history.other"),
        row("keras", MARCH[0], 8.0, definition="another"),
        row("keras", MARCH[0], 9.0, granularity="year", end=date(2027, 3, 1)),
        row("jax", MARCH[0], 10.0),
    ]
    parts = parts_of("made", frame([mine, row("jax", MARCH[0], None)]))
    assert [part.system for part in parts] == ["keras"]
    assert made_of([*others, mine], parts, *MARCH, SUM) == {len(others)}


def test_periods_that_follow_one_another_share_no_day() -> None:
    shown = frame([row("keras", date(2026, n, 1), 1.0) for n in (2, 3, 4)])
    assert overlaps(shown, *MARCH) == ()
    assert not overlapping(shown)
    more = frame([row("keras", MARCH[0], 1.0), row("keras", date(2026, 3, 30), 1.0, end=date(2026, 4, 28))])
    assert [one.days for one in overlaps(more, *MARCH)] == [2]
    assert overlapping(more)


@pytest.mark.parametrize(("metric", "rule"), [("stars", "that of its newest day"), ("downloads", "sum of its days")])
def test_a_month_of_days_says_how_it_was_rolled_up(metric: str, rule: str, site: Opened, own_home: Path) -> None:
    source = "github" if metric == "stars" else "clickpy"
    told = [
        Observation(metric, system, day, day + timedelta(days=1), 10.0 + n, definition="made")
        for system in ("pytorch", "tensorflow")
        for n, day in enumerate([date(2026, 8, 1), date(2026, 8, 2)])
    ]
    engine = open_database(f"sqlite:///{own_home / 'framescope.db'}")
    with writing(engine) as session:
        run = write.start_run(session, kind="collect", source=source)
        write.observations(session, run, source, told, None)
        write.finish_run(session, run, status="ok")
    engine.dispose()
    app = site("adoption", metric=metric, source=source, point=f"{metric}~2026-08-01~2026-09-01")
    assert not app.exception
    inside = tables(app)[0]
    assert len(inside) == (2 if metric == "stars" else 4)
    assert rule in words(app)


def test_the_steepest_step_between_periods_that_share_days_is_found_where_a_line_joins_them() -> None:
    def window(system: str, start: date, value: float) -> SeriesRow:
        return row(system, start, value, end=start + timedelta(days=30), granularity="window")

    days = [date(2024, 6, 1), date(2024, 6, 15), date(2024, 8, 1), date(2024, 8, 3), date(2024, 8, 10)]
    rows = [window("tensorflow", day, 50.0) for day in days]
    rows += [window("pytorch", day, value) for day, value in zip(days, (50, 60, 100, 150, 200), strict=True)]
    shares = pair_shares(drawn(framed(rows), "per_period", TODAY)[0], "per_period")
    found = steepest(shares)
    assert found is not None
    assert (found.days, found.shared, found.at) == (2, 28, date(2024, 8, 17))
    assert (found.before, found.after) == pytest.approx((2 / 3, 3 / 4))
    other = steepest(shares, [date(2024, 8, 2)])
    assert other is not None
    assert other.days == 7, "a line that is cut has no step there"
    assert steepest(shares.iloc[:0]) is None
