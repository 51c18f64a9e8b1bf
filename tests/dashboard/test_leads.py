"""Shares, crossovers and growth, on figures whose answer is known."""

from collections.abc import Sequence
from datetime import date

import pandas as pd
import pytest

from dashboard.analysis.crossings import between, crossing
from dashboard.analysis.leads import growth, last_year, lead, pair_lead
from dashboard.analysis.shares import (
    PAIR,
    all_shares,
    common_start,
    each_by_its_own,
    indexed,
    narrowing,
    pair_shares,
    unlike,
)
from dashboard.analysis.tidy import drawn
from tests.dashboard.made import TODAY, framed, months, row

FIRST = date(2024, 1, 1)


def shares(torch: Sequence[float | None], flow: Sequence[float | None], kind: str = "per_period") -> pd.DataFrame:
    ready, _ = drawn(framed(months("pytorch", FIRST, torch), months("tensorflow", FIRST, flow)), kind, TODAY)
    return pair_shares(ready, kind)


def test_a_share_needs_both_in_the_same_period() -> None:
    found = shares([10, None, 30], [30, 30, None])
    assert found["share"].tolist() == [0.25]


def test_two_noughts_have_no_share() -> None:
    assert shares([0, 1], [0, 1])["share"].tolist() == [0.5]


def test_a_running_period_counts_for_a_stock_alone() -> None:
    rows = [row(name, date(2026, 11, 1), 5, status="partial") for name in PAIR]
    for kind, many in (("per_period", 0), ("cumulative", 1)):
        ready, _ = drawn(framed(rows), kind, TODAY)
        assert len(pair_shares(ready, kind)) == many


def read_on(*days: int, kind: str = "cumulative", status: str = "ok") -> pd.DataFrame:
    """One November of both, each last read on its own day."""
    rows = [
        row(name, date(2026, 11, 1), 5.0, status=status)._replace(last_seen=date(2026, 11, day))
        for name, day in zip(PAIR, days, strict=True)
    ]
    return drawn(framed(rows), kind, TODAY)[0]


@pytest.mark.parametrize(("days", "many"), [((3, 3), 1), ((3, 10), 1), ((3, 20), 0)])
def test_a_share_of_totals_needs_both_read_in_the_same_week(days: tuple[int, int], many: int) -> None:
    assert len(pair_shares(read_on(*days), "cumulative")) == many


@pytest.mark.parametrize(
    ("days", "status", "known"), [((3, 3), "partial", True), ((3, 4), "partial", False), ((3, 4), "ok", True)]
)
def test_a_share_of_a_running_period_needs_all_read_on_the_same_day(
    days: tuple[int, int], status: str, known: bool
) -> None:
    shown = all_shares(read_on(*days, kind="per_period", status=status), PAIR)
    assert shown["value"].notna().tolist() == [known, known]


def test_a_share_is_never_made_of_two_populations() -> None:
    rows = [
        *(row(name, FIRST, 5, definition="all papers") for name in PAIR),
        *(row(name, date(2024, 2, 1), 5, definition="all papers") for name in PAIR),
        row("pytorch", date(2024, 3, 1), 90, definition="papers with code"),
        row("tensorflow", date(2024, 3, 1), 10, definition="other papers"),
    ]
    ready, _ = drawn(framed(rows), "per_period", TODAY)
    assert pair_shares(ready, "per_period")["share"].tolist() == [0.5, 0.5]


def test_the_first_lasting_overtaking_counts_not_the_first_one() -> None:
    found = lead(shares([1, 6, 1, 6, 7], [5, 5, 5, 5, 5]))
    assert found is not None
    assert found.leader == "pytorch"
    assert found.since == date(2024, 4, 15)
    assert not found.throughout


def test_who_never_trailed_leads_throughout() -> None:
    found = lead(shares([1, 2], [5, 5]))
    assert found is not None
    assert (found.leader, found.throughout, found.since) == ("tensorflow", True, FIRST)


def test_a_lead_counts_its_periods_and_is_dated_by_the_last_day() -> None:
    found = lead(shares([1, 6, 7], [5, 5, 5]))
    assert found is not None
    assert (found.periods, found.at, found.newest) == (3, date(2024, 3, 31), date(2024, 3, 31))


def test_a_lead_first_seen_after_a_hole_says_so() -> None:
    early = [row(name, date(2024, m, 1), v) for name, v in (("pytorch", 1), ("tensorflow", 5)) for m in (1, 2, 3)]
    late = [row(name, date(2024, m, 1), v) for name, v in (("pytorch", 9), ("tensorflow", 5)) for m in (8, 9)]
    ready, _ = drawn(framed(early, late), "cumulative", TODAY)
    made = pair_shares(ready, "cumulative")
    found = lead(made)
    assert made["hole"].tolist() == [False, False, False, True, False]
    assert found is not None
    assert (found.before, found.since) == (date(2024, 3, 31), date(2024, 8, 31))


