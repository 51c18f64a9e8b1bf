"""GitHub: how a repository stands today, the stars of each day that are still held, and its releases.

What the numbers mean. ``stars`` (and forks, watchers, issues, pull requests, releases in all) is what GitHub showed on
the day of asking. ``stars_gained`` has two definitions that are never joined: "<repository> retained" counts the stars
given on a day and *still held when asked*, back to the first; "<repository> observed" is the difference between the
totals seen on two days in a row, stars taken back included. ``archived`` is 1 where the owner closed the repository,
``days_since_push`` the age of the last push to any branch: a system's state comes from these two. ``releases`` counts
the releases GitHub dates to a month, pre-releases included. A repository that was renamed goes on under the name that
the catalogue has; the run says the new one.

What they do not mean. Stars are attention, not use. The past of the retained series shrinks as stars are taken back and
accounts are removed: each reading replaces the earlier one, which moves to the revisions. Its days are said to follow
US Pacific time, which GitHub does not document; today and yesterday are ``partial``. Without a token the REST interface
answers, whose open issues include pull requests: a definition of its own. A week that is not listed stays
missing.

Limits. With a token one GraphQL query has the totals of all repositories, and the quota is 5,000 an hour; without, each
repository costs a request of 60 an hour, so those whose star history is not followed are asked once a week. The history
gives 30 weeks a request (86 for the five followed); then the newest page is read daily, and one older page in rotation.
The list of who starred has been closed since July 2026 and is not asked for. Documentation:
https://docs.github.com/rest/activity/starring, https://docs.github.com/graphql,
https://github.blog/changelog/2026-09-04-new-api-endpoint-provides-privacy-safe-star-history-data
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from collectors.budget import ONE, Calls
from collectors.http import HttpClient
from collectors.receipt import Receipt
from collectors.source import Context, Item, Parsed, Request, Source
from collectors.sources.github import release_pages, releases, snapshot, stars, totals
from collectors.sources.github.repositories import tracked

Fetch = Callable[[HttpClient, Request, Item], Iterator[Receipt]]
Parse = Callable[[bytes, Context], Parsed]
_KINDS: dict[str, tuple[Fetch, Parse]] = {
    "totals": (totals.fetch, totals.parse),
    "snapshot": (snapshot.fetch, snapshot.parse),
    "stars": (stars.fetch, stars.parse),
    "releases": (releases.fetch, releases.parse),
    "release_pages": (release_pages.fetch, release_pages.parse),
}
_CALLS: dict[str, Callable[[Item], Calls]] = {
    "stars": stars.calls,
    "releases": releases.calls,
    "release_pages": release_pages.calls,
}


def base_url() -> str:
    """The address of the REST interface; GraphQL is beneath it."""
    return "https://api.github.com/"


def plan(request: Request) -> Sequence[Item]:
    """Totals first, then the histories of stars, then releases; what was done today or this week is left out."""
    repositories = tracked(request.systems)
    if request.secret is not None:
        now, lists = totals.plan(request, repositories), releases.plan(request, repositories)
    else:
        now, lists = snapshot.plan(request, repositories), release_pages.plan(request, repositories)
    return (*now, *stars.plan(request, repositories), *lists)


def fetch(http: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:
    """Ask for one item; the answers of one with several pages come newest first."""
    of_kind, _ = _KINDS[item.detail["kind"]]
    return of_kind(http, request, item)


def calls(item: Item) -> Calls:
    """What one item takes; see each kind."""
    count = _CALLS.get(item.detail["kind"])
    return ONE if count is None else count(item)


def parse(body: bytes, context: Context) -> Parsed:
    """Read one answer; pure."""
    _, of_kind = _KINDS[context.item.detail["kind"]]
    return of_kind(body, context)


SOURCE = Source(
    name="github",
    title="GitHub",
    metrics=(
        *("stars", "stars_gained", "forks", "watchers", "open_issues", "closed_issues", "pull_requests"),
        *("releases", "releases_total", "archived", "days_since_push"),
    ),
    cadence_hours=24,
    lag_days=1,
    licence="facts; GitHub terms of service",
    docs="https://docs.github.com/rest",
    calls_backfill=96,
    calls_daily=22,
    interval_s=0.25,
    base_url=base_url,
    plan=plan,
    fetch=fetch,
    parse=parse,
    key="optional",
    secret="github_token",  # noqa: S106  # the name of the setting
    calls=calls,
)
