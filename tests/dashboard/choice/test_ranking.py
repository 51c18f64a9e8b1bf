"""Ranking by ranges and where it flips, on scores made by hand and as properties over many."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.analysis.choice.model import FRAMEWORKS, Range, Scores, Shown, best_of, exactly, mean_of, unknown
from dashboard.analysis.choice.ranking import against, doubts, flips, level, not_separated, rank, weak

SEEN = Shown("series", "made/made/made", 1.0, "made")
NAMES = ("a", "b", "c")


def exact(**values: float) -> Scores:
    return {system: exactly(values.get(system, 0.0), SEEN) for system in FRAMEWORKS}


NOTHING: Scores = dict.fromkeys(FRAMEWORKS, unknown("made"))
TWO = {"a": exact(pytorch=0.8, tensorflow=0.4), "b": exact(pytorch=0.2, tensorflow=0.5)}

ends = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(lambda pair: Range(min(pair), max(pair), (SEEN,)))
tables = st.fixed_dictionaries({n: st.fixed_dictionaries(dict.fromkeys(FRAMEWORKS, ends)) for n in NAMES})
weighted = st.fixed_dictionaries(dict.fromkeys(NAMES, st.floats(0.25, 10)))


def test_the_score_is_the_weighted_mean_and_the_order_that_of_the_middles() -> None:
    first, second, *_ = rank(TWO, {"a": 3, "b": 1})
    assert (first.system, round(first.score, 6), first.low, first.high) == ("pytorch", 0.65, first.score, first.score)
    assert (second.system, round(second.score, 6)) == ("tensorflow", 0.425)


def test_where_it_flips_is_exact_and_how_far_that_is() -> None:
    (one, other) = flips(TWO, {"a": 3, "b": 1})
    assert (one.criterion, one.to) == ("a", "tensorflow")
    assert one.weight == pytest.approx(0.75)  # 0.4 a = 0.3 b
    assert one.by == pytest.approx(-2.25)
    assert other.criterion == "b"
    assert other.weight == pytest.approx(4.0)
    assert flips(TWO, {"a": 10, "b": 1})[0].weight == pytest.approx(0.75)
    assert [flip.criterion for flip in flips(TWO, {"a": 10, "b": 1})] == ["a"]  # b would have to weigh 13.3


def test_level_ones_have_no_winner_and_nothing_flips() -> None:
    ranking = rank({"a": NOTHING}, {"a": 5})
    assert level(ranking) == list(FRAMEWORKS)
    assert not_separated(ranking) == list(FRAMEWORKS[1:])
    assert flips({"a": NOTHING}, {"a": 5}) == []


def test_ranges_that_overlap_cannot_be_separated_and_others_can() -> None:
    table = {"a": {**exact(pytorch=0.9), "jax": Range(0.1, 0.95, (SEEN,))}}
    assert not_separated(rank(table, {"a": 1})) == ["jax"]
    assert not_separated(rank({"a": exact(pytorch=0.9)}, {"a": 1})) == []


def test_what_speaks_against_the_winner_is_the_strongest_first_and_never_without_evidence() -> None:
    table = {**TWO, "c": exact(pytorch=0.0, jax=0.9), "d": {**exact(pytorch=0.0), "keras": unknown("made")}}
    found = against(table, {"a": 10, "b": 1, "c": 1, "d": 1}, "pytorch")
    assert [(one.criterion, one.system) for one in found] == [("c", "jax"), ("b", "tensorflow")]
    assert found[0].middle == pytest.approx(0.9 / 13)
    assert found[0].certain == pytest.approx(0.9 / 13)


def test_where_the_winner_itself_is_low_is_told_even_if_nothing_is_known_of_the_others() -> None:
    table = {
        **TWO,
        "c": {**NOTHING, "pytorch": exactly(0.0, SEEN), "keras": Range(0, 1, (SEEN,))},
        "d": {**NOTHING, "pytorch": Range(0, 0.6, (SEEN,))},
    }
    weights = {"a": 10, "b": 1, "c": 9, "d": 5}
    pulls = against(table, weights, "pytorch")
    assert {one.criterion for one in pulls} == {"b"}
    (low,) = weak(table, weights, "pytorch", pulls)
    assert (low.criterion, low.unknown) == ("c", ("tensorflow", "keras", "jax"))
    assert low.lost == pytest.approx(9 / 25)
    assert weak(table, {"c": 0.0, "a": 1}, "pytorch") == []


def test_what_is_not_known_is_named_widest_first_and_not_where_it_changes_nothing() -> None:
    table = {**TWO, "c": NOTHING}
    weights = {"a": 1, "b": 1, "c": 8}
    assert [one.criterion for one in doubts(table, weights, rank(table, weights))] == ["c"]
    assert doubts(TWO, {"a": 1}, rank(TWO, {"a": 1})) == []


@pytest.mark.parametrize("weights", [{"a": 0.0}, {"a": -1.0}, {"a": 10.5}, {}])
def test_weights_that_weigh_nothing_or_are_out_of_bounds_are_refused(weights: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"weight"):
        rank(TWO, weights)


def test_a_range_stays_within_its_bounds() -> None:
    for low, high in ((0.6, 0.4), (-0.1, 0.5), (0.5, 1.1)):
        with pytest.raises(ValueError, match="no range"):
            Range(low, high)


def test_the_best_of_ways_and_the_mean_of_parts() -> None:
    some, none = Range(0.2, 0.6, (SEEN,)), unknown("a way", "framescope probe x")
    assert (best_of([some, none]).low, best_of([some, none]).high) == (0.2, 1.0)
    assert best_of([exactly(1.0, SEEN), none]).missing == ()
    assert (mean_of([some, none]).low, mean_of([some, none]).high) == (0.1, 0.8)
    both = mean_of([none, unknown("b way", "framescope probe y")])
    assert both.command == "framescope probe x y"


@settings(max_examples=60, deadline=None)
@given(tables, weighted, st.permutations(NAMES))
def test_neither_order_nor_scale_of_weights_matters(
    table: Mapping[str, Scores], weights: dict[str, float], order: list[str]
) -> None:
    one = rank(table, weights)
    other = rank({name: table[name] for name in order}, {name: weights[name] / 2 for name in order})
    assert {r.system: pytest.approx((r.low, r.high)) for r in one} == {r.system: (r.low, r.high) for r in other}


@settings(max_examples=60, deadline=None)
@given(tables, weighted, st.sampled_from(NAMES), st.floats(0, 10))
def test_more_weight_draws_every_end_towards_that_criterion(
    table: Mapping[str, Scores], weights: dict[str, float], name: str, more: float
) -> None:
    heavier = weights | {name: max(weights[name], more)}
    before, after = ({r.system: r for r in rank(table, w)} for w in (weights, heavier))
    for system in FRAMEWORKS:
        goal = table[name][system]
        assert abs(after[system].low - goal.low) <= abs(before[system].low - goal.low) + 1e-9
        assert abs(after[system].high - goal.high) <= abs(before[system].high - goal.high) + 1e-9


@settings(max_examples=60, deadline=None)
@given(tables, weighted, st.sampled_from(NAMES), st.sampled_from(FRAMEWORKS))
def test_knowing_less_widens_a_range_and_moves_no_other(
    table: Mapping[str, Scores], weights: dict[str, float], name: str, system: str
) -> None:
    less = {**table, name: {**table[name], system: unknown("made")}}
    before, after = ({r.system: r for r in rank(t, weights)} for t in (table, less))
    assert after[system].low <= before[system].low + 1e-9
    assert after[system].high >= before[system].high - 1e-9
    assert all(after[other] == before[other] for other in FRAMEWORKS if other != system)


@settings(max_examples=80, deadline=None)
@given(tables, weighted)
def test_beyond_a_flip_the_named_one_leads_and_just_before_it_the_first(
    table: Mapping[str, Scores], weights: dict[str, float]
) -> None:
    leader = rank(table, weights)[0].system
    for flip in flips(table, weights):
        step = 1e-6 if flip.by > 0 else -1e-6
        if not 0 < flip.weight + step <= 10 or abs(flip.by) < 1e-4:
            continue
        scores = {r.system: r.score for r in rank(table, weights | {flip.criterion: flip.weight + step})}
        back = {r.system: r.score for r in rank(table, weights | {flip.criterion: flip.weight - step})}
        assert scores[flip.to] >= scores[leader] - 1e-9
        assert back[leader] >= max(back.values()) - 1e-9
