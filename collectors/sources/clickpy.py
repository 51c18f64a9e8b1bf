"""ClickPy: every day's downloads of a package since its beginning, by SQL over HTTP.

What the number means. Files of a package that the Python package index handed out on a day (UTC), to anybody: people,
build machines and mirrors alike. One series a package, named like it; the system's headline package is the primary one.

What it does not mean. Not users and not installs. A package that another one pulls in counts with it. Wheels from a
project's own server are not here. Days are summed over all versions, installers and countries. A day that the tables do
not have is no value, and neither is a 0: they list what was downloaded, so nothing listed says nothing. A package's
newest day, yesterday and today are ``partial``: they may still be filled up. What counted as a download changed several
times; the changes are among the breaks of the catalogue.

Limits. No key; quotas unpublished. Two public doors lead to the same tables, the second is asked where the first fails.
An answer is one row a package and month, so that no cap on rows is met, and each row says how many there must be. The
last two weeks before the newest day known are read again, as missing days are filled in later. Documentation:
https://clickhouse.com/docs/interfaces/http (errors inside a 200, parameters in the address),
https://github.com/ClickHouse/clickpy (the tables).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from packaging.utils import canonicalize_name
from pydantic import BaseModel, ConfigDict, StrictInt

from collectors.clickhouse import Whole, refusal
from collectors.errors import CollectError, SkipItem, StopSource
from collectors.http import HttpClient
from collectors.receipt import Receipt
from collectors.source import Context, Item, Parsed, Request, Source, read_json
from db import clock
from db.records import Observation

log = logging.getLogger(__name__)
FIRST_DAY = date(2011, 1, 1)
READ_AGAIN = timedelta(days=14)
MAX_ROWS = 1_000
MAX_DOWNLOADS = 10**11
QUERY = """\
SELECT project, toStartOfMonth(date) AS month, sumMap(map(toString(date), count)) AS days, count() OVER () AS listed
FROM pypi.pypi_downloads_per_day
WHERE project IN {packages:Array(String)} AND date >= {since:Date}
GROUP BY project, month ORDER BY project, month
FORMAT JSON"""


@dataclass(frozen=True, slots=True)
class Door:
    """An address of the tables, and who may enter there without a password."""

    url: str
    user: str


DOORS = (
    Door("https://sql-clickhouse.clickhouse.com/", "demo"),
    Door("https://clickpy-clickhouse.clickhouse.com/", "play"),
)


@dataclass(frozen=True, slots=True)
class _Package:
    name: str
    system: str
    headline: bool

    @property
    def project(self) -> str:
        return canonicalize_name(self.name)

    @property
    def cursor(self) -> str:
        return f"days {self.project}"


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    project: str
    month: date
    days: dict[date, Whole]
    listed: Whole


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    data: list[_Row]
    rows: StrictInt


def base_url() -> str:
    """The first door."""
    return DOORS[0].url


def plan(request: Request) -> Sequence[Item]:
    """Packages in groups, those to read from furthest back first; a group's answer keeps below the cap on rows."""
    today = clock.today()
    wanted = sorted(((_since(request, package), package) for package in _packages(request)), key=lambda each: each[0])
    items = []
    while wanted:
        since = wanted[0][0]
        size = max(1, MAX_ROWS // _months(since, today))
        items.append(_item(since, [package for _, package in wanted[:size]]))
        wanted = wanted[size:]
    return tuple(items)


def _packages(request: Request) -> list[_Package]:
    """Every package in use, and the former ones; a package of two systems once."""
    found: dict[str, _Package] = {}
    for system in request.systems:
        for number, name in enumerate((*system.pypi, *system.former_pypi)):
            package = _Package(name, system.slug, number == 0 and bool(system.pypi))
            found.setdefault(package.project, package)
    return list(found.values())


def _since(request: Request, package: _Package) -> date:
    if request.since is not None:
        return max(request.since, FIRST_DAY)
    newest = request.cursor(package.cursor)
    return FIRST_DAY if newest is None else max(FIRST_DAY, date.fromisoformat(newest) - READ_AGAIN)


def _months(since: date, today: date) -> int:
    return max(0, (today.year - since.year) * 12 + today.month - since.month) + 1


def _item(since: date, packages: list[_Package]) -> Item:
    systems = {package.system for package in packages}
    more = f" and {len(packages) - 1} more" if len(packages) > 1 else ""
    listed = [[package.name, package.system, package.headline] for package in packages]
    detail = {"since": since.isoformat(), "packages": json.dumps(listed)}
    return Item(f"{packages[0].name}{more} since {since}", systems.pop() if len(systems) == 1 else "all", detail)


def _of_item(item: Item) -> dict[str, _Package]:
    packages = [_Package(*listed) for listed in json.loads(item.detail["packages"])]
    return {package.project: package for package in packages}


def fetch(http: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:
    """Ask for a group of packages; at the second door where the first cannot or will not answer."""
    packages = f"[{','.join(repr(project) for project in _of_item(item))}]"
    asked = {"query": QUERY, "param_packages": packages, "param_since": item.detail["since"]}
    doors = _doors(request.base_url)
    last = doors[-1]
    for door in doors:
        try:
            http.again += door is not doors[0]
            receipt = http.get(door.url, params={"user": door.user, **asked})
        except CollectError as error:
            error.url = door.url  # with the query it would fill the screen
            if door is not last:
                log.info("clickpy: %s; trying the next door", error)
                continue
            if isinstance(error, SkipItem) and error.status != 200:
                raise StopSource("The tables are not there. Their names may have changed", url=door.url) from error
            raise
        if door is last or refusal(receipt.body, door.url) is None:
            yield receipt
            return


def _doors(base_url: str) -> tuple[Door, ...]:
    """Both doors by default; an address that was set is the only one."""
    if base_url == DOORS[0].url:
        return DOORS
    return tuple(door for door in DOORS if door.url == base_url) or (Door(base_url, DOORS[0].user),)


def parse(body: bytes, context: Context) -> Parsed:
    """Read the days of a group of packages; pure."""
    context = replace(context, url=context.url.partition("?")[0])
    if (refused := refusal(body, context.url)) is not None:
        raise refused
    answer = read_json(_Answer, body, context)
    packages = _of_item(context.item)
    _must_be_whole(answer, packages, context)
    days = {(row.project, day): count for row in answer.data for day, count in row.days.items() if count}
    if not days:
        raise SkipItem("Nothing is listed of these packages, which says nothing about downloads", url=context.url)
    _must_be_plausible(days, context)
    newest = dict(sorted(days))  # of each project the last
    eve = context.day - timedelta(days=1)
    rows = [_observation(packages[name], day, n, min(newest[name], eve)) for (name, day), n in sorted(days.items())]
    return Parsed(tuple(rows), cursors={packages[name].cursor: day.isoformat() for name, day in newest.items()})


def _must_be_whole(answer: _Answer, packages: dict[str, _Package], context: Context) -> None:
    """Refuse an answer that was cut off, was not summed up, or is about something else."""
    said = {row.listed for row in answer.data} | {answer.rows}
    first = date.fromisoformat(context.item.detail["since"])
    problems = {
        f"is cut off: {len(answer.data)} rows where {max(said)} were found": said != {len(answer.data)},
        "lists a month twice": len({(row.project, row.month) for row in answer.data}) < len(answer.data),
        "is about other packages": any(row.project not in packages for row in answer.data),
        "puts days into other months or before what was asked for": any(
            day.replace(day=1) != row.month or day < first for row in answer.data for day in row.days
        ),
    }
    for problem, found in problems.items():
        if found:
            raise StopSource(f"The answer {problem}. The interface may have changed", url=context.url)


def _must_be_plausible(days: dict[tuple[str, date], int], context: Context) -> None:
    latest = context.day + timedelta(days=1)
    problems = {
        "days in the future": any(day > latest for _, day in days),
        "counts that cannot be": any(not 0 < count <= MAX_DOWNLOADS for count in days.values()),
    }
    for problem, found in problems.items():
        if found:
            raise SkipItem(f"The answer holds {problem}. Nothing of it was kept; look at its receipt", url=context.url)


def _observation(package: _Package, day: date, count: int, unsure: date) -> Observation:
    return Observation(
        metric="downloads",
        system=package.system,
        period_start=day,
        period_end=day + timedelta(days=1),
        value=float(count),
        status="partial" if day >= unsure else "ok",
        definition=package.name,
        primary=package.headline,
    )


SOURCE = Source(
    name="clickpy",
    title="ClickPy",
    metrics=("downloads",),
    cadence_hours=24,
    licence="facts; no licence stated",
    docs="https://github.com/ClickHouse/clickpy",
    calls_backfill=13,
    calls_daily=1,
    interval_s=1.0,
    base_url=base_url,
    plan=plan,
    fetch=fetch,
    parse=parse,
)
