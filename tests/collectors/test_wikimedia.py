"""Wikimedia page views: former titles added up, days that are missing, and a server that turns clients away."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from collectors.body import Limits
from collectors.errors import SkipItem, StopSource
from collectors.report import RunReport
from collectors.run import collect
from collectors.settings import Settings
from collectors.source import Context, Item, Parsed
from collectors.sources import wikimedia
from db import read
from db.engine import Engine, reading
from tests.fakes import held
from tests.fakes.wikimedia import TOO_MANY, Wikimedia, days, json_answer, row

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "recordings" / "wikimedia"
NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
YESTERDAY = held.TODAY - timedelta(days=1)
FIRST = YESTERDAY - timedelta(days=3)
JAX, OLD = "JAX_(software)", "Google_JAX"
Run = Callable[..., RunReport]


@pytest.fixture
def server(httpserver: HTTPServer) -> Wikimedia:
    return Wikimedia(httpserver)


@pytest.fixture
def run(server: Wikimedia, store: Engine, home: Path) -> Run:
    quick = replace(wikimedia.SOURCE, limits=Limits(backoff_s=0.01))

    def one(*systems: str, contact: str = "mailto:me@example.org", **more: Any) -> RunReport:
        settings = Settings(
            home=home, contact=contact, source_urls={"wikimedia": server.url}, source_intervals={"wikimedia": 0.0}
        )
        (report,) = collect(None, engine=store, settings=settings, systems=systems, registered=[quick], **more)
        return report

    return one


def stored(store: Engine, system: str = "jax") -> dict[date, float | None]:
    with reading(store) as session:
        rows = read.observations(session, metrics=("page_views",), systems=(system,))
    return {each.period_start: each.value for each in rows if each.granularity == "day"}


def parsed(*answers: tuple[str, list[dict[str, Any]]], titles: str = f"{JAX}|{OLD}") -> Parsed:
    item = Item("JAX (software)", "jax", {"titles": titles, "from": "2026-11-01", "until": "2026-11-20"})
    bodies = [
        (json.dumps({"items": rows}).encode(), Context(item, f"http://w/user/{title}/daily/1/2", NOW))
        for title, rows in answers
    ]
    return wikimedia.parse_all(bodies)


def test_the_views_of_former_titles_are_added_to_those_of_the_present_one(
    run: Run, server: Wikimedia, store: Engine
) -> None:
    server.views = {JAX: days(FIRST, 100, 200, 300, 400), OLD: days(FIRST, 7, None, 5, 6)}
    report = run("jax")
    assert (report.status, report.requests, report.new) == ("ok", 2, 4)
    assert list(stored(store).values()) == [107, 200, 305, 406]
    paths = [request.path for request in server.seen]
    assert [path.split("/user/")[1] for path in paths] == [
        f"{title}/daily/2015070100/{YESTERDAY:%Y%m%d}00" for title in (JAX, OLD)
    ]


def test_the_next_run_asks_for_the_last_week_again_and_no_more(run: Run, server: Wikimedia, store: Engine) -> None:
    server.views = {JAX: days(FIRST, 100, 200, 300, 400), OLD: days(FIRST, 1)}
    run("jax")
    server.views = {JAX: days(FIRST, 100, 200, 300, 450)}
    report = run("jax")
    since = YESTERDAY - timedelta(days=7)
    assert f"/daily/{since:%Y%m%d}00/" in server.seen[-1].path
    assert report.status == "ok", "a former title that nobody opened this week is no failure"
    assert stored(store)[YESTERDAY] == 450
    assert stored(store)[FIRST] == 100


def test_a_missing_day_is_unknown_and_no_zero(run: Run, server: Wikimedia, store: Engine) -> None:
    server.views = {JAX: days(FIRST, 100, None, 300, None), OLD: days(FIRST, 1, None, 1, None)}
    run("jax")
    assert stored(store) == {FIRST: 101, FIRST + timedelta(days=2): 301}


def test_a_day_that_only_a_former_title_has_waits_for_the_present_one(
    run: Run, server: Wikimedia, store: Engine
) -> None:
    server.views = {JAX: days(FIRST, 100, 200, 300), OLD: days(FIRST, 1, 1, 1, 1)}
    run("jax")
    assert YESTERDAY not in stored(store)
    server.views[JAX][YESTERDAY] = 400
    run("jax")
    assert stored(store)[YESTERDAY] == 401


def test_an_unknown_title_costs_that_system_only(run: Run, server: Wikimedia, store: Engine) -> None:
    server.views = {"PyTorch": days(FIRST, 9), OLD: days(FIRST, 1)}
    report = run("jax", "pytorch")
    assert report.status == "partial"
    assert "JAX (software)" in report.message
    assert stored(store) == {}
    assert stored(store, "pytorch") == {FIRST: 9}


def test_a_former_title_that_nobody_ever_opened_is_said_to_be_wrong(run: Run, server: Wikimedia, store: Engine) -> None:
    server.views = {JAX: days(FIRST, 100)}
    report = run("jax")
    assert report.status == "failed"
    assert "former title Google_JAX" in report.message
    assert stored(store) == {}


def test_the_client_says_whom_to_write_to(run: Run, server: Wikimedia) -> None:
    server.views = {"PyTorch": days(FIRST, 1)}
    run("pytorch")
    assert "framescope/" in server.seen[0].headers["User-Agent"]
    assert "(+mailto:me@example.org)" in server.seen[0].headers["User-Agent"]


def test_a_refusal_without_a_contact_says_what_to_set(run: Run, server: Wikimedia) -> None:
    server.scripted = [Response("", 403)]
    report = run("pytorch", contact="")
    assert report.status == "failed"
    assert "FRAMESCOPE_CONTACT" in report.message
    server.scripted = [Response("", 403)]
    assert "FRAMESCOPE_CONTACT" not in run("pytorch").message


def test_ten_a_minute_are_not_exceeded_and_more_are_turned_away(run: Run, server: Wikimedia, store: Engine) -> None:
    assert wikimedia.SOURCE.interval_s * 10 >= 60
    server.views = {"PyTorch": days(FIRST, 1)}
    for _ in range(10):
        run("pytorch", contact="")
    report = run("pytorch", contact="")
    assert report.status == "unavailable"
    assert stored(store, "pytorch") == {FIRST: 1}


def test_a_burst_of_refusals_is_waited_out(run: Run, server: Wikimedia, store: Engine) -> None:
    server.views = {"PyTorch": days(FIRST, 1)}
    server.scripted = [Response(TOO_MANY, 429), Response("", 503)]
    assert run("pytorch").status == "ok"
    assert stored(store, "pytorch") == {FIRST: 1}


@pytest.mark.parametrize(
    "answer",
    [Response("<html>sign in</html>"), Response('{"items": [{"proj'), json_answer([]), json_answer({"items": {}})],
)
def test_an_answer_of_another_form_stops_the_source_and_stores_nothing(
    run: Run, server: Wikimedia, store: Engine, answer: Response
) -> None:
    server.scripted = [answer]
    assert run("pytorch").status == "failed"
    assert stored(store, "pytorch") == {}


def test_an_empty_list_is_no_zero(run: Run, server: Wikimedia, store: Engine) -> None:
    server.scripted = [json_answer({"items": []})]
    assert run("pytorch").status == "failed"
    assert stored(store, "pytorch") == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("agent", "spider"), ("access", "desktop"), ("granularity", "monthly"), ("project", "de.wikipedia")),
        *(("views", -1), ("views", "7"), ("views", 10**12), ("timestamp", "20261101"), ("timestamp", "2026113500")),
        ("article", "Cat"),
    ],
)
def test_a_word_or_figure_outside_the_vocabulary_stops_the_source(field: str, value: Any) -> None:
    with pytest.raises(StopSource):
        parsed((JAX, [row(JAX, date(2026, 11, 1), 5) | {field: value}]))


@pytest.mark.parametrize("day", [date(2015, 6, 30), date(2026, 11, 21), date(2030, 1, 1)])
def test_a_day_that_cannot_be_known_costs_that_item(day: date) -> None:
    with pytest.raises(SkipItem, match="cannot be known"):
        parsed((JAX, [row(JAX, day, 5)]))


def test_two_figures_for_one_day_cost_that_item() -> None:
    day = date(2026, 11, 1)
    with pytest.raises(SkipItem, match="Two different"):
        parsed((JAX, [row(JAX, day, 5), row(JAX, day, 6)]))
    assert parsed((JAX, [row(JAX, day, 5), row(JAX, day, 5)])).observations[0].value == 5


def test_without_the_present_title_there_is_no_sum() -> None:
    with pytest.raises(SkipItem):
        parsed((OLD, [row(OLD, date(2026, 11, 1), 5)]))


@pytest.mark.skipif(not RECORDED.is_dir(), reason="NO RECORDINGS: ../shared/recordings is not there")
def test_real_answers_are_read() -> None:
    body = json.loads((RECORDED / "200-per-article-monthly-Google_Gemini.json").read_text(encoding="utf-8"))
    title = "Google_Gemini"
    rows = [each | {"granularity": "daily"} for each in body["items"]]  # recorded by month; the form is the same
    found = parsed((title, rows), titles=title)
    assert len(found.observations) == len(rows)
    assert found.observations[0].value == 595
    with pytest.raises(StopSource, match="granularity"):
        parsed((title, body["items"]), titles=title)
    theirs = json.loads((RECORDED / "404-unknown-article.json").read_text(encoding="utf-8"))
    assert theirs.keys() == json.loads(Wikimedia.missing("x").data).keys()
    assert (RECORDED / "429.txt").read_text(encoding="utf-8").startswith(TOO_MANY.splitlines()[0])
