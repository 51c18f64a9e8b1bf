"""How all repositories stand, in one GraphQL query; needs a token."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import AwareDatetime, Field, StrictBool, StrictInt

from collectors.http import HttpClient
from collectors.receipt import Receipt
from collectors.source import Context, Item, Parsed, Request
from collectors.sources.github import graphql
from collectors.sources.github.repositories import Repository, Standing, as_detail, observe, of_item

MOST_AT_ONCE = 100
_SELECTION = (
    "databaseId nameWithOwner isArchived pushedAt stargazerCount forkCount watchers { totalCount }"
    " open: issues(states: OPEN) { totalCount } closed: issues(states: CLOSED) { totalCount }"
    " pullRequests { totalCount } releases { totalCount }"
)
Count = Annotated[StrictInt, Field(ge=0, lt=10**9)]


class _Total(graphql.Camel):
    total_count: Count


class _Node(graphql.Camel):
    database_id: StrictInt
    name_with_owner: str
    is_archived: StrictBool
    pushed_at: AwareDatetime | None
    stargazer_count: Count
    fork_count: Count
    watchers: _Total
    open: _Total
    closed: _Total
    pull_requests: _Total
    releases: _Total


def query(names: Sequence[str]) -> str:
    """The query for repositories, each under the alias ``r<its place>``."""
    fields = (graphql.repository_field(f"r{place}", name, _SELECTION) for place, name in enumerate(names))
    return f"query {{ rateLimit {{ cost remaining resetAt }} {' '.join(fields)} }}"


def plan(request: Request, repositories: Sequence[Repository]) -> Iterator[Item]:
    """One item for all, or for each hundred."""
    for start in range(0, len(repositories), MOST_AT_ONCE):
        some = repositories[start : start + MOST_AT_ONCE]
        name = f"totals of {len(some)} repositories" + (f", from {some[0].name}" if start else "")
        yield Item(name, "", {"kind": "totals", "repositories": as_detail(request, some)})


def fetch(http: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:
    """One query."""
    yield graphql.ask(http, request, query([repository.name for repository, _ in of_item(item)]))


def parse(body: bytes, context: Context) -> Parsed:
    """Read the repositories that came; the others are named as missing."""
    nodes, missing = graphql.read_nodes(body, context, _Node)
    found = Parsed()
    for place, (repository, seen) in enumerate(of_item(context.item)):
        node = nodes.get(f"r{place}")
        if node is None:
            why = missing.get(f"r{place}", "nothing came back for it")
            found = found.joined(Parsed(missing={repository.name: why}))
        else:
            found = found.joined(observe(repository, _standing(node), seen, context))
    return found


def _standing(node: _Node) -> Standing:
    return Standing(
        id=node.database_id,
        stars=node.stargazer_count,
        forks=node.fork_count,
        archived=node.is_archived,
        pushed_at=node.pushed_at,
        watchers=node.watchers.total_count,
        open_issues=node.open.total_count,
        called=node.name_with_owner,
        others={
            "closed_issues": node.closed.total_count,
            "pull_requests": node.pull_requests.total_count,
            "releases_total": node.releases.total_count,
        },
    )
