"""GitHub's releases by both interfaces, and our queries and readers against its own schema and real answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pytest_httpserver import HTTPServer

import collectors
from catalog.load import load_catalog
from collectors.errors import SkipItem, StopSource
from collectors.report import RunReport
from collectors.run import collect
from collectors.settings import Settings
from collectors.source import Context, Item, Parsed
from collectors.sources import github
from collectors.sources.github import releases, totals
from collectors.sources.github.repositories import Repository, tracked
from db import read
from db.engine import Engine, reading
from tests.fakes import held
from tests.fakes.github import TOKEN, GitHub, release

NOW = datetime(2026, 4, 18, 12, tzinfo=UTC)
RECORDINGS = Path(collectors.__file__).resolve().parents[2] / "shared" / "recordings" / "github"
Collect = Callable[..., RunReport]


@pytest.fixture
def recordings() -> Path:
    if not RECORDINGS.is_dir():
        pytest.skip(f"the recordings are not at {RECORDINGS}")
    return RECORDINGS


@pytest.fixture
def hub(httpserver: HTTPServer) -> GitHub:
    served = GitHub(httpserver)
    served.add("pytorch/pytorch")
    return served


@pytest.fixture
def run(store: Engine, home: Path, hub: GitHub) -> Collect:
    def go(token: str | None = TOKEN) -> RunReport:
        secret = None if token is None else SecretStr(token)
        urls, intervals = {"github": hub.url}, {"github": 0.0}
        given = Settings(home=home, source_urls=urls, source_intervals=intervals, github_token=secret)
        (report,) = collect(["github"], engine=store, settings=given, systems=["pytorch"], registered=[github.SOURCE])
        return report

    return go


def many(count: int) -> list[dict[str, Any]]:
    """Two releases a month, the newest first, back from October 2026."""
    months = [(2026 - (number // 2 + 2) // 12, 12 - (number // 2 + 2) % 12) for number in range(count)]
    return [
        release(f"v{count - number}", f"{year}-{month:02}-{20 - number % 2 * 10}T00:00:00Z")
        for number, (year, month) in enumerate(months)
    ]


@pytest.mark.parametrize("token", [TOKEN, None])
def test_all_pages_are_kept_and_months_counted_as_far_as_the_newest_reaches(
    run: Collect, hub: GitHub, store: Engine, token: str | None
) -> None:
    hub.repositories["pytorch/pytorch"].releases = many(230)
    assert run(token).status == "ok"
    with reading(store) as session:
        kept = read.releases(session, package="pytorch/pytorch")
        months = list(read.observations(session, metrics=["releases"]))
    assert len(kept) == 230
    counted = {row.period_start.isoformat(): row.value for row in months}
    assert max(counted) == held.TODAY.replace(day=1).isoformat()
    assert counted["2026-10-01"] == 2
    # the hundredth release is of September 2022: that month is not known to be whole
    assert min(counted) == "2022-10-01"
    before = len(hub.seen)
    run(token)
    assert not [request for request in hub.seen[before:] if "releases(" in request.get_data(as_text=True)]


def context(kind: str = "release_pages", page: int = 1) -> Context:
    kept = [{"repository": asdict(Repository("a/b", "pytorch", headline=True)), "seen": None}]
    detail = {"kind": kind, "repositories": json.dumps(kept), "known": ""}
    return Context(Item("a/b releases", "pytorch", detail), f"http://hub/repos/a/b/releases?page={page}", NOW)


def listed(*found: dict[str, Any]) -> Parsed:
    return github.parse(json.dumps(found).encode(), context())


def test_months_without_a_release_are_true_zeros_and_the_running_one_is_partial() -> None:
    parsed = listed(
        release("v2", "2026-03-02T00:00:00Z"),
        release("v1rc1", "2026-01-31T23:30:00-02:00", prerelease=True),
        release("draft", "", draft=True, created="2026-02-01T00:00:00Z"),
    )
    values = {row.period_start.isoformat(): (row.value, row.status) for row in parsed.observations}
    assert values == {"2026-02-01": (1, "ok"), "2026-03-01": (1, "ok"), "2026-04-01": (0, "partial")}
    assert [(each.version, each.prerelease) for each in parsed.releases] == [("v1rc1", True), ("v2", False)]


def test_a_list_without_releases_is_no_month_of_zero() -> None:
    assert listed().observations == ()


def test_a_release_of_an_impossible_date_is_not_kept() -> None:
    for published in ("1999-01-01T00:00:00Z", "2031-01-01T00:00:00Z"):
        with pytest.raises(SkipItem, match="impossible date"):
            listed(release("v1", published))


def test_a_changed_form_stops_the_source() -> None:
    with pytest.raises(StopSource, match="unknown form"):
        listed({"tag": "v1"})


def test_every_query_is_valid_by_the_published_schema(recordings: Path) -> None:
    graphql = pytest.importorskip("graphql")
    schema = graphql.build_schema((recordings / "schema.graphql").read_text(encoding="utf-8"), assume_valid=True)
    names = [repository.name for repository in tracked(list(load_catalog().systems.values()))]
    queries = [totals.query(names), releases.query({"r0": names[0], "r1": names[1]}, {"r1": "Y3Vyc29y"})]
    assert len(names) > 40
    for query in queries:
        assert graphql.validate(schema, graphql.parse(query)) == []
    broken = graphql.parse(totals.query(names[:1]).replace("stargazerCount", "stargazersCount"))
    assert graphql.validate(schema, broken)


def test_names_are_quoted_into_a_query() -> None:
    assert 'owner: "a\\"", name: "b"' in totals.query(['a"/b'])


def test_real_releases_are_read(recordings: Path) -> None:
    body = (recordings / "github-to-sqlite" / "releases.json").read_bytes()
    found = json.loads(body)
    parsed = github.parse(body, context())
    assert {each.version for each in parsed.releases} == {each["tag_name"] for each in found}
    assert sum(row.value or 0 for row in parsed.observations) == len(found)


def test_real_repositories_are_read(recordings: Path) -> None:
    plain = json.loads((recordings / "github-to-sqlite" / "repo.json").read_bytes())
    fixture = recordings / "octokit-fixtures" / "get-repository" / "normalized-fixture.json"
    recorded = json.loads(fixture.read_bytes())[0]["response"]
    for body in plain, recorded:
        parsed = github.parse(json.dumps(body).encode(), context("snapshot"))
        values = {row.metric: row.value for row in parsed.observations}
        assert values["stars"] == body["stargazers_count"]
        assert values["open_issues"] == body["open_issues_count"]
        assert values["archived"] == 0
        assert "days_since_push" in values
