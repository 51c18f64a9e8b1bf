"""The rules in Chinese: every verdict on made facts, how sentences are put together, what stays English."""

import re
from datetime import date

import pytest

from catalog.dates import parse_partial_date
from catalog.load import load_catalog
from language.lists import commas, semicolons, sentences
from language.words import _, speaking
from tests.language.english import left
from tests.verdicts.made import bare
from tests.verdicts.test_rules import CASES, HOLDS, PHASES, TABLE, UNDECIDABLE, UNKNOWN, year_of
from verdicts import ledger
from verdicts.judging import judge
from verdicts.registry import BY_CLAIM
from verdicts.speed_claims import RULES as SPEED
from verdicts.speed_claims import Rows
from verdicts.statistics import METHODS
from verdicts.wording import LANGUAGES, REFERENCES, counted, dating, on, reference

CHINESE = "zh-CN"
ADOPTED = "its work"
"""What the made companies use a framework for."""


def test_lists_and_clauses_have_the_signs_of_the_language() -> None:
    assert commas(["a", "b", "c"]) == "a, b, c"
    assert semicolons(["a", "", "b"]) == "a; b"
    assert sentences(["A.", "B."]) == "A. B."
    assert commas([]) == semicolons([""]) == sentences([]) == ""
    with speaking(CHINESE):
        assert commas(["a", "b", "c"]) == "a、b、c"
        assert semicolons(["a", "b"]) == "a；b"
        assert sentences(["甲。", "乙。"]) == "甲。乙。"


def test_a_date_is_iso_unless_a_page_writes_it() -> None:
    assert on(date(2026, 3, 31)) == "2026-03-31"
    assert on(parse_partial_date("2019-09")) == "2019-09"
    with dating(lambda when: f"<{when}>"):
        assert on(date(2026, 3, 31)) == "<2026-03-31>"
    assert on(date(2026, 3, 31)) == "2026-03-31"


def test_what_is_counted_is_a_slug_in_english_and_a_word_in_chinese() -> None:
    assert counted("papers_exclusive", "NeurIPS") == "papers_exclusive (NeurIPS)"
    assert counted("no_such_metric") == "no_such_metric"
    reads = {metric for rule in BY_CLAIM.values() for metric, *rest in rule.reads} - {"archived", "releases"}
    with speaking(CHINESE):
        assert counted("papers_exclusive", "NeurIPS") == "只提到一个框架的会议论文数（NeurIPS）"
        assert not [metric for metric in reads if counted(metric) == metric]


@pytest.mark.parametrize(("claim", "outcome"), [*TABLE, *((claim, UNKNOWN) for claim in UNDECIDABLE)])
def test_a_verdict_is_said_whole_in_chinese(claim: str, outcome: str) -> None:
    facts = bare() if outcome == UNKNOWN else CASES[claim][0](PHASES[outcome])
    with speaking(CHINESE):
        found = judge(BY_CLAIM[claim], facts, year_of(claim))
        told = ledger.document(found, load_catalog())
    assert found.verdict == outcome, "a verdict is a key and stays"
    said = [told["note"], told["then"] or "", told["would_change"], told["method"], *told["missing"]]
    said += [one["what"] for one in told["evidence"]]
    assert not [text for text in said if left(text.replace(ADOPTED, "…"))]


def test_the_english_of_a_verdict_does_not_hang_on_what_was_said_before() -> None:
    rule, facts = BY_CLAIM["pt-academia-tf-industry"], CASES["pt-academia-tf-industry"][0](PHASES[HOLDS])
    first = ledger.document(judge(rule, facts, 2023), load_catalog())
    with speaking(CHINESE):
        assert ledger.document(judge(rule, facts, 2023), load_catalog()) != first
    assert ledger.document(judge(rule, facts, 2023), load_catalog()) == first


def test_what_was_not_measured_is_said_in_chinese() -> None:
    with speaking(CHINESE):
        answers = [rule(Rows([], [])) for rule in SPEED]
    assert not [text for one in answers for text in (one.says, *one.missing) if left(text)]


def test_methods_are_said_in_chinese() -> None:
    with speaking(CHINESE):
        told = [ledger.document(judge(rule, bare(), 2018), load_catalog())["method"] for rule in BY_CLAIM.values()]
    assert len(set(told)) == len(set(METHODS) & {rule.method for rule in BY_CLAIM.values()})
    assert not [text for text in told if text in METHODS.values()]


def test_citations_without_an_address_are_said_in_words() -> None:
    catalog = load_catalog()
    refs = [one.url for one in catalog.bindings] + [one.url for one in catalog.platforms]
    refs += [one.url for one in catalog.milestones] + [one.url for one in catalog.adoptions]
    bare_ones = [ref for ref in refs if not ref.startswith("http")]
    assert [reference(ref) for ref in bare_ones] == bare_ones
    assert reference("https://example.org/") == "https://example.org/"
    assert not [ref for ref in bare_ones if not ref.startswith(tuple(REFERENCES))]
    with speaking(CHINESE):
        assert reference("package index, project torch") == "软件包索引，项目 torch"


def test_every_day_that_the_platforms_say_in_words_is_translated() -> None:
    told = {text for one in load_catalog().platforms for text in (one.since, one.until)}
    worded = {text for text in told if re.search(r"[A-Za-z]{3}", text) and not re.fullmatch(r"jaxlib [\d.]+", text)}
    with speaking(CHINESE):
        assert worded
        assert not [text for text in worded if _(text) == text]


def test_every_platform_whose_name_holds_words_is_translated() -> None:
    told = {one.platform for one in load_catalog().platforms}
    worded = {name for name in told if re.search(r"\b(all|and|any|browser|extension|native)\b", name)}
    with speaking(CHINESE):
        assert worded
        assert not [name for name in worded if _(name) == name]
    assert {one.language for one in load_catalog().bindings if " and " in one.language} == set(LANGUAGES)
