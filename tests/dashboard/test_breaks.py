"""Every break of the catalogue that cuts: no change over a year, no growth and no passing is read across it."""

from datetime import date, timedelta

import pandas as pd
import pytest

from catalog.load import load_catalog
from catalog.models import ANY, Break
from dashboard.analysis.cuts import cuts, in_force, severing
from dashboard.analysis.explore import Choice, view
from dashboard.analysis.leads import growth
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


def test_a_gap_that_is_over_is_not_in_force_any_more() -> None:
    marks = cuts(CATALOG.breaks, "stars", PAIR, "history.github-ranking", date(2015, 1, 1), date(2026, 1, 1))
    ended = [cut for cut in marks if cut.until is not None and cut.until < date(2024, 4, 1)]
    told = in_force(marks, date(2024, 4, 1), date(2024, 5, 1))
    assert ended
    assert not [cut for cut in told if cut in ended]
    assert all(cut in in_force(marks, cut.when, cut.until or date(2026, 1, 1)) for cut in ended)
    assert [cut for cut in told if cut.until is None] == [
        cut for cut in marks if cut.until is None and cut.when < date(2024, 5, 1)
    ]
