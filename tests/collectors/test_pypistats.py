"""The last 180 days: two series that overlap, a window that moves on, and a limit without a word."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from collectors.errors import SkipItem, StopSource
from collectors.source import Context, Item, Parsed
from collectors.sources import pypistats
from db import clock
from db.engine import Engine
from tests.collectors.running import TRIES, Running
from tests.fakes import held
from tests.fakes.pypistats import PyPIStats, limited

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TODAY = held.TODAY
DAY = timedelta(days=1)


@pytest.fixture
def stats(httpserver: HTTPServer) -> PyPIStats:
    return PyPIStats(httpserver, TODAY)


@pytest.fixture
def run(stats: PyPIStats, home: Path, store: Engine, monkeypatch: pytest.MonkeyPatch) -> Running:
    return Running(pypistats.SOURCE, stats.url, home, store, monkeypatch)


def row(day: str, downloads: Any = 5, category: str = "without_mirrors") -> dict[str, Any]:
    return {"category": category, "date": day, "downloads": downloads}


def parse(*rows: dict[str, Any], newest: str = "", **more: Any) -> Parsed:
    body = json.dumps({"data": rows, "package": "torch", "type": "overall_downloads", **more}).encode()
    item = Item("torch", "pytorch", {"package": "torch", "newest": newest})
    return pypistats.parse(body, Context(item, "http://stats/torch/overall", NOW))


def test_with_and_without_mirrors_are_two_series_and_the_smaller_is_primary(run: Running, stats: PyPIStats) -> None:
    stats.fill("torch", TODAY - 3 * DAY, 5, 6, 7)
    report = run("pytorch")
    assert (report.status, report.requests, report.new) == ("ok", 1, 6)
    assert run.values("torch") == {
        TODAY - 3 * DAY: (5, "ok"),
        TODAY - 2 * DAY: (6, "ok"),
        TODAY - DAY: (7, "partial"),
    }
    assert run.values("torch with mirrors")[TODAY - 2 * DAY] == (12, "ok")
    primary = {
        each.definition: each.primary
        for each in parse(row("2026-11-02"), row("2026-11-02", 9, "with_mirrors")).observations
    }
    assert primary == {"torch": True, "torch with mirrors": False}


def test_the_headline_packages_of_frameworks_and_interfaces_are_asked_for(run: Running, stats: PyPIStats) -> None:
    report = run(dry_run=True)
    assert f"{pypistats.SOURCE.calls_daily} items" in report.message
    stats.fill("keras", TODAY - 3 * DAY, 5)
    stats.fill("theano", TODAY - 3 * DAY, 5)
    run("keras", "theano", "tensorboard", "tf-hub")
    assert [request.path for request in stats.seen] == ["/api/packages/keras/overall", "/api/packages/theano/overall"]
    assert {each.definition for each in run.rows()} == {"keras", "keras with mirrors", "Theano", "Theano with mirrors"}


def test_days_that_left_the_window_stay_and_new_ones_are_added(run: Running, stats: PyPIStats) -> None:
    stats.fill("torch", TODAY - 180 * DAY, *range(1, 181))
    run("pytorch")
    stats.today += 10 * DAY
    report = run("pytorch")
    assert (report.status, report.new, report.revised) == ("ok", 0, 0)
    assert len(run.values("torch")) == 180
    assert run.values("torch")[TODAY - 180 * DAY] == (1, "ok")


def test_days_lost_while_nobody_collected_are_one_gap_and_no_zeros() -> None:
    """Longer than the window away: from the day after the newest known to the first one still offered."""
    rows = parse(
        row("2026-11-02"), row("2026-11-03"), row("2026-11-02", 9, "with_mirrors"), newest="2026-01-31"
    ).observations
    gaps = [each for each in rows if each.status == "unavailable"]
    assert [(each.definition, each.period_start, each.period_end, each.value) for each in gaps] == [
        ("torch with mirrors", date(2026, 2, 1), date(2026, 11, 2), None),
        ("torch", date(2026, 2, 1), date(2026, 11, 2), None),
    ]
    whole = parse(row("2026-11-02"), row("2026-11-03"), newest="2026-11-01").observations
    assert {each.status for each in whole} == {"ok", "partial"}


def test_the_gap_is_stored_once_and_the_cursor_moves_on(run: Running, stats: PyPIStats) -> None:
    stats.fill("torch", TODAY - 170 * DAY, 4, 5)
    run("pytorch")
    stats.counts.clear()
    stats.fill("torch", TODAY - 20 * DAY, 8, 9)
    with clock.ahead(3 * DAY):
        assert run("pytorch").status == "ok"
    with clock.ahead(6 * DAY):
        assert run("pytorch").new == 0
    assert run.values("torch")[TODAY - 168 * DAY] == (None, "unavailable")
    assert run.values("torch")[TODAY - 20 * DAY] == (8, "ok")
    assert len(run.values("torch")) == 5


def test_the_same_data_all_day_change_nothing(run: Running, stats: PyPIStats) -> None:
    stats.fill("torch", TODAY - 3 * DAY, 5, 6, 7)
    run("pytorch")
    assert run("pytorch").requests == 0, "every three days is enough"
    with clock.ahead(3 * DAY):
        again = run("pytorch")
    assert (again.status, again.new, again.revised) == ("ok", 0, 0)
    assert "nothing new" in again.message


def test_today_missing_and_a_day_lost_are_no_values(run: Running, stats: PyPIStats) -> None:
    stats.fill("torch", TODAY - 5 * DAY, 5, 0, 6)
    stats.fill("torch", TODAY, 99)
    run("pytorch")
    assert run.values("torch") == {TODAY - 5 * DAY: (5, "ok"), TODAY - 3 * DAY: (6, "partial")}


def test_an_unknown_package_costs_itself_only(run: Running, stats: PyPIStats) -> None:
    stats.fill("jax", TODAY - 3 * DAY, 5)
    report = run("pytorch", "jax")
    assert report.status == "partial"
    assert "torch" in report.message
    assert "404" in report.message
    assert {each.system for each in run.rows()} == {"jax"}


def test_200_with_empty_data_is_no_zero(run: Running, stats: PyPIStats) -> None:
    body = json.dumps({"data": [], "package": "torch", "type": "overall_downloads"})
    stats.scripted = [Response(body, content_type="application/json")]
    report = run("pytorch")
    assert (report.status, len(run.rows())) == ("failed", 0)
    assert "says nothing about downloads" in report.message


def test_the_limit_without_headers_stops_for_now_after_three_in_a_row(run: Running, stats: PyPIStats) -> None:
    stats.a_minute = 0
    report = run()
    assert (report.status, len(run.rows())) == ("unavailable", 0)
    assert len(stats.seen) == 3 * TRIES
    assert "HTTP 429" in report.message


@pytest.mark.parametrize("first", [limited, lambda: Response("502 Bad Gateway", 502)])
def test_a_limit_or_a_bad_gateway_that_passes_is_waited_for(run: Running, stats: PyPIStats, first: Any) -> None:
    stats.fill("torch", TODAY - 3 * DAY, 5)
    stats.scripted = [first()]
    assert run("pytorch").status == "ok"
    assert len(stats.seen) == 2


def test_pacing_keeps_below_thirty_a_minute() -> None:
    assert 60 / pypistats.SOURCE.interval_s < 30


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([row("2026-11-23")], "days in the future"),
        ([row("2024-11-02")], "long before its window"),
        ([row("2026-11-02", -5)], "counts that cannot be"),
        ([row("2026-11-02", 10**12)], "counts that cannot be"),
        ([row("2026-11-02", 9), row("2026-11-02", 5, "with_mirrors")], "more downloads without mirrors"),
    ],
)
def test_figures_that_cannot_be_true_cost_that_package_only(rows: list[dict[str, Any]], why: str) -> None:
    with pytest.raises(SkipItem, match=why):
        parse(*rows)


@pytest.mark.parametrize(
    ("rows", "more", "why"),
    [
        ([row("2026-11-02", category="with_ci")], {}, "unknown form at data.0.category"),
        ([row("2026-11-02", "5")], {}, "unknown form at data.0.downloads"),
        ([row("2 Nov")], {}, "unknown form at data.0.date"),
        ([row("2026-11-02"), row("2026-11-02", 6)], {}, "a day twice"),
        ([row("2026-11-02")], {"type": "recent_downloads"}, "unknown form at type"),
        ([row("2026-11-02")], {"package": "torchvision"}, "answered about 'torchvision'"),
        ([row("2026-11-02")], {"data": {"last_day": 5}}, "unknown form at data"),
    ],
)
def test_an_answer_of_another_form_stops_the_source(rows: list[dict[str, Any]], more: dict[str, Any], why: str) -> None:
    with pytest.raises(StopSource, match=why):
        parse(*rows, **more)


@pytest.mark.parametrize("body", [b"<html>Just a moment...</html>", b'{"data": [{"cat', b""])
def test_a_body_that_is_no_answer_stops_the_source(run: Running, stats: PyPIStats, body: bytes) -> None:
    stats.scripted = [Response(body, content_type="text/html")]
    report = run("pytorch")
    assert (report.status, len(run.rows()), report.receipts) == ("failed", 0, 1)
