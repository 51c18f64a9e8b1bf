"""The finding of each view is of what that view draws: growth, an index, ages, the months chosen."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from catalog.load import load_catalog
from dashboard.analysis.ages import Birth
from dashboard.analysis.explore import Choice, Mode, View, view
from dashboard.sections.adoption_chart import subtitle
from tests.dashboard.made import a_break, framed, months

CATALOG = load_catalog()
NAMES = {slug: system.name for slug, system in CATALOG.systems.items()}
DOWNLOADS, STARS = CATALOG.metrics["downloads"], CATALOG.metrics["stars"]
PAIR = ("pytorch", "tensorflow")
FIRST, TODAY = date(2024, 1, 1), date(2026, 1, 20)
BORN = {"pytorch": Birth(date(2024, 7, 1), "out", "u"), "tensorflow": Birth(date(2024, 1, 1), "out", "u")}


def rising(pytorch: float, tensorflow: float, count: int = 24) -> Any:
    """Two lines that begin at 100 and are so many times that a year on."""
    return framed(
        [one for slug, times in zip(PAIR, (pytorch, tensorflow), strict=True)
         for one in months(slug, FIRST, [100 * times ** (n / 12) for n in range(count)])]
    )  # fmt: skip


def seen(found: Any, mode: Mode = "absolute", **asked: Any) -> View:
    systems = asked.pop("systems", PAIR)
    shown = view(found, Choice(DOWNLOADS, systems, mode, **asked), [], NAMES, TODAY, born=BORN)
    assert shown is not None
    return replace(shown, title=shown.title.replace("\u00a0", " "))


@pytest.mark.parametrize(
    ("mode", "title"),
    [
        ("growth_year", "TensorFlow grew fastest in package downloads in the year to Dec 2025: +100.0 %"),
        ("growth_half", "TensorFlow grew fastest in package downloads in the half year to Dec 2025: +41.4 %"),
        ("index", "From Jan 2024 to Dec 2025 TensorFlow grew most in package downloads: from 100 to 378"),
    ],
)
def test_growth_and_index_name_who_grew_most_and_by_how_much(mode: Mode, title: str) -> None:
    assert seen(rising(1.5, 2.0), mode).title == title


def test_where_all_lost_who_lost_least_is_named() -> None:
    told = seen(rising(0.5, 0.8), "growth_year").title
    assert told == "Nobody grew in package downloads in the year to Dec 2025; TensorFlow lost least: -20.0 %"
    told = seen(rising(0.5, 0.8), "index").title
    assert told.startswith(
        "From Jan 2024 to Dec 2025 nobody grew in package downloads; TensorFlow lost least: from 100"
    )


def test_by_age_both_are_told_at_the_years_that_both_have_reached() -> None:
    told = seen(rising(4.0, 1.0), "age").title
    assert told == "One year after it came out PyTorch was ahead in package downloads: 800, TensorFlow then 100"


@pytest.mark.parametrize("mode", ["growth_year", "index", "age"])
def test_one_system_alone_is_ahead_of_nobody(mode: Mode) -> None:
    assert seen(rising(2.0, 2.0), mode, systems=("pytorch",)).title == "PyTorch: package downloads"


def test_a_choice_of_months_has_the_finding_of_these_months_and_says_so() -> None:
    found = framed(months("pytorch", FIRST, [1] * 12 + [9] * 12), months("tensorflow", FIRST, [5] * 24))
    whole = seen(found)
    assert whole.title == "PyTorch passed TensorFlow in package downloads in Jan 2025"
    early = seen(found, last_year=2024)
    said = "TensorFlow was ahead of PyTorch in package downloads in every period from Jan 2024 to Dec 2024"
    assert early.title == said, "each of the two months is said once"
    assert seen(found, first_year=2024, first_month=11).title.startswith("Nov 2024 to Dec 2025: PyTorch passed")
    assert early.newest == whole.newest == date(2025, 12, 31), "what is left out is no older for it"


def test_growth_ends_where_a_break_ends_it_but_the_figures_are_as_new_as_they_are() -> None:
    found = rising(2.0, 2.0, 8)
    shown = seen(found, "growth_half")
    assert shown.frame["value"].notna().sum() == 4
    assert shown.newest == date(2024, 8, 31)


@pytest.mark.parametrize(
    ("mode", "title"),
    [
        ("growth_year", "In the year to Dec 2025 the growth in package downloads is known of PyTorch alone: +50.0 %"),
        (
            "growth_half",
            "In the half year to Dec 2025 the growth in package downloads is known of PyTorch alone: +22.5 %",
        ),
    ],
)
def test_growth_that_is_known_of_one_alone_is_said_and_nothing_of_the_values(mode: Mode, title: str) -> None:
    found = rising(1.5, 2.0)
    late = (found["system"] == "tensorflow") & (found["start"] >= "2025-11-01")
    assert seen(found[~late], mode).title == title


def test_where_no_growth_can_be_computed_nobody_is_said_to_lead() -> None:
    told = "No growth over {span} can be computed in package downloads"
    assert seen(rising(2.0, 2.0, 3), "growth_year").title == told.format(span="a year")
    assert seen(rising(2.0, 2.0, 3), "growth_half").title == told.format(span="half a year")


def broken_off(count: int = 2) -> Any:
    """PyTorch leads, but after a gap, and only for so many months as no mean of three is made of."""
    told = {"pytorch": [10.0] * 6 + [None] + [90.0] * count, "tensorflow": [30.0] * 6 + [None] + [30.0] * count}
    return framed([one for slug, values in told.items() for one in months(slug, FIRST, values)])


@pytest.mark.parametrize("mode", ["absolute", "share"])
def test_with_a_mean_the_title_is_of_the_means_that_are_drawn(mode: Mode) -> None:
    shown = seen(broken_off(), mode, smooth=3)
    assert shown.title == (
        "TensorFlow was ahead of PyTorch in package downloads (mean of 3 periods) from Mar 2024 until the figures end "
        "in Jun 2024"
    )
    assert shown.newest == date(2024, 9, 30)
    assert shown.until == date(2024, 6, 30)


def test_where_the_means_reach_the_newest_figure_nothing_is_said_to_end_before() -> None:
    shown = seen(broken_off(3), smooth=3)
    assert "PyTorch passed TensorFlow in package downloads (mean of 3 periods)" in shown.title
    assert shown.until is None


def test_where_no_mean_can_be_drawn_the_title_says_so() -> None:
    assert seen(broken_off(), smooth=12).title == (
        "Package downloads: no 12 whole periods in a row without a break, so no mean is drawn"
    )


def test_growth_that_ends_before_the_figures_says_until_when_it_is_drawn() -> None:
    found = framed([one for slug in PAIR for one in months(slug, FIRST, [10.0] * 16)])
    choice = Choice(DOWNLOADS, PAIR, "growth_year")
    cut = view(found, choice, [a_break("2025-03")], NAMES, TODAY)
    assert cut is not None
    assert (cut.until, cut.newest) == (date(2025, 2, 28), date(2025, 4, 30))
    said = subtitle(cut, choice, CATALOG).replace("\u00a0", " ")
    assert said.endswith("last drawn Feb 2025: no growth is computed across a break or a gap")


def test_the_line_above_a_chart_of_means_says_until_when_they_are_drawn() -> None:
    shown = seen(broken_off(), smooth=3)
    said = subtitle(shown, Choice(DOWNLOADS, PAIR, smooth=3), CATALOG).replace("\u00a0", " ")
    assert said.endswith("last drawn Jun 2024: no 3 whole periods in a row without a break since")
