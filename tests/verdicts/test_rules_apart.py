"""What single rules look at and what they leave alone, beyond the four outcomes of `test_rules`."""

from dataclasses import replace
from datetime import date

import pytest

from catalog.load import load_catalog
from tests.verdicts.made import NOW, PT, RUNS, TF, bare, line, probes, shares
from tests.verdicts.test_rules import CASES, PHASES, SPREAD, deployed, languages, level, wordy, year_of
from verdicts import ledger
from verdicts.judging import judge
from verdicts.model import VERDICTS, Facts, Finding, Probed, State
from verdicts.ratios import Ratio
from verdicts.registry import BY_CLAIM, RULES
from verdicts.wording import begun

HOLDS, GONE, NEVER, UNKNOWN = VERDICTS


def test_half_of_the_papers_is_parity_and_four_fifths_are_not() -> None:
    found = judge(BY_CLAIM["arxiv-parity-2019"], level(PHASES[NEVER]), 2019)
    assert (found.verdict, found.now.evidence[0].value) == (NEVER, 0.8)


def test_growth_that_is_faster_in_numbers_and_slower_in_percent_decides_nothing() -> None:
    counts = {2017: 100.0, 2018: 300.0, 2019: 600.0}
    asked = line("questions", PT, lambda d: counts.get(d.year, 50.0))
    found = judge(BY_CLAIM["pt-1-0-sparked-growth"], bare(lines={"questions": (asked,)}), 2019)
    assert (found.verdict, found.now.evidence[0].supports) == (UNKNOWN, None)
    assert "1,100 in 2017, 3,300 in 2018, 6,600 in 2019; growth to the release +200\u00a0%" in found.now.says
    assert found.now.says.endswith("in numbers +2,200, then +3,300")
    assert found.now.missing[-1] == "a growth in questions that numbers and percentages both call faster, or slower"
    few = replace(asked, points=tuple(point for point in asked.points if point.start != date(2018, 5, 1)))
    assert judge(BY_CLAIM["pt-1-0-sparked-growth"], bare(lines={"questions": (few,)}), 2019).verdict == UNKNOWN


def test_a_binding_to_javascript_is_none_to_java() -> None:
    told = languages(
        (PT, "Python"), *((TF, name) for name in ("Python", "C++", "Haskell", "JavaScript", "Go (cgo)", "Rust"))
    )
    state = BY_CLAIM["tf-languages"].decide(told(PHASES[HOLDS]))
    assert state.met is None
    assert state.missing == (f"the state of {TF} from Java on {NOW}",)


def test_keras_had_its_three_backends_from_the_day_cntk_joined() -> None:
    rule, facts = BY_CLAIM["keras-backends"], Facts(NOW, load_catalog())
    days = [date(2014, 1, 1), date(2017, 6, 5), date(2017, 6, 6), date(2020, 6, 16), date(2020, 6, 17)]
    assert [rule.decide(facts.as_of(day)).met for day in days] == [None, None, True, True, False]


def test_that_keras_is_a_package_of_its_own_stands_beside_tf_keras() -> None:
    cells = [("training_loop_shipped", TF, "any", "pass"), ("keras_is_its_own_package", "keras.torch", "any", "pass")]
    found = judge(BY_CLAIM["keras-is-part-of-tf"], probes(*cells)(PHASES[HOLDS]), 2024)
    assert (found.verdict, [one.supports for one in found.now.evidence]) == (HOLDS, [True, None])


def test_answered_questions_and_stars_stand_beside_the_questions() -> None:
    made = [shares(metric, who)(PHASES[HOLDS]).lines for metric, who in (("questions", PT), ("stars", TF))]
    had = [line("questions_answered", PT, lambda _: 450.0), line("questions_answered", TF, lambda _: 90.0)]
    facts = bare(lines={**made[0], **made[1], "questions_answered": tuple(had)})
    state = BY_CLAIM["tf-larger-community"].decide(facts)
    assert (state.met, [one.supports for one in state.evidence]) == (False, [False, None, None, None])
    assert [one.value for one in state.evidence[1:3]] == [0.5, 0.9]
    assert state.evidence[3].ref.startswith("stars/")


