"""The programs that weigh and time the site: a made store, the wire, the clients' arithmetic, and what is written."""

import sqlite3
import urllib.request
from contextlib import closing
from pathlib import Path

import big_store
import pytest
import site_figures
from figures import Figure
from pytest_httpserver import HTTPServer
from sessions import percentiles
from soak import growth
from tap import tapped

from db.engine import open_database, reading
from db.read import charted


def test_a_made_store_is_read_as_any_other_and_is_marked(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    big_store.made(path, 10_999)
    with closing(sqlite3.connect(path)) as opened:
        (many,) = opened.execute("SELECT count(*) FROM observation").fetchone()
        days = opened.execute("SELECT value FROM observation WHERE series_id = 2 AND period_start LIKE '2019-02-%'")
        february = sum(value for (value,) in days)
        weeks = opened.execute("SELECT period_start, period_end, days FROM roll_up WHERE granularity = 'week'")
        first = weeks.fetchone()
    assert many == 10_000
    assert first == ("2018-01-01", "2018-01-08", 7), "a Monday"
    engine = open_database(f"sqlite:///{path}")
    with reading(engine) as session:
        rows = charted(session, metric="downloads", systems=("tensorflow",))
    engine.dispose()
    assert {row.source for row in rows} == {"made"}
    assert [row.value for row in rows if row.period_start.isoformat() == "2019-02-01"] == [february]
    assert not list(tmp_path.glob(".*building"))


def test_what_comes_through_the_wire_is_counted_and_unchanged(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a").respond_with_data(b"x" * 100_000)
    with tapped(httpserver.url_for("").rstrip("/")) as wire:
        with urllib.request.urlopen(f"{wire.address}/a") as answer:  # noqa: S310  # our own loopback address
            assert answer.read() == b"x" * 100_000
        assert 100_000 < wire.total < 101_000, "with the heads"
        assert wire.websocket == 0


def test_the_percentiles_are_milliseconds() -> None:
    assert percentiles([n / 1000 for n in range(1, 100)]) == pytest.approx((50.0, 95.0))


def test_growth_is_of_the_last_quarter_over_the_first() -> None:
    assert growth([100.0, 100, 110, 105, 104, 106, 109, 111]) == pytest.approx(10.0)
    assert growth([200.0, 200, 200, 200]) == 0.0


def test_the_figures_are_written_into_the_page_and_the_readme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{site_figures.BEGIN}old\n{site_figures.END}after\n", encoding="utf-8")
    monkeypatch.setattr(site_figures, "README", readme)
    monkeypatch.setattr(site_figures, "INTO", tmp_path)
    figures = [Figure("a", 2.5, "s", 2.0, "how"), Figure("b", 1.0, "s", None, "")]
    for _ in range(2):
        site_figures.written(figures, "a machine")
    text = readme.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "on: a machine." in text
    assert "| a | 2.50 s | ≤ 2 s | NOT KEPT | how |" in text
    assert "old" not in text
    assert "| b |" not in text, "nothing was promised of it"
    assert "| b | 1.00 s |" in (tmp_path / "site.md").read_text(encoding="utf-8")


def test_the_readme_has_the_place() -> None:
    text = site_figures.README.read_text(encoding="utf-8")
    assert text.count(site_figures.BEGIN) == text.count(site_figures.END) == 1
