"""Who downloads, told apart by installer and by what runs it; and the queries, run on the database's own engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from catalog.load import load_catalog
from collectors.errors import SkipItem, StopSource
from collectors.periods import following_month
from collectors.source import Context, Item, Request
from collectors.sources import clickpy
from collectors.sources.clickpy import packages, splits
from db import clock
from db.engine import Engine
from tests.collectors.running import Running
from tests.collectors.test_clickpy import AGO, NOW, TODAY, item, parse, said
from tests.fakes.clickpy import ClickPy, exception


@pytest.fixture
def database(httpserver: HTTPServer) -> ClickPy:
    return ClickPy(httpserver)


@pytest.fixture
def whole(database: ClickPy, home: Path, store: Engine, monkeypatch: pytest.MonkeyPatch) -> Running:
    return Running(clickpy.SOURCE, database.url, home, store, monkeypatch)


def months_back(*, settled: int) -> list[date]:
    """The months from the end of 2025 on that are asked for by CI, of those that ended so many days ago or less."""
    months = [date(2025 + number // 12, number % 12 + 1, 1) for number in range(11, 400)]
    return [
        month
        for month, following in pairwise(months)
        if month + splits.LAG <= TODAY and following + timedelta(days=settled) > TODAY
    ]


def test_every_package_is_asked_for_in_few_requests_and_daily_in_four(whole: Running, database: ClickPy) -> None:
    named = {name for each in load_catalog().systems.values() for name in (*each.pypi, *each.former_pypi)}
    for package in named:
        database.fill(package.lower(), AGO[2], 5)
    by_month = months_back(settled=10_000)
    database.downloads += [("torch", month, "uv", "true", 1) for month in by_month]
    first = whole()
    assert first.status == "ok", first.message
    assert first.requests - len(by_month) == 28 <= clickpy.SOURCE.calls_backfill - 12
    assert {row.definition for row in whole.rows() if " by " not in row.definition} == named
    assert len({row.system for row in whole.rows()}) > 20
    second = whole()
    assert (second.new, second.revised) == (0, 0)
    assert second.requests == 2 + len(months_back(settled=14)) <= clickpy.SOURCE.calls_daily


def test_who_downloads_is_told_apart_by_installer_and_by_what_runs_it(whole: Running, database: ClickPy) -> None:
    day = AGO[10]
    database.fill("torch", AGO[3], 1)
    for installer, ci, count in (
        ("pip", "true", 5),
        ("pip", "false", 7),
        ("uv", "true", 11),
        ("bandersnatch", "false", 13),
        ("Nexus", "unknown", 17),
        ("Browser", "false", 19),
    ):
        database.downloads.append(("torch", day, installer, ci, count))
    whole("pytorch", since=AGO[20])
    told = {row.definition: (row.value, row.primary) for row in whole.rows() if row.period_start == day}
    assert told == {
        "torch by pip": (12, False),
        "torch by uv": (11, False),
        "torch by mirrors": (30, False),
        "torch by others": (19, False),
        "torch by pip or uv in CI": (16, False),
        "torch by pip or uv outside known CI": (7, False),
    }
    assert {row.primary for row in whole.rows() if row.definition == "torch"} == {True}


def split_item(split: str, since: str = "2026-10-01", until: str = "2026-11-01") -> Item:
    return Item("made", "pytorch", {**item(since=since).detail, "split": split, "until": until})


def test_a_day_whose_flag_is_not_known_for_some_has_no_figure_by_ci() -> None:
    rows = parse(
        {**said({"2026-10-02": 5, "2026-10-03": 5}, month="2026-10-01", listed=2), "who": "pip or uv in CI"},
        {**said({"2026-10-03": 1}, month="2026-10-01", listed=2), "who": splits.UNKNOWN},
        about=split_item(splits.RUNNERS),
    ).observations
    assert [(row.period_start.day, row.value) for row in rows] == [(2, 5)]


def test_the_last_day_of_a_month_that_went_on_is_as_good_as_the_others() -> None:
    def status(day: str) -> str:
        row = {**said({day: 5}, month="2026-10-01"), "who": "pip or uv in CI"}
        return parse(row, about=split_item(splits.RUNNERS)).observations[0].status

    assert (status("2026-10-31"), status("2026-10-30")) == ("ok", "partial")


def test_a_month_by_ci_is_read_again_until_two_weeks_after_its_end(whole: Running) -> None:
    kept: dict[str, str] = {}
    request = Request("http://a/", [load_catalog().systems["pytorch"]], cursor=kept.get)

    def asked() -> list[date]:
        items = [each for each in clickpy.plan(request) if each.detail.get("split") == splits.RUNNERS]
        return [date.fromisoformat(each.detail["since"]) for each in items]

    every = asked()
    assert every == months_back(settled=10_000)
    name = packages.name_of(packages.packages_of(request)[:1])
    for month in every:
        kept[splits.month_key(name, month)] = f"{following_month(month) + timedelta(days=13)}"
    assert asked() == every
    for month in every:
        kept[splits.month_key(name, month)] = f"{following_month(month) + timedelta(days=14)}"
    assert asked() == []
    kept.clear()
    for month in every:
        kept[splits.empty_key(name, month)] = f"{clock.today() - timedelta(days=6)}"
    assert asked() == []
    with clock.ahead(timedelta(days=1)):
        assert asked()[: len(every)] == every


def test_a_month_without_a_row_is_said_and_asked_for_again_and_is_no_fault(whole: Running, database: ClickPy) -> None:
    database.fill("torch", AGO[3], 5)
    for _ in range(2):
        before = len(database.seen)
        report = whole("pytorch", since=AGO[40])
        assert report.status == "ok", report.message
        assert "CI of torch since" in report.message
        assert ": nothing is listed" in report.message
        assert len(database.seen) - before >= 3
    whole("pytorch", "jax")
    assert {row.system for row in whole.rows()} == {"pytorch"}


def test_an_installer_nobody_asked_about_stops_the_source() -> None:
    with pytest.raises(StopSource, match="other installers"):
        parse({**said({"2026-10-02": 5}, month="2026-10-01"), "who": "conda"}, about=split_item(splits.INSTALLERS))
    with pytest.raises(StopSource, match="other installers"):
        parse({**said({"2026-11-02": 5}), "who": "pip"})


def test_a_refusal_to_tell_apart_leaves_the_days_as_they_are(whole: Running, database: ClickPy) -> None:
    with pytest.raises(SkipItem, match="code 158"):
        clickpy.parse(
            exception(158, "TOO_MANY_ROWS", "Limit").encode(), Context(split_item(splits.RUNNERS), "http://a/", NOW)
        )


TABLES = (
    (
        "pypi_downloads_per_day",
        "date Date, project String, count Int64",
        "SummingMergeTree ORDER BY (project, date)",
    ),
    (
        "pypi_downloads_per_day_by_version_by_installer_by_type",
        "project String, version String, date Date, installer String, type LowCardinality(String), count Int64",
        "SummingMergeTree ORDER BY (project, version, date, installer)",
    ),
    (
        "pypi",
        "date Date, project String, installer LowCardinality(String), "
        "ci Enum8('false' = 0, 'true' = 1, 'unknown' = 2) DEFAULT 'unknown'",
        "MergeTree ORDER BY (project, date)",
    ),
)


@pytest.fixture
def engine() -> Iterator[Any]:
    """The database's own engine, with tables of the kinds that the real ones have."""
    reason = "NO DATABASE ENGINE: the package chdb-core is not installed; it comes with the extra dev, but for Windows"
    chdb = pytest.importorskip("chdb.session", reason=reason)
    with chdb.Session() as session:
        session.query("CREATE DATABASE pypi")
        for table, columns, engine_and_order in TABLES:
            session.query(f"CREATE TABLE pypi.{table} ({columns}) ENGINE = {engine_and_order}")
        yield session


