"""arXiv: papers whose title, abstract or comment names a framework, by the month they were first submitted.

What the number means. Entries that the search finds are downloaded once and read here: a paper counts for a framework
if its title, abstract or the authors' comment holds the framework's pattern (``arxiv_pattern`` in the catalogue, which
tells JAX the library from the surname and Caffe from coffee), in the month (UTC) of its first version. The series
``cs.LG`` counts papers listed in that category, first or crossed, and is what a share can be taken of: the system
``all`` has every paper of it. The series ``all categories`` counts the others too; ``cs.LG, no other framework`` those
of cs.LG whose text names none of the other frameworks of the catalogue. The running month is ``partial``.

What it does not mean. Not papers built with the framework: abstracts seldom name tools, those that do often present
one, and a paper may name several. The interface does not search the text of papers.

Limits. A list counts only when it is whole, as many entries as were announced; then a month without a match is a true
0. A search that finds nothing at all is asked again, and says nothing either way: no value. Months are asked for again
until two weeks after their end, as papers are announced late: once a week, each system on a day of its own. Windows of
two years, so that a refusal costs little. One request in three seconds, from one connection; under load arXiv turns
even those away for hours (status 429 without a time), and then the run ends. Errors come as a list with one entry that
looks like a paper; they are told by its id.
Documentation: https://info.arxiv.org/help/api/user-manual.html, https://info.arxiv.org/help/api/tou.html.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from urllib.parse import urljoin
from zlib import crc32

from catalog.load import load_catalog
from catalog.models import System
from collectors.atom import Feed, Paper, read_feed
from collectors.body import Limits
from collectors.budget import ONE, Calls
from collectors.errors import RetryLater, SkipItem, StopSource
from collectors.http import HttpClient
from collectors.periods import following_month
from collectors.receipt import Receipt
from collectors.source import Context, Item, Parsed, Request, Source
from collectors.turns import is_turn
from db import clock
from db.records import Observation

FIRST_YEAR = 2015
WINDOW_YEARS = 2
SETTLED_AFTER = timedelta(days=14)
SLACK = timedelta(days=2)
PAGE = 1_000
MOST = 30_000
MOST_PAGES = 2 * MOST // PAGE
ASK_AGAIN = 2
REST_S = 3_600.0
_FRAMEWORK = "framework"
CATEGORY, EVERYWHERE, ALONE = "cs.LG", "all categories", "cs.LG, no other framework"


def base_url() -> str:
    """The query interface for programs."""
    return "https://export.arxiv.org/api/"


def plan(request: Request) -> Sequence[Item]:
    """The months of the denominator that are due, then each system's windows, the latest first."""
    today = clock.today()
    months = _months(request, today) if any(system.slug == "all" for system in request.systems) else []
    searched = [system for system in request.systems if system.arxiv]
    windows = [each for place, system in enumerate(searched, 1) for each in _windows(request, place, system, today)]
    return months + sorted(windows, key=lambda item: item.detail["from"], reverse=True)


def _months(request: Request, today: date) -> list[Item]:
    items = []
    month = today.replace(day=1)
    while month >= max(date(FIRST_YEAR, 1, 1), (request.since or date.min).replace(day=1)):
        asked = request.cursor(f"asked {CATEGORY} {month:%Y-%m}")
        settled = asked is not None and date.fromisoformat(asked) >= following_month(month) + SETTLED_AFTER
        if request.since or (not settled and is_turn(0, asked, today)):
            detail = {
                "what": "all",
                "query": f"cat:{CATEGORY}",
                "from": f"{month}",
                "until": f"{following_month(month)}",
            }
            items.append(Item(f"{CATEGORY} {month:%Y-%m}", "all", detail))
        month = (month - timedelta(days=1)).replace(day=1)
    return items


def _windows(request: Request, place: int, system: System, today: date) -> Iterator[Item]:
    """Windows on a fixed grid; within one, from the month after the last settled one."""
    terms = [f'{field}:"{term}"' for term in system.arxiv for field in ("ti", "abs", "co")]
    query = f"({' OR '.join(terms)})"
    rivals = json.dumps(_rivals(system))
    version = f"{crc32((query + system.arxiv_pattern + rivals).encode()):08x}"
    for year in range(FIRST_YEAR, today.year + 1, WINDOW_YEARS):
        key = f"through {system.slug} {version} {year}"
        kept = request.cursor(key)
        if not request.since and not is_turn(place, request.cursor(f"asked {key}"), today):
            continue
        first = following_month(date.fromisoformat(f"{kept}-01")) if kept else date(year, 1, 1)
        if request.since:
            first = max(date(year, 1, 1), request.since.replace(day=1))
        until = min(date(year + WINDOW_YEARS, 1, 1), following_month(today.replace(day=1)))
        if first < until:
            known = request.cursor(f"known {system.slug}") or ""
            detail = {"what": "papers", "query": query, "pattern": system.arxiv_pattern, "rivals": rivals, "key": key}
            detail |= {"known": known} if known else {}
            span = {"from": f"{first}", "until": f"{until}"}
            yield Item(f"{system.name} {first:%Y-%m} to {until - timedelta(days=1):%Y-%m}", system.slug, detail | span)


