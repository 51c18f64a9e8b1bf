"""What a list of releases says: each release, and how many fall into a month; the same for both interfaces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from collectors.errors import SkipItem
from collectors.periods import following_month
from collectors.source import Context, Parsed, Request
from collectors.sources.github.repositories import DAY, Repository, today
from db.records import Observation, Release

SELDOM = timedelta(days=7)
_FIRST_DAY = datetime(2007, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Listed:
    """One release as a list has it; drafts are never in it."""

    tag: str
    created_at: datetime
    published_at: datetime
    prerelease: bool


def cursor_key(name: str) -> str:
    """Where the day of the last reading is kept."""
    return f"releases {name}"


def is_due(request: Request, name: str) -> bool:
    """Whether the list was not read in the last week."""
    kept = request.cursor(cursor_key(name))
    return kept is None or date.fromisoformat(kept) + SELDOM <= today()


def read_before(request: Request, name: str) -> bool:
    """Whether the list was read to its end at some time, so that its newest hundred are enough."""
    return request.cursor(cursor_key(name)) is not None


def observe(repository: Repository, listed: Sequence[Listed], context: Context, *, newest: bool, more: bool) -> Parsed:
    """The releases of one page; months are counted from the ``newest`` page alone, as far as it reaches."""
    if any(not _FIRST_DAY <= each.published_at <= context.fetched_at + DAY for each in listed):
        raise SkipItem(f"{repository.name} has a release of an impossible date. Nothing was kept", url=context.url)
    releases = tuple(
        Release(
            repository.system, repository.name, each.tag, each.published_at.astimezone(UTC), prerelease=each.prerelease
        )
        for each in sorted(listed, key=lambda each: (each.published_at, each.tag))
    )
    months = tuple(_by_month(repository, listed, context, more=more)) if newest else ()
    read_on = context.day.isoformat()
    return Parsed(months, releases, {cursor_key(repository.name): read_on})


def _by_month(
    repository: Repository, listed: Sequence[Listed], context: Context, *, more: bool
) -> Iterator[Observation]:
    """Releases per month: from the first on where the page has them all, else from the month after its oldest."""
    if not listed:
        return
    running = _month(context.fetched_at)
    published = [_month(each.published_at) for each in listed]
    oldest = min(_month(each.created_at) for each in listed)
    month = following_month(oldest) if more else min(published)
    counts = Counter(published)
    while month <= running:
        yield Observation(
            metric="releases",
            system=repository.system,
            period_start=month,
            period_end=following_month(month),
            value=float(counts[month]),
            status="partial" if month == running else "ok",
            granularity="month",
            definition=repository.name,
            primary=repository.headline,
        )
        month = following_month(month)


def _month(at: datetime) -> date:
    return at.astimezone(UTC).date().replace(day=1)
