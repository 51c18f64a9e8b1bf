"""Pulls of an image: a running total seen once a day, with no history and no zero."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from catalog.load import load_catalog
from collectors.errors import SkipItem, StopSource, Unreadable
from collectors.source import Context, Item, Parsed
from collectors.sources import dockerhub
from db.engine import Engine
from tests.collectors.running import TRIES, Running
from tests.fakes import held
from tests.fakes.dockerhub import DockerHub, limited, repository

NOW = datetime(2026, 11, 21, 23, 59, tzinfo=UTC)
TODAY = held.TODAY
IMAGE = "pytorch/pytorch"


@pytest.fixture
def hub(httpserver: HTTPServer) -> DockerHub:
    return DockerHub(httpserver)


@pytest.fixture
def run(hub: DockerHub, home: Path, store: Engine, monkeypatch: pytest.MonkeyPatch) -> Running:
    return Running(dockerhub.SOURCE, hub.url, home, store, monkeypatch)


def parse(said: Any, headline: str = "yes", now: datetime = NOW) -> Parsed:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    item = Item(IMAGE, "pytorch", {"headline": headline})
    return dockerhub.parse(body, Context(item, "http://hub/", now))


def test_a_total_is_what_stood_there_on_the_day() -> None:
    (row,) = parse(repository(IMAGE, 12_345_678_901)).observations
    assert (row.metric, row.system, row.definition) == ("image_pulls", "pytorch", IMAGE)
    assert (row.period_start, row.period_end) == (date(2026, 11, 21), date(2026, 11, 22))
    assert (row.value, row.status, row.granularity, row.primary) == (12_345_678_901, "ok", "day", True)
    assert not parse(repository(IMAGE, 5), headline="").observations[0].primary


def test_every_image_of_the_catalogue_is_asked_for_once(run: Running, hub: DockerHub) -> None:
    images = [image for system in load_catalog().systems.values() for image in system.docker]
    hub.images = {image: repository(image, 100 + number) for number, image in enumerate(images)}
    report = run()
    assert (report.status, report.new) == ("ok", len(images))
    assert report.requests == dockerhub.SOURCE.calls_daily
    assert {row.definition for row in run.rows()} == set(images)


def test_a_second_look_on_the_same_day_replaces_the_first(run: Running, hub: DockerHub) -> None:
    hub.images[IMAGE] = repository(IMAGE, 100)
    run("pytorch")
    hub.images[IMAGE] = repository(IMAGE, 130)
    report = run("pytorch")
    assert (report.new, report.revised) == (0, 1)
    assert run.values(IMAGE) == {TODAY: (130, "ok")}
    assert run.revised() == [(IMAGE, TODAY, 100, "ok")]


def test_a_total_that_falls_is_stored_as_it_is_said(run: Running, hub: DockerHub) -> None:
    hub.images[IMAGE] = repository(IMAGE, 100)
    run("pytorch")
    hub.images[IMAGE] = repository(IMAGE, 90)
    assert run("pytorch").status == "ok"
    assert run.values(IMAGE) == {TODAY: (90, "ok")}


@pytest.mark.parametrize("pulls", [0, -5, 10**14])
def test_a_total_that_cannot_be_is_no_figure(pulls: int) -> None:
    with pytest.raises(SkipItem, match="cannot be"):
        parse(repository(IMAGE, pulls))


def test_an_image_that_is_gone_costs_itself_only_and_is_no_zero(run: Running, hub: DockerHub) -> None:
    hub.images["tensorflow/tensorflow"] = repository("tensorflow/tensorflow", 5)
    report = run("pytorch", "tensorflow")
    assert report.status == "partial"
    assert "HTTP 404" in report.message
    assert {row.system for row in run.rows()} == {"tensorflow"}


def test_too_many_requests_are_waited_for_where_the_hub_says_how_long(run: Running, hub: DockerHub) -> None:
    hub.images[IMAGE] = repository(IMAGE, 100)
    hub.scripted = [limited(retry_after="0")]
    assert run("pytorch").status == "ok"
    assert len(hub.seen) == 2


@pytest.mark.parametrize(("retry_after", "seen"), [("3600", 1), (None, 1)])
def test_a_limit_that_lasts_is_unavailable_and_no_zero(
    run: Running, hub: DockerHub, retry_after: str | None, seen: int
) -> None:
    hub.scripted = [limited(retry_after=retry_after) for _ in range(TRIES)]
    report = run("pytorch")
    assert (report.status, len(hub.seen), len(run.rows())) == ("unavailable", seen, 0)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"namespace": "pytorch", "name": "pytorch"}, "unknown form at pull_count"),
        (repository(IMAGE, "100"), "unknown form at pull_count"),
        (repository(IMAGE, None), "unknown form at pull_count"),
        (repository(IMAGE, 1.5), "unknown form at pull_count"),
        (repository("someone/pytorch", 100), "answered about 'someone/pytorch'"),
        ({}, "unknown form at namespace"),
        (b"<html>Sign in</html>", "web page came"),
        (b'{"namespace": "pyt', "not valid JSON"),
    ],
)
def test_an_answer_of_another_form_stops_the_source(said: Any, why: str) -> None:
    with pytest.raises((StopSource, Unreadable), match=why):
        parse(said)


def test_a_web_page_with_200_is_a_failed_run_with_its_receipt(run: Running, hub: DockerHub) -> None:
    hub.scripted = [Response("<html>Maintenance</html>", content_type="text/html")]
    report = run("pytorch")
    assert (report.status, report.receipts, len(run.rows())) == ("failed", 1, 0)
