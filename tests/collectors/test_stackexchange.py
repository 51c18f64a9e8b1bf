"""Stack Exchange: months and shares, the quota and the pauses it asks for, and tags that do not exist."""

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pytest_httpserver import HTTPServer
from werkzeug import Response

from collectors.body import Limits
from collectors.errors import RetryLater, SkipItem, StopSource
from collectors.report import RunReport
from collectors.run import collect
from collectors.settings import Settings
from collectors.source import Context, Item, Parsed
from collectors.sources import stackexchange
from db import clock, read, write
from db.engine import Engine, reading, writing
from tests.fakes import held
from tests.fakes.stackexchange import StackExchange, packed, throttled, wrong

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "recordings" / "stackexchange"
TODAY = held.TODAY
THIS_MONTH = TODAY.replace(day=1)
LAST_MONTH = (THIS_MONTH - timedelta(days=1)).replace(day=1)
Run = Callable[..., RunReport]


@pytest.fixture
def server(httpserver: HTTPServer) -> StackExchange:
    return StackExchange(httpserver, tags={"pytorch": 23_000, "jax": 900, "torchvision": 700})


@pytest.fixture
def run(server: StackExchange, store: Engine, home: Path) -> Run:
    quick = replace(stackexchange.SOURCE, limits=Limits(backoff_s=0.01))

    def one(*systems: str, key: str | None = None, since: date | None = LAST_MONTH) -> RunReport:
        settings = Settings(
            home=home,
            stackexchange_key=SecretStr(key) if key else None,
            source_urls={"stackexchange": server.url},
            source_intervals={"stackexchange": 0.0},
        )
        (report,) = collect(
            None,
            engine=store,
            settings=settings,
            systems=systems or ("pytorch", "all"),
            since=since,
            registered=[quick],
        )
        return report

    return one


def stored(store: Engine, metric: str = "questions", system: str = "pytorch") -> dict[date, tuple[float | None, str]]:
    with reading(store) as session:
        rows = read.observations(session, metrics=(metric,), systems=(system,), sources=("stackexchange",))
    return {row.period_start: (row.value, row.status) for row in rows if row.granularity in ("month", "day")}


def cursor(store: Engine, key: str) -> str | None:
    with reading(store) as session:
        return read.cursor(session, "stackexchange", key)


def test_questions_answered_ones_and_the_whole_site_are_counted_by_month(
    run: Run, server: StackExchange, store: Engine
) -> None:
    server.questions = {("pytorch", f"{LAST_MONTH:%Y-%m}"): (400, 150), ("", f"{LAST_MONTH:%Y-%m}"): (8_000, 3_000)}
    report = run()
    assert (report.status, report.requests) == ("ok", 2 + 2 * 4)
    assert stored(store)[LAST_MONTH] == (400, "ok")
    assert stored(store)[THIS_MONTH] == (100, "partial")
    assert stored(store, "questions_answered")[LAST_MONTH] == (250, "ok")
    assert stored(store, system="all")[LAST_MONTH] == (8_000, "ok")
    assert stored(store, "questions_answered", "all")[LAST_MONTH] == (5_000, "ok")
    assert stored(store, "questions_total")[TODAY] == (23_000, "ok")


def test_a_month_is_asked_for_whole_and_to_the_second(run: Run, server: StackExchange) -> None:
    run("pytorch")
    asked = server.paths("/questions")[-1].args
    first, last = (datetime.fromtimestamp(int(asked[name]), UTC) for name in ("fromdate", "todate"))
    assert (first.date(), first.hour) == (LAST_MONTH, 0)
    assert last + timedelta(seconds=1) == datetime(THIS_MONTH.year, THIS_MONTH.month, 1, tzinfo=UTC)
    assert asked["tagged"] == "pytorch"
    assert asked["site"] == "stackoverflow"


def test_the_filter_is_made_once_and_shows_what_the_preset_hides(run: Run, server: StackExchange) -> None:
    run("pytorch")
    run("pytorch")
    (made,) = server.paths("filters/create")
    assert {".total", ".backoff", ".quota_remaining"} <= set(made.args["include"].split(";"))
    assert made.args["base"] == "none"


