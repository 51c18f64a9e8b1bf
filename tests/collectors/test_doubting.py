"""From a source on the loopback to a chart: a value is doubted, held back, and counts once it is confirmed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from sqlalchemy import text

from catalog.load import load_catalog
from collectors.comparing import compare
from collectors.doubts.decisions import decide
from collectors.replay import replay
from collectors.report import RunReport
from collectors.settings import Settings
from collectors.sources import SOURCES, conda, dockerhub
from collectors.states import source_list
from db import read
from db.engine import Engine, open_database, reading, writing
from db.receipts import ReceiptStore
from tests.collectors.running import Running
from tests.fakes import held
from tests.fakes.conda import AnacondaOrg, package
from tests.fakes.dockerhub import DockerHub, repository
from tests.fakes.told import DAY, Teller, answered_on

FIRST = date(2026, 9, 7)
NEWEST = FIRST + 60 * DAY
Told = Callable[[date, dict[date, float]], RunReport]


@pytest.fixture
def teller(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> Teller:
    return Teller(httpserver, monkeypatch)


def telling(teller: Teller, home: Path, store: Engine, monkeypatch: pytest.MonkeyPatch, metric: str, name: str) -> Told:
    run = Running(teller.source(metric, name=name), teller.url, home, store, monkeypatch)

    def told(day: date, days: dict[date, float]) -> RunReport:
        teller.at(day)
        teller.days = {"pytorch": days}
        return run("pytorch")

    return told


@pytest.fixture
def pulls(teller: Teller, home: Path, store: Engine, monkeypatch: pytest.MonkeyPatch) -> Told:
    """A total of pulls, told one day at a time, after two months of growth."""
    told = telling(teller, home, store, monkeypatch, "image_pulls", "dockerhub")
    told(NEWEST, {FIRST + n * DAY: 1e6 + 900 * n + 7 * (n % 5) for n in range(61)})
    return told


@pytest.fixture
def views(teller: Teller, home: Path, store: Engine, monkeypatch: pytest.MonkeyPatch) -> Told:
    """Views of a page, the last week told again each time."""
    told = telling(teller, home, store, monkeypatch, "page_views", "wikimedia")
    told(NEWEST + DAY, {FIRST + n * DAY: usual(n) for n in range(61)})
    return told


def usual(day: int) -> float:
    return 500.0 + day + (400.0 if day % 7 < 5 else 0.0)


def states(store: Engine) -> list[tuple[str, float, str]]:
    with reading(store) as session:
        return [(one.rule, one.value, one.state) for one in read.doubts(session)]


def month(store: Engine, metric: str, first: date = date(2026, 11, 1)) -> read.SeriesRow:
    with reading(store) as session:
        (row,) = [row for row in read.charted(session, metric=metric) if row.period_start == first]
        return row


def test_a_total_that_falls_is_held_back_until_the_next_day_stands_by_it(pulls: Told, store: Engine) -> None:
    before = month(store, "image_pulls").value
    fell, after = NEWEST + DAY, NEWEST + 2 * DAY
    assert pulls(fell, {fell: 400_000.0}).status == "ok"
    assert states(store) == [("counter fell", 400_000.0, "open")]
    held = month(store, "image_pulls")
    assert held.value == before
    assert held.left_out == (f"{fell}: 400,000 (counter fell; the total fell from 1,054,000 to 400,000)",)
    assert pulls(fell, {fell: 400_000.0}).new == 0
    assert states(store) == [("counter fell", 400_000.0, "open")], "the same day says nothing new"
    pulls(after, {after: 400_900.0})
    assert states(store) == [("counter fell", 400_000.0, "confirmed")]
    assert month(store, "image_pulls").value == 400_900


def test_a_total_that_comes_back_leaves_the_glitch_out_for_good(pulls: Told, store: Engine) -> None:
    fell, after = NEWEST + DAY, NEWEST + 2 * DAY
    pulls(fell, {fell: 400_000.0})
    pulls(after, {after: 1_055_800.0})
    assert states(store) == [("counter fell", 400_000.0, "withdrawn")]
    row = month(store, "image_pulls")
    assert (row.value, len(row.left_out)) == (1_055_800, 1)


def test_a_total_told_again_and_again_is_an_old_copy(pulls: Told, store: Engine) -> None:
    last = month(store, "image_pulls").value
    assert last is not None
    for n in range(1, 4):
        pulls(NEWEST + n * DAY, {NEWEST + n * DAY: last})
    assert states(store) == [("constant", last, "open")] * 3
    later = NEWEST + 4 * DAY
    pulls(later, {later: last + 3_600})
    assert {state for *_, state in states(store)} == {"withdrawn"}, "it made up for the days it stood still"
    assert month(store, "image_pulls").value == last + 3_600


def test_a_day_of_news_counts_once_it_is_told_again(views: Told, store: Engine) -> None:
    news = NEWEST + DAY
    whole = month(store, "page_views").value
    views(news + DAY, {NEWEST: usual(60), news: 20_000.0})
    assert states(store) == [("jump", 20_000.0, "open")]
    assert month(store, "page_views").value == whole
    views(news + 2 * DAY, {NEWEST: usual(60), news: 20_000.0, news + DAY: usual(62)})
    assert states(store) == [("jump", 20_000.0, "confirmed")]
    assert month(store, "page_views").value == (whole or 0) + 20_000 + usual(62)


def test_a_value_the_source_corrects_is_withdrawn(views: Told, store: Engine) -> None:
    news = NEWEST + DAY
    views(news + DAY, {news: 20_000.0})
    views(news + 2 * DAY, {news: usual(61)})
    assert states(store) == [("jump", 20_000.0, "withdrawn")]
    assert month(store, "page_views").left_out == ()


def test_a_period_that_loses_a_part_is_held_back(views: Told, store: Engine) -> None:
    views(NEWEST + 2 * DAY, {NEWEST - DAY: usual(59) / 2})
    assert [(rule, state) for rule, _, state in states(store)] == [("period shrank", "open")]


def test_a_documented_break_is_no_doubt(
    teller: Teller, home: Path, store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The package index redefined a download on 2026-08-24; the same fall a month earlier is doubted."""
    first = date(2026, 6, 1)
    for name, when, expected in (("clickpy", date(2026, 8, 24), 0), ("pypistats", date(2026, 7, 20), 1)):
        told = telling(teller, home, store, monkeypatch, "downloads", name)
        days = (when - first).days
        told(when, {first + n * DAY: 1000 * usual(n) for n in range(days)})
        told(when + DAY, {when: 100 * usual(days)})
        assert len(states(store)) == expected


