"""Wikimedia page views: how often readers opened a system's article in the English Wikipedia, day by day.

What the number means. Views of the article on one UTC day by everything that Wikimedia classes as a user, on all
platforms, with the views of the article's former titles added: a former title lives on as a redirect, whose views are
counted under its own name. History begins on 2015-07-01.

What it does not mean. Not use of the system: news, courses and links from a busy page move it, and so do machines that
are not recognised as such. Until 2020-04-29 such machines counted as users (a break in the catalogue). An article that
was moved to a title the catalogue does not know goes on under its old title with a fraction of the views.

Limits. The interface leaves out days without a view as well as days it has lost, so a day that is missing from the
answer is unknown here and never 0. A day counts only once the present title has it: one that only a former title has so
far would be a sum without its main part. A former title that a day lacks adds nothing to it. The last week is asked for
again each time; articles of systems that are not followed are asked for once a week. One request a title; a client that
names no contact (FRAMESCOPE_CONTACT) is let through ten times a minute or not at all, hence the pauses.
Documentation: https://doc.wikimedia.org/generated-data-platform/aqs/analytics-api/,
https://www.mediawiki.org/wiki/Wikimedia_APIs/Rate_limits, https://foundation.wikimedia.org/wiki/Policy:User-Agent_policy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal
from urllib.parse import quote, unquote, urljoin, urlsplit

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StringConstraints

from collectors.budget import Calls
from collectors.errors import SkipItem, StopSource
from collectors.http import HttpClient
from collectors.receipt import Receipt
from collectors.source import Context, Item, Parsed, Request, Source, read_json
from collectors.turns import is_turn
from db import clock
from db.records import Observation

FIRST_DAY = date(2015, 7, 1)
READ_AGAIN = timedelta(days=7)
MOST_VIEWS = 10**9
DEFINITION = "article and former titles, users"
_PATH = "metrics/pageviews/per-article/en.wikipedia/all-access/user"


class _Expected(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Day(_Expected):
    project: Literal["en.wikipedia"]
    article: str
    granularity: Literal["daily"]
    timestamp: Annotated[str, StringConstraints(pattern=r"^[0-9]{8}00$")]
    access: Literal["all-access"]
    agent: Literal["user"]
    views: Annotated[StrictInt, Field(ge=0, le=MOST_VIEWS)]


class _Views(_Expected):
    items: list[_Day]


def base_url() -> str:
    """The interface of all Wikimedia projects together."""
    return "https://wikimedia.org/api/rest_v1/"


def plan(request: Request) -> Sequence[Item]:
    """One item a system that has an article, from where the last run left off until yesterday.

    Daily for the frameworks that are followed, else once a week on a day of its own.
    """
    until = clock.today() - timedelta(days=1)
    items = []
    for place, system in enumerate(system for system in request.systems if system.wikipedia):
        titles = [title.replace(" ", "_") for title in (*system.wikipedia, *system.former_wikipedia)]
        kept = request.cursor(_cursor(titles))
        turn = system.star_history or is_turn(place, request.cursor(_asked(titles)), clock.today())
        if not request.since and not turn:
            continue
        since = request.since or (date.fromisoformat(kept) - READ_AGAIN if kept else FIRST_DAY)
        detail = {"titles": "|".join(titles), "from": f"{max(since, FIRST_DAY)}", "until": f"{until}"}
        items.append(Item(system.wikipedia[0], system.slug, detail))
    return items


def fetch(http: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:
    """Ask for the days of the present title, then of each former one; a former title may have no views in them."""
    present, *former = item.detail["titles"].split("|")
    yield _ask(http, request, item, present)
    for title in former:
        try:
            yield _ask(http, request, item, title)
        except SkipItem as error:
            if error.status != 404:
                raise
            if date.fromisoformat(item.detail["from"]) == FIRST_DAY:
                message = f"Nobody ever opened the former title {title}. Check it in the catalogue"
                raise SkipItem(message, url=error.url, try_=error.try_, status=404) from None


def _ask(http: HttpClient, request: Request, item: Item, title: str) -> Receipt:
    first, last = (item.detail[name].replace("-", "") for name in ("from", "until"))
    url = urljoin(request.base_url, f"{_PATH}/{quote(title, safe='')}/daily/{first}00/{last}00")
    try:
        return http.get(url, headers={"Accept": "application/json"})
    except StopSource as error:
        if error.status != 403 or http.contact:
            raise
        message = "Wikimedia turns away clients that do not say whom to write to. Set FRAMESCOPE_CONTACT"
        raise StopSource(message, url=error.url, try_=error.try_, status=403) from None


def parse_all(answers: Sequence[tuple[bytes, Context]]) -> Parsed:
    """Add up the views of an item's titles by day, as far as the present title goes; pure."""
    titles = answers[0][1].item.detail["titles"].split("|")
    by_title = {_title(context): _days(body, context) for body, context in answers}
    context = answers[0][1]
    present = by_title.get(titles[0])
    if not present:
        raise SkipItem(f"There are no views of {titles[0]}. Check the title in the catalogue", url=context.url)
    total: Counter[date] = Counter()
    for days in by_title.values():
        total.update(days)
    through = max(present)
    observations = tuple(_observation(context, day, views) for day, views in sorted(total.items()) if day <= through)
    return Parsed(observations, cursors={_cursor(titles): through.isoformat(), _asked(titles): f"{context.day}"})


