"""PyPI Stats: the last 180 days of a package's downloads, with and without known mirrors.

What the number means. Files of a package that the Python package index handed out on a day (UTC). The series named
like the package leaves out installers known to copy the whole index; the one named "<package> with mirrors" has them
too. One is a part of the other: they are never added up.

What it does not mean. Not users, and not people: build machines download through the same installers as people do, and
none of the series offered here tells them apart (what ClickPy holds of the same log does, since the end of 2025). The
mirrors left out are bandersnatch, z3c.pypimirror, Artifactory and devpi, by their own word. Wheels from a project's own
server are not here. A day that is not listed is no value, and neither is a listed 0: days lost in its own collecting
are never filled in. The newest day listed is ``partial``, as are yesterday and today.

Limits. 180 days back and no further: where nothing was collected for longer, the days between are written as
``unavailable``. The headline packages of frameworks and their interfaces only, each every three days. No key; at most 5
requests a second and 30 a minute from one address, and no header tells how many are left. The data change once a day.
Documentation: https://pypistats.org/api/ (the fields), https://pypistats.org/faqs (mirrors, gaps),
https://github.com/psf/pypistats.org (which mirrors; the CI flag is asked for in issue 73).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Literal
from urllib.parse import quote, urljoin

from packaging.utils import canonicalize_name
from pydantic import BaseModel, ConfigDict, StrictInt

from collectors.errors import SkipItem, StopSource
from collectors.http import HttpClient
from collectors.receipt import Receipt
from collectors.source import Context, Item, Parsed, Request, Source, read_json
from collectors.turns import is_turn
from db import clock
from db.records import Observation

ROLES = frozenset({"framework", "api"})
MAX_DOWNLOADS = 10**11
EVERY_DAYS = 3
LONGEST_WINDOW = timedelta(days=400)
_DAY = timedelta(days=1)
Category = Literal["without_mirrors", "with_mirrors"]


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    category: Category
    date: date
    downloads: StrictInt


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    package: str
    type: Literal["overall_downloads"]
    data: list[_Row]


def base_url() -> str:
    """The root of the interface."""
    return "https://pypistats.org/api/"


def plan(request: Request) -> Sequence[Item]:
    """The headline package of every framework and interface whose turn it is, with the newest day known of it."""
    items: dict[str, Item] = {}
    for system in request.systems:
        if system.role in ROLES and system.pypi:
            package = system.pypi[0]
            project = canonicalize_name(package)
            newest = request.cursor(_cursor(package)) or ""
            items.setdefault(project, Item(package, system.slug, {"package": package, "newest": newest}))
    return tuple(
        item
        for place, (project, item) in enumerate(items.items())
        if request.since or is_turn(place, request.cursor(f"asked {project}"), clock.today(), EVERY_DAYS)
    )


def _cursor(package: str) -> str:
    return f"days {canonicalize_name(package)}"


def fetch(http: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:
    """Ask for both series of one package at once."""
    project = quote(canonicalize_name(item.detail["package"]), safe="")
    yield http.get(urljoin(request.base_url, f"packages/{project}/overall"), headers={"Accept": "application/json"})


def parse(body: bytes, context: Context) -> Parsed:
    """Read the days of one package; pure."""
    answer = read_json(_Answer, body, context)
    package = context.item.detail["package"]
    if canonicalize_name(answer.package) != canonicalize_name(package):
        raise StopSource(f"Asked about {package}, it answered about {answer.package[:80]!r}", url=context.url)
    days = {(row.category, row.date): row.downloads for row in answer.data}
    if len(days) < len(answer.data):
        raise StopSource("The answer lists a day twice. The interface may have changed", url=context.url)
    _must_be_plausible(days, context)
    days = {key: downloads for key, downloads in days.items() if downloads}
    if not days:
        raise SkipItem("No day is listed, which says nothing about downloads", url=context.url)
    newest = max(day for _, day in days)
    unsure = min(newest, context.day - _DAY)
    rows = [_observation(context, *key, downloads, unsure) for key, downloads in sorted(days.items())]
    asked = {f"asked {canonicalize_name(package)}": context.day.isoformat()}
    return Parsed((*_lost(context, days), *rows), cursors={_cursor(package): newest.isoformat(), **asked})


def _must_be_plausible(days: dict[tuple[Category, date], int], context: Context) -> None:
    latest = context.day + _DAY
    with_mirrors = {day: count for (category, day), count in days.items() if category == "with_mirrors"}
    problems = {
        "days in the future": any(day > latest for _, day in days),
        "days from long before its window": any(day < latest - LONGEST_WINDOW for _, day in days),
        "counts that cannot be": any(not 0 <= count <= MAX_DOWNLOADS for count in days.values()),
        "more downloads without mirrors than with them": any(
            count > with_mirrors.get(day, count) for (category, day), count in days.items()
        ),
    }
    for problem, found in problems.items():
        if found:
            raise SkipItem(f"The answer holds {problem}. Nothing of it was kept; look at its receipt", url=context.url)


def _observation(context: Context, category: Category, day: date, downloads: int, unsure: date) -> Observation:
    return _row(context, category, day, day + _DAY, float(downloads), "partial" if day >= unsure else "ok")


def _lost(context: Context, days: dict[tuple[Category, date], int]) -> Iterator[Observation]:
    """The days between the newest known and the first still offered: nobody can have them here any more."""
    newest = context.item.detail["newest"]
    after = date.fromisoformat(newest) + _DAY if newest else None
    for category in sorted({category for category, _ in days}):
        first = min(day for each, day in days if each == category)
        if after is not None and after < first:
            yield _row(context, category, after, first, None, "unavailable")


def _row(
    context: Context,
    category: Category,
    start: date,
    end: date,
    value: float | None,
    status: Literal["ok", "partial", "unavailable"],
) -> Observation:
    package = context.item.detail["package"]
    plain = category == "without_mirrors"
    return Observation(
        metric="downloads",
        system=context.item.system,
        period_start=start,
        period_end=end,
        value=value,
        status=status,
        definition=package if plain else f"{package} with mirrors",
        primary=plain,
    )


SOURCE = Source(
    name="pypistats",
    title="PyPI Stats",
    metrics=("downloads",),
    cadence_hours=24,
    lag_days=2,
    licence="facts; no licence stated",
    docs="https://pypistats.org/api/",
    calls_backfill=15,
    calls_daily=5,
    interval_s=2.5,
    base_url=base_url,
    plan=plan,
    fetch=fetch,
    parse=parse,
)
