"""GitHub search: totals that are believed only when they come twice, and zeros that are not."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pytest_httpserver import HTTPServer
from werkzeug import Response

import collectors
from collectors.errors import RetryLater, SkipItem, StopSource, Unreadable
from collectors.http import HttpClient
from collectors.report import RunReport
from collectors.run import collect
from collectors.settings import Settings
from collectors.source import Context, Item, Request
from collectors.sources import github_search
from db import clock, read
from db.engine import Engine, reading
from tests.collectors.test_http import Shelf
from tests.fakes import held
from tests.fakes.github_search import Search, found

TOKEN = "ghp_faketoken0123456789"
RECORDING = "octokit-fixtures/search-issues/normalized-fixture.json"
NOW = datetime(2024, 6, 15, 12, tzinfo=UTC)
Collect = Callable[..., RunReport]


def month(back: int) -> str:
    day = held.TODAY.replace(day=1)
    for _ in range(back):
        day = (day - timedelta(days=1)).replace(day=1)
    return f"{day:%Y-%m}"


@pytest.fixture
def search(httpserver: HTTPServer) -> Search:
    return Search(httpserver)


@pytest.fixture
def run(store: Engine, home: Path, search: Search, monkeypatch: pytest.MonkeyPatch) -> Collect:
    """Collect PyTorch for this month and the three before, with a token."""
    monkeypatch.setattr(github_search, "FIRST_MONTH", date.fromisoformat(f"{month(3)}-01"))

    def go(**given: object) -> RunReport:
        chosen = Settings(
            home=home,
            source_urls={"github_search": search.url},
            source_intervals={"github_search": 0.0},
            github_token=SecretStr(TOKEN),
        )
        defaults: dict[str, object] = {"settings": chosen, "systems": ["pytorch"], "registered": [github_search.SOURCE]}
        (report,) = collect(["github_search"], engine=store, **(defaults | given))  # type: ignore[arg-type]  # by name
        return report

    return go


def months(store: Engine, system: str = "pytorch") -> dict[str, tuple[float | None, str]]:
    with reading(store) as session:
        rows = list(read.observations(session, metrics=["new_repositories"], systems=[system]))
    return {f"{row.period_start:%Y-%m}": (row.value, row.status) for row in rows}


def test_each_month_has_its_topic_and_its_denominator(run: Collect, search: Search, store: Engine) -> None:
    search.totals[("pytorch", month(2))] = 700
    report = run()
    assert report.status == "ok", report.message
    ours, all_of_them = months(store), months(store, "all")
    assert set(ours) == set(all_of_them) == {month(back) for back in range(4)}
    assert ours[month(2)] == (700, "ok")
    assert all_of_them[month(2)] == (800, "ok")
    assert ours[month(0)][1] == "partial"
    assert {request.args["per_page"] for request in search.seen} == {"1"}
    assert len(search.seen) == 16


def test_a_month_is_left_alone_a_week_after_its_end(run: Collect, search: Search) -> None:
    run()
    before = len(search.seen)
    assert (run().requests, len(search.seen)) == (0, before), "once a week is enough"
    with clock.ahead(timedelta(days=7)):
        assert run().status == "ok"
    again = {request.args["q"].partition("created:")[2][:7] for request in search.seen[before:]}
    assert month(0) in again
    assert not {month(2), month(3)} & again


@pytest.mark.parametrize("seed", range(3))
def test_spurious_zeros_and_jitter_never_become_a_figure(
    run: Collect, search: Search, store: Engine, seed: int
) -> None:
    search.random.seed(seed)
    search.zeros, search.jitter = 0.2, 0.01
    for _ in range(5):
        if run().status == "ok":
            break
    values = [value for value, _ in (*months(store).values(), *months(store, "all").values())]
    assert len(values) == 8
    assert all(value is not None and 790 <= value <= 810 for value in values)


def test_zero_after_a_figure_is_refused_however_often_it_comes(run: Collect, search: Search, store: Engine) -> None:
    run()
    search.total = 0
    with clock.ahead(timedelta(days=7)):
        report = run()
    assert "0 repositories after 800" in report.message
    assert months(store)[month(0)][0] == 800


def test_zero_from_the_start_is_believed_the_third_time(run: Collect, search: Search, store: Engine) -> None:
    search.totals[("pytorch", month(3))] = 0
    assert run().status == "ok"
    assert months(store)[month(3)] == (0, "ok")
    asked = [request for request in search.seen if f"topic:pytorch created:{month(3)}" in request.args["q"]]
    assert len(asked) == 3


@pytest.fixture
def client(home: Path) -> HttpClient:
    slept.clear()
    return HttpClient("github_search", Shelf(), sleep=slept.append)


slept: list[float] = []
ITEM = Item("topic pytorch, 2024-05", "pytorch", {"topic": "pytorch", "month": "2024-05-01", "before": ""})


def fetched(client: HttpClient, search: Search, *, token: bool = True) -> float | None:
    """What is kept of all that the search answers."""
    request = Request(search.url, [], secret=SecretStr(TOKEN) if token else None)
    answers = [(receipt.body, context()) for receipt in github_search.fetch(client, request, ITEM)]
    return github_search.parse_all(answers).observations[0].value


@pytest.mark.parametrize(
    ("answers", "kept", "asked"),
    [
        ([500, 500], 500, 2),
        ([500, 0, 495, 500], 500, 4),
        ([310, 500, 505], 500, 3),
        ([100, 500, 300, 505, 510], 500, 5),
        ([0, 0, 12, 12], 12, 4),
        ([1, 2], 1, 2),
        ([0, 0, 0], 0, 3),
    ],
)
def test_a_total_counts_once_two_in_a_row_agree_and_the_median_is_kept(
    client: HttpClient, search: Search, answers: list[int], kept: int, asked: int
) -> None:
    search.scripted = list(answers)
    assert fetched(client, search) == kept
    assert len(search.seen) == asked


def test_what_never_settles_is_left_for_later(client: HttpClient, search: Search) -> None:
    search.scripted = [100, 200, 400, 800, 100, 300]
    with pytest.raises(RetryLater, match="ever other totals"):
        fetched(client, search)


def test_a_search_that_stays_incomplete_is_a_lower_bound(client: HttpClient, search: Search) -> None:
    search.scripted = [found(90, "2024-05", incomplete=True) for _ in range(6)]
    assert fetched(client, search) == 90
    parsed = github_search.parse(found(90, "2024-05", incomplete=True).get_data(), context())
    assert (parsed.observations[0].value, parsed.observations[0].status) == (90, "lower_bound")
    search.scripted = [found(90, "2024-05", incomplete=True), 800, 801]
    assert fetched(client, search) == 800


def test_the_quota_of_a_minute_is_waited_for(client: HttpClient, search: Search) -> None:
    search.remaining = 1
    assert fetched(client, search) == 800
    assert [seconds for seconds in slept if seconds > 30]


def test_without_a_token_requests_keep_a_longer_distance(client: HttpClient, search: Search) -> None:
    fetched(client, search, token=False)
    assert slept.count(4.0) == 2
    assert "Authorization" not in search.seen[0].headers


def test_a_question_that_is_refused_stops_the_source(client: HttpClient, search: Search) -> None:
    search.scripted = [Response('{"message": "Validation Failed"}', 422)]
    with pytest.raises(StopSource, match="does not expect"):
        fetched(client, search)


def context(before: str = "") -> Context:
    return Context(Item(ITEM.name, ITEM.system, {**ITEM.detail, "before": before}), "http://hub/search", NOW)


def test_more_than_the_search_promises_to_look_at_is_a_lower_bound() -> None:
    (row,) = github_search.parse(found(4_000, "2024-05").get_data(), context()).observations
    assert row.status == "lower_bound"
    (row,) = github_search.parse(found(3_999, "2024-05").get_data(), context()).observations
    assert row.status == "ok"


def test_a_repository_of_another_month_means_that_the_question_was_not_understood() -> None:
    with pytest.raises(StopSource, match="another month"):
        github_search.parse(found(10, "2019-01").get_data(), context())


def test_zero_after_a_figure_is_refused_by_the_reader_too() -> None:
    with pytest.raises(SkipItem, match="0 repositories after 812"):
        github_search.parse(found(0, "2024-05").get_data(), context("812"))


@pytest.mark.parametrize(
    "body", [b"<html>", b"", b'{"items": []}', b'{"total_count": -1, "incomplete_results": false, "items": []}']
)
def test_an_answer_of_another_form_stops_the_source(body: bytes) -> None:
    with pytest.raises((StopSource, Unreadable)):
        github_search.parse(body, context())


def test_a_real_answer_of_a_search_has_this_form() -> None:
    path = Path(collectors.__file__).resolve().parents[2] / "shared" / "recordings" / "github" / RECORDING
    if not path.is_file():
        pytest.skip(f"the recordings are not at {path}")
    body: dict[str, Any] = json.loads(path.read_bytes())[0]["response"]
    where = Item("recorded", "pytorch", {"topic": "sesame", "month": "2017-10-01", "before": ""})
    (row,) = github_search.parse(json.dumps(body).encode(), Context(where, "http://hub/search", NOW)).observations
    assert row.value == body["total_count"] == 2