def insert(engine: Any, table: str, *rows: tuple[Any, ...]) -> None:
    engine.query(f"INSERT INTO pypi.{table} VALUES {', '.join(map(str, rows))}")  # noqa: S608  # rows of this file


def test_the_query_sums_on_the_engine_itself(engine: Any) -> None:
    """Run the very query on small tables of the same kind, where the engine is installed as a library."""
    table = "pypi_downloads_per_day"
    insert(engine, table, ("2026-10-30", "torch", 5), ("2026-11-01", "torch", 7), ("2026-11-01", "jax", 3))
    insert(engine, table, ("2026-11-01", "torch", 27_234_697_969), ("2026-11-02", "torch", 0), ("2026-11-01", "a", 1))
    given = {"packages": "['torch','jax']", "since": "2026-11-01"}
    answered = str(engine.query(clickpy.QUERY, params=given)).encode()
    quoted = clickpy.QUERY + " SETTINGS output_format_json_quote_64bit_integers = 1"
    as_strings = str(engine.query(quoted, params=given)).encode()
    for body in (answered, as_strings):
        rows = clickpy.parse(body, Context(item("torch", "jax"), "http://database/", NOW)).observations
        assert {(row.definition, row.period_start.day, row.value) for row in rows} == {
            ("jax", 1, 3),
            ("torch", 1, 27_234_697_976),
        }


