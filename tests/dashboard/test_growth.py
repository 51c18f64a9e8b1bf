"""Growth, means, an index at a month, ages, sources and crossings, on figures made by hand whose answers are known."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from catalog.load import load_catalog
from catalog.models import Milestone
from dashboard.analysis.against import line_of, ratios, told_by, view_against
from dashboard.analysis.ages import BEGIN, Birth, aged, births
from dashboard.analysis.crossings import Crossing, between, crossing, disagreement
from dashboard.analysis.explore import Choice, view
from dashboard.analysis.growth import grown, smoothed
from dashboard.analysis.milestones import explained
from dashboard.analysis.shares import indexed_at, pair_shares
from dashboard.analysis.signals import signal
from dashboard.analysis.tidy import drawn
from tests.dashboard.made import TODAY, a_break, framed, months, row

FIRST = date(2024, 1, 1)
METRIC = load_catalog().metrics["questions"].model_copy(update={"sources": ("history.made",)})
NAMES = {"pytorch": "PyTorch", "tensorflow": "TensorFlow"}


def ready(values: Sequence[float | None], kind: str = "per_period") -> pd.DataFrame:
    return drawn(framed(months("a", FIRST, values)), kind, TODAY)[0]


def told(frame: pd.DataFrame) -> list[float | None]:
    return [None if pd.isna(value) else round(float(value), 6) for value in frame["value"]]


def test_growth_is_against_the_same_month_a_year_or_half_a_year_before() -> None:
    made = ready([10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 15, 40])
    assert told(grown(made, "per_period", 12, {})) == [*[None] * 12, 50, 100]
    assert told(grown(made, "per_period", 6, {}))[5:8] == [None, 600, 300]


def test_no_growth_crosses_a_break_or_starts_at_nought_or_at_nothing() -> None:
    made = ready([0, None, 30, *[1] * 9, 15, 40, 60])
    assert told(grown(made, "per_period", 12, {}))[12:] == [None, None, 100]
    assert told(grown(made, "per_period", 12, {"a": [date(2024, 6, 1)]}))[12:] == [None, None, None]


def test_a_count_that_is_not_over_has_no_growth_but_a_stock_has() -> None:
    rows = [*months("a", FIRST, [10] * 12), row("a", date(2025, 1, 1), 15, status="partial")]
    made = framed(rows)
    assert told(grown(drawn(made, "per_period", TODAY)[0], "per_period", 12, {}))[-1] is None
    assert told(grown(drawn(made, "cumulative", TODAY)[0], "cumulative", 12, {}))[-1] == 50


def test_a_mean_trails_and_begins_anew_after_a_gap_and_a_break() -> None:
    made = ready([1, 2, 3, None, 5, 7, 9, 11])
    assert told(smoothed(made, 2, {})) == [None, 1.5, 2.5, None, None, 6, 8, 10]
    assert told(smoothed(made, 2, {"a": [date(2024, 7, 1)]}))[4:] == [None, 6, None, 10]


def test_an_index_is_100_in_its_month_and_at_the_start_of_every_other_stretch() -> None:
    made = ready([10, 20, 40, 80, 5, 10])
    assert told(indexed_at(made, {}, date(2024, 2, 1))) == [50, 100, 200, 400, 25, 50]
    assert told(indexed_at(made, {"a": [date(2024, 5, 1)]}, date(2024, 2, 1))) == [50, 100, 200, 400, 100, 200]


def test_lines_are_laid_over_one_another_by_age() -> None:
    def milestone(title: str, day: str, note: str = "", kind: str = "release") -> Milestone:
        entry = {"date": day, "title": title, "kind": kind, "url": "https://example.org/x", "seen": "quoted"}
        return Milestone.model_validate(entry | {"system": "a", "note": note})

    known = [
        milestone("planned", "2020-01-01", "planned day"),
        milestone("Anna 1.0", "2024-01-16"),
        milestone("Anna 2.0", "2025-01-01"),
    ]
    born = births(known, ["a", "b"])
    assert {slug: one.day for slug, one in born.items()} == {"a": date(2024, 1, 16)}
    made = aged(ready([1, 2, 3]), born)
    assert made["at"].tolist() == [BEGIN, BEGIN + pd.Timedelta(days=30), BEGIN + pd.Timedelta(days=60)]
    assert aged(ready([1]), {}).empty
    assert [one.title for one in explained(known, ["a"])] == ["Anna 1.0", "Anna 2.0"]


def both(first: Sequence[float], second: Sequence[float]) -> pd.DataFrame:
    rows = framed(months("pytorch", FIRST, first), months("tensorflow", FIRST, second))
    return pair_shares(drawn(rows, "per_period", TODAY)[0], "per_period")


def test_a_crossing_has_a_first_and_a_last_plausible_day() -> None:
    found = crossing(both([1, 4, 1, 4, 9], [3, 3, 3, 3, 3]))
    assert found == Crossing("pytorch", date(2024, 1, 31), date(2024, 4, 15), 3)
    assert between(found).replace("\u00a0", " ") == "between Jan 2024 and Apr 2024"
    assert crossing(both([1, 1], [3, 3])) is None
    assert crossing(both([1, 3], [3, 3])) is None
    at_a_break = crossing(both([1, 4], [3, 3]), breaks=[date(2024, 2, 1)])
    assert at_a_break is not None
    assert at_a_break.changed


def test_the_disagreement_is_said_in_words_made_from_the_figures() -> None:
    def one(first: Sequence[float], second: Sequence[float], name: str) -> object:
        rows = framed(months("pytorch", date(2026, 1, 1), first), months("tensorflow", date(2026, 1, 1), second))
        return signal(METRIC.model_copy(update={"signal": name, "slug": name}), rows, [], TODAY)

    early, late = one([1, 4, 4, 4, 4], [3] * 5, "early"), one([1, 1, 1, 1, 4], [3] * 5, "late")
    behind = one([1, 1], [3, 3], "behind")
    who, when = disagreement([early, late, behind], NAMES, TODAY)  # type: ignore[list-item]  # signals, as `one` makes
    assert who == "The signals disagree: PyTorch leads on early and late; TensorFlow leads on behind."
    assert when.replace("\u00a0", " ") == (
        "PyTorch passed TensorFlow first in early, in Feb 2026, and last in late, in May 2026: at least 2 months apart."
    )
    yearly = one([1, 4, 1, 4, 4], [3] * 5, "unsteady")  # may have been before or after: between January and April
    _who, when = disagreement([early, late, yearly], NAMES, TODAY)  # type: ignore[list-item]  # as above
    assert when.replace("\u00a0", " ") == (
        "PyTorch passed TensorFlow first in early or unsteady, between Jan 2026 and Feb 2026, and last in late, in May "
        "2026: at least 2 months apart."
    )
    assert disagreement([early, yearly], NAMES, TODAY)[1] == (  # type: ignore[list-item]  # as above
        "Which signal saw PyTorch pass TensorFlow first is not known."
    )
    assert disagreement([behind], NAMES, TODAY)[1] == ""  # type: ignore[list-item]  # as above
    assert "nothing to agree on" in disagreement([], NAMES, TODAY)[0]


def test_source_stands_against_source_each_as_it_counts() -> None:
    other = [one._replace(source="history.other") for one in months("pytorch", FIRST, [20, 40, 60])]
    found = framed(months("pytorch", FIRST, [10, 20, 30]), other)
    sources = ("history.made", "history.other")
    lines = told_by(found, "per_period", sources, ["pytorch"], TODAY)
    assert sorted(lines["system"].unique()) == [line_of("pytorch", name) for name in sources]
    (ratio,) = ratios(lines, sources, ["pytorch"])
    assert (ratio.over, ratio.under, ratio.middle, ratio.periods) == ("history.other", "history.made", 2, 3)
    choice = Choice(METRIC, ("pytorch",), "sources")
    shown = view_against(found, choice, [a_break("2024-02")], NAMES, TODAY)
    assert shown is not None
    assert shown.told_by == sources
    assert shown.cuts[0].systems == (line_of("pytorch", "history.made"),)
    assert "the second says 2.0 times" in shown.title
    assert view_against(framed(months("pytorch", FIRST, [1])), choice, [], NAMES, TODAY) is None


@pytest.mark.parametrize(("first", "last", "kept"), [(2, 12, 2), (1, 2, 2), (3, 3, 1)])
def test_months_bound_what_is_drawn(first: int, last: int, kept: int) -> None:
    found = framed(months("pytorch", FIRST, [1, 2, 3]))
    choice = Choice(METRIC, ("pytorch",), first_year=2024, first_month=first, last_year=2024, last_month=last)
    shown = view(found, choice, [], NAMES, TODAY)
    assert shown is not None
    assert len(shown.frame) == kept


def test_by_age_no_month_bounds_the_lines() -> None:
    found = framed(months("pytorch", FIRST, [1, 2, 3]))
    choice = Choice(METRIC, ("pytorch",), "age", first_year=2024, first_month=3, last_year=2024, last_month=3)
    shown = view(found, choice, [a_break("2024-02")], NAMES, TODAY, born={"pytorch": Birth(FIRST, "first", "")})
    assert shown is not None
    assert shown.frame["value"].tolist() == [1, 2, 3]
    assert choice.inside(shown.cuts[0].when)
    assert not replace(choice, mode="absolute").inside(shown.cuts[0].when)


def test_sources_that_say_nearly_the_same_are_said_to_agree() -> None:
    rows = [*months("pytorch", FIRST, [100, 200], source="history.made"),
            *months("pytorch", FIRST, [101, 202], source="history.other")]  # fmt: skip
    shown = view_against(framed(rows), Choice(METRIC, ("pytorch",), "sources"), [], NAMES, TODAY)
    assert shown is not None
    assert "agree to within 1 %" in shown.title