def test_a_lead_first_seen_months_after_the_figure_before_says_so_on_every_page() -> None:
    rows = [
        row(name, date(year, 5, 1), value, end=date(year, 5, 20), granularity="window")
        for name, values in (("pytorch", (1, 2, 9)), ("tensorflow", (5, 5, 5)))
        for year, value in zip((2022, 2023, 2024), values, strict=True)
    ]
    made = pair_shares(drawn(framed(rows), "share", TODAY)[0], "share")
    found, passed = lead(made), crossing(made)
    assert found is not None
    assert passed is not None
    assert found.before == passed.first
    assert not made["hole"].any()
    assert between(passed).replace("\u00a0", " ") == "between May 2023 and May 2024"
    monthly = shares([1, 6], [5, 5])
    assert (lead(monthly) or found).before is None
    assert between(crossing(monthly) or passed).replace("\u00a0", " ") == "in Feb 2024"


def test_a_stock_read_within_its_period_is_as_old_as_it_was_read() -> None:
    ready, _ = drawn(framed([row(name, date(2024, 3, 1), 5) for name in PAIR]), "cumulative", TODAY)
    ready["as_of"] = pd.Timestamp("2024-03-22")
    found = pair_lead(ready, pair_shares(ready, "cumulative"))
    assert found is not None
    assert found.newest == date(2024, 3, 22)


def test_a_documented_gap_is_a_hole_however_short() -> None:
    assert pair_holes([1, 2, None, 4]) == [False, False, True]
    assert pair_holes([1, 2, 3, 4]) == [False] * 4


def pair_holes(torch: Sequence[float | None]) -> list[bool]:
    return shares(torch, [5.0] * len(torch))["hole"].tolist()


def test_a_year_never_finished_ends_the_figures_but_makes_no_share() -> None:
    rows = [
        row(name, date(year, 1, 1), 5 + (name == "pytorch"), end=end, granularity="year", status=status)
        for name in PAIR
        for year, end, status in ((2019, date(2020, 1, 1), "ok"), (2020, date(2020, 6, 13), "partial"))
    ]
    ready, _ = drawn(framed(rows), "per_period", TODAY)
    found = pair_lead(ready, pair_shares(ready, "per_period"))
    assert found is not None
    assert (found.periods, found.since, found.at) == (1, date(2019, 1, 1), date(2019, 12, 31))
    assert found.newest == date(2020, 6, 12)


def test_a_definition_narrows_only_where_all_have_the_same() -> None:
    def ready(first: str, second: str) -> pd.DataFrame:
        named = [row("pytorch", FIRST, 1, definition=first), row("tensorflow", FIRST, 1, definition=second)]
        return drawn(framed(named), "per_period", TODAY)[0]

    assert narrowing(ready("NeurIPS", "NeurIPS"), PAIR) == "NeurIPS"
    assert narrowing(ready("All Respondents", "All Respondents"), PAIR) == ""
    assert narrowing(ready("torch", "tensorflow"), PAIR) == ""
    assert each_by_its_own(ready("torch", "tensorflow"), PAIR) == "torch, tensorflow"
    assert each_by_its_own(ready("NeurIPS", "NeurIPS"), PAIR) == ""
    assert each_by_its_own(ready("", ""), PAIR) == ""
    assert not unlike(ready("torch", "tensorflow"), PAIR)


def test_half_a_point_is_level() -> None:
    found = lead(shares([100.5], [100]))
    assert found is not None
    assert found.leader is None


def test_no_figures_no_lead() -> None:
    assert lead(shares([], [])) is None


def test_the_change_of_a_year() -> None:
    found = last_year(shares([20] * 12 + [30], [80] * 12 + [70]), [])
    assert found.points == pytest.approx(0.1)


def test_no_change_is_computed_across_a_break() -> None:
    made = shares([20] * 12 + [30], [80] * 12 + [70])
    found = last_year(made, [date(2024, 7, 1)])
    assert found.points is None
    assert found.breaks == (date(2024, 7, 1),)
    assert last_year(made, [date(2023, 7, 1), date(2026, 7, 1)]).points is not None


def test_growth_over_a_year_and_never_across_a_break() -> None:
    ready, _ = drawn(framed(months("pytorch", FIRST, [100.0] + [1.0] * 11 + [150.0])), "per_period", TODAY)
    assert growth(ready, []) == pytest.approx(0.5)
    assert growth(ready, [date(2025, 1, 1)]) is None
    assert growth(ready.iloc[:3], []) is None


def test_shares_of_all_need_all() -> None:
    ready, _ = drawn(
        framed(months("a", FIRST, [1, 1]), months("b", FIRST, [3, None]), months("c", FIRST, [4, 4])),
        "per_period",
        TODAY,
    )
    found = all_shares(ready, ["a", "b", "c", "absent"])
    first, second = (found[found["start"].dt.month == m].set_index("system")["value"] for m in (1, 2))
    assert first.to_dict() == {"a": 12.5, "b": 37.5, "c": 50}
    assert second.isna().all()


def test_an_index_starts_where_all_have_begun_and_again_after_a_break() -> None:
    ready, _ = drawn(
        framed(months("a", FIRST, [5, 10, 20, 80, 40]), months("b", FIRST, [0, 2, 4, 4, 4])), "per_period", TODAY
    )
    found = indexed(ready, {"a": [date(2024, 4, 1)]})
    assert found[found["system"] == "a"]["value"].tolist() == [100, 200, 100, 50]
    assert found[found["system"] == "b"]["value"].tolist() == [100, 200, 200, 200]
    start = common_start(ready)
    assert start is not None
    assert start.date() == date(2024, 2, 15)
