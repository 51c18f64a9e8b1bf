"""Every break of the catalogue that cuts: no change over a year, no growth and no passing is read across it."""

from datetime import date, timedelta

import pandas as pd
import pytest

from catalog.load import load_catalog
from catalog.models import ANY, Break
from dashboard.analysis.cuts import cuts, in_force, severing
from dashboard.analysis.explore import Choice, view
from dashboard.analysis.leads import growth
from dashboard.analysis.parts import Part
from dashboard.analysis.signals import signal
from dashboard.analysis.tidy import drawn, frame, segments
from db.read import SeriesRow
from tests.dashboard.made import row

CATALOG = load_catalog()
CUTTING = [entry for entry in CATALOG.breaks if entry.cuts]
PAIR = ("pytorch", "tensorflow")


def series(entry: Break) -> tuple[str, str, tuple[str, str], str]:
    """A metric, a source, a pair and a definition that the break names."""
    metric = next(name for name in (*CATALOG.metrics, *entry.metrics) if ANY in entry.metrics or name in entry.metrics)
    source = "history.made" if ANY in entry.sources else entry.sources[0]
    mine = [name for name in PAIR if ANY in entry.systems or name in entry.systems] or [entry.systems[0]]
    other = next(name for name in PAIR if name != mine[0])
    return metric, source, (mine[0], other), "" if ANY in entry.definitions else entry.definitions[0]


def around(entry: Break) -> tuple[list[SeriesRow], tuple[str, str]]:
    """Twelve months on either side; the second system leads before the break and the first one after it."""
    _, source, pair, definition = series(entry)
    rows = []
    for n in range(-12, 12):
        start = (entry.date.first.replace(day=15) + timedelta(days=round(30.44 * n))).replace(day=1)
        for system, value in zip(pair, (90.0, 60.0) if start >= entry.date.first else (30.0, 60.0), strict=True):
            rows.append(row(system, start, value, source=source, definition=definition))
    return rows, pair


@pytest.mark.parametrize("entry", CUTTING, ids=lambda entry: entry.slug)
def test_nothing_is_read_across_it(entry: Break) -> None:
    metric, source, pair, definition = series(entry)
    rows, _ = around(entry)
    today = max(one.period_end for one in rows)
    known = CATALOG.metrics[metric]
    made = signal(known, frame(rows), CATALOG.breaks, today, pair)
    assert made.change.points is None
    assert made.lead is not None
    assert made.lead.changed, "who leads after a break passed nobody"
    ready, _ = drawn(frame(rows), known.kind, today)
    one = ready[ready["system"] == pair[0]].reset_index(drop=True)
    dates = severing(cuts(CATALOG.breaks, metric, pair, source, date(1990, 1, 1), today, [definition]), pair[0])
    assert growth(one, dates) is None
    assert growth(one, []) is not None, "without the break there would be one"
    assert len(segments(one, dates)) > 1
    choice = Choice(known, pair, "index", first_year=1990, last_year=2030, source=source)
    shown = view(frame(rows), choice, CATALOG.breaks, {name: name for name in pair}, today)
    assert shown is not None
    after = shown.frame[(shown.frame["start"] >= pd.Timestamp(entry.date.first)) & (shown.frame["system"] == pair[0])]
    assert after["value"].iloc[0] == pytest.approx(100), "an index begins anew"
    assert "passed" not in shown.title


@pytest.mark.parametrize(
    ("metric", "system", "source", "on", "cutting"),
    [
        ("downloads", "pytorch", "clickpy", "2026-08-24", True),
        ("downloads", "tensorflow", "pypistats", "2026-08-24", True),
        ("downloads", "jax", "history.top-pypi-packages", "2024-10-27", True),
        ("stars", "pytorch", "gharchive", "2025-05-23", True),
        ("stars_gained", "pytorch", "gharchive", "2026-02-01", True),
        ("stars_gained", "pytorch", "github", "2026-07-01", False),
        ("stars_gained", "pytorch", "github", "2026-09-04", False),
        ("stars", "tensorflow", "github", "2026-03-01", False),
        ("models", "tensorflow", "huggingface", "2025-12-01", True),
        ("models_created", "jax", "huggingface", "2025-12-01", True),
        ("papers", "pytorch", "openalex", "2026-02-13", False),
        ("papers", "pytorch", "arxiv", "2026-02-01", False),
        ("page_views", "keras", "wikimedia", "2020-04-29", True),
        ("page_views", "keras", "wikimedia", "2026-03-01", False),
        ("implementations", "pytorch", "papers_with_code", "2025-07-25", True),
        ("questions", "pytorch", "stackexchange", "2023-01-01", False),
        ("search_interest", "pytorch", "google_trends", "2025-07-01", True),
        ("conda_downloads", "pytorch", "conda", "2024-11-01", True),
        ("conda_downloads_per_month", "pytorch", "conda_monthly", "2024-11-01", True),
        ("papers_exclusive", "pytorch", "history.conference-papers", "2021-01-01", True),
        ("open_issues", "tensorflow", "history.best-of-ml-python", "2025-05-22", True),
    ],
)
def test_what_is_known_to_have_changed_is_written_down_with_its_citation(
    metric: str, system: str, source: str, on: str, cutting: bool
) -> None:
    found = [
        entry
        for entry in CATALOG.breaks
        if entry.applies_to(metric, system, source) and entry.date.first == date.fromisoformat(on)
    ]
    assert [entry.cuts for entry in found] == [cutting]
    assert all(entry.url.startswith("https://") and entry.what and entry.effect for entry in found)


