"""What the catalogue must hold: every claim, every named metric and source, every break, and nothing left hanging."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise
from statistics import median

import pytest

from catalog.history import origins, read_origin
from catalog.load import load_catalog

METRICS = {
    *("stars", "stars_gained", "forks", "open_issues", "contributors", "commits", "commit_authors", "releases"),
    *("downloads", "papers", "papers_exclusive", "all_papers", "repositories", "implementations", "questions"),
    *("questions_answered", "models", "page_views", "search_interest", "stories", "image_pulls", "dependents"),
    *("survey_share", "benchmark_systems", "public_names", "kernels", "models_shipped"),
}
SOURCES = {
    *("package_index", "clickpy", "pypistats", "github", "github_search", "arxiv", "openalex", "papers_with_code"),
    *("stackexchange", "huggingface", "wikimedia", "conda", "google_trends", "hackernews", "dockerhub", "ecosystems"),
    "git",
}


def test_every_claim_is_there() -> None:
    catalog = load_catalog()
    assert len(catalog.claims) == 54
    assert Counter(claim.article for claim in catalog.claims.values()) == {
        "kamali2023": 21,
        "csdn2024": 13,
        "lobo2018": 13,
        "hope2019": 7,
    }
    assert Counter(claim.topic for claim in catalog.claims.values()) == {"adoption": 14, "capability": 33, "speed": 7}
    assert all(article.url or article.cites for article in catalog.articles.values())


def test_every_metric_and_source_of_the_contract_is_there() -> None:
    catalog = load_catalog()
    assert set(catalog.metrics) >= METRICS
    assert set(catalog.sources) >= SOURCES


def test_values_of_a_share_or_a_stock_are_never_added_up() -> None:
    for metric in load_catalog().metrics.values():
        expected = {"share": {"mean"}, "index": {"mean"}, "cumulative": {"last"}, "count_now": {"last"}}
        assert metric.roll_up in expected.get(metric.kind, {"sum", "mean"}), metric.slug


def test_the_overview_has_its_signals_and_each_has_a_source() -> None:
    signals = [metric for metric in load_catalog().metrics.values() if metric.signal]
    assert len(signals) >= 10
    assert all(metric.sources for metric in signals)
    assert [metric.slug for metric in signals[:2]] == ["downloads", "stars"]


def test_systems_are_whole() -> None:
    systems = load_catalog().systems
    assert {"pytorch", "tensorflow", "keras", "jax"} <= set(systems)
    assert systems["pytorch"].pypi[0] == "torch"
    assert systems["tf-lite"].github == ("google-ai-edge/LiteRT",)
    assert systems["detectron"].serves == ("caffe2", "pytorch")
    assert not systems["all"].shown
    assert systems["tensorflow"].shown
    assert "pycoral" not in {package for system in systems.values() for package in system.pypi}
    repositories = Counter(name for system in systems.values() for name in system.github)
    packages = Counter(name for system in systems.values() for name in system.pypi)
    assert not [name for name, count in (repositories + packages).items() if count > 1]


def test_each_break_has_a_date_a_source_a_metric_and_a_reason() -> None:
    catalog = load_catalog()
    assert len(catalog.breaks) >= 70
    for cut in catalog.breaks:
        assert set(cut.sources) <= catalog.source_names | {"*"}, cut.slug
        assert set(cut.metrics) <= set(catalog.metrics) | {"*"}, cut.slug
        assert set(cut.systems) <= set(catalog.systems) | {"*"}, cut.slug
        assert cut.until is None or cut.date.first <= cut.until.last, cut.slug
        assert cut.what.endswith("."), cut.slug


def test_a_break_on_bundled_figures_meets_a_series_that_exists() -> None:
    known = {
        (row.metric, row.system, f"history.{slug}", row.definition) for slug in origins() for row in read_origin(slug)
    }
    bundled = {source for _, _, source, _ in known}
    for cut in load_catalog().breaks:
        if set(cut.sources) <= bundled:
            assert any(cut.applies_to(*series) for series in known), cut.slug


@pytest.mark.parametrize(
    ("slug", "series", "meets"),
    [
        ("top-pypi-low-2020-12", ("downloads", "pytorch", "history.top-pypi-packages", "torch"), True),
        ("top-pypi-low-2020-12", ("downloads", "pytorch", "clickpy", "torch"), False),
        ("top-pypi-low-2020-12", ("stars", "pytorch", "history.top-pypi-packages", None), False),
        ("best-of-tensorflow-stars-2021", ("stars", "pytorch", "history.best-of-ml-python", ""), False),
        ("best-of-tensorflow-stars-2021", ("stars", "tensorflow", "history.best-of-ml-python", ""), True),
        ("conference-iclr-submissions-2021", ("all_papers", "all", "history.conference-papers", "CVPR"), False),
        ("conference-iclr-submissions-2021", ("all_papers", "all", "history.conference-papers", "ICLR"), True),
        ("conference-iclr-submissions-2021", ("all_papers", "all", "history.conference-papers", None), True),
    ],
)
def test_a_break_meets_the_series_it_names(slug: str, series: tuple[str, str, str, str | None], meets: bool) -> None:
    cut = next(cut for cut in load_catalog().breaks if cut.slug == slug)
    assert cut.applies_to(*series) is meets


def test_the_breaks_of_a_series_come_in_order() -> None:
    cuts = load_catalog().breaks_of("open_issues", "pytorch", "history.github-ranking", "without pull requests")
    assert [cut.slug for cut in cuts] == [
        "github-ranking-listed-only",
        "github-ranking-open-issues-2021",
        "github-ranking-gap-2021",
        "github-ranking-gap-2024",
    ]
    assert [cut.slug for cut in cuts if cut.cuts] == ["github-ranking-open-issues-2021"]


def test_the_dip_is_between_its_two_breaks() -> None:
    """The median package falls by two fifths or more in the dip, and every one more than doubles at its end."""
    breaks = {cut.slug: cut for cut in load_catalog().breaks}
    dip, back = breaks["top-pypi-low-2020-12"].date.first, breaks["top-pypi-back-2021-04"].date.first
    at: dict[tuple[str, date], float] = {}
    for row in read_origin("top-pypi-packages"):
        if row.value is not None and "365" not in row.definition:
            at[row.definition, row.period_start] = row.value
    starts = sorted({day for _, day in at})
    before = max(day for day in starts if day < dip)
    low = max(day for day in starts if day < back)
    packages = {name for name, _ in at if all((name, day) in at for day in (before, low, back))}
    assert len(packages) >= 12
    assert median(at[name, low] / at[name, before] for name in packages) < 0.6
    assert min(at[name, back] / at[name, low] for name in packages) > 2


def test_every_definition_change_of_the_package_lists_separates_its_windows() -> None:
    """Two neighbouring windows of different length always have a break between their first days."""
    cuts = [cut.date.first for cut in load_catalog().breaks if "history.top-pypi-packages" in cut.sources and cut.cuts]
    torch = [row for row in read_origin("top-pypi-packages") if row.definition == "torch" and row.value]
    months = {28, 29, 30, 31}
    for earlier, later in pairwise(torch):
        one, other = ((row.period_end - row.period_start).days for row in (earlier, later))
        calendar = later.period_start.day == 1 and earlier.period_start.day == 1 and {one, other} <= months
        if one != other and not calendar:
            assert any(earlier.period_start < day <= later.period_start for day in cuts), (earlier, later)


def test_no_break_cuts_a_series_that_is_collected_in_one_way_throughout() -> None:
    cutting = [cut for cut in load_catalog().breaks if cut.cuts]
    assert not [cut.slug for cut in cutting if cut.applies_to("stars_gained", "pytorch", "github")]


def test_the_nine_situations_weigh_every_criterion_somewhere() -> None:
    catalog = load_catalog()
    assert list(catalog.situations) == [
        *("learning", "research", "serving", "embedded", "browser", "distributed", "tpu", "old-code", "both"),
    ]
    weighed = {name for situation in catalog.situations.values() for name in situation.weights}
    rest = set(catalog.criteria) - weighed
    assert rest <= {"stars", "contributors"}  # offered for weights of one's own: totals that say little of today
