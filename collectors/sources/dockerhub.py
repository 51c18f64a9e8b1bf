"""Docker Hub: how often a project's own image has been pulled, up to now.

What the number means. ``image_pulls`` is the Hub's running total for one repository of images, all tags together, as it
stood on the day (UTC) it was asked for. One series an image, named like it; a system's first image is the primary one.

What it does not mean. Not deployments and not users: build machines pull the same image again and again, a pull that
finds nothing new may count too, and copies in other registries are in no count. There is no history: the series begins
with the first collection. The Hub does not say when or how it corrects its total; one that falls is held back until the
next day stands by it.
A total of 0 for an image that exists is no figure, and neither is a missing one.

Limits. One request an image, no key. Anonymous requests are limited by address: 429, with ``Retry-After`` in seconds
where the Hub's own limit is met, without where the one against abuse is. Documentation:
https://docs.docker.com/reference/api/hub/latest/ (repositories, rate limiting).
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

MAX_PULLS = 10**13


class _Repository(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    namespace: str
    name: str
    pull_count: StrictInt


def base_url() -> str:
    """The root of the Hub's own interface, which is not that of the registry."""
    return "https://hub.docker.com/v2/"


def plan(request: Request) -> Sequence[Item]:
    """One item an image; an image of two systems once."""
    return one_each(request, lambda system: system.docker)


def fetch(http: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:
    """Ask for one image."""
    address = urljoin(request.base_url, f"repositories/{quote(item.name)}/")
    yield http.get(address, headers={"Accept": "application/json"})


def parse(body: bytes, context: Context) -> Parsed:
    """Read the total of one image, as of the day of the answer; pure."""
    found = read_json(_Repository, body, context)
    image = context.item.name
    if f"{found.namespace}/{found.name}" != image:
        said = f"{found.namespace}/{found.name}"[:80]
        raise StopSource(f"Asked about {image}, the Hub answered about {said!r}", url=context.url)
    if not 0 < found.pull_count <= MAX_PULLS:
        message = f"A total of {found.pull_count:,} pulls cannot be. Nothing was kept; look at its receipt"
        raise SkipItem(message, url=context.url)
    return Parsed((total_today("image_pulls", found.pull_count, context),))


SOURCE = Source(
    name="dockerhub",
    title="Docker Hub",
    metrics=("image_pulls",),
    cadence_hours=24,
    lag_days=1,
    licence="facts; no licence stated",
    docs="https://docs.docker.com/reference/api/hub/latest/",
    calls_backfill=4,
    calls_daily=4,
    interval_s=1.0,
    base_url=base_url,
    plan=plan,
    fetch=fetch,
    parse=parse,
)