def _rivals(system: System) -> list[str]:
    """The patterns of the other frameworks; none where that makes no sense, as for an interface that serves several."""
    if system.role != _FRAMEWORK:
        return []
    others = (each for each in load_catalog().systems.values() if each.role == _FRAMEWORK and each.arxiv_pattern)
    return [each.arxiv_pattern for each in others if each.slug != system.slug]


def fetch(http: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:
    """Ask for a month's total, or for every page of a window; a page that is empty for no reason is asked for again."""
    first, until = (date.fromisoformat(item.detail[name]) for name in ("from", "until"))
    window = f"submittedDate:[{first:%Y%m%d}0000 TO {until - timedelta(days=1):%Y%m%d}2359]"
    params = {
        "search_query": f"{item.detail['query']} AND {window}",
        "sortBy": "submittedDate",
        "sortOrder": "ascending",
    }
    size = 1 if item.detail["what"] == "all" else PAGE
    start = 0
    for _ in range(MOST_PAGES):
        page = {**params, "start": str(start), "max_results": str(size)}
        receipt, feed = _ask(http, request, item, page)
        yield receipt
        start += len(feed.papers)
        if size == 1 or start >= feed.total:
            return
    raise SkipItem(f"The list has more than {MOST_PAGES} pages, which are mostly empty. Nothing of it was kept")


def _ask(http: HttpClient, request: Request, item: Item, params: Mapping[str, str]) -> tuple[Receipt, Feed]:
    """One page, with entries unless the search was asked twice and found nothing both times."""
    url = urljoin(request.base_url, "query")
    for asked in range(1 + ASK_AGAIN):
        try:
            http.again += asked > 0
            receipt = http.get(url, params=params, accept=frozenset({400}))
        except RetryLater as error:
            error.retry_after = max(error.retry_after or 0.0, REST_S if error.status in (429, 503) else 0.0) or None
            raise
        context = Context(item, receipt.answer.url, receipt.answer.fetched_at)
        feed = read_feed(receipt.body, context)
        if receipt.answer.status == 400:
            raise StopSource("arXiv refuses the request. Look at its receipt", url=context.url, status=400)
        if feed.total > MOST:
            raise StopSource(f"{feed.total:,} entries are more than arXiv hands out. Search for less", url=context.url)
        nothing = asked and not feed.total and item.detail["what"] == "papers" and params["start"] == "0"
        if feed.papers or nothing:
            return receipt, feed
    raise RetryLater("arXiv gives an empty page where there are entries. Collect again later", url=context.url)


def parse_all(answers: Sequence[tuple[bytes, Context]]) -> Parsed:
    """Read a month's total, or count the matching papers of a whole window by month; pure."""
    context = answers[-1][1]
    feeds = [read_feed(body, each) for body, each in answers]
    papers = {paper.id: paper for feed in feeds for paper in feed.papers}
    for paper in papers.values():
        _must_be_within(paper, context)
    if context.item.detail["what"] == "all":
        return _read_month(feeds[-1], context)
    total = feeds[-1].total
    if len(papers) != total:
        message = f"{len(papers):,} of {total:,} entries came. A part of a list is no count; nothing of it was kept"
        raise SkipItem(message, url=context.url)
    if not papers:
        return _nothing(context)
    return Parsed(tuple(_by_month(papers.values(), context)), cursors=_through(context, found=True))


def parse(body: bytes, context: Context) -> Parsed:
    """Read the only answer of an item."""
    return parse_all([(body, context)])


def _must_be_within(paper: Paper, context: Context) -> None:
    first, until = (date.fromisoformat(context.item.detail[name]) for name in ("from", "until"))
    if not first - SLACK <= paper.published.date() < until + SLACK:
        message = f"{paper.id[:40]} of {paper.published:%Y-%m-%d} is not of the time asked for. The search has changed"
        raise StopSource(message, url=context.url)


def _read_month(feed: Feed, context: Context) -> Parsed:
    if not feed.total or not feed.papers:
        raise SkipItem(f"arXiv claims a month without a paper in {CATEGORY}", url=context.url)
    if CATEGORY not in feed.papers[0].categories:
        raise StopSource(f"A paper that is not in {CATEGORY} came. The search has changed", url=context.url)
    month = date.fromisoformat(context.item.detail["from"])
    seen = _observation(context, "all_papers", month, feed.total, CATEGORY, primary=True)
    return Parsed((seen,), cursors={f"asked {CATEGORY} {month:%Y-%m}": f"{context.day}"})


def _by_month(papers: Iterable[Paper], context: Context) -> Iterator[Observation]:
    pattern = re.compile(context.item.detail["pattern"])
    rivals = [re.compile(each) for each in json.loads(context.item.detail["rivals"])]
    counts: dict[str, Counter[date]] = {
        each: Counter() for each in (CATEGORY, EVERYWHERE, *([ALONE] if rivals else []))
    }
    for paper in papers:
        if pattern.search(paper.text):
            month = paper.published.date().replace(day=1)
            counts[EVERYWHERE][month] += 1
            counts[CATEGORY][month] += CATEGORY in paper.categories
            if rivals and CATEGORY in paper.categories:
                counts[ALONE][month] += not any(rival.search(paper.text) for rival in rivals)
    month, until = (date.fromisoformat(context.item.detail[name]) for name in ("from", "until"))
    while month < until and month <= context.day:
        for definition, found in counts.items():
            yield _observation(context, "papers", month, found[month], definition, primary=definition == CATEGORY)
        month = following_month(month)


def _nothing(context: Context) -> Parsed:
    """A list without an entry: no zero and no settled month, as arXiv gives such lists for no reason too.

    It is missed where it cannot be true: beside or after a list that had entries, or in a list of the last years.
    """
    first, until = (date.fromisoformat(context.item.detail[name]) for name in ("from", "until"))
    known = context.item.detail.get("known", "")
    long = following_month(following_month(following_month(first))) < until
    why = f"{context.item.name}: no entry is listed, which is not taken for an answer"
    doubtful = long and (until > context.day or (bool(known) and f"{until:%Y-%m}" > known))
    return Parsed(
        cursors=_through(context, found=False),
        missing={context.item.name: "no entry is listed, which is not taken for an answer"} if doubtful else {},
        notes=() if doubtful else (why,),
    )


def _through(context: Context, *, found: bool) -> dict[str, str]:
    """When the window was asked for; of a list with entries also its last settled month, and its first one."""
    month, until = (date.fromisoformat(context.item.detail[name]) for name in ("from", "until"))
    settled = None
    while month < until and following_month(month) + SETTLED_AFTER <= context.day:
        settled, month = month, following_month(month)
    key = context.item.detail["key"]
    asked = {f"asked {key}": f"{context.day}"}
    if not found:
        return asked
    known = min(context.item.detail.get("known") or "9999", f"{date.fromisoformat(context.item.detail['from']):%Y-%m}")
    return {**asked, f"known {context.item.system}": known, **({key: f"{settled:%Y-%m}"} if settled else {})}


def _observation(context: Context, metric: str, month: date, value: int, what: str, *, primary: bool) -> Observation:
    end = following_month(month)
    return Observation(
        metric=metric,
        system=context.item.system,
        period_start=month,
        period_end=end,
        value=float(value),
        status="ok" if end <= context.day else "partial",
        granularity="month",
        definition=what,
        primary=primary,
    )


def calls(item: Item) -> Calls:
    """A total takes one; a window has at least a page, and no more than arXiv hands out."""
    return ONE if item.detail["what"] == "all" else Calls(1, MOST // PAGE)


SOURCE = Source(
    name="arxiv",
    title="arXiv",
    metrics=("papers", "all_papers"),
    cadence_hours=24,
    lag_days=2,
    licence="metadata CC0-1.0",
    docs="https://info.arxiv.org/help/api/user-manual.html",
    calls_backfill=270,
    calls_daily=6,
    interval_s=3.5,
    base_url=base_url,
    plan=plan,
    fetch=fetch,
    parse=parse,
    parse_all=parse_all,
    limits=Limits(read_s=60.0, silence_s=150.0, tries=2, backoff_s=15.0),
    calls=calls,
    progress=lambda key: key.startswith(("through ", "asked through ")),
)
