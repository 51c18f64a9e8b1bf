"""The history of stars still held, by day: pages of 30 weeks, the newest first."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Annotated
from urllib.parse import parse_qs, quote, urljoin, urlsplit

from pydantic import Field, RootModel, StrictInt

from collectors.budget import Calls
from collectors.errors import SkipItem, StopSource
from collectors.http import HttpClient
from collectors.receipt import Receipt
from collectors.source import Context, Item, Parsed, Request, read_json
from collectors.sources.github import graphql
from collectors.sources.github.repositories import DAY, Repository, today
from db.records import Observation

WEEKS_A_PAGE = 30
LAST_PAGE = 100
_PAGES_AN_ITEM = 10
_ITEMS = 4
_WEEK = timedelta(days=7)
_FIRST_WEEK = datetime(2007, 1, 1, tzinfo=UTC).timestamp()
Count = Annotated[StrictInt, Field(ge=0, lt=10**8)]


class _Week(graphql.Expected):
    week: Annotated[StrictInt, Field(gt=_FIRST_WEEK, lt=2**33)]
    total: Count
    days: Annotated[list[Count], Field(min_length=7, max_length=7)]


_Weeks = RootModel[list[_Week]]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a history was read: up to which page, whether ever to its end, and on which day last."""

    read: int = 0
    whole: bool = False
    day: str = ""


def cursor_key(name: str) -> str:
    """Where `Progress` is kept between runs."""
    return f"stars {name}"


def progress(request: Request, name: str) -> Progress:
    """How far earlier runs came."""
    kept = request.cursor(cursor_key(name))
    return Progress() if kept is None else Progress(**json.loads(kept))


def plan(request: Request, repositories: Sequence[Repository]) -> Iterator[Item]:
    """The rest of a history in pieces of ten pages; of a whole one the newest page.

    One repository a day, in turn, has an older page read as well, one after the other.
    """
    followed = [repository for repository in repositories if repository.followed]
    for place, repository in enumerate(followed):
        so_far = progress(request, repository.name)
        if so_far.whole:
            if so_far.day != today().isoformat():
                turn = today().toordinal() % len(followed) == place
                yield _item(repository, so_far, [1, so_far.read + 1] if turn else [1])
            continue
        for number in range(_ITEMS):
            first = so_far.read + 1 + number * _PAGES_AN_ITEM
            pages = [page for page in range(first, first + _PAGES_AN_ITEM) if page <= LAST_PAGE]
            if pages:
                yield _item(repository, so_far, pages)


def _item(repository: Repository, so_far: Progress, pages: list[int]) -> Item:
    detail = {
        "kind": "stars",
        "repository": repository.name,
        "headline": "yes" if repository.headline else "",
        "pages": ",".join(map(str, pages)),
        "whole": "yes" if so_far.whole else "",
        "read": str(so_far.read),
    }
    name = f"{repository.name} stars, page{'s' if len(pages) > 1 else ''} {pages[0]} to {pages[-1]}"
    return Item(name if not so_far.whole else f"{repository.name} stars", repository.system, detail)


def calls(item: Item) -> Calls:
    """One a page; of a history that was never read to its end any page but the very first may not exist."""
    pages = item.detail["pages"].split(",")
    return Calls.exactly(len(pages)) if item.detail["whole"] else Calls(int(pages[0] == "1"), len(pages))


def fetch(http: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:
    """Ask for the pages of an item until the history ends; for none of them where an earlier item met the end."""
    pages = [int(page) for page in item.detail["pages"].split(",")]
    name = item.detail["repository"]
    if not item.detail["whole"]:
        so_far = progress(request, name)
        if so_far.whole or so_far.read + 1 != pages[0]:
            return
    for page in pages:
        receipt = http.get(
            urljoin(request.base_url, f"repos/{quote(name)}/stargazers/history"),
            params={"per_page": str(WEEKS_A_PAGE), "page": str(page)},
            headers=graphql.HEADERS,
            secret_headers=graphql.secret_headers(request),
        )
        yield receipt
        if len(json.loads(receipt.body)) < WEEKS_A_PAGE:
            return


def parse(body: bytes, context: Context) -> Parsed:
    """Read one page; days that have not come yet are left out, and so are weeks that are not listed."""
    weeks = read_json(_Weeks, body, context).root
    page = _page(context)
    if not weeks and page == 1:
        raise SkipItem("The history of stars is empty, which is not the same as no stars", url=context.url)
    _must_be_plausible(weeks, context)
    ended = len(weeks) < WEEKS_A_PAGE
    rows = tuple(row for week in reversed(weeks) for row in _days(week, context))
    return Parsed(rows, cursors=_cursors(page, ended, context))


def _page(context: Context) -> int:
    found = parse_qs(urlsplit(context.url).query).get("page", [""])[0]
    if not found.isdecimal():
        raise SkipItem("It cannot be told which page of the history this is: a redirect lost it", url=context.url)
    return int(found)


def _must_be_plausible(weeks: list[_Week], context: Context) -> None:
    starts = [week.week for week in weeks]
    steps = [newer - older for newer, older in pairwise(starts)]
    latest = context.day + DAY
    # a change of the clocks moves a local midnight by an hour
    if any(step < _WEEK.total_seconds() - 7200 for step in steps):
        raise StopSource(
            "The weeks are not in their order, newest first. The interface may have changed", url=context.url
        )
    problems = {
        "a week whose days do not add up to its total": any(sum(week.days) != week.total for week in weeks),
        "stars of the future": any(row[1] for week in weeks for row in _dated(week) if row[0] > latest),
    }
    for problem, found in problems.items():
        if found:
            raise SkipItem(f"The history holds {problem}. Nothing of it was kept; look at its receipt", url=context.url)


def _dated(week: _Week) -> Iterator[tuple[date, int]]:
    start = datetime.fromtimestamp(week.week, UTC).date()
    for number, count in enumerate(week.days):
        yield start + timedelta(days=number), count


def _days(week: _Week, context: Context) -> Iterator[Observation]:
    now = context.day
    name = context.item.detail["repository"]
    for day, count in _dated(week):
        if day <= now:
            yield Observation(
                metric="stars_gained",
                system=context.item.system,
                period_start=day,
                period_end=day + DAY,
                value=float(count),
                status="partial" if day >= now - DAY else "ok",
                definition=f"{name} retained",
                primary=bool(context.item.detail["headline"]),
            )


def _cursors(page: int, ended: bool, context: Context) -> dict[str, str]:
    """Where the next run goes on: behind the page read, or after the end with the second page again."""
    known = bool(context.item.detail["whole"])
    day = context.day.isoformat()
    now = Progress(page, known or ended, day)
    if ended:
        now = replace(now, read=1)
    elif known and page == 1:
        rotating = int(context.item.detail["pages"].split(",")[-1])
        now = replace(now, read=rotating - 1 if rotating > 1 else int(context.item.detail.get("read", 1)))
    return {cursor_key(context.item.detail["repository"]): json.dumps(asdict(now))}