def test_the_same_receipts_on_the_same_days_doubt_the_same(
    teller: Teller, home: Path, store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def history(name: str) -> list[tuple[object, ...]]:
        told = telling(teller, home, store, monkeypatch, "image_pulls", name)
        told(NEWEST, {FIRST + n * DAY: 1e6 + 900 * n + 7 * (n % 5) for n in range(61)})
        for n, value in enumerate((400_000.0, 1_055_800.0, 9e6, 9e6, 9e6 + 800, 12.0), 1):
            told(NEWEST + n * DAY, {NEWEST + n * DAY: value})
        with reading(store) as session:
            found = [one for one in read.doubts(session) if one.source == name]
        return [(one.period_start, one.value, one.rule, one.state, one.opened_at.date(), one.why) for one in found]

    assert history("dockerhub") == history("conda") != []


def test_a_source_that_answers_with_old_data_is_stale_however_well_its_runs_end(
    teller: Teller, home: Path, store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = replace(teller.source("page_views", name="wikimedia"), lag_days=2)
    today = held.TODAY
    run = Running(source, teller.url, home, store, monkeypatch)

    def listed() -> dict[str, Any]:
        with reading(store) as session:
            newest, seen = read.newest_periods(session), read.source_states(session)
        settings = Settings(home=home)
        return source_list(seen, settings=settings, registered=[source], newest=newest, held={"wikimedia": 3})[0]

    teller.days = {"pytorch": {today - n * DAY: usual(n) for n in range(60, 9, -1)}}
    assert run("pytorch").status == "ok"
    found = listed()
    assert (found["state"], found["newest"], found["held_back"]) == ("stale", today - 10 * DAY, 3)
    assert f"data up to {today - 10 * DAY}" in found["message"]
    teller.days["pytorch"][today - 2 * DAY] = usual(2)
    assert run("pytorch").status == "ok"
    assert listed()["state"] == "ok"


def test_every_source_of_periods_says_how_old_its_newest_gets() -> None:
    assert {source.name for source in SOURCES if source.lag_days is None} <= {
        "package_index",
        "git",
        "google_trends",
        "papers_with_code",
        "wheels",
    }


def test_a_sum_that_lost_a_file_is_no_fall_until_the_next_day_says_so_too(
    httpserver: HTTPServer, home: Path, store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = AnacondaOrg(httpserver)
    run = Running(conda.SOURCE, channel.url, home, store, monkeypatch)
    name = load_catalog().systems["jax"].conda[0]

    def listed(day: date, *files: int) -> float | None:
        answered_on(monkeypatch, day)
        channel.packages[name] = package(name, *files)
        assert run("jax").observations >= 1
        with reading(store) as session:
            rows = read.charted(session, metric="conda_downloads", systems=["jax"])
        return next(row.value for row in rows if row.definition == name)

    assert listed(FIRST, 500, 700) == 1_200
    assert listed(FIRST + DAY, 500) == 1_200, "the month stands at the last total that counts"
    assert listed(FIRST + 2 * DAY, 510, 705) == 1_215
    assert states(store) == [("counter fell", 500.0, "withdrawn")]
    assert listed(FIRST + 3 * DAY, 520) == 1_215
    assert listed(FIRST + 4 * DAY, 525) == 525, "the file is gone for good"


def test_a_total_of_pulls_that_falls_counts_from_the_second_day_on(
    httpserver: HTTPServer, home: Path, store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = DockerHub(httpserver)
    run = Running(dockerhub.SOURCE, hub.url, home, store, monkeypatch)
    for n, pulls in enumerate((9_000, 4_000, 4_100)):
        answered_on(monkeypatch, FIRST + n * DAY)
        hub.images["pytorch/pytorch"] = repository("pytorch/pytorch", pulls)
        assert run("pytorch").new == 1
        state = "confirmed" if n > 1 else "open"
        assert states(store) == ([("counter fell", 4_000.0, state)] if n else [])


def test_a_replay_doubts_the_same_and_decides_as_was_decided(
    teller: Teller, pulls: Told, store: Engine, home: Path
) -> None:
    pulls(NEWEST + DAY, {NEWEST + DAY: 400_000.0})
    (doubt,) = [one for one in _all_doubts(store) if one.rule == "counter fell"]
    decide(store, "confirm", [doubt.doubt])
    pulls(NEWEST + 2 * DAY, {NEWEST + 2 * DAY: 5.0})
    assert sorted(one.state for one in _all_doubts(store)) == ["confirmed", "open"]
    into = open_database(f"sqlite:///{home / 'again.db'}", create=True)
    done = replay(store, into, ReceiptStore(home / "receipts"), registered=[teller.source("image_pulls")])
    assert (done.lost, done.comparison.named) == ((), ())
    assert done.identical
    assert [one[1:] for one in _all_doubts(into)] == [one[1:] for one in _all_doubts(store)]
    with writing(store) as session:
        session.execute(text("UPDATE doubt SET state = 'withdrawn' WHERE state = 'open'"))
    with reading(store) as one, reading(into) as other:
        assert compare(read.content(one), read.content(other)).named != ()
    into.dispose()


def _all_doubts(store: Engine) -> list[read.DoubtRow]:
    with reading(store) as session:
        return read.doubts(session)
