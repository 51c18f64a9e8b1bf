"""What a collection notes of its answers: which were read together, and the time they came as that of their rows."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from sqlalchemy import text
from werkzeug import Response

from collectors.sources.wikimedia import SOURCE
from db.engine import Engine, reading
from tests.collectors.running import Running
from tests.fakes import held
from tests.fakes.wikimedia import Wikimedia, days, json_answer

FIRST = held.TODAY - timedelta(days=4)
JAX, OLD = "JAX_(software)", "Google_JAX"


@pytest.fixture
def server(httpserver: HTTPServer) -> Wikimedia:
    return Wikimedia(httpserver, {JAX: days(FIRST, 1, 2, 3), OLD: days(FIRST, 4, 5)})


@pytest.fixture
def run(server: Wikimedia, home: Path, store: Engine, monkeypatch: pytest.MonkeyPatch) -> Running:
    return Running(SOURCE, server.url, home, store, monkeypatch)


def rows(store: Engine, sql: str) -> list[tuple[Any, ...]]:
    with reading(store) as session:
        return [tuple(row) for row in session.execute(text(sql))]


def test_the_answers_of_an_item_are_numbered_and_a_refused_try_is_not(
    run: Running, server: Wikimedia, store: Engine
) -> None:
    server.scripted = [Response("busy", 503, headers={"Retry-After": "0"})]
    assert run("jax").status == "ok"
    assert rows(store, "SELECT status, part FROM receipt ORDER BY id") == [(503, None), (200, 1), (200, 2)]


def test_nothing_is_noted_where_nothing_was_written(run: Running, server: Wikimedia, store: Engine) -> None:
    server.scripted = [json_answer({"items": []}), json_answer({"surprise": 1})]
    run("jax")
    assert rows(store, "SELECT count(*) FROM observation") == [(0,)]
    assert {part for (part,) in rows(store, "SELECT part FROM receipt")} == {None}


def test_a_row_bears_the_time_of_its_answer(run: Running, store: Engine) -> None:
    run("jax")
    found = rows(store, "SELECT o.collected_at = c.fetched_at FROM observation AS o JOIN receipt AS c "
                        "ON c.id = o.receipt_id")  # fmt: skip
    assert found
    assert set(found) == {(1,)}
