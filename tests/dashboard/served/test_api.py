"""The API says what the store holds, page by page, with origins; it refuses what it cannot use and never writes."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator
from starlette.applications import Starlette
from starlette.routing import Route

from catalog.load import load_catalog
from dashboard.served import api, api_lists, health
from dashboard.served.answers import Page, csv_of
from db import read, write
from db.engine import open_database, reading, writing
from tests.dashboard.served.conftest import Ask

LISTS = [path.path for path in api.PATHS if api.is_page(path.gives) and "{" not in path.path]


def rows(home: Path, **wanted: list[str]) -> list[read.SeriesRow]:
    engine = open_database(f"sqlite:///{home / 'framescope.db'}")
    with reading(engine) as session:
        found = list(read.observations(session, **wanted))  # type: ignore[arg-type]  # filters of names alone
    engine.dispose()
    return found


def test_pages_of_a_series_are_all_of_it_once(ask: Ask, served_home: Path) -> None:
    told: list[dict[str, Any]] = []
    cursor = None
    while cursor is not None or not told:
        page = ask("/api/v1/series", metric="stars", system=["pytorch", "jax"], limit=97, cursor=cursor).json()
        told += page["rows"]
        cursor = page["next"]
        assert len(page["rows"]) == 97 or cursor is None
    stored = rows(served_home, metrics=["stars"], systems=["pytorch", "jax"])
    assert len(stored) > 97
    key = ("system", "source", "definition", "granularity", "period_start", "period_end", "value", "receipt")
    assert sorted(repr([row[name] for name in key]) for row in told) == sorted(
        repr([json.loads(json.dumps(getattr(row, name), default=str)) for name in key]) for row in stored
    )


def test_every_row_says_where_it_comes_from(ask: Ask) -> None:
    for path in LISTS:
        for row in ask(f"/api/v1{path}", limit=5).json()["rows"]:
            assert row["origin"], path
            assert "receipt" in row, path
    (row,) = ask("/api/v1/series", metric="downloads", limit=1).json()["rows"]
    assert row["origin"] in {origin.citation for origin in load_catalog().origins.values()}
    kept = ask(f"/api/v1/receipts/{row['receipt']}").json()
    assert (kept["receipt"], len(kept["sha256"])) == (row["receipt"], 64)


def test_the_source_of_every_row_is_listed_with_its_licence(ask: Ask) -> None:
    listed = {row["source"]: row for row in ask("/api/v1/sources").json()["rows"]}
    named = {row["source"] for row in ask("/api/v1/series", limit=1_000).json()["rows"]}
    assert named <= set(listed)
    for origin in load_catalog().origins.values():
        row = listed[origin.source]
        assert (row["state"], row["licence"], row["citation"]) == ("bundled", origin.licence, origin.citation)
        assert row["metrics"]
        assert row["newest"]


def test_a_range_of_days_is_half_open(ask: Ask) -> None:
    told = ask("/api/v1/series", metric="downloads", system="pytorch", since="2024-03-01", until="2024-04-01").json()
    starts = {row["period_start"] for row in told["rows"]}
    assert starts
    assert all("2024-03-01" <= start < "2024-04-01" for start in starts)


def test_rows_come_as_csv_with_a_link_to_the_next_page(ask: Ask) -> None:
    plain = ask("/api/v1/series", metric="stars", limit=3).json()
    told = ask("/api/v1/series", metric="stars", limit=3, format="csv")
    assert told.headers["content-type"] == "text/csv; charset=utf-8"
    lines = list(csv.DictReader(io.StringIO(told.text)))
    assert [line["period_start"] for line in lines] == [row["period_start"] for row in plain["rows"]]
    assert f"cursor={plain['next']}" in told.headers["link"]
    empty = ask("/api/v1/capabilities", format="csv", capability="none_such").text
    assert empty.startswith("origin,receipt,result,run,capability")


def test_no_cell_of_a_csv_is_a_formula() -> None:
    told = {"system": "a", "name": "@b", "role": "c", "serves": ["d"], "part_of": None, "successor": None}
    row = api_lists.System(origin="=1+1", receipt=None, **told)  # type: ignore[arg-type]  # of several types
    (line,) = csv.DictReader(io.StringIO(csv_of(Page[api_lists.System](rows=[row], next=None))))
    assert (line["origin"], line["name"], line["serves"], line["receipt"]) == ("'=1+1", "'@b", '["d"]', "")


def test_results_and_comparisons_are_those_that_were_measured(ask: Ask) -> None:
    results = ask("/api/v1/results").json()["rows"]
    assert {row["status"]: row["latency_median"] for row in results if row["variant"] == "tensorflow.xla"} == {
        "wrong": None
    }
    (ratio,) = ask("/api/v1/comparisons", variant="tensorflow.function").json()["rows"]
    assert (ratio["ratio"], ratio["low"], ratio["high"], ratio["verdict"]) == (2.1, 1.89, 2.31, "slower")
    assert ratio["origin"].startswith("benchmark run ")
    assert ask("/api/v1/results", limit=1).json()["next"]


def test_claims_are_decided_as_of_a_day(ask: Ask) -> None:
    now, then = ask("/api/v1/claims").json()["rows"], ask("/api/v1/claims", as_of="2019-01-01").json()["rows"]
    assert len(now) == len(then) > 50
    assert {row["as_of"] for row in then} == {"2019-01-01"}
    assert [row["verdict"] for row in now] != [row["verdict"] for row in then]
    held = ask("/api/v1/claims", verdict="holds").json()["rows"]
    assert [row["id"] for row in held] == [row["id"] for row in now if row["verdict"] == "holds"]
    assert ask("/api/v1/claims", as_of="2999-01-01").status_code == 422


def test_an_answer_that_is_known_is_not_sent_again_until_the_store_changes(ask: Ask, served_home: Path) -> None:
    first = ask("/api/v1/series", metric="stars", limit=2)
    assert first.headers["cache-control"] == "public, max-age=60"
    known = {"If-None-Match": first.headers["etag"]}
    again = ask("/api/v1/series", metric="stars", limit=2, headers=known)
    assert again.status_code == 304 or again.headers["etag"] != first.headers["etag"]  # at the turn of an hour
    assert ask("/api/v1/series", metric="stars", limit=3, headers=known).status_code == 200
    engine = open_database(f"sqlite:///{served_home / 'framescope.db'}")
    with writing(engine) as session:
        write.finish_run(session, write.start_run(session, kind="collection", source="clickpy"), status="ok", new=1)
    engine.dispose()
    assert ask("/api/v1/series", metric="stars", limit=2, headers=known).status_code == 200
    assert ask("/api/v1/jobs").headers["cache-control"] == "no-store"


def test_a_job_is_told_without_who_asked(ask: Ask, served_home: Path) -> None:
    engine = open_database(f"sqlite:///{served_home / 'framescope.db'}")
    with writing(engine) as session:
        number = write.request_job(session, kind="collection", parameters={}, requested_by="203.0.113.9", key=None)
    engine.dispose()
    told = ask("/api/v1/jobs", state="queued").text
    assert json.loads(told)["rows"][0]["job"] == number
    assert "203.0.113.9" not in told


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/series?metric=starz", 404, "Did you mean stars"),
        ("/series?sytem=jax", 422, "there is no such parameter"),
        ("/series?since=1700000000", 422, "2024-03-31"),
        ("/series?since=2024-02-30", 422, "since"),
        ("/series?since=2024-02-01&until=2023-01-01", 422, "since must be before until"),
        ("/series?cursor=WzFd", 422, "cursor"),
        ("/series?cursor=%00%FF", 422, "cursor"),
        ("/series?cursor=WyJhIiwiMjAyNC0wMS0wMSIsIjIwMjQtMDEtMDEiXQ", 422, "cursor"),
        ("/claims?cursor=Wy01XQ", 422, "cursor"),
        ("/claims?verdict=true", 404, "no verdict"),
        ("/claims/nope/changes", 404, "no claim"),
        ("/jobs?limit=0", 422, "limit"),
        ("/receipts/99999999", 404, "no receipt"),
        ("/receipts/x", 422, "receipt"),
        ("/capabilities/77777", 404, "no result"),
        ("/nothing", 404, "Not Found"),
    ],
)
def test_what_cannot_be_used_is_told_as_a_problem(ask: Ask, path: str, status: int, says: str) -> None:
    told = ask(f"/api/v1{path}")
    assert (told.status_code, told.headers["content-type"]) == (status, "application/problem+json")
    problem = told.json()
    assert problem["status"] == status
    assert says in problem["detail"]
    assert problem["instance"].endswith(path)
    assert problem["do"]


def test_nothing_can_be_written(ask: Ask) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        told = ask("/api/v1/jobs", method=method)
        assert (told.status_code, told.headers["allow"]) == (405, "GET, HEAD")
    head = ask("/api/v1/systems", method="HEAD")
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) > 100


def test_an_address_below_api_that_is_none_is_no_page(ask: Ask) -> None:
    for path in ("/api", "/api/v2/series", "/api/v1/claims/%0A/changes", "/badge/x", "/badge/%0A/x"):
        assert ask(path).headers["content-type"] == "application/problem+json", path


def test_answers_are_what_the_description_says(ask: Ask) -> None:
    described = ask("/api/v1/openapi.json").json()
    assert set(described["paths"]) == {path.path for path in api.PATHS}
    for path in LISTS:
        schema = described["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        whole = Draft202012Validator(schema | {"components": described["components"]})
        whole.validate(ask(f"/api/v1{path}", limit=50).json())


def test_a_store_that_is_gone_is_a_problem_that_says_what_to_do(tmp_path: Path) -> None:
    told = TestClient(api.made(), raise_server_exceptions=False).get("/series")
    assert (told.status_code, told.headers["retry-after"]) == (503, "5")
    assert "framescope init" in told.json()["detail"]


def test_a_stranger_hears_what_to_do_and_the_log_what_the_driver_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("FRAMESCOPE_DATABASE_URL", "postgresql://somebody:planted@127.0.0.1:1/figures")
    told = TestClient(api.made(), raise_server_exceptions=False).get("/series")
    site = Starlette(routes=[Route("/health", health.health)])
    monkeypatch.setattr(health, "_last", None)
    seen = TestClient(site).get("/health")
    assert (told.status_code, seen.status_code) == (503, 503)
    for words in (told.json()["detail"], seen.json()["reason"]):
        assert words.startswith("The database server does not answer.")
        assert not [part for part in ("127.0.0.1", "port", "somebody", "driver") if part in words]
    logged = [record.getMessage() for record in caplog.records if record.name.startswith("dashboard.served")]
    assert len([line for line in logged if "127.0.0.1" in line]) == 2
    assert "planted" not in caplog.text
