"""Hacker News: stories a month whose title names a framework, and all stories, through the site's public search.

What the number means. ``stories`` counts the stories of a calendar month (UTC) that still exist and whose title has the
framework's name as a word of its own. The search also finds words that only begin alike, so titles are looked at again
here; JAX has to stand in capitals. The system ``all`` is the number of all stories of the month, the denominator.

What it does not mean. It is attention, not approval, among the readers of one site, and small: tens a month. A title
that speaks of a thing without naming it is not counted, and stories that were removed are gone from every month.

Limits. A search gives at most 1,000 stories, and past those says "0 hits" beside a message: that is a wall and never a
zero. A year is asked for at once; where it holds more, its months one by one; a month that holds more is a
``lower_bound``. Where the search calls its count of all stories an estimate, the month is ``unavailable``. No key;
10,000 requests an hour. A finished month is read once more and then left
alone; the running year is asked for once a week, each word on a day of its own. Documentation:
https://hn.algolia.com/api
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Annotated
from urllib.parse import parse_qs, urljoin, urlsplit

from pydantic import AliasChoices, AliasPath, BaseModel, ConfigDict, Field, StrictBool, StrictInt

from catalog.models import System
from collectors.budget import ONE, Calls
from collectors.errors import SkipItem, StopSource
from collectors.http import HttpClient
from collectors.periods import following_month, months
from collectors.receipt import Receipt
from collectors.source import Context, Item, Parsed, Request, Source, read_json
from collectors.turns import is_turn
from db import clock
from db.records import Observation, Status

ALL = "all"
WALL = 1_000
FIRST_YEAR = 2015
_WINDOW = re.compile(r"^created_at_i>=(\d{1,12}),created_at_i<(\d{1,12})$")


class _Hit(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    id: Annotated[str, Field(alias="objectID")]
    title: str | None
    created_at_i: StrictInt


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    hits: list[_Hit]
    total: Annotated[StrictInt, Field(ge=0, lt=10**9, alias="nbHits")]
    exhaustive: Annotated[
        StrictBool, Field(validation_alias=AliasChoices("exhaustiveNbHits", AliasPath("exhaustive", "nbHits")))
    ] = False
    message: str | None = None


def base_url() -> str:
    """The search that the site itself links to."""
    return "https://hn.algolia.com/api/v1/"


def plan(request: Request) -> Sequence[Item]:
    """One item for each framework and year that is not read to its end, then the same for all stories."""
    named = [system for system in request.systems if system.hackernews]
    items = [
        item for place, system in enumerate(named, 1) for item in _years(request, place, system.slug, _words(system))
    ]
    return (*items, *_years(request, 0, ALL, {"word": "", "capitals": ""})) if named else ()


def _words(system: System) -> dict[str, str]:
    return {"word": system.hackernews, "capitals": "yes" if system.hackernews_capitals else ""}


def _years(request: Request, place: int, system: str, words: dict[str, str]) -> Iterator[Item]:
    running = clock.today().replace(day=1)
    earliest = request.since.replace(day=1) if request.since else date(FIRST_YEAR, 1, 1)
    for year in range(earliest.year, running.year + 1):
        kept = request.cursor(f"{system} {year}")
        done = date.fromisoformat(f"{kept}-01") if kept else date(year, 1, 1)
        turn = is_turn(place, request.cursor(f"asked {system} {year}"), clock.today())
        if request.since is None and (kept == f"{year}-12" or not turn):
            continue
        first = max(earliest, date(year, 1, 1)) if request.since else done
        end = min(following_month(running), date(year + 1, 1, 1))
        detail = {**words, "from": first.isoformat(), "until": end.isoformat()}
        yield Item(f"{words['word'] or 'all stories'}, {year}", system, detail)


def fetch(http: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:
    """Ask for the whole window; by month where that meets the wall, and for all stories from the start."""
    first, end = (date.fromisoformat(item.detail[name]) for name in ("from", "until"))
    if item.detail["word"]:
        receipt = _ask(http, request, item, first, end)
        yield receipt
        context = Context(item, receipt.answer.url, receipt.answer.fetched_at)
        if _is_whole(read_json(_Answer, receipt.body, context)) or following_month(first) == end:
            return
    for month in months(first, end):
        yield _ask(http, request, item, month, following_month(month))


def _ask(http: HttpClient, request: Request, item: Item, first: date, end: date) -> Receipt:
    word = item.detail["word"]
    window = f"created_at_i>={_seconds(first)},created_at_i<{_seconds(end)}"
    params = {"tags": "story", "numericFilters": window, "page": "0", "hitsPerPage": str(WALL if word else 0)}
    if word:
        params |= {
            "query": word,
            "typoTolerance": "false",
            "restrictSearchableAttributes": "title",
            "attributesToRetrieve": "title,created_at_i",
        }
    return http.get(urljoin(request.base_url, "search_by_date"), params=params)


def _is_whole(answer: _Answer) -> bool:
    """Whether all stories that were found are in the answer."""
    return not answer.message and len(answer.hits) < WALL and answer.total <= len(answer.hits)


def parse(body: bytes, context: Context) -> Parsed:
    """Count the stories of each month of the window that was asked for; nothing where a window of months is cut off."""
    answer = read_json(_Answer, body, context)
    first, end = _window(context)
    if answer.message and not answer.hits:
        raise SkipItem(f"The search gives no figure, which is not zero: {answer.message[:200]}", url=context.url)
    if any(not _seconds(first) <= hit.created_at_i < _seconds(end) for hit in answer.hits):
        raise StopSource(
            "Stories came from outside the months asked for. The interface may have changed", url=context.url
        )
    if len(answer.hits) > 1 and not any(hit.title for hit in answer.hits):
        raise SkipItem("No story has a title, so that none can be counted", url=context.url)
    if not context.item.detail["word"]:
        return _all_stories(answer, first, context)
    whole = _is_whole(answer)
    if not whole and following_month(first) != end:
        return Parsed()
    return _named(answer, first, end, context, whole=whole)


def _named(answer: _Answer, first: date, end: date, context: Context, *, whole: bool) -> Parsed:
    word, flags = context.item.detail["word"], 0 if context.item.detail["capitals"] else re.IGNORECASE
    named = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", flags)
    stories = {hit.id: hit for hit in answer.hits if hit.title and named.search(hit.title)}
    counts = Counter(datetime.fromtimestamp(hit.created_at_i, UTC).date().replace(day=1) for hit in stories.values())
    rows = tuple(_row(month, counts[month], context, whole=whole) for month in months(first, end))
    return Parsed(rows, cursors=_cursor(rows, context))


def _all_stories(answer: _Answer, month: date, context: Context) -> Parsed:
    if answer.total == 0 and following_month(month) <= context.day:
        raise SkipItem(f"No story at all in {month:%Y-%m} cannot be true", url=context.url)
    count = answer.total if answer.exhaustive else None
    rows = (_row(month, count, context, whole=True),)
    return Parsed(rows, cursors=_cursor(rows, context))


def _row(month: date, count: int | None, context: Context, *, whole: bool) -> Observation:
    over = following_month(month) <= context.day
    status: Status = "lower_bound" if not whole else "ok" if over else "partial"
    return Observation(
        metric="stories",
        system=context.item.system,
        period_start=month,
        period_end=following_month(month),
        value=None if count is None else float(count),
        status="unavailable" if count is None else status,
        granularity="month",
        definition="title" if context.item.detail["word"] else "all stories",
    )


def _cursor(rows: Sequence[Observation], context: Context) -> dict[str, str]:
    """The last month that is over, under its year, and when the year was asked for."""
    system = context.item.system
    over = [row.period_start for row in rows if row.period_end <= context.day]
    asked = {f"asked {system} {rows[-1].period_start:%Y}": context.day.isoformat()} if rows else {}
    return asked | ({f"{system} {over[-1]:%Y}": f"{over[-1]:%Y-%m}"} if over else {})


def _window(context: Context) -> tuple[date, date]:
    found = _WINDOW.match(parse_qs(urlsplit(context.url).query).get("numericFilters", [""])[0])
    if found is None:
        raise SkipItem("It cannot be told which months the answer is about: a redirect lost them", url=context.url)
    first, end = (datetime.fromtimestamp(int(seconds), UTC).date() for seconds in found.groups())
    return first, end


def _seconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def calls(item: Item) -> Calls:
    """All stories month by month; a framework's at once, and month by month where there are too many."""
    number = sum(1 for _ in months(*(date.fromisoformat(item.detail[name]) for name in ("from", "until"))))
    if not item.detail["word"]:
        return Calls.exactly(number)
    return ONE if number == 1 else Calls(1, 1 + number)


SOURCE = Source(
    name="hackernews",
    title="Hacker News",
    metrics=("stories",),
    cadence_hours=24,
    lag_days=1,
    licence="facts; no licence stated",
    docs="https://hn.algolia.com/api",
    calls_backfill=190,
    calls_daily=3,
    interval_s=0.5,
    base_url=base_url,
    plan=plan,
    fetch=fetch,
    parse=parse,
    calls=calls,
    progress=lambda _key: True,
)
