"""Calls predicted against calls made: every source against its server, and every server through the cron line twice."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from catalog.load import load_catalog
from collectors.budget import Calls, predict, seconds, total
from collectors.report import RunReport
from collectors.run import collect
from collectors.settings import Settings
from collectors.source import Item
from collectors.sources import SOURCES
from db import clock, read
from db.engine import Engine, reading
from tests.fakes import held
from tests.fakes.github import TOKEN
from tests.fakes.populated import NOT_ASKED, World, world
from tests.fakes.repository import Repository

NAMES = [source.name for source in SOURCES]
ASKED = [name for name in NAMES if name not in NOT_ASKED]
LONG = ("stackexchange", "github_search", "arxiv", "openalex")
SOME = ("pytorch", "jax", "keras", "flax", "all", "deep-learning")
KEYS = {
    "github_token": SecretStr(TOKEN),
    "openalex_key": SecretStr("a-key-of-tests"),
    "stackexchange_key": SecretStr("a-key-of-tests"),
}


@pytest.fixture(scope="module")
def everywhere() -> Iterator[World]:
    with world() as servers:
        yield servers


def settings(home: Path, servers: World, **more: Any) -> Settings:
    paces = dict.fromkeys(NAMES, 0.0)
    urls = dict.fromkeys(NOT_ASKED, "http://127.0.0.1:9/") | servers.urls
    return Settings(home=home, contact="mailto:me@example.org", source_urls=urls, source_intervals=paces, **more)


def go(store: Engine, given: Settings, *names: str, **more: Any) -> list[RunReport]:
    return collect(names or None, engine=store, settings=given, systems=SOME, **more)


def test_every_source_has_a_server_or_a_reason_to_have_none(everywhere: World) -> None:
    assert sorted(NAMES) == sorted([*everywhere.servers, *NOT_ASKED])


@pytest.mark.parametrize("keys", [{}, KEYS], ids=["no keys", "keys"])
@pytest.mark.parametrize("name", ASKED)
def test_a_run_makes_the_calls_that_were_predicted(
    name: str, keys: dict[str, SecretStr], store: Engine, home: Path, everywhere: World
) -> None:
    source = next(source for source in SOURCES if source.name == name)
    if keys and source.secret not in keys:
        pytest.skip("it takes no key")
    if name == "github_search" and not keys:
        pytest.skip("without a token it pauses for four seconds before each request")
    given = settings(home, everywhere, **keys)
    since = {"since": clock.today() - timedelta(days=70)} if name in LONG else {}
    before = everywhere.asked()
    (told,) = go(store, given, name, dry_run=True, **since)
    assert (told.status, everywhere.asked()) == ("skipped", before), "a dry run asks nobody"
    with reading(store) as session:
        assert read.runs(session, source=name) == [], "and leaves nothing"
    (report,) = go(store, given, name, **since)
    assert report.status == "ok", report.message
    assert report.predicted == told.predicted
    assert report.predicted is not None
    made = report.requests - report.again
    assert report.predicted.least <= made <= report.predicted.most
    assert everywhere.asked()[name] - before[name] == report.requests
    with reading(store) as session:
        kept = read.source_states(session)[name].parameters
    assert Calls(**kept["predicted"]) == report.predicted
    assert kept["again"] == report.again


@pytest.mark.parametrize(("name", "reason"), NOT_ASKED.items())
def test_what_is_not_asked_says_why_and_asks_nobody(
    name: str, reason: str, store: Engine, home: Path, everywhere: World
) -> None:
    before = everywhere.asked()
    (report,) = go(store, settings(home, everywhere, **KEYS), name)
    assert (report.status, report.requests, report.predicted) == ("skipped", 0, None)
    assert report.message.startswith(reason)
    assert everywhere.asked() == before
    with reading(store) as session:
        assert read.runs(session, source=name) == []


def test_a_clone_is_read_without_a_call(store: Engine, home: Path, everywhere: World, tmp_path: Path) -> None:
    Repository.made(tmp_path / "clones" / "pytorch" / "pytorch").commit("2020-03-01T12:00:00+0000")
    before = everywhere.asked()
    (report,) = go(store, settings(home, everywhere, git_clones=tmp_path / "clones"), "git")
    assert (report.status, report.requests, report.predicted) == ("ok", 0, Calls()), report.message
    assert report.new
    assert everywhere.asked() == before


@pytest.mark.parametrize(
    "name", ["package_index", "clickpy", "conda", "dockerhub", "ecosystems", "pypistats", "wikimedia"]
)
def test_where_nothing_depends_on_the_answers_the_prediction_is_exact(name: str, store: Engine, home: Path) -> None:
    source = next(source for source in SOURCES if source.name == name)
    from collectors.source import Request

    plan = source.plan(Request("http://x/", list(load_catalog().systems.values())))
    calls = total(predict(plan, source.calls))
    assert calls.least == calls.most >= len(plan) > 0


def test_repeated_tries_are_counted_apart(store: Engine, home: Path, everywhere: World) -> None:
    from werkzeug import Response

    everywhere.servers["conda"].scripted = [Response("busy", 503, headers={"Retry-After": "0"})]
    (report,) = go(store, settings(home, everywhere), "conda")
    assert report.predicted == Calls.exactly(report.requests - 1)
    assert report.again == 1


def test_the_cron_line_twice_in_a_row_asks_nobody_the_second_time(
    store: Engine, home: Path, everywhere: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from collectors.sources import arxiv, github_search, openalex, stackexchange

    for module, name, first in (
        (arxiv, "FIRST_YEAR", held.TODAY.year - 1),
        (github_search, "FIRST_MONTH", held.TODAY.replace(day=1)),
        (openalex, "FIRST_MONTH", held.TODAY.replace(day=1)),
        (stackexchange, "FIRST_MONTH", held.TODAY.replace(day=1)),
    ):
        monkeypatch.setattr(module, name, first)
    given = settings(home, everywhere, **KEYS)
    first_time = go(store, given, due_only=True)
    expected = dict.fromkeys(ASKED, "ok") | dict.fromkeys(NOT_ASKED, "skipped")
    assert {report.source: report.status for report in first_time} == expected
    asked = everywhere.asked()
    second = go(store, given, due_only=True)
    assert everywhere.asked() == asked
    assert {report.status for report in second} == {"skipped"}
    assert all(report.message.startswith(NOT_ASKED.get(report.source, "not due until")) for report in second)


def test_calls_add_up_and_are_said_in_words() -> None:
    parts = predict(
        [Item("a", "x"), Item("b", "x")], lambda item: Calls(1, 3) if item.name == "a" else Calls.exactly(2)
    )
    assert total(parts) == Calls(3, 5)
    assert [str(Calls.exactly(1)), str(Calls.exactly(1_200)), str(Calls(3, 5))] == [
        "1 call",
        "1,200 calls",
        "3 to 5 calls",
    ]
    assert total(parts).less(parts[0]) == Calls.exactly(2)
    assert predict([Item("a", "x")], None) == [Calls.exactly(1)]
    assert (seconds(10, 2.0, 0.5), seconds(10, 0.1, 0.5)) == (20.0, 5.0)
    assert date.fromisoformat(str(clock.today()))