def held(metric: str, source: str, start: str, end: str, *ways: str) -> dict[str, tuple[str, ...]]:
    """The slugs of what was in force in a period for figures of the pair, each with the systems it concerns."""
    parts = [Part(metric, name, source, way, "") for name, way in zip(PAIR, ways or ("", ""), strict=True)]
    found = in_force(CATALOG.breaks, parts, date.fromisoformat(start), date.fromisoformat(end))
    assert [one.entry.date.first for one in found] == sorted(one.entry.date.first for one in found)
    return {one.entry.slug: one.systems for one in found}


def test_a_gap_that_is_over_is_not_in_force_any_more() -> None:
    gaps = {entry.slug for entry in CATALOG.breaks if entry.slug.startswith("github-ranking-gap")}
    assert gaps
    assert not gaps & set(held("stars", "history.github-ranking", "2025-02-01", "2025-03-01"))
    assert "github-ranking-gap-2024" in held("stars", "history.github-ranking", "2024-10-01", "2024-11-01")
    assert "github-ranking-gap-2024" in held("stars", "history.github-ranking", "2025-01-01", "2025-02-01")


@pytest.mark.parametrize(
    ("start", "end", "window"),
    [
        ("2024-10-02", "2024-11-01", set[str]()),
        ("2024-10-27", "2024-11-26", {"top-pypi-installers-2024"}),
        ("2024-11-02", "2024-12-01", {"top-pypi-installers-2024", "top-pypi-29-days-2024"}),
        (
            "2025-01-03",
            "2025-02-01",
            {"top-pypi-installers-2024", "top-pypi-29-days-2024", "top-pypi-29-days-again-2025"},
        ),
        ("2025-03-04", "2025-04-01", {"top-pypi-installers-2024", "top-pypi-28-days-2025"}),
        ("2025-04-07", "2025-05-01", {"top-pypi-installers-2024", "top-pypi-24-days-2025"}),
        ("2025-05-22", "2025-06-13", {"top-pypi-installers-2024", "top-pypi-22-days-2025"}),
        ("2025-06-01", "2025-07-01", {"top-pypi-installers-2024", "top-pypi-calendar-months-2025"}),
        ("2026-03-01", "2026-04-01", {"top-pypi-installers-2024", "top-pypi-calendar-months-2025"}),
    ],
)
def test_of_the_windows_of_a_source_only_the_one_that_was_counted_is_in_force(
    start: str, end: str, window: set[str]
) -> None:
    told = held("downloads", "history.top-pypi-packages", start, end, "torch", "tensorflow")
    assert {slug for slug in told if slug.startswith("top-pypi-")} - {"top-pypi-listed-only"} == window
    assert "top-pypi-listed-only" in told, "what holds throughout holds in the first months too"


def test_what_is_in_force_is_that_of_the_figures_in_the_point_and_says_whose() -> None:
    told = held("downloads", "history.top-pypi-packages", "2026-03-01", "2026-04-01", "torch", "tensorflow")
    assert told["index-torch-stub-2018"] == ("pytorch",)
    assert told["index-tensorflow-one-package-2020"] == ("tensorflow",)
    assert told["index-metadata-files-2024"] == PAIR
    assert "index-legacy-counter-2016" not in told
    other = held("downloads", "history.top-pypi-packages", "2026-03-01", "2026-04-01", "torch", "tf-nightly")
    assert "index-tensorflow-one-package-2020" not in other
