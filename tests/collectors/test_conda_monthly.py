"""Conda downloads by month: sums by channel, months not published yet, files replaced later, broken files."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from catalog.load import load_catalog
from collectors.errors import RetryLater, SkipItem, StopSource
from collectors.periods import following_month
from collectors.source import Context, Item, Parsed, Request
from collectors.sources import conda_monthly
from db.engine import Engine
from tests.collectors.running import TRIES, Running
from tests.fakes import held
from tests.fakes.conda_monthly import Bucket, file

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
THIS = held.TODAY.replace(day=1)
FORGE = "conda-forge/pytorch"


def month(back: int) -> str:
    """The month so many months ago."""
    number = THIS.year * 12 + THIS.month - 1 - back
    return f"{number // 12}-{number % 12 + 1:02d}"


def first(back: int) -> date:
    return date.fromisoformat(f"{month(back)}-01")


@pytest.fixture
def bucket(httpserver: HTTPServer) -> Bucket:
    return Bucket(httpserver)


@pytest.fixture
def run(bucket: Bucket, home: Path, store: Engine, monkeypatch: pytest.MonkeyPatch) -> Running:
    return Running(conda_monthly.SOURCE, bucket.url, home, store, monkeypatch)


def fill(bucket: Bucket, *backs: int, downloads: int = 100) -> None:
    for back in backs:
        bucket.files[month(back)] = file(month(back), ("conda-forge", "pytorch", downloads + back))


def parse(body: bytes, name: str = "2026-10") -> Parsed:
    systems = [load_catalog().systems["pytorch"]]
    (item, *_) = conda_monthly.plan(Request("http://bucket/", systems))
    about = Item(name, "all", {**item.detail, "month": name})
    return conda_monthly.parse(body, Context(about, "http://bucket/", NOW))


def test_versions_and_platforms_are_added_up_and_channels_are_not() -> None:
    rows = [("conda-forge", "pytorch", 5), ("anaconda", "pytorch", 70), ("conda-forge", "pytorch", 6)]
    parsed = parse(file("2026-10", *rows, ("bioconda", "pytorch", 900), ("conda-forge", "pytorch-cpu", 800)))
    assert [(row.definition, row.value, row.primary) for row in parsed.observations] == [
        ("anaconda/pytorch", 70, False),
        (FORGE, 11, True),
    ]
    row = parsed.observations[0]
    assert (row.metric, row.system, row.granularity, row.status) == (
        "conda_downloads_per_month",
        "pytorch",
        "month",
        "ok",
    )
    assert (row.period_start, row.period_end) == (date(2026, 10, 1), date(2026, 11, 1))


def test_a_first_run_goes_back_two_years_and_never_asks_for_the_running_month(run: Running, bucket: Bucket) -> None:
    fill(bucket, *range(25))
    report = run("pytorch")
    assert (report.status, report.requests) == ("ok", conda_monthly.SOURCE.calls_backfill)
    assert bucket.months == [month(back) for back in range(24, 0, -1)]
    assert run.values(FORGE)[first(24)] == (124, "ok")


def test_since_takes_all_and_no_more_than_there_is(run: Running) -> None:
    months = (THIS.year - 2017) * 12 + THIS.month - 1
    assert f"{months} items" in run("pytorch", since=date(2001, 1, 1), dry_run=True).message


def test_later_runs_ask_for_three_months_again_and_find_the_one_replaced(run: Running, bucket: Bucket) -> None:
    fill(bucket, *range(1, 25))
    run("pytorch")
    bucket.seen.clear()
    bucket.files[month(2)] = file(month(2), ("conda-forge", "pytorch", 5_000))
    report = run("pytorch")
    assert bucket.months == [month(3), month(2), month(1)]
    assert [request.headers.get("If-None-Match") is not None for request in bucket.seen] == [True] * 3
    assert (report.status, report.requests, report.revised) == ("ok", conda_monthly.READ_AGAIN, 1)
    assert run.values(FORGE)[first(2)] == (5_000, "ok")
    assert run.revised() == [(FORGE, first(2), 102, "ok")]


def test_a_month_not_published_yet_is_left_out_and_taken_later(run: Running, bucket: Bucket) -> None:
    fill(bucket, *range(3, 25))
    report = run("pytorch")
    assert (report.status, len(run.values(FORGE))) == ("ok", 22)
    fill(bucket, 2, 1)
    assert run("pytorch").new == 2
    assert run.values(FORGE)[first(1)] == (101, "ok")


def test_a_month_missing_for_long_is_said_and_is_no_zero(run: Running, bucket: Bucket) -> None:
    fill(bucket, *(back for back in range(1, 25) if back != 9))
    report = run("pytorch")
    assert report.status == "partial"
    assert month(9) in report.message
    assert first(9) not in run.values(FORGE)
    assert len(run.values(FORGE)) == 23


def test_a_package_that_is_not_listed_or_with_nothing_is_no_zero() -> None:
    listed = parse(file("2026-10", ("conda-forge", "pytorch", 0), ("anaconda", "pytorch", 1))).observations
    assert [row.definition for row in listed] == ["anaconda/pytorch"]
    with pytest.raises(SkipItem, match="says nothing about downloads"):
        parse(file("2026-10"))


def test_every_package_of_the_catalogue_is_looked_for(run: Running, bucket: Bucket) -> None:
    names = {name for system in load_catalog().systems.values() for name in system.conda}
    rows = [(*name.split("/"), 7) for name in sorted(names)]
    bucket.files = {month(1): file(month(1), *rows)}  # type: ignore[arg-type]  # a name has two parts
    run(since=first(1))
    assert {row.definition for row in run.rows()} == names
    assert not conda_monthly.plan(Request("http://bucket/", [load_catalog().systems["bert"]]))


@pytest.mark.parametrize("size", [5, 500, -1])
def test_a_download_that_broke_off_is_for_later_and_keeps_nothing(run: Running, bucket: Bucket, size: int) -> None:
    fill(bucket, 1)
    bucket.files[month(1)] = bucket.files[month(1)][:size]
    report = run("pytorch", since=first(1))
    assert (report.status, len(run.rows())) == ("unavailable", 0)
    fill(bucket, 1)
    assert run("pytorch", since=first(1)).new == 1


def test_bytes_turned_over_are_never_a_figure() -> None:
    whole = file("2026-10", ("conda-forge", "pytorch", 5))
    for place in range(0, len(whole), 37):
        body = whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
        try:
            parsed = parse(body)
        except (RetryLater, SkipItem, StopSource):
            continue
        assert {row.definition for row in parsed.observations} <= {FORGE, "anaconda/pytorch"}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"<html>Sign in</html>", "no Parquet file"),
        (b"", "no Parquet file"),
        (file("2026-10", ("conda-forge", "pytorch", 5), without="data_source"), "no column data_source"),
        (file("2026-10", ("conda-forge", "pytorch", 5), without="time"), "no column time"),
        (file("2026-10", ("conda-forge", "pytorch", 5.5), counts=pyarrow.float64()), "other than whole numbers"),
        (file("2026-09", ("conda-forge", "pytorch", 5)), "holds days of '2026-09'"),
    ],
)
def test_a_file_of_another_form_stops_the_source(body: bytes, why: str) -> None:
    with pytest.raises(StopSource, match=why):
        parse(body)


@pytest.mark.parametrize("count", [-5, None, 10**12])
def test_figures_that_cannot_be_true_cost_that_month_only(count: Any) -> None:
    with pytest.raises(SkipItem, match="cannot be"):
        parse(file("2026-10", ("conda-forge", "pytorch", count)))


def test_a_flood_of_rows_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conda_monthly, "MAX_ROWS", 40)
    with pytest.raises(SkipItem, match="more than are read"):
        parse(file("2026-10", ("conda-forge", "pytorch", 5)))


def test_a_bucket_that_slows_down_is_unavailable(run: Running, bucket: Bucket) -> None:
    slow = "<Error><Code>SlowDown</Code></Error>"
    bucket.scripted = [Response(slow, 503, content_type="application/xml") for _ in range(3 * TRIES)]
    report = run("pytorch")
    assert (report.status, len(run.rows()), len(bucket.seen)) == ("unavailable", 0, 3 * TRIES)


def test_months_are_counted_over_the_turn_of_a_year() -> None:
    assert conda_monthly._before(date(2026, 1, 31), 1) == date(2025, 12, 1)
    assert conda_monthly._before(date(2026, 12, 31), 12) == date(2025, 12, 1)
    assert following_month(date(2025, 12, 1)) == date(2026, 1, 1)


def test_a_first_run_that_was_cut_off_reaches_no_further_back_the_next_time() -> None:
    """Else what is stored would hang on where a run happened to break off."""
    systems = [load_catalog().systems["pytorch"]]
    whole = [item.detail["month"] for item in conda_monthly.plan(Request("http://a/", systems))]
    kept = {"newest month": whole[0], "first month asked for": whole[0]}
    again = conda_monthly.plan(Request("http://a/", systems, cursor=kept.get))
    assert [item.detail["month"] for item in again] == whole
    assert {item.detail["begun"] for item in again} == {whole[0]}
