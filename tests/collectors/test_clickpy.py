"""Download history from a database: sums, cursors, two doors, and every way an answer of status 200 can be wrong."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from catalog.load import load_catalog
from collectors.errors import RetryLater, SkipItem, StopSource, Unreadable
from collectors.source import Context, Item, Parsed, Request
from collectors.sources import clickpy
from collectors.sources.clickpy import reading as parsing
from collectors.sources.clickpy import splits
from db import read
from db.engine import Engine, reading
from tests.collectors.running import TRIES, Running
from tests.fakes import held
from tests.fakes.clickpy import ClickPy, exception

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TODAY = held.TODAY
AGO = {days: TODAY - timedelta(days=days) for days in (1, 2, 3, 10, 20, 40, 400)}


@pytest.fixture
def database(httpserver: HTTPServer) -> ClickPy:
    return ClickPy(httpserver)


@pytest.fixture
def run(database: ClickPy, home: Path, store: Engine, monkeypatch: pytest.MonkeyPatch) -> Running:
    """The days alone, not told apart by who downloaded."""
    monkeypatch.setattr(splits, "ROLES", frozenset())
    return Running(clickpy.SOURCE, database.url, home, store, monkeypatch)


def item(*names: str, since: str = "2026-11-01") -> Item:
    packages = [[name, "pytorch" if name == "torch" else "jax", True] for name in names or ("torch",)]
    return Item("made", "all", {"since": since, "packages": json.dumps(packages)})


def said(days: dict[str, Any], project: str = "torch", month: str = "2026-11-01", listed: Any = 1) -> dict[str, Any]:
    return {"project": project, "month": month, "days": days, "listed": listed}


def parse(*rows: dict[str, Any], about: Item | None = None, **more: Any) -> Parsed:
    body = json.dumps({"data": rows, "rows": len(rows), **more}).encode()
    return clickpy.parse(body, Context(about or item(), "http://database/", NOW))


def test_days_are_summed_over_the_parts_a_table_keeps_them_in(run: Running, database: ClickPy) -> None:
    database.fill("torch", AGO[40], 5, 6)
    database.fill("torch", AGO[40], 70)
    database.fill("torch", AGO[2], 8)
    report = run("pytorch")
    assert (report.status, report.requests) == ("ok", 1)
    assert run.values("torch") == {
        AGO[40]: (75, "ok"),
        AGO[40] + timedelta(days=1): (6, "ok"),
        AGO[2]: (8, "partial"),
    }
    assert {(row.granularity, row.metric, row.system, row.unit) for row in run.rows()} == {
        ("day", "downloads", "pytorch", "downloads")
    }


@pytest.mark.parametrize("strings", [True, False])
def test_64_bits_come_as_strings_or_as_numbers(run: Running, database: ClickPy, strings: bool) -> None:
    database.strings = strings
    database.fill("torch", AGO[10], 27_234_697_969)
    database.fill("torch", AGO[3], 1)
    assert run("pytorch").status == "ok"
    assert run.values("torch")[AGO[10]] == (27_234_697_969, "ok")


def test_a_query_that_does_not_sum_would_be_found_out(run: Running, database: ClickPy) -> None:
    """The fake gives unmerged parts to a query that does not add them up, as the real tables do."""
    database.fill("torch", AGO[10], 5)
    database.fill("torch", AGO[10], 70)
    run.patch.setattr(clickpy, "QUERY", clickpy.QUERY.replace("sumMap(", "anyMap("))
    report = run("pytorch")
    assert (report.status, len(run.rows())) == ("failed", 0)
    assert "lists a month twice" in report.message


def test_yesterday_today_and_the_newest_day_are_partial() -> None:
    fresh = parse(said({f"2026-11-{day}": "7" for day in (18, 19, 20, 21)}))
    assert [row.status for row in fresh.observations] == ["ok", "ok", "partial", "partial"]


def test_a_table_that_stands_still_has_no_later_days_and_its_last_is_partial(run: Running, database: ClickPy) -> None:
    database.fill("torch", AGO[400], 4, 5)
    assert run("pytorch").status == "ok"
    assert run.values("torch") == {AGO[400]: (4, "ok"), AGO[400] + timedelta(days=1): (5, "partial")}


def test_what_is_partial_does_not_depend_on_what_else_was_asked_for(run: Running, database: ClickPy) -> None:
    database.fill("torch", AGO[3], 5)
    database.fill("jax", AGO[40], 4)
    run("pytorch", "jax")
    assert run("pytorch").revised == run("jax").revised == 0
    assert run.values("jax") == {AGO[40]: (4, "partial")}


def test_a_day_that_is_not_listed_or_listed_with_nothing_is_no_zero(run: Running, database: ClickPy) -> None:
    database.fill("torch", AGO[20], 5, 0)
    database.fill("torch", AGO[3], 7)
    run("pytorch")
    assert set(run.values("torch")) == {AGO[20], AGO[3]}
    assert {row.period_start.day for row in parse(said({"2026-11-02": "0", "2026-11-03": "1"})).observations} == {3}


def test_the_second_run_reads_two_weeks_again_and_finds_what_was_filled_in(run: Running, database: ClickPy) -> None:
    database.fill("torch", AGO[40], *range(100, 138))
    run("pytorch")
    database.fill("torch", AGO[10], 1_000)
    database.fill("torch", AGO[2] + timedelta(days=1), 3)
    report = run("pytorch")
    assert database.seen[1].args["param_since"] == (AGO[3] - clickpy.READ_AGAIN).isoformat()
    assert (report.new, report.revised) == (1, 2)
    assert run.values("torch")[AGO[10]] == (1_130, "ok")
    assert set(run.revised()) == {("torch", AGO[10], 130, "ok"), ("torch", AGO[3], 137, "partial")}


def test_an_answer_that_read_to_the_limit_is_not_believed_and_the_first_door_is_told_to_refuse(
    run: Running, database: ClickPy
) -> None:
    """A table so large that the database stops reading, and says nothing unless it is asked to."""
    database.fill("torch", AGO[3], 9)
    database.reads, database.limit = 9 * parsing.MAX_READ, parsing.MAX_READ
    assert run("pytorch").status == "unavailable"
    assert {each.args.get("read_overflow_mode") for each in database.seen} == {"throw"}
    run.patch.setattr(clickpy, "_doors", lambda _: (clickpy.Door(database.url, "demo", refuses=False),))
    report = run("pytorch")
    assert (report.status, len(run.rows())) == ("failed", 0)
    assert "1,000,000,000 rows were read" in report.message


def test_the_headline_package_is_primary_and_the_former_one_is_not() -> None:
    about = Item(
        "made", "tensorflow", {"since": "2026-11-01", "packages": '[["a", "keras", true], ["b", "keras", false]]'}
    )
    rows = parse(
        said({"2026-11-02": 1}, "a", listed=2), said({"2026-11-02": 1}, "b", listed=2), about=about
    ).observations
    assert [(row.definition, row.primary) for row in rows] == [("a", True), ("b", False)]


def test_since_is_asked_for_as_it_was_given(run: Running, database: ClickPy) -> None:
    database.fill("torch", AGO[400], 5)
    database.fill("torch", AGO[3], 7)
    run("pytorch", since=AGO[20])
    assert set(run.values("torch")) == {AGO[3]}


def test_groups_keep_below_the_cap_on_rows_of_an_answer() -> None:
    systems = list(load_catalog().systems.values())
    old = {"days torch": "2020-01-01"}
    plans = (
        clickpy.plan(Request("http://database/", systems)),
        clickpy.plan(Request("http://database/", systems, cursor=lambda key: old.get(key, "2026-11-01"))),
    )
    for planned in plans:
        items = [one for one in planned if "split" not in one.detail]
        names = [each for one in items for each in json.loads(one.detail["packages"])]
        assert len(names) == len({name for name, *_ in names}) > 50
        for one in items:
            months = (TODAY - date.fromisoformat(one.detail["since"])).days / 30.4 + 1
            assert len(json.loads(one.detail["packages"])) * months <= clickpy.MAX_ROWS * 1.02


@pytest.mark.parametrize(
    ("first", "requests"),
    [
        (lambda: Response(exception(47, "UNKNOWN_IDENTIFIER", "Unknown identifier"), 404), 1),
        (lambda: Response(exception(516, "AUTHENTICATION_FAILED", "demo: Authentication failed"), 403), 1),
        (lambda: Response(exception(62, "SYNTAX_ERROR", "Syntax error"), 400), 1),
        (lambda: Response(exception(202, "TOO_MANY_SIMULTANEOUS_QUERIES", "Too many"), 500), TRIES),
        (lambda: Response('{"data": [\n' + exception(241, "MEMORY_LIMIT_EXCEEDED", "Memory limit exceeded")), 1),
    ],
)
def test_the_second_door_is_asked_where_the_first_fails(
    run: Running, database: ClickPy, httpserver: HTTPServer, first: Callable[[], Response], requests: int
) -> None:
    second = ClickPy(httpserver, path="/second", user="play")
    doors = (clickpy.Door(database.url, "demo"), clickpy.Door(second.url, "play"))
    run.patch.setattr(clickpy, "DOORS", doors)
    database.scripted = [first() for _ in range(TRIES)]
    second.fill("torch", AGO[3], 9)
    report = Running(clickpy.SOURCE, None, run.home, run.engine, run.patch)("pytorch")
    assert (report.status, len(database.seen), len(second.seen)) == ("ok", requests, 1)
    assert run.values("torch") == {AGO[3]: (9, "partial")}


def test_an_address_that_was_set_is_the_only_one_asked() -> None:
    assert [door.user for door in clickpy._doors(clickpy.base_url())] == ["demo", "play"]
    assert clickpy._doors("https://clickpy-clickhouse.clickhouse.com/") == (clickpy.DOORS[1],)
    assert clickpy._doors("http://127.0.0.1:1/") == (clickpy.Door("http://127.0.0.1:1/", "demo"),)


@pytest.mark.parametrize("in_format", [True, False])
@pytest.mark.parametrize(
    ("broken", "status", "why"),
    [
        (
            exception(159, "TIMEOUT_EXCEEDED", "Timeout exceeded: elapsed 10.1 seconds"),
            "unavailable",
            "gave up (code 159",
        ),
        (exception(201, "QUOTA_EXCEEDED", "Quota exceeded"), "unavailable", "code 201"),
        (exception(307, "TOO_MANY_BYTES", "Limit for rows or bytes to read exceeded"), "failed", "refuses (code 307"),
        (exception(396, "TOO_MANY_ROWS_OR_BYTES", "Limit for result exceeded"), "failed", "refuses (code 396"),
        ("Code: 395, e.displayText() = DB::Exception: old words", "failed", "code 395"),
    ],
)
def test_an_exception_inside_a_200_keeps_nothing_of_the_rows_before_it(
    run: Running, database: ClickPy, broken: str, in_format: bool, status: str, why: str
) -> None:
    database.fill("torch", AGO[3], 9)
    database.breaks, database.in_format = broken, in_format
    report = run("pytorch")
    assert (report.status, len(run.rows()), report.receipts) == (status, 0, 1)
    assert why in report.message
    assert "SELECT" not in report.message


@pytest.mark.parametrize(("status", "outcome"), [(404, "failed"), (503, "unavailable")])
def test_no_door_that_opens_is_said_without_the_query(
    run: Running, database: ClickPy, status: int, outcome: str
) -> None:
    database.scripted = [Response("made", status) for _ in range(TRIES)]
    report = run("pytorch")
    assert (report.status, len(run.rows())) == (outcome, 0)
    assert database.url in report.message
    assert "SELECT" not in report.message


def test_a_quota_used_up_leaves_the_rest_for_later_and_the_next_run_takes_it_up(
    run: Running, database: ClickPy
) -> None:
    database.fill("torch", AGO[3], 9)
    database.fill("jax", AGO[3], 9)
    run.patch.setattr(clickpy, "MAX_ROWS", 1)
    database.quota = 1
    first = run("pytorch", "jax")
    assert (first.status, first.new) == ("partial", 1)
    database.quota = None
    second = run("pytorch", "jax")
    assert {row.definition for row in run.rows()} >= {"torch", "jax"}
    assert "jaxlib" in second.message  # nothing is listed of it, and that is said
    dates = [each.args["param_since"] for each in database.seen]
    assert dates.count(clickpy.FIRST_DAY.isoformat()) == len(dates) - 1


def test_an_answer_that_was_cut_off_is_not_taken_for_the_whole(run: Running, database: ClickPy) -> None:
    database.fill("torch", AGO[400], *range(1, 300))
    database.cap = 3
    report = run("pytorch")
    assert (report.status, len(run.rows())) == ("failed", 0)
    assert "cut off: 3 rows" in report.message


def test_nothing_listed_is_no_figure_and_sets_no_cursor(run: Running, database: ClickPy, store: Engine) -> None:
    report = run("pytorch")
    assert (report.status, len(run.rows())) == ("failed", 0)
    assert "says nothing about downloads" in report.message
    with reading(store) as session:
        assert read.cursor(session, "clickpy", "days torch") is None


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([said({"2026-11-23": "5"})], "days in the future"),
        ([said({"2026-11-03": "-5"})], "counts that cannot be"),
        ([said({"2026-11-03": str(10**15)})], "counts that cannot be"),
    ],
)
def test_figures_that_cannot_be_true_cost_their_group_only(rows: list[dict[str, Any]], why: str) -> None:
    with pytest.raises(SkipItem, match=why):
        parse(*rows)


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([said({"2026-11-03": "5"}, project="other")], "about other packages"),
        ([said({"2026-11-03": "5"}, listed=2), said({"2026-11-04": "5"}, listed=2)], "lists a month twice"),
        ([said({"2026-10-31": "5"})], "other months"),
        ([said({"2026-10-31": "5"}, month="2026-10-01")], "beyond what was asked"),
        ([said({"2026-11-03": "5"}, listed="3")], "cut off: 1 rows where 3"),
        ([said({"2026-11-03": "5.5"})], "unknown form at data.0.days"),
        ([said({"2026-11-03": None})], "unknown form at data.0.days"),
        ([said({"2026-11-03": True})], "unknown form at data.0.days"),
        ([said({"3 November": "5"})], "unknown form at data.0.days"),
        ([{**said({"2026-11-03": "5"}), "installer": "pip"}], "unknown form at data.0.installer"),
    ],
)
def test_an_answer_of_another_form_stops_the_source(rows: list[dict[str, Any]], why: str) -> None:
    with pytest.raises(StopSource, match=why):
        parse(*rows)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"<html>Just a moment...</html>", "web page came"),
        (b'{"data": [{"project": "torch", "mon', "not valid JSON"),
        (b"", "not valid JSON"),
        (b"Ok.\n", "not valid JSON"),
        (b'{"data": []}', "unknown form at rows"),
    ],
)
def test_a_body_that_is_no_answer_stops_the_source(body: bytes, why: str) -> None:
    with pytest.raises((StopSource, Unreadable), match=why):
        clickpy.parse(body, Context(item(), "http://database/", NOW))


def test_a_timeout_is_for_later_and_a_quota_for_an_hour_later() -> None:
    for code, wait_s in ((159, None), (201, 3_600)):
        with pytest.raises(RetryLater) as raised:
            clickpy.parse(exception(code, "MADE", "made").encode(), Context(item(), "http://database/", NOW))
        assert raised.value.retry_after == wait_s
