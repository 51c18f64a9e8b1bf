"""Numbers, dates and ages as they are written."""

import math
from datetime import UTC, date, datetime, timedelta

import pytest

from dashboard import format as fmt


def flat(text: str) -> str:
    return text.replace(fmt.NBSP, " ")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (197_213, "197 k"),
        (87_347_847, "87.3 M"),
        (1_234_000_000, "1.23 bn"),
        (999_600, "1.00 M"),
        (842, "842"),
        (0, "0"),
        (0.0123, "0.0123"),
        (-22_867, "-22.9 k"),
        (None, "—"),
        (math.nan, "—"),
        (math.inf, "—"),
    ],
)
def test_a_count_is_written_in_three_figures_and_nothing_as_a_dash(value: float | None, written: str) -> None:
    assert flat(fmt.number(value)) == written


def test_a_mark_of_an_axis_has_no_needless_noughts() -> None:
    marks = (0, 0.25, -20, 999, 500_000, 1_000_000.0, 2_500_000, 3e9)
    assert [flat(fmt.mark(value)) for value in marks] == ["0", "0.25", "-20", "999", "500 k", "1 M", "2.5 M", "3 bn"]


def test_no_value_is_never_written_as_nought() -> None:
    for write in (fmt.number, fmt.percent, fmt.points, fmt.duration, fmt.error, fmt.times):
        assert write(None) == fmt.UNKNOWN
        assert write(math.nan) == fmt.UNKNOWN
    assert fmt.size(None) == fmt.UNKNOWN
    assert fmt.month(None) == fmt.day(None) == fmt.moment(None) == fmt.UNKNOWN


def test_shares_and_their_changes() -> None:
    assert flat(fmt.percent(0.7271)) == "72.7 %"
    assert flat(fmt.points(0.041)) == "+4.1 pts"
    assert flat(fmt.points(-0.002)) == "-0.2 pts"


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (date(2026, 11, 21), "today"),
        (date(2026, 11, 20), "1 day old"),
        (date(2026, 10, 22), "30 days old"),
        (date(2026, 3, 16), "8 months old"),
        (date(2024, 6, 4), "29 months old"),
        (date(2019, 7, 2), "7 years old"),
    ],
)
def test_ages_are_told_in_words(when: date, words: str) -> None:
    assert fmt.age(when, date(2026, 11, 21)) == words


def test_dates() -> None:
    assert flat(fmt.month(date(2024, 3, 31))) == "Mar 2024"
    assert flat(fmt.moment(datetime(2026, 11, 21, 5, 7, tzinfo=UTC))) == "21 Nov 2026, 05:07 UTC"


def test_moments_before_and_after_now() -> None:
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert fmt.ago(None, now) == "never"
    assert fmt.ago(now - timedelta(seconds=30), now) == "just now"
    assert fmt.ago(now - timedelta(minutes=5), now) == "5 minutes ago"
    assert fmt.ago(now - timedelta(hours=1, minutes=1), now) == "1 hour ago"
    assert fmt.ago(now + timedelta(hours=22), now) == "in 22 hours"
    assert fmt.ago(now - timedelta(days=3), now) == "3 days ago"


def test_times_and_their_intervals_are_the_same_way_round() -> None:
    assert flat(fmt.times(2.12)) == "2.1 × slower"
    assert fmt.interval(2.12, 1.93, 2.31) == "(1.93–2.31)"
    assert flat(fmt.times(0.5)) == "2.0 × faster"
    assert fmt.interval(0.5, 0.4, 0.625) == "(1.60–2.50)"
    assert fmt.interval(2.0, None, 3.0) == ""
    assert fmt.times(0.0) == fmt.UNKNOWN


def test_durations_and_sizes() -> None:
    assert flat(fmt.duration(0.0123)) == "12.3 ms"
    assert flat(fmt.duration(1.2)) == "1.20 s"
    assert flat(fmt.duration(84e-6)) == "84.0 µs"
    assert flat(fmt.size(432_013_312)) == "412 MiB"
    assert fmt.error(3.21e-7) == "3.2e-07"
    assert fmt.error(0.0) == "0"


def test_breaks_are_numbered_by_circled_figures() -> None:
    assert fmt.circled(1) + fmt.circled(20) + fmt.circled(21) == "①⑳(21)"


def test_small_numbers_are_words() -> None:
    assert [fmt.count(n, "signal") for n in (0, 1, 5, 12)] == ["no signals", "one signal", "five signals", "12 signals"]
