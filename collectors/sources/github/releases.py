"""The releases of many repositories in one GraphQL query, the newest hundred of each; needs a token."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from pydantic import AwareDatetime, StrictBool, StringConstraints

from collectors.budget import ONE, Calls
from collectors.errors import SkipItem
from collectors.http import HttpClient
from collectors.receipt import Receipt
from collectors.source import Context, Item, Parsed, Request
from collectors.sources.github import graphql
from collectors.sources.github.listed import Listed, is_due, observe, read_before
from collectors.sources.github.repositories import Repository, as_detail, of_item

_AT_ONCE = 25
_MOST_PAGES = 30
_LATER = "p"
Tag = Annotated[str, StringConstraints(min_length=1, max_length=300)]


class _Release(graphql.Camel):
    tag_name: Tag
    created_at: AwareDatetime
    published_at: AwareDatetime | None
    is_prerelease: StrictBool
    is_draft: StrictBool


class _PageInfo(graphql.Camel):
    has_next_page: StrictBool
    end_cursor: str | None = None


class _Page(graphql.Camel):
    nodes: list[_Release]
    page_info: _PageInfo


class _Node(graphql.Camel):
    releases: _Page


def query(names: Mapping[str, str], after: Mapping[str, str]) -> str:
    """The query for repositories by alias; ``after`` has the end of the page before, of those that have one."""
    fields = (graphql.repository_field(alias, name, _selection(after.get(alias))) for alias, name in names.items())
    return f"query {{ rateLimit {{ cost remaining resetAt }} {' '.join(fields)} }}"


def _selection(after: str | None) -> str:
    behind = f", after: {json.dumps(after)}" if after else ""
    return (
        f"releases(first: 100{behind}, orderBy: {{field: CREATED_AT, direction: DESC}}) {{ pageInfo {{ hasNextPage"
        " endCursor } nodes { tagName createdAt publishedAt isPrerelease isDraft } }"
    )


def plan(request: Request, repositories: Sequence[Repository]) -> Iterator[Item]:
    """One item for each 25 repositories whose list was not read in the last week."""
    due = [repository for repository in repositories if is_due(request, repository.name)]
    for start in range(0, len(due), _AT_ONCE):
        some = due[start : start + _AT_ONCE]
        known = [repository.name for repository in some if read_before(request, repository.name)]
        detail = {"kind": "releases", "repositories": as_detail(request, some), "known": json.dumps(known)}
        yield Item(f"releases of {len(some)} repositories, from {some[0].name}", "", detail)


def calls(item: Item) -> Calls:
    """One query where all lists were read before, else more while there are pages."""
    known = len(json.loads(item.detail["known"])) == len(of_item(item))
    return ONE if known else Calls(1, _MOST_PAGES)


def fetch(http: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:
    """Ask for the newest of all, then for the rest of those that were never read to their end."""
    names = {f"r{place}": repository.name for place, (repository, _) in enumerate(of_item(item))}
    known = set(json.loads(item.detail["known"]))
    after: dict[str, str] = {}
    for _ in range(_MOST_PAGES):
        receipt = graphql.ask(http, request, query(names, after))
        yield receipt
        ends = {alias: end for alias, end in _ends(receipt.body).items() if names.get(alias) not in known}
        if not ends:
            return
        names = {_later(alias): names[alias] for alias in ends}
        after = {_later(alias): end for alias, end in ends.items()}
    raise SkipItem(f"A list of releases has more than {_MOST_PAGES} pages. Nothing of it was kept")


def _later(alias: str) -> str:
    """The alias of a page that is not the newest: the parser must know one from the other."""
    return alias if alias.endswith(_LATER) else alias + _LATER


def _ends(body: bytes) -> dict[str, str]:
    """Where the pages end that are followed by another; the body was read well before."""
    found = {}
    for alias, node in json.loads(body)["data"].items():
        info = node["releases"]["pageInfo"] if node and alias != "rateLimit" else {}
        if info.get("hasNextPage") and info.get("endCursor"):
            found[alias] = info["endCursor"]
    return found


def parse(body: bytes, context: Context) -> Parsed:
    """Read the pages that came; repositories without one are named as missing."""
    nodes, missing = graphql.read_nodes(body, context, _Node)
    found = Parsed()
    for place, (repository, _) in enumerate(of_item(context.item)):
        for alias in (f"r{place}", f"r{place}{_LATER}"):
            if alias in missing:
                found = found.joined(Parsed(missing={f"{repository.name} releases": missing[alias]}))
            if alias in nodes:
                page = nodes[alias].releases
                more, newest = page.page_info.has_next_page, not alias.endswith(_LATER)
                found = found.joined(observe(repository, _listed(page), context, newest=newest, more=more))
    return found


def _listed(page: _Page) -> list[Listed]:
    return [
        Listed(node.tag_name, node.created_at, node.published_at, node.is_prerelease)
        for node in page.nodes
        if node.published_at is not None and not node.is_draft
    ]
