"""The line above the adoption page's chart: how new the figures are is the newest day that was read, not today."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from catalog.load import load_catalog
from dashboard import data
from dashboard import format as fmt
from dashboard.analysis.explore import Choice, Mode, newest_day, view
from dashboard.sections.adoption_chart import subtitle
from db.read import SeriesRow
from tests.dashboard.made import TODAY, framed, months, row

CATALOG = load_catalog()
DOWNLOADS, STARS = CATALOG.metrics["downloads"], CATALOG.metrics["stars"]
NAMES = {slug: system.name for slug, system in CATALOG.systems.items()}
NOVEMBER, READ = date(2026, 11, 1), date(2026, 11, 19)


def running(read: date, names: Sequence[str] = ("pytorch", "tensorflow")) -> list[SeriesRow]:
    return [row(name, NOVEMBER, 30, status="partial", source="clickpy", last_seen=read) for name in names]


def full(names: Sequence[str] = ("pytorch", "tensorflow")) -> list[SeriesRow]:
    return [row(name, date(2026, m, 1), m, source="clickpy") for name in names for m in (9, 10)]


@pytest.mark.parametrize("mode", ["absolute", "share", "index"])
def test_a_month_that_is_not_over_is_dated_by_the_last_day_that_was_read(
    mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data, "today", lambda: TODAY)
    choice = Choice(DOWNLOADS, ("pytorch", "tensorflow"), mode)
    shown = view(framed(full(), running(READ)), choice, [], NAMES, TODAY)
    assert shown is not None
    assert shown.newest == READ
    assert subtitle(shown, choice, CATALOG).endswith(f"last data {fmt.month(READ)}, 2 days old")


def test_the_system_that_was_read_last_dates_the_figures() -> None:
    rows = framed(running(date(2026, 11, 12), ["pytorch"]), running(READ, ["tensorflow"]))
    shown = view(rows, Choice(DOWNLOADS, ("pytorch", "tensorflow")), [], NAMES, TODAY)
    assert shown is not None
    assert shown.newest == READ


def test_a_month_that_is_over_is_dated_by_its_end_however_late_it_was_collected() -> None:
    collected = [one._replace(collected_at=datetime(2026, 11, 20, tzinfo=UTC)) for one in full()]
    shown = view(framed(collected), Choice(DOWNLOADS, ("pytorch",)), [], NAMES, TODAY)
    assert shown is not None
    assert shown.newest == date(2026, 10, 31)


def test_a_stock_is_dated_by_the_day_it_was_read() -> None:
    stock = row("pytorch", NOVEMBER, 9, status="partial", source="github", last_seen=READ)
    shown = view(framed([stock]), Choice(STARS, ("pytorch",)), [], NAMES, TODAY)
    assert shown is not None
    assert shown.newest == READ


def test_where_no_day_of_reading_is_known_it_is_the_end_and_without_values_there_is_none() -> None:
    shown = view(framed(months("pytorch", date(2026, 9, 1), [1, 2])), Choice(DOWNLOADS, ("pytorch",)), [], NAMES, TODAY)
    assert shown is not None
    assert shown.newest == date(2026, 10, 31)
    assert newest_day(shown.frame.assign(value=float("nan"))) is None


@pytest.mark.parametrize("base", [None, date(2025, 3, 1)])
def test_an_index_says_once_where_it_is_100(base: date | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "today", lambda: TODAY)
    found = framed(months("pytorch", date(2025, 1, 1), [1, 2, 3], source="clickpy"))
    choice = Choice(DOWNLOADS, ("pytorch",), "index", base=base)
    shown = view(found, choice, [], NAMES, TODAY)
    assert shown is not None
    said, month = (
        text.replace("\u00a0", " ") for text in (subtitle(shown, choice, CATALOG), fmt.month(base or date(2025, 1, 1)))
    )
    assert said.count("100") == said.count(f"100 in {month}") == 1
