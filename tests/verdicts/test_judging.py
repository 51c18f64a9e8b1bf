"""What no longer holds and what was out of date when it was printed: the same verdict, told apart beside it."""

from collections.abc import Callable
from datetime import date

import pytest

from catalog.load import load_catalog
from verdicts import ledger
from verdicts.judging import judge, was_late
from verdicts.model import Facts, Rule, State

NOW = Facts(date(2026, 11, 22), load_catalog())
YEAR = 2023


def gone(day: date) -> Callable[[Facts], State]:
    return lambda _facts: State(False, "", until=day)


def so_until(year: int) -> Callable[[Facts], State]:
    return lambda facts: State(facts.at.year <= year, "")


@pytest.mark.parametrize(
    ("decide", "outdated"),
    [
        (gone(date(2019, 9, 1)), True),
        (gone(date(2023, 1, 1)), False),
        (gone(date(2025, 1, 1)), False),
        (so_until(2021), True),
        (so_until(2022), False),
        (so_until(2023), False),
        (lambda facts: State(None if facts.at.year in (2022, 2023) else facts.at.year < 2022, ""), False),
        (lambda facts: State(None if facts.at.year < 2026 else False, ""), False),
    ],
)
def test_what_ended_before_the_article_was_out_of_date_when_published(
    decide: Callable[[Facts], State], outdated: bool
) -> None:
    rule = Rule("tf-static-graph-only", decide, "catalogue", "share", "")
    found = judge(rule, NOW, YEAR)
    assert (found.verdict, found.outdated) == ("no longer holds", outdated)
    told = ledger.document(found, NOW.catalog)
    assert (told["verdict"], told["outdated"]) == ("no longer holds", outdated), "the verdict keeps its name"
    assert was_late(found.note) == outdated, "the store keeps the note alone"


@pytest.mark.parametrize("met", [True, False, None])
def test_what_holds_never_held_or_cannot_be_told_is_never_out_of_date(met: bool | None) -> None:
    rule = Rule("tf-static-graph-only", lambda _facts: State(met, ""), "catalogue", "share", "")
    assert not judge(rule, NOW, YEAR).outdated
