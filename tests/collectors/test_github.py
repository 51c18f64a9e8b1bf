"""GitHub: how repositories stand, stars that are taken back, renames, closed doors and quotas."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pytest_httpserver import HTTPServer
from werkzeug import Response

from catalog.load import load_catalog
from collectors.errors import RetryLater, StopSource
from collectors.http import HttpClient
from collectors.report import RunReport
from collectors.run import collect
from collectors.settings import Settings
from collectors.source import Context, Item, Request
from collectors.sources import github
from collectors.sources.github import repositories
from db import clock, read
from db.engine import Engine, reading
from tests.collectors.test_http import Shelf
from tests.fakes import held
from tests.fakes.github import TOKEN, GitHub, graphql_errors, history, release, secondary

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)  # a Wednesday
Collect = Callable[..., RunReport]


@pytest.fixture
def hub(httpserver: HTTPServer) -> GitHub:
    served = GitHub(httpserver)
    served.add("pytorch/pytorch", stars=90_000, weeks=history(70))
    return served


@pytest.fixture
def run(store: Engine, home: Path, hub: GitHub) -> Collect:
    """Collect PyTorch with a token, unless told otherwise."""

    def go(*systems: str, token: str | None = TOKEN) -> RunReport:
        secret = None if token is None else SecretStr(token)
        given = Settings(
            home=home, source_urls={"github": hub.url}, source_intervals={"github": 0.0}, github_token=secret
        )
        (report,) = collect(
            ["github"], engine=store, settings=given, systems=systems or ["pytorch"], registered=[github.SOURCE]
        )
        return report

    return go


def rows(store: Engine, metric: str, **given: Any) -> list[read.SeriesRow]:
    with reading(store) as session:
        return list(read.observations(session, metrics=[metric], **given))


def latest(store: Engine, system: str = "pytorch") -> dict[str, float | None]:
    with reading(store) as session:
        found = read.observations(session, systems=[system])
        return {f"{row.metric} {row.definition}": row.value for row in found if row.metric != "stars_gained"}


def test_one_query_tells_how_all_repositories_stand(run: Collect, hub: GitHub, store: Engine) -> None:
    hub.add("Theano/Theano", stars=9_000, archived=True, pushed_at="2020-01-01T00:00:00Z", weeks=[])
    report = run("pytorch", "theano")
    assert report.status == "ok", report.message
    posts = [json.loads(request.data)["query"] for request in hub.seen if request.path == "/graphql"]
    assert len([query for query in posts if "stargazerCount" in query]) == 1
    found = latest(store)
    assert found["stars pytorch/pytorch"] == 90_000
    assert found["open_issues pytorch/pytorch"] == 7
    assert found["closed_issues pytorch/pytorch"] == 90
    assert found["archived pytorch/pytorch"] == 0
    closed = latest(store, "theano")
    assert closed["archived Theano/Theano"] == 1
    days = closed["days_since_push Theano/Theano"]
    assert days is not None
    assert days > 2_000


def test_the_state_of_a_system_can_be_read_from_the_store(run: Collect, hub: GitHub, store: Engine) -> None:
    hub.add("Theano/Theano", archived=True, pushed_at="2024-02-01T12:00:00Z", weeks=[])
    run("pytorch", "theano")
    with reading(store) as session:
        (state,) = read.repository_states(session, systems=["theano"])
        assert {each.system for each in read.repository_states(session)} == {"pytorch", "theano"}
    assert (state.repository, state.headline, state.archived) == ("Theano/Theano", True, True)
    assert state.last_push is not None
    assert abs(state.last_push - date(2024, 2, 1)) <= timedelta(days=1)


def test_a_second_run_on_the_same_day_asks_for_the_totals_alone(run: Collect, hub: GitHub, store: Engine) -> None:
    run()
    before = len(hub.seen)
    with reading(store) as session:
        counted = read.counts(session)["observations"]
    assert run().status == "ok"
    assert [request.path for request in hub.seen[before:]] == ["/graphql"]
    with reading(store) as session:
        assert read.counts(session)["observations"] == counted


def test_the_history_is_read_to_its_end_day_by_day(run: Collect, hub: GitHub, store: Engine) -> None:
    run()
    asked = [path for path in hub.paths if "stargazers" in path]
    assert asked == [f"/repos/pytorch/pytorch/stargazers/history?per_page=30&page={page}" for page in (1, 2, 3)]
    found = rows(store, "stars_gained")
    today = held.TODAY
    assert {row.definition for row in found} == {"pytorch/pytorch retained"}
    assert sum(row.value or 0 for row in found) == sum(
        week["total"] for week in hub.repositories["pytorch/pytorch"].weeks
    )
    assert max(row.period_start for row in found) == today
    assert {row.status for row in found if row.period_start >= today - timedelta(days=1)} == {"partial"}
    assert {row.status for row in found if row.period_start < today - timedelta(days=1)} == {"ok"}


def test_a_history_cut_off_by_the_quota_is_continued_where_it_stopped(run: Collect, hub: GitHub, store: Engine) -> None:
    hub.repositories["pytorch/pytorch"].weeks = history(400)
    hub.remaining = 12  # the totals, and eleven of fourteen pages
    first = run()
    assert first.status == "partial"
    assert "quota is used up" in first.message
    kept = len(rows(store, "stars_gained"))
    assert 290 * 7 < kept <= 300 * 7
    hub.remaining = 5_000
    before = len(hub.paths)
    assert run().status == "skipped", "the quota is renewed in half an hour"
    with clock.ahead(timedelta(minutes=31)):
        assert run().status == "ok"
    again = [path for path in hub.paths[before:] if "stargazers" in path]
    assert [path.rpartition("=")[2] for path in again] == ["11", "12", "13", "14"]
    assert len(rows(store, "stars_gained")) > kept


def test_stars_taken_back_shrink_the_past_and_the_earlier_word_is_kept(
    run: Collect, hub: GitHub, store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    run()
    shrunk = hub.repositories["pytorch/pytorch"].weeks[40]
    shrunk["days"][3] -= 1
    shrunk["total"] -= 1
    day = datetime.fromtimestamp(shrunk["week"], UTC).date() + timedelta(days=3)
    tomorrow = held.TODAY + timedelta(days=1)
    monkeypatch.setattr("collectors.sources.github.stars.today", lambda: tomorrow)
    before = len(hub.paths)
    assert run().status == "ok"
    asked = [path for path in hub.paths[before:] if "stargazers" in path]
    assert [path.rpartition("=")[2] for path in asked] == ["1", "2"]  # the newest page, and an older one in turn
    (now,) = [row for row in rows(store, "stars_gained") if row.period_start == day]
    with reading(store) as session:
        (earlier,) = [row for row in read.revisions(session, source="github") if row.period_start == day]
    assert (now.value, earlier.value) == (1, 2)


def test_what_was_observed_and_what_was_retained_are_two_series() -> None:
    repository = repositories.Repository("a/b", "pytorch", headline=True)
    standing = repositories.Standing(id=1, stars=1_000, forks=1, archived=False, pushed_at=None)
    context = Context(Item("a/b", "pytorch"), "http://hub", NOW)
    first = repositories.observe(repository, standing, None, context)
    assert not [row for row in first.observations if row.metric == "stars_gained"]
    seen = repositories.Seen(**json.loads(first.cursors["repository a/b"]))
    fewer = repositories.Standing(id=1, stars=990, forks=1, archived=False, pushed_at=None)
    tomorrow = Context(context.item, context.url, NOW + timedelta(days=1))
    second = repositories.observe(repository, fewer, seen, tomorrow)
    (gain,) = [row for row in second.observations if row.metric == "stars_gained"]
    assert (gain.value, gain.definition, gain.period_start) == (-10, "a/b observed", NOW.date())
    assert not gain.primary
    again = repositories.Seen(**json.loads(second.cursors["repository a/b"]))
    assert repositories.observe(repository, fewer, again, tomorrow).observations == second.observations
    later = Context(context.item, context.url, NOW + timedelta(days=9))
    assert not [
        row
        for row in repositories.observe(repository, fewer, again, later).observations
        if row.metric == "stars_gained"
    ]


def test_zero_after_thousands_and_another_repository_are_refused() -> None:
    repository = repositories.Repository("a/b", "pytorch", headline=True)
    context = Context(Item("a/b", "pytorch"), "http://hub", NOW)
    seen = repositories.Seen(1, "2026-11-17", 5_000)
    for changed, why in ({"stars": 0}, "cannot be true"), ({"id": 2}, "another repository"):
        known = {"id": 1, "stars": 5_000, "forks": 1, "archived": False, "pushed_at": None}
        parsed = repositories.observe(repository, repositories.Standing(**(known | changed)), seen, context)  # type: ignore[arg-type]  # by name
        assert parsed.observations == ()
        assert parsed.cursors == {}
        assert why in parsed.missing["a/b"]


def test_watchers_of_a_closed_list_are_not_nobody(run: Collect, hub: GitHub, store: Engine) -> None:
    hub.repositories["pytorch/pytorch"].watchers = 0
    run()
    assert "watchers pytorch/pytorch" not in latest(store)


def test_a_repository_that_is_gone_costs_itself_alone_and_is_named(run: Collect, hub: GitHub, store: Engine) -> None:
    report = run("pytorch", "theano")
    assert report.status == "partial"
    assert "Theano/Theano: there is no such repository" in report.message
    assert latest(store)["stars pytorch/pytorch"] == 90_000
    assert latest(store, "theano") == {}


@pytest.mark.parametrize("token", [TOKEN, None])
def test_a_renamed_repository_goes_on_under_its_name_in_the_catalogue(
    run: Collect, hub: GitHub, store: Engine, token: str | None
) -> None:
    hub.repositories["new/home"] = hub.repositories.pop("pytorch/pytorch")
    hub.repositories["new/home"].name = "new/home"
    hub.renamed["pytorch/pytorch"] = "new/home"
    report = run(token=token)
    assert report.status == "ok"
    assert "pytorch/pytorch is called new/home now" in report.message
    assert latest(store)["stars pytorch/pytorch"] == 90_000
    assert len(rows(store, "stars_gained")) > 60 * 7
    with reading(store) as session:
        kept = json.loads(read.cursor(session, "github", "repository pytorch/pytorch") or "{}")
        assert read.runs(session, source="github")[0].message == report.message
    assert kept["called"] == "new/home"


def test_without_a_token_the_rest_interface_answers_and_issues_are_another_definition(
    run: Collect, hub: GitHub, store: Engine
) -> None:
    hub.repositories["pytorch/pytorch"].releases = [release("v1.0", "2026-01-05T00:00:00Z")]
    assert run(token=None).status == "ok"
    assert not [request for request in hub.seen if "Authorization" in request.headers]
    found = latest(store)
    assert found["open_issues pytorch/pytorch with pull requests"] == 10
    assert found["watchers pytorch/pytorch"] == 5
    assert found["stars pytorch/pytorch"] == 90_000
    before = len(hub.seen)
    run(token=None)
    assert len(hub.seen) == before  # all of it was done today


def test_the_closed_lists_are_never_asked_for(run: Collect, hub: GitHub) -> None:
    run()
    run(token=None)
    assert not [path for path in hub.paths if path.partition("?")[0].endswith(("/stargazers", "/subscribers"))]


def test_a_wrong_token_stops_the_source_and_stands_nowhere(run: Collect, hub: GitHub, home: Path) -> None:
    report = run(token="ghp_wrongtoken0123456789")
    assert report.status == "failed"
    assert "Check its key or token" in report.message
    assert "ghp_wrong" not in report.message
    assert b"ghp_wrong" not in (home / "framescope.db").read_bytes()


@pytest.mark.parametrize("status", [403, 429])
def test_a_used_up_quota_is_for_later_whatever_its_status(run: Collect, hub: GitHub, status: int) -> None:
    hub.remaining, hub.primary_status = 0, status
    report = run(token=None)
    assert (report.status, report.requests) == ("unavailable", 1)
    assert "Collect again" in report.message


def test_a_used_up_quota_of_queries_comes_inside_a_200(run: Collect, hub: GitHub, store: Engine) -> None:
    hub.remaining = 0
    report = run()
    assert (report.status, report.requests) == ("unavailable", 1)
    assert "quota of queries" in report.message
    assert latest(store) == {}


@pytest.mark.parametrize("headers", [(), (("Retry-After", "120"),)])
def test_the_secondary_limit_is_for_later_with_or_without_a_word_on_how_long(
    run: Collect, hub: GitHub, headers: tuple[tuple[str, str], ...]
) -> None:
    hub.scripted = [secondary(*headers)]
    report = run()
    assert (report.status, report.requests) == ("unavailable", 1)


def totals_context(*names: str) -> Context:
    kept = [
        {"repository": asdict(repositories.Repository(name, "pytorch", headline=True)), "seen": None} for name in names
    ]
    return Context(Item("totals", "", {"kind": "totals", "repositories": json.dumps(kept)}), "http://hub/graphql", NOW)


@pytest.mark.parametrize(
    ("answer", "kind", "why"),
    [
        (graphql_errors([{"type": "RATE_LIMITED", "message": "no more"}]), RetryLater, "quota of queries"),
        (graphql_errors([{"message": "Something went wrong while executing your query."}]), RetryLater, "given up"),
        (graphql_errors([{"type": "undefinedField", "path": ["r0"], "message": "no"}]), StopSource, "not answered"),
        (graphql_errors([]), StopSource, "neither data nor an error"),
        (Response("<html>login</html>"), StopSource, "web page came"),
    ],
)
def test_a_query_that_was_not_answered_is_never_a_row(answer: Response, kind: type[Exception], why: str) -> None:
    with pytest.raises(kind, match=why):
        github.parse(answer.get_data(), totals_context("a/b"))


def test_partial_data_keeps_what_came_and_names_the_rest(hub: GitHub) -> None:
    node = hub.repositories["pytorch/pytorch"].node(None)
    error = {"type": "RESOURCE_LIMITS_EXCEEDED", "path": ["r1"], "message": "too much"}
    answer = graphql_errors([error], {"r0": node, "r1": None, "rateLimit": None})
    parsed = github.parse(answer.get_data(), totals_context("a/b", "c/d"))
    assert {row.definition for row in parsed.observations} == {"a/b"}
    assert parsed.missing == {"c/d": "RESOURCE_LIMITS_EXCEEDED: too much"}


def test_five_frameworks_cost_at_most_ninety_requests_of_the_rest_interface(run: Collect, hub: GitHub) -> None:
    started = {"pytorch": 2016.6, "tensorflow": 2015.85, "keras": 2015.25, "jax": 2018.8, "flax": 2020.05}
    systems = load_catalog().systems
    for system, year in started.items():
        hub.add(systems[system].github[0], weeks=history(int((2026.89 - year) * 52.18)))
    assert run(*started).status == "ok"
    rest = [path for path in hub.paths if path.startswith("/repos/")]
    assert 80 < len(rest) <= 90
    assert len(hub.paths) - len(rest) <= 3


def test_what_did_not_change_costs_nothing_of_the_quota_with_a_token(
    run: Collect, hub: GitHub, store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    run()
    left, before = hub.remaining, len(hub.seen)
    with reading(store) as session:
        counted = read.counts(session)["observations"]
    tomorrow = held.TODAY + timedelta(days=1)
    monkeypatch.setattr("collectors.sources.github.stars.today", lambda: tomorrow)
    assert run().status == "ok"
    pages = [request for request in hub.seen[before:] if "stargazers" in request.path]
    assert [bool(request.headers.get("If-None-Match")) for request in pages] == [True, True]
    assert left - hub.remaining == 1  # the query of the totals alone
    with reading(store) as session:
        assert read.counts(session)["observations"] == counted


def test_a_query_that_takes_github_too_long_is_for_later(home: Path, hub: GitHub) -> None:
    hub.scripted = [Response('{"message": "Timeout"}', 502) for _ in range(4)]
    client = HttpClient("github", Shelf(), sleep=lambda _: None)
    (item, *_) = github.plan(Request(hub.url, [load_catalog().systems["pytorch"]], secret=SecretStr(TOKEN)))
    with pytest.raises(RetryLater, match="busy or failing"):
        list(github.fetch(client, Request(hub.url, [], secret=SecretStr(TOKEN)), item))
    assert len(hub.seen) == 4
