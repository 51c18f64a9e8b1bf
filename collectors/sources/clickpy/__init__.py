"""ClickPy: every day's downloads of a package since its beginning, by SQL over HTTP.

What the number means. Files of a package that the Python package index handed out on a day (UTC), to anybody: people,
build machines and mirrors alike. One series a package, named like it; the system's headline package is the primary one.
For the headline packages of frameworks and interfaces the same downloads are told apart: "<package> by pip", "by uv",
"by mirrors" and "by others" add up to all of them; "<package> by pip or uv in CI" and "by pip or uv outside known CI"
add up to pip's and uv's, from the end of 2025 on.

What it does not mean. Not users and not installs. A package that another one pulls in counts with it. Wheels from a
project's own server are not here. "Outside known CI" is an upper bound on people and no count of them: pip and uv say
that they run in CI where a variable of the environment tells them so, and otherwise nothing. Installers name
themselves, uv since its version 0.1.22 of March 2024. A day that the tables do not have is no value, and neither is a
0: they list what was downloaded, so nothing listed says nothing. A package's newest day, yesterday and today are
``partial``: they may still be filled up. A day whose CI flag is not known for some rows has no figure by CI. What
counted as a download changed several times; the changes are among the breaks of the catalogue.

Limits. No key. Two public doors lead to the same tables, the second is asked where the first fails. A query that
reads too much (a thousand million rows, say users) is by default cut short there without a word: the first door is
told to refuse instead, and an answer that read as much is not believed. An answer is one row a package and month, so
that no cap on rows is met, and each row says how many there must be. The last two weeks before the newest day known
are read again, as days are filled in and mended later. Documentation:
https://clickhouse.com/docs/interfaces/http (errors inside a 200, parameters in the address),
https://clickhouse.com/docs/operations/settings/query-complexity (read_overflow_mode), https://github.com/ClickHouse/clickpy
(the tables), https://clickhouse.com/blog (2026-01-21, on the CI flag and on days that were mended),
https://github.com/pypi/linehaul-cloud-function (who the installers say they are).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from collectors.clickhouse import refusal
from collectors.errors import CollectError, SkipItem, StopSource
from collectors.http import HttpClient
from collectors.periods import following_month
from collectors.receipt import Receipt
from collectors.source import Item, Request, Source
from collectors.sources.clickpy import splits
from collectors.sources.clickpy.packages import Package, item_for, name_of, of_item, packages_of
from collectors.sources.clickpy.reading import parse as parse
from db import clock

log = logging.getLogger(__name__)
FIRST_DAY = date(2011, 1, 1)
READ_AGAIN = timedelta(days=14)
MAX_ROWS = 1_000
_DAY = timedelta(days=1)
QUERY = """\
SELECT project, toStartOfMonth(date) AS month, sumMap(map(toString(date), count)) AS days, count() OVER () AS listed
FROM pypi.pypi_downloads_per_day
WHERE project IN {packages:Array(String)} AND date >= {since:Date}
GROUP BY project, month ORDER BY project, month
FORMAT JSON"""


@dataclass(frozen=True, slots=True)
class Door:
    """An address of the tables, who may enter there without a password, and whether it can be told to refuse."""

    url: str
    user: str
    refuses: bool = True


DOORS = (
    Door("https://sql-clickhouse.clickhouse.com/", "demo"),
    Door("https://clickpy-clickhouse.clickhouse.com/", "play", refuses=False),
)


def base_url() -> str:
    """The first door."""
    return DOORS[0].url


def plan(request: Request) -> Sequence[Item]:
    """All days of all packages, those to read from furthest back first; then who downloaded the headline packages."""
    today = clock.today()
    packages = packages_of(request)
    told_apart = {system.slug for system in request.systems if system.role in splits.ROLES}
    chosen = [package for package in packages if package.headline and package.system in told_apart]
    by_installer = _groups(request, chosen, today, splits.INSTALLERS)
    return (*_groups(request, packages, today, ""), *by_installer, *_by_runner(request, chosen, today))


def _groups(request: Request, packages: list[Package], today: date, split: str) -> Iterator[Item]:
    """Packages in groups, each of which is answered with fewer rows than the cap."""
    wanted = [(_since(request, package.cursor(split)), package) for package in packages]
    wanted.sort(key=lambda each: each[0])
    while wanted:
        since = wanted[0][0]
        size = max(1, MAX_ROWS // (_months(since, today) * len(splits.WHO.get(split, ("",)))))
        yield item_for([package for _, package in wanted[:size]], since, today + 2 * _DAY, split)
        wanted = wanted[size:]


def _by_runner(request: Request, packages: list[Package], today: date) -> Iterator[Item]:
    """All packages at once, one month each: the table behind has a row a download."""
    if packages:
        for month in splits.months_due(request, name_of(packages), today):
            yield item_for(packages, month, following_month(month), splits.RUNNERS)


def _since(request: Request, cursor: str) -> date:
    if request.since is not None:
        return max(request.since, FIRST_DAY)
    newest = request.cursor(cursor)
    return FIRST_DAY if newest is None else max(FIRST_DAY, date.fromisoformat(newest) - READ_AGAIN)


def _months(since: date, today: date) -> int:
    return max(0, (today.year - since.year) * 12 + today.month - since.month) + 1


def fetch(http: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:
    """Ask for a group of packages; at the second door where the first cannot or will not answer."""
    doors = _doors(request.base_url)
    last = doors[-1]
    for door in doors:
        try:
            http.again += door is not doors[0]
            receipt = http.get(door.url, params=_params(item, door))
        except CollectError as error:
            error.url = door.url  # with the query it would fill the screen
            if door is not last:
                log.info("clickpy: %s; trying the next door", error)
                continue
            if isinstance(error, SkipItem) and error.status == 404 and not item.detail.get("split"):
                raise StopSource("The tables are not there. Their names may have changed", url=door.url) from error
            raise
        if door is last or refusal(receipt.body, door.url) is None:
            yield receipt
            return


def _params(item: Item, door: Door) -> dict[str, str]:
    split = item.detail.get("split", "")
    params = {"user": door.user, "query": splits.QUERIES[split] if split else QUERY}
    params["param_packages"] = f"[{','.join(repr(project) for project in of_item(item))}]"
    params["param_since"] = item.detail["since"]
    if split:
        params["param_until"] = item.detail["until"]
    return {**params, "read_overflow_mode": "throw"} if door.refuses else params


def _doors(base_url: str) -> tuple[Door, ...]:
    """Both doors by default; an address that was set is the only one."""
    if base_url == DOORS[0].url:
        return DOORS
    return tuple(door for door in DOORS if door.url == base_url) or (Door(base_url, DOORS[0].user),)


SOURCE = Source(
    name="clickpy",
    title="ClickPy",
    metrics=("downloads",),
    cadence_hours=24,
    lag_days=2,
    licence="facts; no licence stated",
    docs="https://github.com/ClickHouse/clickpy",
    calls_backfill=40,
    calls_daily=15,
    interval_s=1.0,
    base_url=base_url,
    plan=plan,
    fetch=fetch,
    parse=parse,
    progress=lambda key: key.partition(" ")[0] in ("days", splits.INSTALLERS),
)