def test_a_deployment_project_without_figures_is_named() -> None:
    rule, facts = BY_CLAIM["tf-deployment-stronger"], deployed(PHASES[HOLDS])

    def known(*systems: str) -> State:
        kept = tuple(one for one in facts.lines["downloads"] if one.system in systems)
        return rule.decide(replace(facts, lines={"downloads": kept}))

    state = known("tf-serving", "executorch")
    assert "tf-serving 900, executorch 100; of tf-lite, tfjs, torchserve, torch-export none are known" in state.says
    assert (state.met, state.missing) == (None, ("the downloads of tf-lite, tfjs, torchserve, torch-export",))
    assert known("tf-serving", "executorch", "torchserve", "torch-export").met is True, "more of theirs change nothing"


def test_a_task_that_failed_measures_no_program() -> None:
    facts = wordy(PHASES[HOLDS])
    broken = replace(facts, tasks=tuple(replace(one, state="error") for one in facts.tasks))
    found = judge(BY_CLAIM["tf-complex-alone"], broken, 2018)
    assert (found.verdict, found.now.command) == (UNKNOWN, "framescope tasks small_cnn lstm_classifier")


def test_changing_one_probe_changes_what_rests_on_it_and_nothing_else() -> None:
    rows = [one for made, _ in CASES.values() for one in made(PHASES[HOLDS]).probes if one.day == RUNS[2]]
    cells = {(one.capability, one.system, one.mode): one for one in rows}
    catalog = load_catalog()

    def told(probed: list[Probed]) -> dict[str, Finding]:
        facts = Facts(NOW, catalog, probes=tuple(probed))
        return {rule.claim: judge(rule, facts, year_of(rule.claim)) for rule in RULES}

    before, moved = told(list(cells.values())), 0
    for cell, row in cells.items():
        turned = replace(row, state={"pass": "fail", "fail": "pass"}[row.state])
        after = told([one for one in cells.values() if one is not row] + [turned])
        off = [claim for claim in after if after[claim] != before[claim]]
        named = {"/".join(cell)}
        for claim in off:
            refs = {one.ref for found in (before, after) for one in found[claim].now.evidence}
            assert refs & named, (cell, claim)
        moved += any(after[claim].verdict != before[claim].verdict for claim in off)
    assert moved > len(cells) / 2


@pytest.mark.parametrize(
    ("claim", "command"),
    [
        ("tf-8000-operators", "framescope api"),
        ("search-interest-tf-early-pt-later", "framescope import EXPORT.csv && framescope collect wikimedia"),
        (
            "new-algorithms-first-in-pytorch",
            "framescope collect huggingface github_search && framescope import DUMP.json.gz",
        ),
    ],
)
def test_what_is_missing_is_asked_for_by_a_command_that_gets_it(claim: str, command: str) -> None:
    assert BY_CLAIM[claim].decide(bare()).command == command


@pytest.mark.parametrize(
    ("verdicts", "met"),
    [
        (("slower", "slower", "too close to call"), True),
        (("slower", "too close to call", "too close to call"), None),
        (("faster", "slower", "too close to call"), None),
        (("faster", "faster", "too close to call"), False),
    ],
)
def test_what_is_too_close_to_call_may_not_turn_what_most_comparisons_say(
    verdicts: tuple[str, ...], met: bool | None
) -> None:
    bounds = {"slower": (1.5, 2.0), "faster": (0.4, 0.6), "too close to call": (0.5, 1.6)}
    made = [
        Ratio(f"w{at}", "small", "torch.eager", "tensorflow.function", 1.0, *bounds[said], said, "", 0.02, 5, None, {})
        for at, said in enumerate(verdicts)
    ]
    state = BY_CLAIM["speed-parity"].decide(bare(run_days={5: NOW}, comparisons=tuple(made)))
    assert state.met is met
    assert bool(state.missing) == bool(state.command) == (met is None)
    assert "1 too close to call" in state.says or "2 too close to call" in state.says


