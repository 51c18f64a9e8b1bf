"""Dates keep the precision they were given with, and nothing else passes as a date."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.dates import parse_partial_date


@pytest.mark.parametrize(
    ("text", "precision", "first", "last"),
    [
        ("2019", "year", date(2019, 1, 1), date(2019, 12, 31)),
        ("2024-02", "month", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-12", "month", date(2025, 12, 1), date(2025, 12, 31)),
        ("2018-12-07", "day", date(2018, 12, 7), date(2018, 12, 7)),
    ],
)
def test_a_date_keeps_its_precision(text: str, precision: str, first: date, last: date) -> None:
    parsed = parse_partial_date(text)
    assert (parsed.precision, parsed.first, parsed.last, str(parsed)) == (precision, first, last, text)


@pytest.mark.parametrize(
    "wrong",
    ["2019-13", "2023-02-29", "0000", "19", "2019-1", "2019-01-01x", "", "٢٠١٩", 2019, None, datetime(2019, 1, 1)],  # noqa: DTZ001 - a naive time is one of the wrong things
)
def test_anything_else_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="date"):
        parse_partial_date(wrong)


@given(st.dates())
def test_a_toml_date_and_its_text_are_the_same(day: date) -> None:
    parsed = parse_partial_date(day)
    assert parsed == parse_partial_date(day.isoformat())
    assert parsed.first == parsed.last == day


@given(st.dates(), st.dates())
def test_dates_sort_by_their_first_day(one: date, other: date) -> None:
    assert (parse_partial_date(one) < parse_partial_date(other)) == (one < other)
    assert parse_partial_date("2020-01-01") < parse_partial_date("2020-01") < parse_partial_date("2020")
