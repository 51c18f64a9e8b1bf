"""The statistics of verdicts against published figures and made lines whose answer is known."""

import re
from dataclasses import replace
from datetime import date

import pytest

from tests.dashboard.made import a_break
from tests.verdicts.made import PT, TF, bare, line, month
from verdicts.model import Facts
from verdicts.pairing import best
from verdicts.registry import BY_CLAIM
from verdicts.series_blocks import ahead, crossed, grows_faster, total, within
from verdicts.statistics import Span, crossing, growth, jumped, sped_up, wilson
from verdicts.wording import begun, percent

DAYS = [month(n) for n in range(12)]


def exact(*values: float) -> list[Span]:
    return [Span(value, value, value) for value in values]


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (29, 29, 0.8830, 1.0)],
)
def test_wilson_gives_the_intervals_of_newcombe_1998(part: int, whole: int, low: float, high: float) -> None:
    # R. G. Newcombe, Statistics in Medicine 17 (1998) 857–872, table I, method 3
    span = wilson(part, whole)
    assert span is not None
    assert [span.low, span.high] == pytest.approx([low, high], abs=1e-4)


def test_nothing_has_no_share_and_few_have_no_growth() -> None:
    assert wilson(0, 0) is None
    assert growth(29, 500) is None
    assert growth(500, 29) is None


def test_growth_has_the_interval_of_a_ratio_of_counts() -> None:
    span = growth(100, 200)
    assert span is not None
    assert span.value == pytest.approx(1.0)
    assert [span.low, span.high] == pytest.approx([0.573, 1.543], abs=1e-3)


def test_a_crossing_lies_between_the_last_day_behind_and_the_first_ahead_for_good() -> None:
    spans = [*exact(0.3, 0.6, 0.4), Span(0.5, 0.45, 0.55), *exact(0.6, 0.7)]
    found = crossing(DAYS[:6], spans)
    assert found is not None
    assert (found.first, found.last, found.jumped) == (DAYS[2], DAYS[4], False)
    always = crossing(DAYS[:3], exact(0.7, 0.6, 0.8))
    assert always is not None
    assert (always.first, always.last) == (None, DAYS[0])
    assert crossing(DAYS[:2], [*exact(0.3), Span(0.5, 0.4, 0.6)]) is None
    assert crossing([], []) is None


def test_a_jump_at_a_break_is_told_from_a_crossing_that_only_falls_on_one() -> None:
    calm = [0.40, 0.41, 0.43, 0.44, 0.46, 0.47, 0.49, 0.505, 0.52, 0.53, 0.55, 0.56]
    wild = [*calm[:7], *(share + 0.3 for share in calm[7:])]
    for shares, is_jump in ((calm, False), (wild, True)):
        found = crossing(DAYS, exact(*shares), [DAYS[7]])
        assert found is not None
        assert found.jumped is is_jump
    assert jumped([1.0, 2.0], 1) is None


def test_a_share_is_pooled_after_the_last_break_only() -> None:
    turn = month(138)
    sides = tuple(line("papers", s, lambda d, s=s: 900.0 if (s == PT) == (d >= turn) else 100.0) for s in (PT, TF))  # type: ignore[misc]  # a default binds it here
    facts = bare(lines={"papers": sides})
    assert ahead(facts, "papers").met is False
    cut = a_break(turn.isoformat()).model_copy(update={"metrics": ("*",), "sources": ("*",)})
    severed = replace(facts, catalog=replace(facts.catalog, breaks=(cut,)))
    assert ahead(severed, "papers").met is True
    assert "2026-07-01 to" in ahead(severed, "papers").says


def test_a_share_of_many_periods_says_so_and_names_its_last_day() -> None:
    says = ahead(papers(), "papers").says
    assert re.search(r"from \d{4}-\d\d-01 to \d{4}-\d\d-(28|29|30|31), \d+ periods taken together", says), says
    assert re.search(r"has \d+\.\d\u00a0%", says), "a percent sign with a blank, as elsewhere"
    assert not re.search(r"\d%", says)


def test_a_sentence_begins_with_a_capital_unless_with_a_name() -> None:
    assert begun("stars grew by 3.1 %; forks grew too") == "Stars grew by 3.1 %; forks grew too"
    assert begun("questions of PyTorch") == "Questions of PyTorch"
    assert begun("tfjs on browser: supported") == "tfjs on browser: supported"
    assert (percent(0.5, 0), percent(2, 0, signed=True)) == ("50\u00a0%", "+200\u00a0%")
    assert begun("") == ""


