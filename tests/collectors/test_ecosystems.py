"""ecosyste.ms: two counts of one day, and all that must not become a zero or a flat line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from catalog.load import load_catalog
from collectors.errors import SkipItem, StopSource, Unreadable
from collectors.report import RunReport
from collectors.run import collect
from collectors.settings import Settings
from collectors.source import Context, Item, Parsed, Request
from collectors.sources import ecosystems
from db import clock, read
from db.engine import Engine, reading
from tests.fakes.ecosystems import Ecosystems, package

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
Collect = Callable[..., RunReport]


@pytest.fixture
def service(httpserver: HTTPServer) -> Ecosystems:
    return Ecosystems(httpserver, {"torch": package("torch"), "tensorflow": package("tensorflow", 900, 60)})


@pytest.fixture
def run(store: Engine, home: Path, service: Ecosystems) -> Collect:
    def go(*systems: str) -> RunReport:
        given = Settings(home=home, source_urls={"ecosystems": service.url}, source_intervals={"ecosystems": 0.0})
        (report,) = collect(
            ["ecosystems"], engine=store, settings=given, systems=systems, registered=[ecosystems.SOURCE]
        )
        return report

    return go


def values(store: Engine, system: str) -> dict[tuple[str, date], float | None]:
    with reading(store) as session:
        return {(row.metric, row.period_start): row.value for row in read.observations(session, systems=[system])}


def parsed(body: Any) -> Parsed:
    given = body if isinstance(body, bytes) else json.dumps(body).encode()
    return ecosystems.parse(given, Context(Item("torch", "pytorch", {"package": "torch"}), "http://eco/torch", NOW))


def test_both_counts_are_dated_by_the_day_the_service_looked(run: Collect, store: Engine) -> None:
    report = run("pytorch", "tensorflow")
    assert report.status == "ok", report.message
    day = date(2026, 11, 17)
    assert values(store, "pytorch") == {("dependents", day): 500, ("dependent_packages", day): 40}
    assert values(store, "tensorflow") == {("dependents", day): 900, ("dependent_packages", day): 60}


def test_a_service_that_has_not_looked_again_draws_no_flat_line(
    run: Collect, store: Engine, service: Ecosystems
) -> None:
    run("pytorch")
    before = values(store, "pytorch")
    assert run("pytorch").requests == 0, "once a week is enough"
    with clock.ahead(timedelta(days=7)):
        report = run("pytorch")
    assert (report.status, report.requests, report.new, report.revised) == ("ok", 1, 0, 0)
    assert values(store, "pytorch") == before
    service.packages["torch"] = package("torch", 480, looked="2026-11-18T00:00:00Z")
    with clock.ahead(timedelta(days=14)):
        run("pytorch")
    assert values(store, "pytorch")[("dependents", date(2026, 11, 18))] == 480  # counts may fall


def test_a_package_that_is_unknown_costs_itself_alone(run: Collect, store: Engine, service: Ecosystems) -> None:
    del service.packages["torch"]
    report = run("pytorch", "tensorflow")
    assert report.status == "partial"
    assert "torch: The source does not have it" in report.message
    assert values(store, "pytorch") == {}
    assert values(store, "tensorflow")


def test_being_asked_too_often_is_for_later(run: Collect, store: Engine, service: Ecosystems) -> None:
    service.scripted = [Response("{}", 429, headers={"Retry-After": "3600"})]
    assert run("pytorch").status == "unavailable"
    assert values(store, "pytorch") == {}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (package("torch", 0, 0), "not the same as none"),
        (package("torch", None, None), "not the same as none"),
        (package("torch", looked=None), "not said when"),
        (package("torch", looked="1999-01-01T00:00:00Z"), "not said when"),
        (package("torch", looked="2031-01-01T00:00:00Z"), "not said when"),
        (package("torchvision"), "answer is about"),
    ],
)
def test_what_cannot_be_a_figure_costs_that_package(given: dict[str, Any], why: str) -> None:
    with pytest.raises(SkipItem, match=why):
        parsed(given)


def test_a_zero_beside_a_figure_is_left_out() -> None:
    assert {row.metric: row.value for row in parsed(package("torch", 0, 7)).observations} == {"dependent_packages": 7}


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"",
        b"[]",
        b'{"name": "torch"}',
        json.dumps(package("torch", "500")).encode(),
        json.dumps(package("torch", -1)).encode(),
        json.dumps({key: value for key, value in package("torch").items() if key != "dependent_repos_count"}).encode(),
    ],
)
def test_an_answer_of_another_form_stops_the_source(body: bytes) -> None:
    with pytest.raises((StopSource, Unreadable)):
        parsed(body)


def test_the_plan_has_the_headline_package_of_each_framework_and_no_more() -> None:
    systems = list(load_catalog().systems.values())
    names = [item.name for item in ecosystems.plan(Request("http://eco/", systems))]
    assert {"torch", "tensorflow", "keras", "jax", "flax"} <= set(names)
    assert not {"tensorflow-cpu", "jaxlib", "torchvision", "scikit-learn"} & set(names)
    assert len(names) == ecosystems.SOURCE.calls_backfill