def test_a_library_that_drops_a_backend_says_nothing_of_where_models_come_out() -> None:
    rule, facts = BY_CLAIM["open-models-tf-first"], Facts(NOW, load_catalog())
    found = judge(rule, facts, 2019)
    assert (found.verdict, found.now.until) == (UNKNOWN, None)
    assert [one.supports for one in found.now.evidence] == [None, None]
    assert found.now.missing[0] == "models_created: figures of both frameworks"
    assert ledger.document(found, facts.catalog)["would_change"].startswith("models_created: figures of both")
    held = judge(rule, replace(facts, lines=shares("models_created", TF)(PHASES[HOLDS]).lines), 2019)
    assert (held.verdict, [one.supports for one in held.now.evidence]) == (HOLDS, [True, None, None])


@pytest.mark.parametrize("claim", ["adopters-tensorflow", "adopters-pytorch", "adopters-pytorch-2018"])
def test_one_product_denies_no_use_of_a_company(claim: str) -> None:
    found = judge(BY_CLAIM[claim], CASES[claim][0](PHASES[NEVER]), year_of(claim))
    assert (found.verdict, found.now.until) == (UNKNOWN, None)
    assert all(what.endswith("what is cited is one part of it") for what in found.now.missing)


def test_downloads_tell_no_company_from_a_university() -> None:
    rule, facts = BY_CLAIM["pt-academia-tf-industry"], CASES["pt-academia-tf-industry"][0](PHASES[HOLDS])
    state = rule.decide(facts)
    assert (state.met, [one.supports for one in state.evidence]) == (None, [True, None])
    assert state.missing == (
        "a figure of what companies use: neither downloads nor pulls tell a company from a university",
    )
    only = replace(facts, lines={"downloads": facts.lines["downloads"]})
    assert rule.decide(only).met is None


def test_a_claim_of_several_parts_says_by_which_it_fell() -> None:
    named = [(TF, name) for name in ("Python", "C++")]
    facts = languages(*named, (TF, "JavaScript"))(PHASES[HOLDS])
    states = {"C++": "ended"}
    rows = tuple(
        one.model_copy(update={"state": states.get(one.language, one.state)}) for one in facts.catalog.bindings
    )
    state = BY_CLAIM["tf-languages-2023"].decide(replace(facts, catalog=replace(facts.catalog, bindings=rows)))
    assert state.met is False
    assert state.says == (
        "falls by 1 of 3 parts: tensorflow from C++: ended; "
        "the other parts: tensorflow from JavaScript: active; tensorflow from Python: active"
    )
    assert begun(state.says).startswith("Falls by 1 of 3 parts")


def test_as_many_probes_passed_tell_no_more_mature_one() -> None:
    cells = [(name, system, "any", "pass") for name in SPREAD for system in (TF, PT)]
    found = judge(BY_CLAIM["tf-distributed-more-mature"], probes(*cells)(PHASES[HOLDS]), 2024)
    assert (found.verdict, found.now.says) == (UNKNOWN, "tensorflow passes 4 of 4 probes, pytorch 4")
    assert found.now.missing == ("a probe that only one of tensorflow and pytorch passes",)


def test_the_languages_of_2018_fall_by_those_of_pytorch_and_by_none_that_is_only_quiet() -> None:
    rule, facts = BY_CLAIM["tf-languages"], Facts(NOW, load_catalog())
    state = rule.decide(facts)
    assert (state.met, state.says.partition("; ")[0]) == (
        False,
        "falls by 1 of 7 parts: pytorch can be used from Java, Rust, Go, Haskell, R, Julia, C# and F# (.NET) too",
    )
