"""The releases of one repository from the REST interface: the way without a token, for those that are followed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated
from urllib.parse import parse_qs, quote, urljoin, urlsplit

from pydantic import AwareDatetime, RootModel, StrictBool, StringConstraints

from collectors.budget import ONE, Calls
from collectors.errors import SkipItem
from collectors.http import HttpClient
from collectors.receipt import Receipt
from collectors.source import Context, Item, Parsed, Request, read_json
from collectors.sources.github import graphql
from collectors.sources.github.listed import Listed, is_due, observe, read_before
from collectors.sources.github.repositories import Repository, as_detail, of_item

_MOST_PAGES = 30
Tag = Annotated[str, StringConstraints(min_length=1, max_length=300)]


class _Release(graphql.Expected):
    tag_name: Tag
    created_at: AwareDatetime
    published_at: AwareDatetime | None
    prerelease: StrictBool
    draft: StrictBool


_Releases = RootModel[list[_Release]]


def plan(request: Request, repositories: Sequence[Repository]) -> Iterator[Item]:
    """One item a followed repository whose list was not read in the last week."""
    for repository in repositories:
        if repository.followed and is_due(request, repository.name):
            known = "yes" if read_before(request, repository.name) else ""
            detail = {"kind": "release_pages", "repositories": as_detail(request, [repository]), "known": known}
            yield Item(f"{repository.name} releases", repository.system, detail)


def calls(item: Item) -> Calls:
    """The newest page where the rest is known, else all of them."""
    return ONE if item.detail["known"] else Calls(1, _MOST_PAGES)


def fetch(http: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:
    """Ask for pages of a hundred until there is no next one; for the newest only where the rest is known."""
    (repository, _), *_ = of_item(item)
    for page in range(1, _MOST_PAGES + 1):
        receipt = http.get(
            urljoin(request.base_url, f"repos/{quote(repository.name)}/releases"),
            params={"per_page": "100", "page": str(page)},
            headers=graphql.HEADERS,
            secret_headers=graphql.secret_headers(request),
        )
        yield receipt
        context = Context(item, receipt.answer.url, receipt.answer.fetched_at)
        if item.detail["known"] or len(read_json(_Releases, receipt.body, context).root) < 100:
            return
    raise SkipItem(f"The list of releases has more than {_MOST_PAGES} pages. Nothing of it was kept")


def parse(body: bytes, context: Context) -> Parsed:
    """Read one page."""
    (repository, _), *_ = of_item(context.item)
    found = read_json(_Releases, body, context).root
    listed = [
        Listed(each.tag_name, each.created_at, each.published_at, each.prerelease)
        for each in found
        if each.published_at is not None and not each.draft
    ]
    newest = parse_qs(urlsplit(context.url).query).get("page") == ["1"]
    return observe(repository, listed, context, newest=newest, more=len(found) >= 100)
