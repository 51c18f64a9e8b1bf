"""How one repository stands, from the REST interface: the way without a token."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated
from urllib.parse import quote, urljoin

from pydantic import AwareDatetime, Field, StrictBool, StrictInt

from collectors.http import HttpClient
from collectors.receipt import Receipt
from collectors.source import Context, Item, Parsed, Request, read_json
from collectors.sources.github import graphql
from collectors.sources.github.repositories import (
    Repository,
    Standing,
    as_detail,
    last_seen,
    observe,
    of_item,
    today,
)
from collectors.turns import WEEK, is_turn

_WITH_PULL_REQUESTS = "with pull requests"
Count = Annotated[StrictInt, Field(ge=0, lt=10**9)]


class _Repository(graphql.Expected):
    id: StrictInt
    full_name: str
    stargazers_count: Count
    forks_count: Count
    open_issues_count: Count
    archived: StrictBool
    pushed_at: AwareDatetime | None
    subscribers_count: Count | None = None


def plan(request: Request, repositories: Sequence[Repository]) -> Iterator[Item]:
    """One item a repository: daily for those that are followed, weekly on a day of its own for the others."""
    for place, repository in enumerate(repositories):
        seen = last_seen(request, repository.name)
        if is_turn(place, None if seen is None else seen.day, today(), 1 if repository.followed else WEEK):
            detail = {"kind": "snapshot", "repositories": as_detail(request, [repository])}
            yield Item(repository.name, repository.system, detail)


def fetch(http: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:
    """One request; a renamed repository answers with a redirect, which is followed."""
    (repository, _), *_ = of_item(item)
    url = urljoin(request.base_url, f"repos/{quote(repository.name)}")
    yield http.get(url, headers=graphql.HEADERS, secret_headers=graphql.secret_headers(request))


def parse(body: bytes, context: Context) -> Parsed:
    """Read one repository; open issues count pull requests here, so they are a definition of their own."""
    (repository, seen), *_ = of_item(context.item)
    found = read_json(_Repository, body, context)
    standing = Standing(
        id=found.id,
        stars=found.stargazers_count,
        forks=found.forks_count,
        archived=found.archived,
        pushed_at=found.pushed_at,
        watchers=found.subscribers_count,
        open_issues=found.open_issues_count,
        issues_note=_WITH_PULL_REQUESTS,
        called=found.full_name,
    )
    return observe(repository, standing, seen, context)
