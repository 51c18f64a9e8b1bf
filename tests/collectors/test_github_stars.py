"""GitHub's history of stars, page by page: days to come, weeks that are missing, and what cannot be true."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from collectors.errors import SkipItem, StopSource
from collectors.source import Context, Item, Parsed
from collectors.sources import github
from tests.fakes.github import history

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)  # a Wednesday


def stars_context(page: int = 1, *, whole: str = "", pages: str = "1,2,3", now: datetime = NOW) -> Context:
    detail = {"kind": "stars", "repository": "a/b", "headline": "yes", "pages": pages, "whole": whole}
    return Context(Item("a/b stars", "pytorch", detail), f"http://hub/x?per_page=30&page={page}", now)


def stars(weeks: Any, context: Context | None = None) -> Parsed:
    return github.parse(json.dumps(weeks).encode(), context or stars_context())


def test_days_to_come_are_not_stored_as_nobody() -> None:
    parsed = stars(history(1, now=NOW))
    assert [row.period_start for row in parsed.observations] == [date(2026, 11, day) for day in (15, 16, 17, 18)]


def test_a_week_that_is_not_listed_stays_missing() -> None:
    weeks = history(4, now=NOW)
    del weeks[2]
    days = {row.period_start for row in stars(weeks).observations}
    assert date(2026, 11, 1) not in days
    assert {date(2026, 10, 25), date(2026, 11, 8)} <= days


def test_an_empty_history_is_not_zero_stars() -> None:
    with pytest.raises(SkipItem, match="not the same as no stars"):
        stars([])
    assert stars([], stars_context(3)).observations == ()


@pytest.mark.parametrize(
    ("change", "kind", "why"),
    [
        ({"total": 99}, SkipItem, "do not add up"),
        ({"days": [1, 1, 1, 1, 1, 1, 900], "total": 906}, SkipItem, "stars of the future"),
        ({"days": [-1, 1, 0, 0, 0, 0, 0], "total": 0}, StopSource, "unknown form"),
        ({"days": [0, 0]}, StopSource, "unknown form"),
        ({"week": "2026-11-15"}, StopSource, "unknown form"),
        ({"week": 0}, StopSource, "unknown form"),
    ],
)
def test_a_history_that_cannot_be_true_is_not_kept(change: dict[str, Any], kind: type[Exception], why: str) -> None:
    weeks = history(3, now=NOW)
    weeks[0] |= change
    with pytest.raises(kind, match=why):
        stars(weeks)


def test_weeks_in_another_order_stop_the_source() -> None:
    with pytest.raises(StopSource, match="newest first"):
        stars(history(3, now=NOW)[::-1])


def test_a_page_whose_number_a_redirect_lost_is_not_guessed() -> None:
    context = stars_context()
    with pytest.raises(SkipItem, match="which page"):
        stars(history(3, now=NOW), Context(context.item, "http://hub/repositories/1/stargazers/history", NOW))


def test_the_pages_turn_round_once_the_whole_is_known() -> None:
    def after(page: int, pages: str, weeks: int) -> dict[str, Any]:
        parsed = stars(history(weeks, now=NOW), stars_context(page, whole="yes", pages=pages))
        return dict(json.loads(parsed.cursors["stars a/b"]))

    assert after(2, "1,2", 30)["read"] == 2
    assert after(3, "1,3", 4)["read"] == 1
    assert stars(history(4, now=NOW)).cursors == {"stars a/b": '{"read": 1, "whole": true, "day": "2026-11-18"}'}
