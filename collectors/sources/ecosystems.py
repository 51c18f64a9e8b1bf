"""ecosyste.ms: how many public repositories and how many packages declare that they depend on a framework's package.

What the number means. ``dependents`` counts the public repositories whose manifests ecosyste.ms has read and that name
the package; ``dependent_packages`` the packages of the same index that do, in any of their versions. Each is dated by
the day on which ecosyste.ms last looked at the package, which it says itself: asked again before it looked again, the
same day is written again and no line is drawn flat.

What it does not mean. Not use: course work and abandoned repositories stay in the count, a dependency of a dependency
is not in it, and a package that others pull in (keras through tensorflow) is named by few of those who use it. Counts
fall when repositories go. A repository that moved may be two. A 0 is what stands there before anything was counted, so
it is not stored.

Limits. Today's value only: history begins with the first run. One request a package, the headline one of each framework
and high-level interface, once a week on a day of its own; no key, 5,000 requests an hour (300 by a newer page). Data
CC-BY-SA-4.0: credit and share alike. Documentation: https://packages.ecosyste.ms/docs
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated
from urllib.parse import quote, urljoin, urlsplit

from packaging.utils import canonicalize_name
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictInt

from collectors.errors import SkipItem
from collectors.http import HttpClient
from collectors.receipt import Receipt
from collectors.source import Context, Item, Parsed, Request, Source, read_json
from collectors.turns import is_turn
from db import clock
from db.records import Observation

ROLES = frozenset({"framework", "api"})
_FIRST_DAY = datetime(2022, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
Count = Annotated[StrictInt, Field(ge=0, lt=10**9)]


class _Package(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=300)]
    last_synced_at: AwareDatetime | None
    dependent_repos_count: Count | None
    dependent_packages_count: Count | None


def base_url() -> str:
    """The packages service; each registry goes by its host name there."""
    return "https://packages.ecosyste.ms/api/v1/"


def registry() -> str:
    """The Python package index by the name the service has for it."""
    from pypi_simple import PYPI_SIMPLE_ENDPOINT

    return urlsplit(PYPI_SIMPLE_ENDPOINT).hostname or ""


def plan(request: Request) -> Sequence[Item]:
    """One item a framework or interface whose turn it is: its headline package."""
    chosen = [system for system in request.systems if system.role in ROLES and system.pypi]
    return tuple(
        Item(system.pypi[0], system.slug, {"package": system.pypi[0]})
        for place, system in enumerate(chosen)
        if request.since or is_turn(place, request.cursor(_asked(system.pypi[0])), clock.today())
    )


def _asked(package: str) -> str:
    return f"asked {canonicalize_name(package)}"


def fetch(http: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:
    """One request; the answer has no pages."""
    name = quote(canonicalize_name(item.detail["package"]), safe="")
    url = urljoin(request.base_url, f"registries/{registry()}/packages/{name}")
    yield http.get(url, headers={"Accept": "application/json"})


def parse(body: bytes, context: Context) -> Parsed:
    """Read the two counts, as of the day the service last looked."""
    found = read_json(_Package, body, context)
    package = context.item.detail["package"]
    if canonicalize_name(found.name) != canonicalize_name(package):
        raise SkipItem(f"Asked about {package}, the answer is about {found.name[:80]!r}", url=context.url)
    looked = found.last_synced_at
    if looked is None or not _FIRST_DAY <= looked <= context.fetched_at + _DAY:
        raise SkipItem(f"It is not said when {package} was looked at, or the date is impossible", url=context.url)
    counts = {"dependents": found.dependent_repos_count, "dependent_packages": found.dependent_packages_count}
    if not any(counts.values()):
        raise SkipItem(f"{package} has no dependents counted, which is not the same as none", url=context.url)
    day = looked.astimezone(UTC).date()
    return Parsed(
        tuple(
            Observation(metric, context.item.system, day, day + _DAY, float(count), definition=package)
            for metric, count in counts.items()
            if count
        ),
        cursors={_asked(package): context.day.isoformat()},
    )


SOURCE = Source(
    name="ecosystems",
    title="ecosyste.ms",
    metrics=("dependents", "dependent_packages"),
    cadence_hours=24,
    lag_days=30,
    licence="CC-BY-SA-4.0",
    docs="https://packages.ecosyste.ms/docs",
    calls_backfill=15,
    calls_daily=3,
    interval_s=1.0,
    base_url=base_url,
    plan=plan,
    fetch=fetch,
    parse=parse,
)
