"""Hacker News: words of titles, months, and the wall behind which everything reads zero."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from collectors.errors import SkipItem, StopSource, Unreadable
from collectors.report import RunReport
from collectors.run import collect
from collectors.settings import Settings
from collectors.source import Context, Item, Parsed
from collectors.sources import hackernews
from db import clock, read
from db.engine import Engine, reading
from tests.fakes import held
from tests.fakes.hackernews import MESSAGE, HackerNews, answer

NOW = datetime(2024, 6, 15, 12, tzinfo=UTC)
Collect = Callable[..., RunReport]


@pytest.fixture
def news(httpserver: HTTPServer) -> HackerNews:
    return HackerNews(httpserver)


@pytest.fixture
def run(store: Engine, home: Path, news: HackerNews, monkeypatch: pytest.MonkeyPatch) -> Collect:
    """Collect PyTorch from last January on, unless told otherwise."""
    year = held.TODAY.year
    monkeypatch.setattr(hackernews, "FIRST_YEAR", year - 1)

    def go(*systems: str, since: date | None = None) -> RunReport:
        given = Settings(home=home, source_urls={"hackernews": news.url}, source_intervals={"hackernews": 0.0})
        (report,) = collect(
            ["hackernews"],
            engine=store,
            settings=given,
            systems=systems or ["pytorch"],
            since=since,
            registered=[hackernews.SOURCE],
        )
        return report

    return go


def months(store: Engine, system: str = "pytorch") -> dict[str, tuple[float | None, str]]:
    with reading(store) as session:
        found = list(read.observations(session, metrics=["stories"], systems=[system]))
    return {f"{row.period_start:%Y-%m}": (row.value, row.status) for row in found}


def last_year(month: int, day: int = 5) -> str:
    return f"{held.TODAY.year - 1}-{month:02}-{day:02}"


def test_stories_are_counted_by_month_with_all_of_them_beside(run: Collect, news: HackerNews, store: Engine) -> None:
    news.add("PyTorch 2.0 is out", last_year(3))
    news.add("Why we left pytorch", last_year(3, 31))
    news.add("Show HN: PyTorchify my toaster", last_year(4))
    report = run()
    assert report.status == "ok", report.message
    found = months(store)
    assert found[last_year(3)[:7]] == (2, "ok")
    assert found[last_year(4)[:7]] == (0, "ok")
    assert found[f"{held.TODAY:%Y-%m}"][1] == "partial"
    assert months(store, "all")[last_year(3)[:7]] == (502, "ok")
    assert set(months(store, "all")) == set(found)


def test_finished_months_are_not_asked_for_again(run: Collect, news: HackerNews, store: Engine) -> None:
    run()
    before, kept = len(news.seen), months(store)
    assert (run().requests, len(news.seen)) == (0, before), "once a week is enough"
    with clock.ahead(timedelta(days=7)):
        assert run().status == "ok"
    assert {name: months(store)[name] for name in kept} == kept
    year = datetime(held.TODAY.year, 1, 1, tzinfo=UTC).timestamp()
    asked = [int(request.args["numericFilters"].partition(">=")[2].partition(",")[0]) for request in news.seen[before:]]
    assert asked
    assert min(asked) >= year
    assert len(asked) <= 6


def test_a_year_beyond_the_wall_is_asked_for_by_month(run: Collect, news: HackerNews, store: Engine) -> None:
    for month in range(1, 13):
        news.add("PyTorch again", last_year(month), times=90)
    run()
    assert months(store)[last_year(7)[:7]] == (90, "ok")
    assert sum(value or 0 for value, _ in months(store).values()) == 1_080


def test_a_month_beyond_the_wall_is_a_lower_bound(run: Collect, news: HackerNews, store: Engine) -> None:
    news.add("PyTorch everywhere", last_year(7), times=1_400)
    run()
    assert months(store)[last_year(7)[:7]] == (1_000, "lower_bound")
    assert months(store)[last_year(8)[:7]] == (0, "ok")


def test_the_zero_behind_the_wall_is_not_stored(run: Collect, news: HackerNews, store: Engine) -> None:
    news.scripted = [answer([], 0, message=MESSAGE)]
    report = run()
    assert report.status == "partial"
    assert "which is not zero" in report.message
    assert last_year(7)[:7] not in months(store)
    assert run().status == "ok"  # what was missed is asked for again
    assert months(store)[last_year(7)[:7]] == (0, "ok")


def test_an_estimate_of_all_stories_is_unavailable_and_no_figure(run: Collect, news: HackerNews, store: Engine) -> None:
    news.exhaustive = False
    assert run().status == "ok"
    assert set(months(store, "all").values()) == {(None, "unavailable")}
    assert months(store)[last_year(7)[:7]] == (0, "ok")


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ({}, None),
        ({"exhaustive": {"nbHits": True}}, 7),
        ({"exhaustiveNbHits": False}, None),
        ({"exhaustiveNbHits": True}, 7),
    ],
)
def test_a_count_that_is_not_said_to_be_exact_is_an_estimate(said: dict[str, Any], value: float | None) -> None:
    body = json.dumps({"hits": [], "nbHits": 7, **said}).encode()
    (row,) = hackernews.parse(body, context("", first="2024-05-01", end="2024-06-01")).observations
    assert (row.value, row.status) == (value, "unavailable" if value is None else "ok")


def test_the_wall_says_nothing_of_exactness_and_is_still_no_zero() -> None:
    body = json.dumps({"hits": [], "nbHits": 0, "nbPages": 0, "message": MESSAGE}).encode()
    with pytest.raises(SkipItem, match="which is not zero"):
        hackernews.parse(body, context())


def context(word: str = "PyTorch", capitals: str = "", first: str = "2024-05-01", end: str = "2024-07-01") -> Context:
    low, high = (int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) for day in (first, end))
    url = f"http://hn/search_by_date?numericFilters=created_at_i%3E%3D{low}%2Ccreated_at_i%3C{high}&page=0"
    return Context(Item("made", "pytorch", {"word": word, "capitals": capitals, "from": first, "until": end}), url, NOW)


def hit(title: str | None, day: str = "2024-05-05", number: str = "1") -> dict[str, Any]:
    at = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return {"objectID": number, "title": title, "created_at_i": int(at.timestamp())}


def parsed(response: Response, where: Context | None = None) -> Parsed:
    return hackernews.parse(response.get_data(), where or context())


@pytest.mark.parametrize(
    ("word", "capitals", "title", "counted"),
    [
        ("PyTorch", "", "PYTORCH!", True),
        ("PyTorch", "", "pytorch-lightning 2", True),
        ("PyTorch", "", "Pytorchvision", False),
        ("JAX", "yes", "JAX: composable transformations", True),
        ("JAX", "yes", "Ajax is back", False),
        ("JAX", "yes", "Jax Teller on writing", False),
        ("Keras", "", None, False),
    ],
)
def test_the_title_must_name_it_as_a_word(word: str, capitals: str, title: str | None, counted: bool) -> None:
    rows = parsed(answer([hit(title)], 1), context(word, capitals)).observations
    assert [row.value for row in rows] == [float(counted), 0.0]
    assert [row.status for row in rows] == ["ok", "partial"]


def test_titles_that_are_all_gone_are_no_zeros() -> None:
    with pytest.raises(SkipItem, match="No story has a title"):
        parsed(answer([hit(None), hit(None)], 2))


def test_a_story_listed_twice_is_one() -> None:
    twice = [hit("PyTorch"), hit("PyTorch")]
    assert parsed(answer(twice, 2)).observations[0].value == 1


def test_stories_of_other_months_mean_that_the_filter_is_ignored() -> None:
    with pytest.raises(StopSource, match="outside the months"):
        parsed(answer([hit("PyTorch", "2020-01-01")], 1))


def test_a_window_that_was_lost_is_not_guessed() -> None:
    where = context()
    with pytest.raises(SkipItem, match="which months"):
        parsed(answer([], 0), Context(where.item, "http://hn/search_by_date", NOW))


def test_no_story_at_all_in_a_month_that_is_over_cannot_be_true() -> None:
    with pytest.raises(SkipItem, match="cannot be true"):
        parsed(answer([], 0), context("", first="2024-05-01", end="2024-06-01"))


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"",
        b'{"hits": []}',
        b'{"hits": [{"title": "x"}], "nbHits": 1}',
        b'{"hits": [], "nbHits": -1}',
    ],
)
def test_an_answer_of_another_form_stops_the_source(body: bytes) -> None:
    with pytest.raises((StopSource, Unreadable)):
        hackernews.parse(body, context())