def parse(body: bytes, context: Context) -> Parsed:
    """Read the only answer of an item."""
    return parse_all([(body, context)])


def _days(body: bytes, context: Context) -> dict[date, int]:
    title = _title(context)
    found: dict[date, int] = {}
    for row in read_json(_Views, body, context).items:
        if row.article != title:
            raise StopSource(f"Asked about {title}, Wikimedia answered about {row.article[:80]!r}", url=context.url)
        try:
            day = datetime.strptime(row.timestamp, "%Y%m%d00").replace(tzinfo=UTC).date()
        except ValueError:
            raise StopSource(
                f"There is no day {row.timestamp}. The interface may have changed", url=context.url
            ) from None
        if not FIRST_DAY <= day < context.day:
            raise SkipItem(f"Views of {day} cannot be known on the day of the answer", url=context.url)
        if found.setdefault(day, row.views) != row.views:
            raise SkipItem(f"Two different figures for {day}. Nothing of it was kept", url=context.url)
    return found


def _title(context: Context) -> str:
    """The title that was asked about, from the address: …/user/TITLE/daily/FROM/UNTIL."""
    return unquote(urlsplit(context.url).path.split("/")[-4])


def _observation(context: Context, day: date, views: int) -> Observation:
    return Observation(
        metric="page_views",
        system=context.item.system,
        period_start=day,
        period_end=day + timedelta(days=1),
        value=float(views),
        definition=DEFINITION,
    )


def _cursor(titles: Sequence[str]) -> str:
    """The cursor of a set of titles: another set begins again from the first day."""
    return "through " + "|".join(titles)


def calls(item: Item) -> Calls:
    """One a title."""
    return Calls.exactly(len(item.detail["titles"].split("|")))


def _asked(titles: Sequence[str]) -> str:
    return "asked " + "|".join(titles)


SOURCE = Source(
    name="wikimedia",
    title="Wikimedia page views",
    metrics=("page_views",),
    cadence_hours=24,
    lag_days=2,
    licence="CC0-1.0",
    docs="https://doc.wikimedia.org/generated-data-platform/aqs/analytics-api/",
    calls_backfill=11,
    calls_daily=6,
    interval_s=6.5,
    base_url=base_url,
    plan=plan,
    fetch=fetch,
    parse=parse,
    parse_all=parse_all,
    calls=calls,
    progress=lambda key: key.startswith(("through ", "asked ")),
)
