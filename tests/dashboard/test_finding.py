"""Sentences are made from figures, and say no more than they do."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dashboard.analysis.finding import Standing, answer, answer_parts, old_answer, speed_answer, title
from dashboard.analysis.leads import Lead
from dashboard.analysis.nearest import MOST_SAID, nearest, unknown_name, unknown_names
from dashboard.analysis.shares import PAIR
from dashboard.analysis.speed import Verdicts
from dashboard.format import NBSP
from language.words import speaking
from tests.dashboard.made import TODAY

NAMES = {"pytorch": "PyTorch", "tensorflow": "TensorFlow"}


def standing(name: str, leader: str | None, at: date = date(2026, 8, 1)) -> Standing:
    share = 0.5 if leader is None else 0.7 if leader == "pytorch" else 0.3
    return Standing(name, Lead(leader, date(2024, 3, 1), False, share, at))


def test_the_answer_counts_the_signals_and_names_the_exceptions() -> None:
    told = [standing("Downloads", "pytorch"), standing("Papers", "pytorch"), standing("Stars", "tensorflow")]
    assert answer([*told, Standing("Models", None)], NAMES, PAIR, TODAY) == (
        "PyTorch leads on two of three signals with figures of the last three years; TensorFlow still leads on stars."
    )


def test_the_answer_turns_with_the_figures() -> None:
    told = [standing("Downloads", "tensorflow"), standing("MLPerf systems", "tensorflow"), standing("Stars", None)]
    assert answer(told, NAMES, PAIR, TODAY) == (
        "TensorFlow leads on two of three signals with figures of the last three years; the two are level on stars."
    )


def test_all_and_one() -> None:
    assert answer([standing("Stars", "pytorch")], NAMES, PAIR, TODAY).startswith("PyTorch leads on the one signal")
    both = [standing("Stars", "pytorch"), standing("Papers", "pytorch")]
    assert answer(both, NAMES, PAIR, TODAY) == "PyTorch leads on all two signals with figures of the last three years."


def test_a_draw_is_called_one() -> None:
    told = [standing("Downloads", "pytorch"), standing("Stars", "tensorflow")]
    assert answer(told, NAMES, PAIR, TODAY).startswith("PyTorch and TensorFlow each lead on one signal")


def test_old_figures_make_no_lead_and_are_said_to_be_old() -> None:
    old = standing("Questions", "tensorflow", date(2019, 7, 1))
    assert answer([old], NAMES, PAIR, TODAY).startswith("No figures of the last three years")
    assert f"questions ended in Jul{NBSP}2019 with TensorFlow ahead" in old_answer([old], NAMES, TODAY)
    assert old_answer([standing("Stars", "pytorch")], NAMES, TODAY) == ""


def test_no_figures_no_answer() -> None:
    assert answer([Standing("Stars", None)], NAMES, PAIR, TODAY).startswith("No figures of both are in the store yet")


def test_each_part_of_the_answer_leads_to_its_figures() -> None:
    told = [
        replace(standing(name, leader), link=f"./adoption?metric={name.lower()}")
        for name, leader in (("Downloads", "pytorch"), ("Models", "pytorch"), ("Stars", "tensorflow"), ("Forks", None))
    ]
    linked = {part.text: part.link for part in answer_parts(told, NAMES, PAIR, TODAY) if part.link}
    assert linked == {
        "two of four signals": "#signals",
        "stars": "./adoption?metric=stars",
        "forks": "./adoption?metric=forks",
    }
    assert "".join(part.text for part in answer_parts(told, NAMES, PAIR, TODAY)) == answer(told, NAMES, PAIR, TODAY)
    draw = [told[0], told[2]]
    assert [part.link for part in answer_parts(draw, NAMES, PAIR, TODAY) if part.link] == ["#signals"]
    many = [told[2], replace(told[2], title="Forks"), replace(told[2], title="MLPerf"), *told[:2], *told[:2]]
    assert "stars, forks and MLPerf" in answer(many, NAMES, PAIR, TODAY)


def titled(metric: str, leader: str | None, since: date, at: date, **more: Any) -> str:
    found = Lead(leader, since, more.pop("throughout", False), 0.5, at, **{"periods": 9} | more)
    return title(metric, found, NAMES, PAIR, TODAY).replace(NBSP, " ")


def test_a_title_states_the_finding() -> None:
    said = titled("Package downloads", "pytorch", date(2024, 3, 16), date(2026, 3, 1))
    assert said == "PyTorch passed TensorFlow in package downloads in Mar 2024"
    said = titled("GitHub stars", "tensorflow", date(2018, 12, 1), date(2026, 8, 1), throughout=True)
    assert said == "TensorFlow is ahead of PyTorch in GitHub stars in every period since Dec 2018"
    now = date(2026, 8, 1)
    assert titled("GitHub stars", None, now, now) == "PyTorch and TensorFlow are level in GitHub stars"
    assert title("GitHub stars", None, NAMES, PAIR, TODAY) == "GitHub stars"


def test_a_title_of_figures_that_ended_is_in_the_past() -> None:
    first, at, ends = date(2017, 1, 1), date(2019, 12, 31), date(2020, 6, 12)
    said = titled("Questions", "tensorflow", first, at, ends=ends, throughout=True)
    assert said == "TensorFlow was ahead of PyTorch in questions from Jan 2017 until the figures end in Jun 2020"
    said = titled("Papers", "pytorch", date(2019, 7, 1), at)
    assert said == "PyTorch passed TensorFlow in papers in Jul 2019; the figures end in Dec 2019"
    assert titled("Papers", "pytorch", at, at).endswith("in Dec 2019; the figures end then")
    assert titled("Papers", None, at, at).endswith("were level in papers when the figures end in Dec 2019")


def test_a_title_is_in_the_present_for_fifteen_months() -> None:
    for at, verb in ((date(2025, 8, 22), "is"), (date(2025, 8, 21), "was")):
        assert f"TensorFlow {verb} ahead" in titled("Stars", "tensorflow", date(2018, 1, 1), at, throughout=True)


def test_a_title_of_few_periods_says_no_more_than_they_do() -> None:
    one, last = date(2026, 1, 1), date(2026, 1, 31)
    assert titled("Stars", "tensorflow", one, last, throughout=True, periods=1) == (
        "In Jan 2026 TensorFlow was ahead of PyTorch in stars"
    )
    said = titled("Stars", "tensorflow", date(2025, 9, 1), last, throughout=True, periods=1)
    assert said == "From Sep 2025 to Jan 2026 TensorFlow was ahead of PyTorch in stars"
    assert titled("Stars", None, last, last, periods=1) == "In Jan 2026 PyTorch and TensorFlow were level in stars"
    said = titled("Stars", "tensorflow", date(2025, 9, 1), last, throughout=True, periods=2)
    assert said == "TensorFlow was ahead of PyTorch in stars from Sep 2025 until the figures end in Jan 2026"


def test_a_title_says_between_which_months_somebody_passed_unseen() -> None:
    said = titled("Dependents", "pytorch", date(2023, 9, 30), date(2026, 8, 1), before=date(2021, 7, 31))
    assert said == "PyTorch passed TensorFlow in dependents between Jul 2021 and Sep 2023"


def test_speed_in_a_sentence() -> None:
    assert speed_answer(Verdicts(), NAMES, PAIR) == ""
    assert "PyTorch is faster in three of four workloads" in speed_answer(Verdicts(3, 0, 1), NAMES, PAIR)
    assert "TensorFlow is faster in the one workload" in speed_answer(Verdicts(0, 1, 0), NAMES, PAIR)
    assert "each faster in one of two" in speed_answer(Verdicts(1, 1, 0), NAMES, PAIR)
    assert "large enough to call" in speed_answer(Verdicts(0, 0, 2), NAMES, PAIR)


@pytest.mark.parametrize(
    ("counted", "said"),
    [
        (Verdicts(0, 0, 0, 1), "which of the two is faster depends on the mode, eager or compiled."),
        (Verdicts(0, 0, 0, 3), "depends on the mode in all three workloads, eager or compiled."),
        (Verdicts(0, 0, 2, 1), "neither is faster throughout in any of three workloads; in one it depends on the mode"),
    ],
)
def test_where_modes_disagree_no_winner_is_named(counted: Verdicts, said: str) -> None:
    sentence = speed_answer(counted, NAMES, PAIR)
    assert said in sentence
    assert not any(f"{name} is faster" in sentence for name in NAMES.values())


def test_a_winner_elsewhere_is_named_beside_what_depends_on_the_mode() -> None:
    sentence = speed_answer(Verdicts(2, 0, 0, 1), NAMES, PAIR)
    assert "PyTorch is faster in two of three workloads; in one it depends on the mode, eager or compiled." in sentence


def test_the_sentence_on_speed_counts_every_workload_and_names_both_winners() -> None:
    assert speed_answer(Verdicts(3, 1, 1, 2), NAMES, PAIR) == (
        "On the machine measured, PyTorch is faster in three of seven workloads; TensorFlow in one; in two it depends "
        "on the mode, eager or compiled; one has no clear winner."
    )
    with speaking("zh-CN"):
        told = speed_answer(Verdicts(1, 3, 0, 2), NAMES, PAIR)
    assert "TensorFlow 在" in told
    assert "PyTorch 在" in told


def test_the_sentence_on_speed_says_of_how_many_machines_its_figures_are() -> None:
    for counted in (Verdicts(1, 0, 0), Verdicts(0, 0, 1), Verdicts(0, 0, 0, 1), Verdicts(0, 0, 0, 2), Verdicts(1, 2)):
        alone, both = (speed_answer(counted, NAMES, PAIR, machines) for machines in (1, 2))
        assert alone.startswith("On the machine measured, ")
        assert both == alone.replace("On the machine measured", "In the newest measurements of two machines")
    with speaking("zh-CN"):
        assert speed_answer(Verdicts(1, 2), NAMES, PAIR, 2).startswith("在 2 台机器的最新测量中，")


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    known = ["stars", "downloads", "papers"]
    assert nearest("Starz", known) == "stars"
    assert nearest("qqqqqq", known) is None
    assert nearest("nonsense", ["open_issues", "downloads"]) is None
    said = unknown_name("metric", "nonsense", ["open_issues", "downloads"], "downloads")
    assert said == "There is no metric called 'nonsense'. None is like it. This page shows downloads instead."
    said = unknown_name("metric", "starz", known, "downloads")
    assert said == "There is no metric called 'starz'. Did you mean stars? This page shows downloads instead."
    assert len(unknown_name("metric", "x" * 5_000, known, "downloads")) < 200


def test_hundreds_of_unknown_names_are_counted_and_not_listed() -> None:
    said = unknown_names("system", ["pytorch", *(f"s{n}" for n in range(300)), "s1"], ["pytorch"], "pytorch")
    assert len(said) == MOST_SAID + 1
    assert said[-1] == "297 more names of this kind are unknown."
    assert unknown_names("system", ["pytorch"], ["pytorch"], "pytorch") == []


def test_who_leads_since_a_break_passed_nobody() -> None:
    since, now, then = date(2025, 6, 1), date(2026, 10, 1), date(2023, 10, 1)
    changed = "when what is counted changed"
    assert titled("Papers", "pytorch", since, now, changed=True) == (
        f"PyTorch is ahead of TensorFlow in papers since Jun 2025, {changed}"
    )
    assert titled("Papers", "tensorflow", date(2022, 6, 1), then, changed=True) == (
        f"TensorFlow was ahead of PyTorch in papers since Jun 2022, {changed}, until Oct 2023"
    )


@pytest.mark.parametrize("counts", [(1,), (0, 1), (3, 0, 1), (2, 1), (0, 0, 0, 2)])
def test_no_blank_stands_between_two_chinese_signs(counts: tuple[int, ...]) -> None:
    with speaking("zh-CN"):
        said = speed_answer(Verdicts(*counts), NAMES, PAIR)
    assert not re.search(r"[\u3400-\u9fff，。；] [\u3400-\u9fff]", said), said
    assert not re.search(r"[\u3400-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u3400-\u9fff]", said), said


def test_a_suggestion_is_what_people_read_and_the_name_only_where_two_are_called_the_same() -> None:
    known = {"stars_gained": "Stars gained", "stars": "GitHub stars", "a_one": "Alike", "a_two": "Alike"}
    assert "Did you mean Stars gained?" in unknown_name("metric", "star_gained", known, "all")
    assert "Did you mean GitHub stars?" in unknown_name("metric", "github stars", known, "all"), "a title is understood"
    assert "Did you mean Alike (a_two)?" in unknown_name("metric", "a_twoo", known, "all")
    assert "None is like it" in unknown_name("metric", "zz", known, "all")