def test_a_total_without_quota_is_not_taken(run: Run, server: StackExchange, store: Engine) -> None:
    run("jax")
    server.scripted = [packed({"items": [{"name": "jax", "count": 5}], "quota_remaining": 99}), packed({"total": 7})]
    assert run("jax").status == "failed"
    assert 7 not in {value for value, _ in stored(store, system="jax").values()}


def test_a_tag_that_does_not_exist_is_no_zero(run: Run, server: StackExchange, store: Engine) -> None:
    report = run("pytorch", "theano")
    assert report.status == "partial"
    assert "theano" in report.message
    assert stored(store, system="theano") == {}
    assert stored(store)


def test_a_tag_that_vanishes_later_is_no_zero_either(run: Run, server: StackExchange, store: Engine) -> None:
    run("pytorch", "jax")
    before = stored(store, system="jax")
    del server.tags["jax"]
    long_ago = f"{TODAY - timedelta(days=8)}"
    with writing(store) as session:
        number = write.start_run(session, kind="test", source="test")
        write.set_cursor(session, number, "stackexchange", "tag jax", long_ago)
        write.finish_run(session, number, status="ok")
    assert run("pytorch", "jax").status == "partial"
    assert stored(store, system="jax") == before


def test_a_confirmed_tag_without_questions_is_a_true_zero(run: Run, server: StackExchange, store: Engine) -> None:
    server.questions = {("jax", f"{LAST_MONTH:%Y-%m}"): (0, 0)}
    run("jax")
    assert stored(store, system="jax")[LAST_MONTH] == (0, "ok")


def test_other_systems_have_their_total_alone(run: Run, server: StackExchange, store: Engine) -> None:
    run("torchvision")
    assert server.paths("/questions") == []
    assert stored(store, "questions_total", "torchvision")[TODAY] == (700, "ok")


def test_a_pause_that_an_answer_asks_for_is_kept(run: Run, server: StackExchange) -> None:
    server.backoffs = [0, 0, 1]
    assert run("pytorch").status == "ok"
    assert server.violations == 0
    assert server.backoffs == []


def test_a_long_pause_ends_the_run(run: Run, server: StackExchange, store: Engine) -> None:
    server.backoffs = [0, 0, 3_600]
    report = run("pytorch")
    assert report.status == "partial"
    assert report.requests == 3
    assert stored(store) == {}


def test_an_almost_used_up_quota_is_kept_to_and_remembered(run: Run, server: StackExchange, store: Engine) -> None:
    server.left = 15
    report = run(since=date(2024, 1, 1))
    assert report.status == "partial"
    assert "Collect again tomorrow" in report.message
    assert server.left is not None
    assert server.left > 0
    assert len(stored(store)) + len(stored(store, system="all")) == 2
    asked = len(server.seen)
    skipped = run()
    assert (skipped.status, len(server.seen)) == ("skipped", asked)
    assert skipped.not_before is not None
    assert skipped.not_before.date() == TODAY + timedelta(days=1)
    yesterday = (clock.now() - timedelta(days=1)).isoformat()
    with writing(store) as session:
        number = write.start_run(session, kind="test", source="test")
        write.set_cursor(session, number, "stackexchange", "quota", f"0 {yesterday}")
        write.finish_run(session, number, status="ok")
    server.left = None
    with clock.ahead(timedelta(days=1)):
        assert run().status == "ok"


def test_a_quota_used_up_by_others_ends_the_run(run: Run, server: StackExchange, store: Engine) -> None:
    server.left = 0
    report = run()
    assert (report.status, report.requests) == ("unavailable", 1)
    assert "throttle_violation" in report.message
    assert stored(store) == {}


