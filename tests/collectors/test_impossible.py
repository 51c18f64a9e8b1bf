"""Values that cannot be true: the item is named and not written, the others are."""

from datetime import date
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from db.engine import Engine
from tests.collectors.running import Running
from tests.fakes.told import DAY, Teller

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("day", "value", "why"),
    [(TODAY, -7.0, "-7 is below nought"), (TODAY + DAY, 7.0, "begins after 2026-11-21")],
)
def test_a_value_that_cannot_be_true_costs_its_item_and_is_named(
    httpserver: HTTPServer,
    home: Path,
    store: Engine,
    monkeypatch: pytest.MonkeyPatch,
    day: date,
    value: float,
    why: str,
) -> None:
    teller = Teller(httpserver, monkeypatch)
    teller.at(TODAY)
    teller.days = {"pytorch": {TODAY - DAY: 5.0, day: value}, "tensorflow": {TODAY: 9.0}}
    source = teller.source("image_pulls", ("pytorch", "tensorflow"))
    run = Running(source, teller.url, home, store, monkeypatch)
    report = run("pytorch", "tensorflow")
    assert report.status == "partial"
    assert why in report.message
    assert f"image_pulls of pytorch at {day}" in report.message
    assert {row.system: row.value for row in run.rows()} == {"tensorflow": 9.0}
