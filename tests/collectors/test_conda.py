"""Conda downloads: the sum of a package's files as it stands, never joined over channels, never a zero."""

import gzip
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
from collectors.sources import conda
from db.engine import Engine
from tests.collectors.running import TRIES, Running
from tests.fakes import held
from tests.fakes.conda import AnacondaOrg, package

NOW = datetime(2026, 11, 21, 23, 59, tzinfo=UTC)
TODAY = held.TODAY
NAME = "conda-forge/pytorch"


@pytest.fixture
def channels(httpserver: HTTPServer) -> AnacondaOrg:
    return AnacondaOrg(httpserver)


@pytest.fixture
def run(channels: AnacondaOrg, home: Path, store: Engine, monkeypatch: pytest.MonkeyPatch) -> Running:
    return Running(conda.SOURCE, channels.url, home, store, monkeypatch)


def parse(said: Any, headline: str = "yes") -> Parsed:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    item = Item(NAME, "pytorch", {"headline": headline})
    return conda.parse(body, Context(item, "http://channels/", NOW))


def test_the_files_of_a_package_are_added_up() -> None:
    (row,) = parse(package(NAME, 5, 0, 27_000_000_000)).observations
    assert (row.metric, row.system, row.definition, row.primary) == ("conda_downloads", "pytorch", NAME, True)
    assert (row.period_start, row.period_end, row.granularity) == (date(2026, 11, 21), date(2026, 11, 22), "day")
    assert (row.value, row.status) == (27_000_000_005, "ok")


def test_channels_are_series_of_their_own_and_the_first_is_primary(run: Running, channels: AnacondaOrg) -> None:
    channels.packages = {NAME: package(NAME, 5, 6), "pytorch/pytorch": package("pytorch/pytorch", 70)}
    report = run("pytorch")
    assert (report.status, report.new) == ("ok", 2)
    assert run.values(NAME) == {TODAY: (11, "ok")}
    assert run.values("pytorch/pytorch") == {TODAY: (70, "ok")}
    assert [bool(parse(package(NAME, 1), headline).observations[0].primary) for headline in ("yes", "")] == [
        True,
        False,
    ]


def test_every_package_of_the_catalogue_is_asked_for_once(run: Running, channels: AnacondaOrg) -> None:
    names = [name for system in load_catalog().systems.values() for name in system.conda]
    channels.packages = {name: package(name, 5) for name in names}
    report = run()
    assert (report.status, report.requests) == ("ok", conda.SOURCE.calls_daily)
    assert {row.definition for row in run.rows()} == set(names)
    assert {"pytorch", "tensorflow", "keras", "jax"} <= {row.system for row in run.rows()}


def test_a_total_that_falls_as_files_are_taken_off_is_stored_as_it_is(run: Running, channels: AnacondaOrg) -> None:
    channels.packages[NAME] = package(NAME, 5, 6)
    channels.packages["pytorch/pytorch"] = package("pytorch/pytorch", 1)
    run("pytorch")
    channels.packages[NAME] = package(NAME, 5)
    assert run("pytorch").revised == 1
    assert run.values(NAME) == {TODAY: (5, "ok")}
    assert run.revised() == [(NAME, TODAY, 11, "ok")]


def test_a_channel_that_is_gone_costs_itself_only_and_is_no_zero(run: Running, channels: AnacondaOrg) -> None:
    channels.packages[NAME] = package(NAME, 5)
    report = run("pytorch")
    assert report.status == "partial"
    assert "pytorch/pytorch" in report.message
    assert {row.definition for row in run.rows()} == {NAME}


def test_a_large_answer_comes_compressed(run: Running, channels: AnacondaOrg) -> None:
    body = gzip.compress(json.dumps(package(NAME, *([3] * 8_000))).encode())
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    channels.scripted = [Response(body, headers=headers)]
    run("pytorch")
    assert run.values(NAME) == {TODAY: (24_000, "ok")}


@pytest.mark.parametrize("body", [gzip.compress(json.dumps(package(NAME, 5)).encode())[:-3], b"no gzip at all"])
def test_a_compressed_answer_that_breaks_off_is_no_figure(run: Running, channels: AnacondaOrg, body: bytes) -> None:
    channels.scripted = [Response(body, headers={"Content-Encoding": "gzip"}) for _ in range(2 * TRIES)]
    assert (run("pytorch").status, len(run.rows())) == ("unavailable", 0)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (package(NAME), "no files"),
        (package(NAME, 0, 0), "0 downloads in all"),
        (package(NAME, 5, -1), "fewer than no downloads"),
        (package(NAME, 10**13), "which cannot be"),
        (package(NAME, 1, files=[{"ndownloads": 1, "basename": "a"}] * 2), "one file twice"),
    ],
)
def test_figures_that_cannot_be_true_cost_that_package_only(said: Any, why: str) -> None:
    with pytest.raises(SkipItem, match=why):
        parse(said)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (package(NAME, "5"), "unknown form at files.0.ndownloads"),
        (package(NAME, None), "unknown form at files.0.ndownloads"),
        (package(NAME, 5, files=[{"downloads": 5}]), "unknown form at files.0.ndownloads"),
        (package("someone/pytorch", 5), "answered about 'someone/pytorch'"),
        ({"full_name": NAME}, "unknown form at files"),
        ([], "unknown form at the whole"),
        (b"<html>Sign in</html>", "web page came"),
        (b'{"full_name": "conda-', "not valid JSON"),
    ],
)
def test_an_answer_of_another_form_stops_the_source(said: Any, why: str) -> None:
    with pytest.raises((StopSource, Unreadable), match=why):
        parse(said)
