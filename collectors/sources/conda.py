"""Anaconda.org: how often the files of a conda package have been downloaded, up to now, channel by channel.

What the number means. ``conda_downloads`` is the sum over all files that the channel lists for the package, of all
versions and platforms, as it stood on the day (UTC) it was asked for. One series a channel and package, named
"<channel>/<package>"; the one the catalogue names first is primary.

What it does not mean. Not users and not installs: build machines count, a new version is downloaded again, and so is a
package that another one pulls in. A file that is taken off the channel takes its downloads with it, so a total may
fall; so does a list that lacks a file by mistake: it is held back until the next day stands by it. Channels are never
added up: the same user may have moved. The installer's own default channel is served from elsewhere and not counted
here. There is no history: the series begins with the first collection. A package without a single download is no
figure.

Limits. One request a channel and package, some megabytes for a large one; no key, no limit stated. Documentation:
https://api.anaconda.org/docs (packages).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote, urljoin

from pydantic import BaseModel, ConfigDict, StrictInt

from collectors.errors import SkipItem, StopSource
from collectors.http import HttpClient
from collectors.named import one_each, total_today
from collectors.receipt import Receipt
from collectors.source import Context, Item, Parsed, Request, Source, read_json

MAX_DOWNLOADS = 10**12
MAX_FILES = 200_000


class _File(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    ndownloads: StrictInt
    basename: str | None = None


class _Package(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    full_name: str
    files: list[_File]


def base_url() -> str:
    """The root of the interface."""
    return "https://api.anaconda.org/"


def plan(request: Request) -> Sequence[Item]:
    """One item a channel and package; one of two systems once."""
    return one_each(request, lambda system: system.conda)


def fetch(http: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:
    """Ask for one package of one channel, with all its files."""
    address = urljoin(request.base_url, f"package/{quote(item.name)}")
    yield http.get(address, headers={"Accept": "application/json"})


def parse(body: bytes, context: Context) -> Parsed:
    """Add up the files of one package, as of the day of the answer; pure."""
    found = read_json(_Package, body, context)
    package = context.item.name
    if found.full_name != package:
        raise StopSource(f"Asked about {package}, it answered about {found.full_name[:80]!r}", url=context.url)
    return Parsed((total_today("conda_downloads", _total(found, context), context),))


def _total(found: _Package, context: Context) -> int:
    total = sum(file.ndownloads for file in found.files)
    named = [file.basename for file in found.files if file.basename is not None]
    problems = {
        "no files": not found.files,
        f"more than {MAX_FILES:,} files": len(found.files) > MAX_FILES,
        "one file twice": len(set(named)) < len(named),
        "a file of fewer than no downloads": any(file.ndownloads < 0 for file in found.files),
        f"{total:,} downloads in all, which cannot be": not 0 < total <= MAX_DOWNLOADS,
    }
    for problem, holds in problems.items():
        if holds:
            raise SkipItem(f"The package has {problem}. Nothing was kept; look at its receipt", url=context.url)
    return total


SOURCE = Source(
    name="conda",
    title="Anaconda.org",
    metrics=("conda_downloads",),
    cadence_hours=24,
    lag_days=1,
    licence="facts; no licence stated",
    docs="https://api.anaconda.org/docs",
    calls_backfill=7,
    calls_daily=7,
    interval_s=1.0,
    base_url=base_url,
    plan=plan,
    fetch=fetch,
    parse=parse,
)