def test_the_queries_tell_apart_on_the_engine_itself(engine: Any) -> None:
    summed = "pypi_downloads_per_day_by_version_by_installer_by_type"
    for version, installer, count in (
        ("1", "pip", 2),
        ("2", "pip", 3),
        ("1", "uv", 5),
        ("1", "", 7),
        ("1", "Nexus", 9),
    ):
        insert(engine, summed, ("torch", version, "2026-10-02", installer, "bdist_wheel", count))
    insert(engine, summed, ("torch", "1", "2026-10-02", "bandersnatch", "sdist", 1))
    insert(engine, summed, ("torch", "1", "2026-11-01", "pip", "sdist", 100), ("a", "1", "2026-10-02", "pip", "", 100))
    insert(engine, "pypi", *[("2026-10-02", "torch", "pip", "true")] * 3, ("2026-10-02", "torch", "uv", "false"))
    insert(engine, "pypi", ("2026-10-03", "torch", "uv", "unknown"), ("2026-10-02", "torch", "Browser", "true"))
    insert(engine, "pypi", ("2026-10-03", "torch", "uv", "true"), ("2026-11-01", "torch", "uv", "true"))
    given = {"packages": "['torch','jax']", "since": "2026-10-01", "until": "2026-11-01"}
    found: dict[tuple[str, int], float | None] = {}
    for split, query in splits.QUERIES.items():
        body = str(engine.query(query, params=given)).encode()
        rows = clickpy.parse(body, Context(split_item(split), "http://database/", NOW)).observations
        found |= {(row.definition.removeprefix("torch by "), row.period_start.day): row.value for row in rows}
    assert found == {
        ("pip", 2): 5,
        ("uv", 2): 5,
        ("mirrors", 2): 10,
        ("others", 2): 7,
        ("pip or uv in CI", 2): 3,
        ("pip or uv outside known CI", 2): 1,
    }


def test_the_engine_refuses_to_stop_short_where_it_is_told_to(engine: Any) -> None:
    """What a public door does by default, and the one setting that makes it say so."""
    insert(engine, "pypi_downloads_per_day", *[("2026-11-01", f"p{number}", 1) for number in range(50)])
    query = "SELECT sum(count) AS n FROM pypi.pypi_downloads_per_day SETTINGS max_rows_to_read = 10, max_threads = 1"
    with pytest.raises(RuntimeError, match="Code: 158"):
        engine.query(query + ", read_overflow_mode = 'throw'")