def test_the_key_goes_along_and_nowhere_else(run: Run, server: StackExchange, store: Engine, home: Path) -> None:
    key = "planted((key))123"
    run("jax", key=key)
    assert {request.args["key"] for request in server.seen} == {key}
    assert key.encode() not in (home / "framescope.db").read_bytes()
    with reading(store) as session:
        found = [read.receipt(session, number) for number in range(1, len(server.seen) + 1)]
    assert all(row is not None and "key=" not in row.url for row in found)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (Response("<html>You have been banned"), "failed"),
        (Response("<html>bad", 400), "failed"),
        (Response("", 503), "ok"),
        (packed({"error_id": 502, "error_name": "throttle_violation", "error_message": "x"}, 503), "ok"),
        (throttled(3), "unavailable"),
        (wrong(403, "access_denied", "page above 25 requires access token or app key"), "failed"),
        (wrong(400, "bad_parameter", "site"), "failed"),
        (wrong(500, "internal_error", ""), "partial"),
        (packed({"items": [], "has_more": False}), "failed"),
    ],
)
def test_each_refusal_has_its_outcome(run: Run, server: StackExchange, answer: Response, status: str) -> None:
    run("jax", since=TODAY)
    server.scripted = [answer]
    assert run("jax", since=TODAY).status == status


def month_parsed(total: Any, without: Any, tag: str = "jax", now: datetime | None = None) -> Parsed:
    item = Item("jax", "jax" if tag else "all", {"what": "month", "tag": tag, "month": "2024-01-01"})
    now = now or datetime(2024, 3, 1, tzinfo=UTC)
    answers = [
        (json.dumps({"total": count, "quota_remaining": 5}).encode(), Context(item, f"http://s/2.3/{path}?a=b", now))
        for path, count in (("questions", total), ("questions/no-answers", without))
        if count is not None
    ]
    return stackexchange.parse_all(answers)


def test_what_cannot_be_is_not_kept() -> None:
    with pytest.raises(SkipItem, match="cannot be"):
        month_parsed(5, 6)
    with pytest.raises(SkipItem, match="missing"):
        month_parsed(5, None)
    with pytest.raises(StopSource, match="without a single question"):
        month_parsed(0, 0, tag="")
    for total in (-1, "5", 1.5, 10**12):
        with pytest.raises(StopSource):
            month_parsed(total, 0)


@pytest.mark.parametrize(
    ("asked", "today", "due"),
    [
        (None, date(2024, 3, 1), True),
        ("2024-02-10", date(2024, 3, 1), True),
        ("2024-02-15", date(2024, 3, 1), False),
        ("2024-02-29", date(2024, 3, 1), False),
    ],
)
def test_a_month_that_is_over_is_counted_until_it_has_settled(asked: str | None, today: date, due: bool) -> None:
    assert stackexchange.is_due(3, date(2024, 1, 1), asked, today) is due


def test_running_months_take_turns_through_the_week() -> None:
    days = [date(2024, 1, 8) + timedelta(days=number) for number in range(7)]
    for tag in range(15):
        asked = "2024-01-07"
        assert sum(stackexchange.is_due(tag, date(2024, 1, 1), f"{day - timedelta(days=1)}", day) for day in days) == 1
        assert stackexchange.is_due(tag, date(2024, 1, 1), asked, date(2024, 1, 20)), "a missed turn is made up for"
    assert not stackexchange.is_due(3, date(2024, 1, 1), None, date(2024, 1, 1))


def test_a_second_run_on_the_same_day_asks_for_no_month_again(run: Run, server: StackExchange) -> None:
    server.tags = {"jax": 5}
    run("jax", since=None, key="planted-key")
    months = len(server.paths("/questions"))
    assert months >= 130
    run("jax", since=None, key="planted-key")
    assert len(server.paths("/questions")) == months


@pytest.mark.skipif(not RECORDED.is_dir(), reason="NO RECORDINGS: ../shared/recordings is not there")
def test_the_real_throttle_error_is_understood() -> None:
    body = json.loads((RECORDED / "error-throttle_violation.json").read_text(encoding="utf-8"))
    with pytest.raises(RetryLater) as caught:
        stackexchange._raise(stackexchange._Wrong.model_validate(body), "http://s")
    assert caught.value.retry_after == 67_194
    assert json.loads(gzip.decompress(throttled(67_194).data)) == body
