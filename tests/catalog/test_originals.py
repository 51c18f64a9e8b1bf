"""The bundled figures against the originals, in both directions; skips where the originals are not at hand."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import pytest

from catalog.history import read_figures, read_origin, read_releases

Key = tuple[str, str, str, date, date, float]
SLUGS = {
    "(all arXiv)": "all",
    "(all systems)": "all",
    "(all tags)": "all",
    "(all)": "all",
    "(tag deep-learning)": "deep-learning",
    "(scikit-learn)": "scikit-learn",
    "(transformers)": "transformers",
    "(HugeCTR)": "hugectr",
    "(NeMo)": "nemo",
    "(maxtext/maxdiffusion/PAX)": "maxtext",
    "(tinygrad)": "tinygrad",
    "PyTorch Lightning": "pytorch-lightning",
}
OWN_PACKAGE = {"onnxruntime": "onnxruntime", "onnxruntime-gpu": "onnxruntime", "flax": "flax", "tf-keras": "tf-keras"}
METRICS = {
    "arxiv_new_submissions": "all_papers",
    "conda_downloads_total": "conda_downloads",
    "conference_papers_exclusive_mention": "papers_exclusive",
    "conference_papers_total": "all_papers",
    "dockerhub_pulls_total": "image_pulls",
    "git_commits_non_merge": "commits",
    "git_distinct_author_emails": "commit_authors",
    "github_closed_issues": "closed_issues",
    "github_commits_total": "commits_total",
    "github_contributors": "contributors",
    "github_dependents": "dependents",
    "github_forks": "forks",
    "github_open_issues": "open_issues",
    "github_open_issues_incl_prs": "open_issues",
    "github_pull_requests_total": "pull_requests",
    "github_releases_total": "releases_total",
    "github_stars": "stars",
    "github_watchers": "watchers",
    "mlperf_training_systems": "benchmark_systems",
    "mlperf_training_systems_mentioning": "benchmark_systems",
    "pypi_monthly_downloads_best_of": "downloads_last_month",
    "so_survey_used_count": "survey_respondents",
    "so_survey_used_share": "survey_share",
    "stackoverflow_questions_per_month": "questions",
    "stackoverflow_questions_per_year": "questions",
}
FILES = {
    "arxiv_monthly_submissions": ("arxiv-monthly-submissions",),
    "best_of_ml_python_weekly": ("best-of-ml-python",),
    "conference_papers": ("conference-papers",),
    "git_commits_monthly": ("git-logs",),
    "github_ranking_month_end": ("github-ranking",),
    "mlperf_training_framework_mentions": ("mlperf-training",),
    "pypi_downloads_top_pypi": ("top-pypi-packages",),
    "stackoverflow_questions": ("stackoverflow-monthly", "stackoverflow-tags"),
    "stackoverflow_survey_shares": ("stackoverflow-survey",),
}


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def original(rows: Iterable[dict[str, str]]) -> Counter[Key]:
    """The figures of a tidy table under our names, with the last day made exclusive."""
    found: Counter[Key] = Counter()
    for row in rows:
        name, _, part = row["metric"].partition(":")
        system = SLUGS.get(row["framework"], row["framework"].lower())
        definition = part if name.startswith(("conference", "so_survey")) else ""
        if name.startswith("pypi_downloads_"):
            definition = part + (", 365 days" if "365" in name else "")
            name, system = "downloads", OWN_PACKAGE.get(part, system)
        if name.startswith("github_open_issues") and "EvanLi" in row["source"]:
            definition = "with pull requests" if name.endswith("incl_prs") else "without pull requests"
        if name == "arxiv_new_submissions":
            definition = "all of arXiv"
        end = date.fromisoformat(row["period_end"]) + timedelta(days=1)
        start = date.fromisoformat(row["period_start"])
        found[METRICS.get(name, name), system, definition, start, end, float(row["value"])] += 1
    return found


def ours(slugs: Iterable[str]) -> Counter[Key]:
    rows = (row for slug in slugs for row in read_origin(slug) if row.value is not None)
    return Counter(
        (row.metric, row.system, row.definition, row.period_start, row.period_end, row.value or 0.0) for row in rows
    )


@pytest.mark.parametrize("name", FILES)
def test_every_figure_carries_over_and_none_is_added(originals: Path, name: str) -> None:
    theirs = original(table(originals / "history" / "tidy" / f"{name}.csv"))
    mine = ours(FILES[name])
    assert not theirs - mine
    added = mine - theirs
    # that no system of these rounds names TensorFlow is said of the table in words
    zeros = {key for key in added if key[:2] == ("benchmark_systems", "tensorflow") and key[-1] == 0.0}
    assert len(zeros) == (4 if name.startswith("mlperf") else 0)
    assert set(added) == zeros


def test_both_stack_overflow_tables_keep_to_their_repository(originals: Path) -> None:
    rows = table(originals / "history" / "tidy" / "stackoverflow_questions.csv")
    for slug, repository in (("stackoverflow-monthly", "AI-Index"), ("stackoverflow-tags", "by_tag_year")):
        assert ours([slug]) == original(row for row in rows if repository in row["source"])


def test_excluded_values_stay_out(originals: Path) -> None:
    rows = table(originals / "history" / "tidy" / "excluded_from_tidy.csv")
    excluded = original(rows)
    assert len(rows) == 266
    assert not excluded & ours(["best-of-ml-python"])
    gaps = [row for row in read_origin("best-of-ml-python") if row.value is None]
    for metric, system, _, day, *_rest in excluded:
        inside = [gap for gap in gaps if (gap.metric, gap.system) == (metric, system)]
        assert any(gap.period_start <= day < gap.period_end for gap in inside), (metric, system, day)


def test_star_lists_carry_over(originals: Path) -> None:
    theirs = Counter(
        (row["date"], row["repository"], row["source_repository"], float(row["stars"]))
        for row in table(originals / "history" / "reported" / "github_stars_snapshots.csv")
    )
    mine = Counter(
        (row.period_start.isoformat(), row.detail, row.definition.split(",")[0], row.value)
        for row in read_origin("star-lists")
        if row.value is not None
    )
    assert mine == theirs
    assert sum(theirs.values()) == 21_359


def test_reported_figures_carry_over_with_all_that_is_said_of_them(originals: Path) -> None:
    theirs = Counter(
        (
            *(row["metric"], row["period_start"] or row["period_end"], row["period_end"], row["value"], row["unit"]),
            *(row["population"], row["publisher"], row["title"], row["url"], row["seen_in"], row["confidence"]),
            row["note"],
        )
        for row in table(originals / "history" / "reported" / "reported_figures.csv")
    )
    mine = Counter(
        (
            *(row.stated_as, row.start, row.end, row.value, row.unit, row.population, row.publisher, row.title),
            *(row.url, row.seen_in, row.confidence, row.note),
        )
        for row in read_figures()
    )
    assert mine == theirs


def test_reported_figures_keep_their_system(originals: Path) -> None:
    theirs = Counter(row["system"] for row in table(originals / "history" / "reported" / "reported_figures.csv"))
    mine = Counter(figure.system for figure in read_figures())
    named = {system: count for system, count in theirs.items() if system != "other"}
    assert {system: mine[system] for system in named} == named
    assert sum(mine[system] for system in ("other", "caffe2", "mindspore", "transformers")) == theirs["other"]


@pytest.mark.parametrize(("slug", "name"), [("git-logs", "git_tags"), ("best-of-ml-python", "releases_best_of")])
def test_versions_carry_over(originals: Path, slug: str, name: str) -> None:
    theirs = Counter(
        (SLUGS.get(row["framework"], row["framework"].lower()), row["value"], row["period_start"])
        for row in table(originals / "history" / "tidy" / f"{name}.csv")
    )
    assert Counter((row.system, row.version, row.released.isoformat()) for row in read_releases(slug)) == theirs