def test_growth_never_crosses_a_break() -> None:
    sides = tuple(line("papers", s, lambda d, s=s: 100.0 + (d.year if s == PT else 0)) for s in (PT, TF))  # type: ignore[misc]  # a default binds it here
    facts = bare(lines={"papers": sides})
    cut = a_break("2026-01-01").model_copy(update={"metrics": ("*",), "sources": ("*",)})
    severed = replace(facts, catalog=replace(facts.catalog, breaks=(cut,)))
    assert grows_faster(severed, "papers").met is None
    assert grows_faster(severed, "papers").missing
    whole = total(facts, "papers", date(2019, 1, 1), date(2019, 7, 1))
    assert whole is not None
    assert whole[1].second == 600.0


def test_partial_periods_and_few_counts_are_left_out() -> None:

    sides = tuple(line("papers", s, lambda d, s=s: 900.0 if s == PT else 100.0) for s in (PT, TF))  # type: ignore[misc]  # a default binds it here
    last = sides[0].points[-1]
    partial = replace(sides[0], points=(*sides[0].points[:-1], replace(last, status="partial", value=1.0)))
    pair = best(bare(lines={"papers": (partial, sides[1])}), "papers")
    assert pair is not None
    assert pair.rows[-1].end == last.start
    assert crossed(pair) is not None
    few = tuple(line("papers", s, lambda d: 1.0) for s in (PT, TF))
    assert ahead(bare(lines={"papers": few}), "papers").met is None


def cut_at(facts: Facts, day: str) -> Facts:
    """The same facts with a break of every series on a day."""
    cut = a_break(day).model_copy(update={"metrics": ("*",), "sources": ("*",)})
    return replace(facts, catalog=replace(facts.catalog, breaks=(cut,)))


def papers(first: float = 900.0) -> Facts:
    sides = tuple(line("papers", s, lambda _, s=s: first if s == PT else 100.0) for s in (PT, TF))  # type: ignore[misc]  # a default binds it here
    return bare(lines={"papers": sides})


def test_a_period_with_a_break_inside_it_counts_two_things_and_is_left_out() -> None:
    facts = cut_at(papers(), "2026-10-15")
    pair = best(facts, "papers")
    assert pair is not None
    assert pair.rows[-1].end == date(2026, 10, 1)
    edge = best(cut_at(papers(), "2026-10-01"), "papers")
    assert edge is not None
    assert edge.rows[-1].start == date(2026, 10, 1)
    assert "2026-10-01 to 2026-10-31" in ahead(cut_at(papers(), "2026-10-01"), "papers").says


def test_a_total_is_of_its_day_so_a_break_inside_its_month_cuts_before_it() -> None:
    sides = tuple(line("stars", s, lambda d: 1_000.0 + d.toordinal() - 735_000) for s in (PT, TF))
    assert grows_faster(bare(lines={"stars": sides}), "stars").says
    severed = cut_at(bare(lines={"stars": sides}), "2026-10-15")  # the total of October is of the 31st
    assert grows_faster(severed, "stars").missing == ("stars: two years without a break, with 30 counts each",)


def test_no_growth_is_told_between_half_years_with_a_break_between_them() -> None:
    rule = BY_CLAIM["arxiv-growth-h1-2019"]
    assert rule.decide(papers()).met is not None
    assert rule.decide(cut_at(papers(), "2018-09-01")).missing == (
        "papers: both half-years without a break between them",
    )


def test_an_index_is_no_count_and_has_no_interval() -> None:
    sides = tuple(line("search_interest", s, lambda _, s=s: 6.0 if s == PT else 4.0) for s in (PT, TF))  # type: ignore[misc]  # a default binds it here
    state = ahead(bare(lines={"search_interest": sides}), "search_interest")
    assert (state.met, state.evidence[0].value) == (True, 0.6)
    assert "–" not in state.says


def test_a_time_that_is_not_over_and_one_with_holes_are_not_told() -> None:
    span = date(2018, 1, 1), date(2019, 1, 1)
    assert within(papers().as_of(date(2018, 12, 30)), "papers", *span).met is None
    assert within(papers().as_of(date(2018, 12, 31)), "papers", *span).met is True
    sides = papers().lines["papers"]
    holes = tuple(replace(one, points=tuple(p for p in one.points if p.start.month > 2)) for one in sides)
    assert within(bare(lines={"papers": holes}), "papers", *span).met is None


@pytest.mark.parametrize(
    ("counts", "said"),
    [((353, 1_208, 2_708), None), ((1_100, 1_210, 3_300), True), ((1_100, 3_080, 3_300), False), ((10, 90, 900), None)],
)
def test_growth_sped_up_where_numbers_and_percentages_say_so(counts: tuple[int, int, int], said: bool | None) -> None:
    assert sped_up(*counts) is said
