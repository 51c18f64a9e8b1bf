"""OpenAlex: months beside their denominator, a budget that is never overdrawn, and answers that cannot be true."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from pydantic import SecretStr
from pytest_httpserver import HTTPServer
from sqlalchemy import select
from werkzeug import Response

from catalog.load import load_catalog
from collectors.errors import SkipItem, StopSource
from collectors.periods import following_month
from collectors.report import RunReport
from collectors.run import collect
from collectors.settings import Settings
from collectors.source import Context, Item, Parsed, Request
from collectors.sources import openalex
from db import clock, read, write
from db.engine import Engine, reading, writing
from db.models import Receipt as ReceiptTable
from db.receipts import ReceiptStore
from tests.fakes import held
from tests.fakes.openalex import OpenAlex, counted, packed, too_fast

TODAY = held.TODAY
THIS_MONTH = TODAY.replace(day=1)
LAST_MONTH = (THIS_MONTH - timedelta(days=1)).replace(day=1)
LONG_AGO = date(2019, 3, 1)
MONTHS = 12 * (TODAY.year - 2015) + TODAY.month - 10
TORCH, WHOLE = '"pytorch"', '"deep learning"'
SPENT = "allowance without a key"
Run = Callable[..., RunReport]


@pytest.fixture
def server(httpserver: HTTPServer) -> OpenAlex:
    return OpenAlex(httpserver)


@pytest.fixture
def run(server: OpenAlex, store: Engine, home: Path) -> Run:
    def one(*systems: str, key: str | None = None, since: date | None = None) -> RunReport:
        settings = Settings(
            home=home,
            openalex_key=SecretStr(key) if key else None,
            source_urls={"openalex": server.url},
            source_intervals={"openalex": 0.0},
        )
        (report,) = collect(
            None,
            engine=store,
            settings=settings,
            systems=systems or ("pytorch", "jax"),
            since=since,
            registered=[openalex.SOURCE],
        )
        return report

    return one


def stored(store: Engine, system: str = "pytorch", metric: str = "papers") -> dict[date, tuple[float | None, str]]:
    with reading(store) as session:
        rows = read.observations(session, metrics=(metric,), systems=(system,), sources=("openalex",))
    return {row.period_start: (row.value, row.status) for row in rows if row.granularity == "month"}


def cursor(store: Engine, key: str) -> str:
    with reading(store) as session:
        return read.cursor(session, "openalex", key) or ""


def set_cursor(store: Engine, key: str, value: str) -> None:
    with writing(store) as session:
        number = write.start_run(session, kind="test", source="test")
        write.set_cursor(session, number, "openalex", key, value)
        write.finish_run(session, number, status="ok")


def test_a_month_has_a_count_for_each_system_and_its_denominator(run: Run, server: OpenAlex, store: Engine) -> None:
    server.counts = {(TORCH, f"{LAST_MONTH:%Y-%m}"): 321, (WHOLE, f"{LAST_MONTH:%Y-%m}"): 9_000}
    report = run(since=LAST_MONTH)
    assert (report.status, report.requests) == ("ok", 6)
    assert stored(store)[LAST_MONTH] == (321, "lower_bound")
    assert stored(store)[THIS_MONTH][1] == "partial"
    assert stored(store, "jax")[LAST_MONTH][0] == 40
    assert stored(store, "all", "all_papers")[LAST_MONTH][0] == 9_000
    with reading(store) as session:
        rows = read.observations(session, sources=["openalex"])
    assert {row.definition for row in rows if row.system == "pytorch"} == {'text holds "pytorch"'}


def test_what_is_asked_is_exact_and_of_whole_months(run: Run, server: OpenAlex) -> None:
    run("jax", since=LAST_MONTH)
    asked = server.seen[-2].args
    last = following_month(LAST_MONTH) - timedelta(days=1)
    assert asked["search.exact"] == load_catalog().systems["jax"].openalex
    assert asked["filter"].endswith(f"to_publication_date:{last}")
    assert asked["group_by"] == "publication_year"


@pytest.mark.parametrize(("month", "first"), [(date(2020, 1, 1), "2020-01-02"), (date(2020, 2, 1), "2020-02-01")])
def test_the_first_of_january_is_left_out_and_said_to_be(month: date, first: str) -> None:
    parsed = month_parsed({"pytorch": 40, "all": 5_000}, month=month)
    assert openalex._window(item(month)).startswith(f"from_publication_date:{first},")
    assert {row.status for row in parsed.observations} == {"lower_bound" if month.month == 1 else "ok"}
    (cut,) = (cut for cut in load_catalog().breaks if cut.slug == "openalex-january-dates")
    assert cut.applies_to("papers", "pytorch", "openalex")
    assert not cut.cuts


def test_without_a_key_a_day_goes_as_far_as_its_allowance_and_the_next_goes_on(
    run: Run, server: OpenAlex, store: Engine
) -> None:
    report = run()
    assert (report.status, report.requests) == ("partial", 3 * 33)
    assert "It goes on after" in report.message
    assert server.used == 990, "the price of a whole month was not left, so none of it was asked for"
    assert len(stored(store)) == 33
    assert run().requests == 0, "the same day nothing is asked again"
    left, price, _ = cursor(store, SPENT).split()
    assert (float(left), float(price)) == (10, 10)
    server.used = 0
    with clock.ahead(timedelta(days=1)):
        run()
    assert len(stored(store)) == 66, "the next day begins where this one ended"
    assert max(server.months()) == f"{THIS_MONTH:%Y-%m}"


def test_a_key_that_is_set_on_the_day_has_an_allowance_of_its_own(run: Run, server: OpenAlex) -> None:
    server.used = 960
    assert run("pytorch").status == "partial"
    assert run("pytorch").requests == 0
    assert run("pytorch", since=THIS_MONTH, key="planted-openalex-key").status in ("ok", "skipped")
    assert run("jax", since=THIS_MONTH, key="planted-openalex-key").requests == 2


def test_with_a_key_a_backfill_takes_a_day_and_the_next_run_has_nothing_to_do(
    run: Run, server: OpenAlex, store: Engine, home: Path
) -> None:
    key = "planted-openalex-key"
    server.price = 1
    report = run("pytorch", key=key)
    assert (report.status, report.requests) == ("ok", 2 * MONTHS)
    assert {request.headers["Authorization"] for request in server.seen} == {f"Bearer {key}"}
    assert key.encode() not in (home / "framescope.db").read_bytes()
    assert key not in "".join(request.url for request in server.seen)
    again = run("pytorch", key=key)
    assert (again.requests, again.status) == (0, "ok")
    assert "asked for lately" in again.message


@pytest.mark.parametrize("day", [TODAY + timedelta(days=number) for number in range(70)])
def test_a_daily_run_asks_for_two_months_at_most(day: date) -> None:
    months = [THIS_MONTH, LAST_MONTH, date(day.year, day.month, 1), date(2019, 3, 1)]
    months += [(month - timedelta(days=1)).replace(day=1) for month in months]
    due = [month for month in set(months) if openalex.is_due(month, day - timedelta(days=1), day, again=False)]
    assert 6 * len(due) <= 12


def test_a_month_is_asked_for_until_it_has_settled_and_then_not() -> None:
    settled = following_month(LONG_AGO) + openalex.SETTLED_AFTER
    weeks = [settled - timedelta(days=number) for number in range(1, 8)]
    assert any(openalex.is_due(LONG_AGO, day - timedelta(days=1), day, again=False) for day in weeks)
    assert openalex.is_due(LONG_AGO, settled - timedelta(days=1), settled + timedelta(days=99), again=False)
    assert not openalex.is_due(LONG_AGO, settled, settled + timedelta(days=99), again=False)


def test_who_names_a_first_day_gets_on_over_several_days() -> None:
    assert openalex.is_due(LONG_AGO, TODAY - timedelta(days=14), TODAY, again=True)
    assert not openalex.is_due(LONG_AGO, TODAY - timedelta(days=13), TODAY, again=True)


def test_a_budget_told_in_dollars_alone_is_kept_to_as_well(run: Run, server: OpenAlex, store: Engine) -> None:
    server.in_dollars, server.used = True, 950
    report = run("pytorch")
    assert (report.status, report.requests, server.used) == ("partial", 4, 990)
    assert len(stored(store)) == 2


def test_where_the_budget_is_not_told_the_refusal_ends_the_run(run: Run, server: OpenAlex, store: Engine) -> None:
    server.silent, server.used = True, 970
    report = run("pytorch")
    assert (report.status, report.requests) == ("partial", 4)
    assert "Insufficient budget" in report.message
    assert "It goes on after" in report.message
    assert len(stored(store)) == 1


def test_a_budget_that_others_spent_is_no_figure(run: Run, server: OpenAlex, store: Engine) -> None:
    server.used = 1_000
    report = run("pytorch")
    assert (report.status, report.requests) == ("unavailable", 1)
    assert stored(store) == {}


def test_a_price_that_rises_stops_the_month_it_no_longer_reaches_for(run: Run, server: OpenAlex, store: Engine) -> None:
    server.price, server.used = 1, 970
    report = run("pytorch", since=LAST_MONTH)
    assert report.status == "ok"
    server.price = 10
    report = run("tensorflow")
    assert server.used <= 1_000
    assert report.status == "partial"
    assert all(value is not None for value, _ in stored(store, "tensorflow").values())


@pytest.mark.parametrize("wait_s", [0, 1, None])
def test_the_limit_a_second_is_waited_for(run: Run, server: OpenAlex, wait_s: int | None) -> None:
    server.scripted = [too_fast(wait_s)]
    report = run("pytorch", since=THIS_MONTH)
    assert (report.status, report.requests) == ("ok", 3)


def test_the_limit_a_second_that_stays_is_left_for_later(run: Run, server: OpenAlex, store: Engine) -> None:
    server.scripted = [too_fast() for _ in range(99)]
    report = run("pytorch")
    assert report.status == "unavailable"
    assert report.requests == 3 * openalex.TRIES
    assert stored(store) == {}


def test_a_budget_refusal_is_told_by_its_body_where_no_header_says_it(run: Run, server: OpenAlex) -> None:
    server.scripted = [
        packed({"error": "Rate limit exceeded", "message": "Insufficient budget.", "retryAfter": 7}, 429)
    ]
    report = run("pytorch")
    assert (report.status, report.requests) == ("unavailable", 1)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (packed({"error": "Invalid query parameters error.", "message": "group_by\nno\x1b[31m"}, 403), "failed"),
        (packed({"error": "Invalid filter", "message": "no"}, 400), "failed"),
        (packed({"error": "Forbidden", "message": "Rate limit exceeded; slow down"}, 403, Retry_After="0"), "ok"),
        (Response("<html>blocked", 403), "failed"),
        (Response("<html>welcome"), "failed"),
        (Response('{"meta": {"cou'), "failed"),
        (packed({"meta": {"count": -3}, "group_by": []}), "failed"),
        (packed({"meta": {"count": "3"}, "group_by": []}), "failed"),
        (packed({"results": []}), "failed"),
        (packed([]), "failed"),
        (Response("", 503), "ok"),
        (Response("", 401), "failed"),
    ],
)
def test_each_refusal_has_its_outcome(run: Run, server: OpenAlex, store: Engine, answer: Response, status: str) -> None:
    server.scripted = [answer]
    report = run("pytorch", since=THIS_MONTH)
    assert report.status == status
    assert report.message.isprintable()
    assert bool(stored(store)) is (status == "ok")


def test_counts_that_change_between_runs_are_revisions(run: Run, server: OpenAlex, store: Engine) -> None:
    server.price = 1
    run("pytorch", since=LONG_AGO)
    before = stored(store)[LONG_AGO]
    set_cursor(store, openalex._asked(TORCH, LONG_AGO), f"{TODAY - timedelta(days=20)} 40")
    server.counts = {(TORCH, f"{LONG_AGO:%Y-%m}"): 55}
    report = run("pytorch", since=LONG_AGO)
    assert stored(store)[LONG_AGO] == (55, "ok") != before
    assert report.revised >= 1


def item(month: date, **before: int) -> Item:
    detail = {"month": f"{month}", "allowance": SPENT, "query pytorch": TORCH, "query all": WHOLE}
    return Item(f"{month:%Y-%m}", "all", detail | {f"before {name}": f"{count}" for name, count in before.items()})


def month_parsed(
    counts: dict[str, Any], month: date = LONG_AGO, *, days: tuple[int, int] = (0, 0), **before: int
) -> Parsed:
    asked = item(month, **before)
    answers = []
    for (system, count), day in zip(counts.items(), days, strict=False):
        query = asked.detail[f"query {system}"]
        url = "http://s/works?" + urlencode({"search.exact": query, "filter": openalex._window(asked)})
        now = datetime(2024, 6, 15 + day, tzinfo=UTC)
        answers.append((counted(count, f"{month.year}").data, Context(asked, url, now)))
    return openalex.parse_all(answers)


def test_a_month_without_a_mention_is_a_true_zero() -> None:
    parsed = month_parsed({"pytorch": 0, "all": 5_000})
    assert [(row.metric, row.value, row.status) for row in parsed.observations] == [
        ("papers", 0, "ok"),
        ("all_papers", 5_000, "ok"),
    ]


def test_what_cannot_be_is_not_kept() -> None:
    with pytest.raises(SkipItem, match="after 12 cannot be true"):
        month_parsed({"pytorch": 0, "all": 5_000}, pytorch=12)
    with pytest.raises(SkipItem, match="missing"):
        month_parsed({"all": 5_000})
    with pytest.raises(SkipItem, match="Midnight"):
        month_parsed({"pytorch": 40, "all": 5_000}, days=(0, 1))
    with pytest.raises(StopSource, match="without a paper"):
        month_parsed({"pytorch": 0, "all": 0})
    for counts in ({"pytorch": 5_000, "all": 5_000}, {"pytorch": 40, "all": 250_000_000}):
        with pytest.raises(StopSource, match="not understood"):
            month_parsed(counts)


def test_an_answer_about_another_time_or_question_is_not_kept() -> None:
    asked = item(LONG_AGO)
    url = "http://s/works?" + urlencode({"search.exact": TORCH, "filter": openalex._window(asked)})
    for body in (counted(40, "2018"), counted(40, "2019", grouped=41)):
        with pytest.raises(StopSource, match="another time"):
            openalex.parse(body.data, Context(asked, url, datetime(2024, 6, 15, tzinfo=UTC)))
    for other in ("http://s/works", url.replace("2019-03-31", "2019-03-30")):
        with pytest.raises(SkipItem, match="redirect"):
            openalex.parse(counted(40, "2019").data, Context(asked, other, datetime(2024, 6, 15, tzinfo=UTC)))


def test_a_quiet_first_day_of_a_month_is_no_fault() -> None:
    asked = item(date(2024, 6, 1))

    def nothing_on(day: int) -> list[tuple[bytes, Context]]:
        urls = ["http://s/works?" + urlencode({"search.exact": query, "filter": openalex._window(asked)})
                for query in (TORCH, WHOLE)]  # fmt: skip
        at = datetime(2024, 6, day, 3, tzinfo=UTC)
        return [(counted(0, "2024").data, Context(asked, url, at)) for url in urls]

    assert {row.status for row in openalex.parse_all(nothing_on(1)).observations} == {"partial"}
    with pytest.raises(SkipItem, match="cannot be a count"):
        openalex.parse_all(nothing_on(8))


def test_a_receipt_alone_gives_the_month_again(run: Run, server: OpenAlex, store: Engine, home: Path) -> None:
    run("pytorch", since=THIS_MONTH)
    shelf = ReceiptStore(home / "receipts")
    with reading(store) as session:
        kept = session.execute(select(ReceiptTable)).scalars().all()
        answers = [
            (
                shelf.get(row.sha256),
                Context(Item.from_dict(row.request["item"]), row.url, row.fetched_at, row.request["quota"]),
            )
            for row in kept
        ]
    again = openalex.parse_all(answers)
    assert {(row.system, row.value) for row in again.observations} == {("pytorch", 40), ("all", 5_000)}
    assert again.cursors[SPENT] == cursor(store, SPENT)


def test_a_backfill_of_five_frameworks_costs_what_is_announced() -> None:
    systems = list(load_catalog().systems.values())
    items = openalex.plan(Request(base_url="http://s/", systems=systems))
    assert len(items) == MONTHS
    assert {len(openalex._queries(each)) for each in items} == {6}
    assert openalex.SOURCE.calls_backfill + 6 * 12 >= 6 * MONTHS


def test_systems_without_a_query_ask_nobody() -> None:
    systems = [load_catalog().systems[name] for name in ("theano", "all")]
    assert openalex.plan(Request(base_url="http://s/", systems=systems)) == ()
