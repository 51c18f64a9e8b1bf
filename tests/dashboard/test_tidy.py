"""Rows become frames: one granularity, windows as a mean day, lines cut where they must be."""

from datetime import date

import pandas as pd

from dashboard.analysis import tidy
from tests.dashboard.made import TODAY, framed, months, row


def test_windows_of_different_length_become_a_mean_day() -> None:
    found = framed(
        [
            row("pytorch", date(2025, 1, 1), 3_000, end=date(2025, 1, 31), granularity="window"),
            row("pytorch", date(2025, 2, 1), 2_800, end=date(2025, 3, 1), granularity="window"),
        ]
    )
    ready, unit = tidy.drawn(found, "per_period", TODAY)
    assert ready["value"].tolist() == [100, 100]
    assert str(unit) == "things a day"


def test_months_are_left_as_they_are() -> None:
    ready, unit = tidy.drawn(framed(months("pytorch", date(2025, 1, 1), [31, 28])), "per_period", TODAY)
    assert ready["value"].tolist() == [31, 28]
    assert str(unit) == "things"


def test_a_stock_stands_at_the_end_of_its_period_and_never_in_the_future() -> None:
    ready, _ = tidy.drawn(framed(months("pytorch", date(2026, 10, 1), [1, 2])), "cumulative", TODAY)
    assert [at.date() for at in ready["at"]] == [date(2026, 10, 31), TODAY]


def test_a_count_stands_in_the_middle_of_its_period() -> None:
    ready, _ = tidy.drawn(framed(months("pytorch", date(2026, 3, 1), [1])), "per_period", TODAY)
    assert ready["at"].iloc[0].date() == date(2026, 3, 16)


def test_years_are_never_drawn_among_months() -> None:
    years = [row(s, date(y, 1, 1), 9, end=date(y + 1, 1, 1), granularity="year") for s in "ab" for y in (2018, 2019)]
    mixed = framed(months("a", date(2018, 1, 1), [1] * 12), years)
    assert set(tidy.one_granularity(mixed)["granularity"]) == {"year"}


def test_the_preferred_source_is_the_first_that_has_most_systems() -> None:
    rows = framed(
        months("a", date(2025, 1, 1), [1], source="one"),
        months("a", date(2025, 1, 1), [1], source="two"),
        months("b", date(2025, 1, 1), [1], source="two"),
        months("a", date(2025, 1, 1), [1], source="three"),
        months("b", date(2025, 1, 1), [1], source="three"),
    )
    assert tidy.preferred(rows, ["one", "three", "two"], ["a", "b"]) == "three"
    assert tidy.preferred(rows, ["one", "three", "two"], ["a"]) == "one"
    assert tidy.preferred(rows, [], ["nobody"]) is None


def test_a_line_is_cut_at_a_break() -> None:
    ready, _ = tidy.drawn(framed(months("a", date(2025, 1, 1), [1, 2, 3, 4])), "per_period", TODAY)
    pieces = tidy.segments(ready, [date(2025, 3, 1)])
    assert [piece["value"].tolist() for piece in pieces] == [[1, 2], [3, 4]]


def test_a_line_is_cut_at_a_missing_value_and_at_a_hole() -> None:
    gap, _ = tidy.drawn(framed(months("a", date(2025, 1, 1), [1, None, 3])), "per_period", TODAY)
    hole, _ = tidy.drawn(
        framed(months("a", date(2025, 1, 1), [1]), months("a", date(2025, 3, 1), [3])), "per_period", TODAY
    )
    for ready in (gap, hole):
        assert [piece["value"].tolist() for piece in tidy.segments(ready, [])] == [[1], [3]]


def test_a_line_is_cut_where_counting_changes() -> None:
    rows = [row("a", date(2025, m, 1), m, definition="one" if m < 3 else "two") for m in (1, 2, 3)]
    ready, _ = tidy.drawn(framed(rows), "per_period", TODAY)
    assert [piece["value"].tolist() for piece in tidy.segments(ready, [])] == [[1, 2], [3]]


def test_rounds_a_year_apart_are_joined() -> None:
    events = [row("a", date(y, 6, 1), y, end=date(y, 6, 2), granularity="event") for y in (2020, 2021, 2022)]
    ready, _ = tidy.drawn(framed(events), "per_period", TODAY)
    assert len(tidy.segments(ready, [])) == 1


def test_nothing_gives_an_empty_frame() -> None:
    ready, unit = tidy.drawn(framed([]), "per_period", TODAY)
    assert ready.empty
    assert str(unit) == ""
    assert set(tidy.COLUMNS) <= set(ready.columns)
    assert tidy.segments(ready, []) == []


def test_definitions_count_only_where_systems_share_them() -> None:
    made = framed(
        [row("a", date(2020, 1, 1), 1, definition="ACL"), row("b", date(2020, 1, 1), 1, definition="ACL")],
        [row("a", date(2020, 1, 1), 1, definition="torch"), row("b", date(2020, 1, 1), 1, definition="tensorflow")],
    )
    assert tidy.shared_definitions(made) == ["ACL"]
    assert isinstance(made, pd.DataFrame)
