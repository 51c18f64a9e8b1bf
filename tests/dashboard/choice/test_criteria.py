"""What each kind of criterion makes of made facts: evidence, nothing, and something in between."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from catalog.load import load_catalog
from catalog.models import Binding, Support
from dashboard.analysis.board import Row
from dashboard.analysis.choice import adoption, ground, probes, speed
from dashboard.analysis.choice.model import FRAMEWORKS, Known, Scores
from dashboard.analysis.choice.registry import RULES
from dashboard.analysis.life import State
from db.read import WheelRow
from tests.dashboard.made import a_break
from tests.verdicts.made import NOW, bare, line, timed
from verdicts.model import Facts, Finding, Line, Probed, Rule
from verdicts.model import State as Met

RUN = date(2026, 11, 1)


def ends(scores: Scores) -> dict[str, tuple[float, float]]:
    return {system: (round(one.low, 3), round(one.high, 3)) for system, one in scores.items()}


def test_every_criterion_of_the_catalogue_has_one_rule() -> None:
    assert [rule.criterion for rule in RULES] == list(load_catalog().criteria)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.criterion)
def test_without_evidence_every_criterion_is_unknown_for_all_and_says_what_is_missing(rule: object) -> None:
    scores = rule.score(Known(bare()))  # type: ignore[attr-defined]  # a rule, whatever pytest calls it
    assert list(scores) == ["tensorflow", "pytorch", "jax", "keras"] or list(scores) == list(FRAMEWORKS)
    for one in scores.values():
        assert (one.low, one.high, one.evidence) == (0.0, 1.0, ())
        assert one.missing


def counted(metric: str, **values: float) -> dict[str, tuple[Line, ...]]:
    return {metric: tuple(line(metric, system, lambda _, v=value: v) for system, value in values.items())}  # type: ignore[misc]  # a default binds it here


def test_a_share_is_among_those_that_are_counted_and_has_wilsons_interval() -> None:
    facts = bare(lines=counted("papers", pytorch=60, tensorflow=20, jax=20))
    scores = adoption.share(Known(facts), "papers")
    assert scores["pytorch"].low < 0.6 < scores["pytorch"].high
    assert scores["pytorch"].width < 0.07  # of 1,200 papers
    assert "among PyTorch, TensorFlow, JAX" in scores["pytorch"].evidence[0].says
    assert scores["keras"].unknown
    assert scores["keras"].command == "framescope collect arxiv"


def test_a_share_looks_at_the_last_year_and_not_across_a_break() -> None:
    def turned(day: date) -> Facts:
        sides = [("pytorch", 90.0, 10.0), ("jax", 10.0, 90.0)]
        made = (line("papers", who, lambda d, a=a, b=b: a if d >= day else b) for who, a, b in sides)  # type: ignore[misc]  # defaults bind them here
        return bare(lines={"papers": tuple(made)})

    assert adoption.share(Known(turned(date(2025, 11, 1))), "papers")["pytorch"].low > 0.85
    facts = turned(date(2026, 6, 1))
    assert adoption.share(Known(facts), "papers")["pytorch"].high < 0.6
    cut = a_break("2026-06-01").model_copy(update={"sources": ("made",)})
    parted = replace(facts, catalog=replace(facts.catalog, breaks=(cut,)))
    assert adoption.share(Known(parted), "papers")["pytorch"].low > 0.85
    later = replace(parted.catalog, breaks=(cut, a_break("2026-11-15").model_copy(update={"sources": ("made",)})))
    assert adoption.share(Known(replace(parted, catalog=later)), "papers")["pytorch"].low > 0.85


def test_a_total_is_a_full_count_and_old_figures_tell_nothing() -> None:
    facts = bare(lines=counted("stars", pytorch=300, tensorflow=700))
    assert ends(adoption.share(Known(facts), "stars"))["tensorflow"] == (0.7, 0.7)
    later = replace(facts, at=NOW + timedelta(days=800))
    assert all(one.unknown for one in adoption.share(Known(later), "stars").values())


def test_fewer_names_score_more_and_more_models_do() -> None:
    names = bare(lines=counted("public_names", pytorch=2000, tensorflow=40_000, jax=2000 * 20**0.5))
    assert ends(adoption.small(Known(names), "public_names")) == {
        "pytorch": (1.0, 1.0), "tensorflow": (0.0, 0.0), "jax": (0.5, 0.5), "keras": (0.0, 1.0),
    }  # fmt: skip
    models = bare(lines=counted("models_shipped", pytorch=50, keras=100))
    assert ends(adoption.large(Known(models), "models_shipped"))["pytorch"] == (0.5, 0.5)
    alone = bare(lines=counted("models_shipped", pytorch=50))
    assert adoption.large(Known(alone), "models_shipped")["pytorch"].unknown


def probed(*cells: tuple[str, str, str, str]) -> Facts:
    rows = [Probed(n, cap, system, mode, state, "1", RUN) for n, (cap, system, mode, state) in enumerate(cells)]
    return bare(probes=tuple(rows))


def test_a_probe_counts_in_the_best_mode_and_on_the_best_backend() -> None:
    facts = probed(
        ("x", "pytorch", "eager", "fail"), ("x", "pytorch", "compile", "pass"), ("x", "tensorflow", "any", "fail"),
        ("x", "keras.torch", "any", "error"), ("x", "keras.jax", "any", "pass"), ("x", "jax", "any", "not_applicable"),
    )  # fmt: skip
    scores = probes.passed(Known(facts), ("x",))
    assert ends(scores) == {"pytorch": (1, 1), "tensorflow": (0, 0), "keras": (1, 1), "jax": (0, 0)}
    assert "keras.jax" in scores["keras"].evidence[-1].ref
    assert ends(probes.passed(Known(facts), ("x",), "eager"))["pytorch"] == (0, 0)


@pytest.mark.parametrize("state", ["error", "not_run"])
def test_a_probe_that_decided_nothing_stays_open_and_is_never_a_no(state: str) -> None:
    facts = probed(("x", "pytorch", "any", state), ("y", "pytorch", "any", "pass"))
    (one,) = {probes.passed(Known(facts), ("x", "y"))["pytorch"]}
    assert (one.low, one.high) == (0.5, 1.0)
    assert one.missing == ("the probe x of pytorch decided nothing here",)
    assert one.command == "framescope probe x"


def test_several_ways_count_by_the_best_of_them() -> None:
    facts = probed(("a", "pytorch", "any", "fail"), ("b", "pytorch", "any", "pass"), ("c", "pytorch", "any", "fail"))
    assert ends(probes.any_way(Known(facts), ("a", "b"), ("c",)))["pytorch"] == (0.5, 0.5)


def test_pace_is_the_fastest_time_over_ones_own_with_both_intervals() -> None:
    rows = [timed("mlp_train_step", "torch.eager", 0.02, 2), timed("mlp_train_step", "torch.compile", 0.01, 2),
            timed("mlp_train_step", "jax.jit", 0.02, 2), timed("conv2d", "jax.jit", 0.001, 2)]  # fmt: skip
    known = Known(bare(results=tuple(rows), run_days={2: RUN}))
    scores = speed.pace(known, speed.training)
    assert scores["pytorch"].low == scores["pytorch"].high == 1.0
    assert scores["jax"].low == pytest.approx(0.5 * 0.98 / 1.02)
    assert scores["jax"].high == pytest.approx(0.5 * 1.02 / 0.98)
    assert scores["keras"].unknown
    assert scores["jax"].evidence[0].ref == "run 2"
    assert all(one.unknown for one in speed.pace(known, speed.inference).values())


def on_board(**states: str) -> Mapping[str, Row]:
    systems = load_catalog().systems
    return {
        slug: Row(systems[slug], State(state, "made", RUN), None, None, None, None, ())
        for slug, state in ((name.replace("_", "-"), state) for name, state in states.items())
    }


def test_lives_count_by_the_best_project_and_an_unknown_state_stays_open() -> None:
    board = on_board(torchserve="archived", tf_serving="slows")
    scores = ground.lives_for(Known(bare(), board), "serving")
    assert ends(scores) == {"tensorflow": (0.5, 0.5), "pytorch": (0, 0), "jax": (0, 1), "keras": (0, 1)}
    assert "archived" in scores["pytorch"].evidence[0].says
    assert ground.lives(Known(bare(), on_board(jax="unknown")), {"jax": ("jax",)})["jax"].width == 1


def wheel(package: str, version: str, tag: str, day: date, python: str = "cp313") -> WheelRow:
    return WheelRow(
        package, version, python, python, tag, 1, datetime(day.year, day.month, day.day, tzinfo=UTC), False, False
    )


def test_wheels_count_by_platform_of_the_newest_version() -> None:
    rows = [wheel("torch", "2.9", "manylinux_2_28_x86_64", RUN), wheel("torch", "2.10", "win_amd64", RUN)]
    scores = ground.platforms(Known(bare(), wheels=rows))
    assert scores["pytorch"].low == pytest.approx(1 / 6)
    assert "torch 2.10" in scores["pytorch"].evidence[0].says
    assert (scores["keras"].low, scores["keras"].high) == (0.0, 1.0)  # on TensorFlow or JAX nobody knows


def test_the_wait_for_a_new_python_counts_by_the_day_and_goes_on_while_there_is_no_wheel() -> None:
    newest = max((one for one in load_catalog().pythons if one.date.first <= NOW), key=lambda one: one.date)
    tag = "cp" + newest.version.replace(".", "")
    there = wheel("torch", "2.9", "manylinux_2_28_x86_64", newest.date.first + timedelta(days=36), tag)
    late = wheel("tensorflow", "2.20", "manylinux_2_28_x86_64", RUN, "cp39")
    scores = ground.new_python(Known(bare(), wheels=[there, late]))
    assert scores["pytorch"].low == pytest.approx(1 - 36 / 365)
    waited = (NOW - newest.date.first).days
    assert scores["tensorflow"].low == 0.0
    assert scores["tensorflow"].high == pytest.approx(max(0, 1 - waited / 365))


def support(system: str, how: str, *, official: bool = True, since: str = "", until: str = "") -> Support:
    return Support(system=system, platform="Google TPU", how=how, since=since, until=until, official=official,
                   url="https://example.org/x", seen="page itself")  # fmt: skip


@pytest.mark.parametrize(
    ("one", "wanted"),
    [
        (support("jax", "extra"), (1.0, 1.0)),
        (support("jax", "extra", until="to be replaced"), (0.5, 0.5)),
        (support("jax", "plugin", official=False), (0.5, 0.5)),
        (support("jax", "plugin", official=False, until="paused"), (0.0, 0.0)),
        (support("jax", "old", until="2024-08"), (0.0, 0.0)),
        (support("jax", "none"), (0.0, 0.0)),
        (support("jax", "new", since="2026-04 (announced)"), (0.0, 1.0)),
    ],
)
def test_who_answers_for_a_platform(one: Support, wanted: tuple[float, float]) -> None:
    facts = bare()
    facts = replace(facts, catalog=replace(facts.catalog, platforms=(one,)))
    assert ends(ground.supported(Known(facts), "Google TPU"))["jax"] == wanted


def test_java_is_not_javascript_and_a_binding_counts_by_its_state() -> None:
    made = Binding(system="jax", language="JavaScript", name="x", maintainer="official", last="2026", state="limited",
                   url="https://example.org/x", seen="page itself")  # fmt: skip
    facts = bare()
    facts = replace(facts, catalog=replace(facts.catalog, bindings=(made,)))
    assert ends(ground.languages(Known(facts), ("JavaScript",)))["jax"] == (0.5, 0.5)
    assert ground.languages(Known(facts), ("Java",))["jax"].unknown


@pytest.mark.parametrize(("met", "wanted"), [(True, ((1, 1), (0, 0))), (False, ((0, 0.5), (0.5, 1)))])
def test_a_claim_orders_the_two_it_names_and_no_other(met: bool, wanted: object) -> None:
    rule = Rule("c", lambda facts: Met(met, ""), "series", "share", "")
    found = Finding("c", "holds", NOW, Met(met, "said so"), None, "", rule)
    scores = ground.ahead(Known(bare(), findings={"c": found}), "c", "tensorflow", "pytorch")
    assert (ends(scores)["tensorflow"], ends(scores)["pytorch"]) == wanted
    assert scores["jax"].unknown
    assert scores["keras"].unknown
