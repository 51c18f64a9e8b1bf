"""Stack Exchange: questions on Stack Overflow per tag and month, and how many of them were ever answered.

What the number means. ``questions`` counts the questions asked in a calendar month (UTC) that carry the tag on the day
they are counted; ``questions_answered`` those of them with at least one answer, which is the total less the questions
without any. The system ``all`` has both for every question of the site: what a share is taken of. ``questions_total``
counts the questions that carry the tag today. The running month is ``partial``.

What it does not mean. Not difficulty and not use: from 2023 on the whole site lost most of its questions, so compare
shares, never counts. Tags are chosen by askers and changed later (``torch`` is meant for Lua Torch); deleted questions
are gone from every month; an answer need not be accepted. Months are counted again until two weeks after their end and
then left as they are, while the site goes on deleting.

Limits. Two requests a tag and month, of 300 a day for an address without a key (FRAMESCOPE_STACKEXCHANGE_KEY), 10,000
with one: a first backfill takes many days without. Months are counted for frameworks, interfaces and denominators; the
other systems have their total alone. A tag that the site does not confirm is never counted, as it would count 0. The
pauses that answers ask for (``backoff``) are kept, and the last known quota is remembered across runs.
Documentation: https://api.stackexchange.com/docs/questions, /docs/no-answer-questions, /docs/tags-by-name,
/docs/create-filter, /docs/throttle.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, NoReturn
from urllib.parse import urljoin, urlsplit

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr

from catalog.models import System
from collectors.budget import ONE, Calls
from collectors.errors import RetryLater, SkipItem, StopSource
from collectors.http import HttpClient
from collectors.periods import following_month
from collectors.receipt import Receipt
from collectors.source import Context, Item, Parsed, Request, Source, read_json
from collectors.turns import is_turn, last_turn
from db import clock
from db.records import Observation

FIRST_MONTH = date(2015, 11, 1)
SETTLED_AFTER = timedelta(days=14)
CONFIRMED_FOR = timedelta(days=7)
TAGS_A_REQUEST = 20
RESERVE = 10
LONGEST_HOLD_S = 120
COUNTED_ROLES = frozenset({"framework", "api", "denominator"})
ALL, ALL_DEFINITION = "", "all questions"
# base none: nothing but the total, the quota, the pause and what is wrong; the preset "total" hides the middle two
FILTER_FIELDS = ".total;.backoff;.quota_max;.quota_remaining;.error_id;.error_name;.error_message"
_SECONDS = re.compile(r"available in ([0-9]{1,7}) seconds")
Count = Annotated[StrictInt, Field(ge=0, le=10**9)]


class _Wrapper(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    quota_remaining: StrictInt
    backoff: Count | None = None


class _Total(_Wrapper):
    total: Count


class _Tag(BaseModel):
    name: StrictStr
    count: Count


class _Tags(_Wrapper):
    items: list[_Tag]


class _Filter(BaseModel):
    filter: Annotated[StrictStr, Field(min_length=1, max_length=200)]


class _Filters(_Wrapper):
    items: list[_Filter] = Field(min_length=1, max_length=1)


class _Wrong(BaseModel):
    error_id: StrictInt
    error_name: StrictStr
    error_message: StrictStr = ""


def base_url() -> str:
    """Version 2.3 of the interface."""
    return "https://api.stackexchange.com/2.3/"


def plan(request: Request) -> Sequence[Item]:
    """The filter once, every tag's total, then the months that are due, the latest first."""
    tagged = {system.stackoverflow[0]: system for system in request.systems if system.stackoverflow}
    items = [] if request.cursor("filter") else [Item("filter", "all", {"what": "filter"})]
    names = sorted(tagged)
    for start in range(0, len(names), TAGS_A_REQUEST):
        some = names[start : start + TAGS_A_REQUEST]
        systems = {f"tag {tag}": tagged[tag].slug for tag in some}
        items.append(Item(f"totals from {some[0]}", "all", {"what": "tags", "tags": ";".join(some), **systems}))
    return items + _months(request, tagged)


def _months(request: Request, tagged: Mapping[str, System]) -> list[Item]:
    today = clock.today()
    counted = {tag: system.slug for tag, system in tagged.items() if system.role in COUNTED_ROLES}
    if any(system.slug == "all" for system in request.systems):
        counted[ALL] = "all"
    items = []
    month = today.replace(day=1)
    while month >= max(FIRST_MONTH, (request.since or FIRST_MONTH).replace(day=1)):
        for place, (tag, system) in enumerate(sorted(counted.items())):
            if request.since or is_due(place, month, request.cursor(_asked(tag, month)), today):
                detail = {"what": "month", "tag": tag, "month": month.isoformat()}
                items.append(Item(f"{tag or ALL_DEFINITION} {month:%Y-%m}", system, detail))
        month = (month - timedelta(days=1)).replace(day=1)
    return items


def is_due(place: int, month: date, asked: str | None, today: date) -> bool:
    """Whether a month is to be counted: once when it is over, before that and a little after on the tag's weekday.

    ``place`` is the tag's place in the list, which decides on its weekday.
    """
    end = following_month(month)
    if asked is None and end <= today:
        return True
    if asked is not None and date.fromisoformat(asked) >= end + SETTLED_AFTER:
        return False
    return month < last_turn(place, today) and is_turn(place, asked, today)


def fetch(http: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:
    """Ask for one item, unless the quota is known to be used up or the tag is not known to exist."""
    _must_have_quota(request)
    what, site = item.detail["what"], {"site": "stackoverflow"}
    if what == "filter":
        yield _ask(http, request, "filters/create", {"include": FILTER_FIELDS, "base": "none", "unsafe": "false"})
    elif what == "tags":
        yield _ask(http, request, f"tags/{item.detail['tags']}/info", {**site, "pagesize": "100"})
    else:
        tag, month = item.detail["tag"], date.fromisoformat(item.detail["month"])
        _must_be_confirmed(request, tag)
        first, end = (datetime(day.year, day.month, 1, tzinfo=UTC) for day in (month, following_month(month)))
        span = {"fromdate": f"{first.timestamp():.0f}", "todate": f"{end.timestamp() - 1:.0f}"}
        params = {**site, **span, **({"tagged": tag} if tag else {}), "filter": request.cursor("filter") or ""}
        yield _ask(http, request, "questions", params)
        yield _ask(http, request, "questions/no-answers", params)


def _must_have_quota(request: Request) -> None:
    left, _, when = (request.cursor("quota") or "").partition(" ")
    if not when or int(left) >= RESERVE:
        return
    now = clock.now()
    renewed = datetime.fromisoformat(when).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    if now < renewed:
        message = f"Of today's quota {left} requests are left. Collect again tomorrow, or set a key"
        raise RetryLater(message, retry_after=(renewed - now).total_seconds())


def _must_be_confirmed(request: Request, tag: str) -> None:
    if not request.cursor("filter"):
        raise SkipItem("The filter could not be made, and without it the quota cannot be kept to")
    seen = request.cursor(f"tag {tag}")
    if tag and (seen is None or date.fromisoformat(seen) < clock.today() - CONFIRMED_FOR):
        raise SkipItem(f"The site does not confirm that there is a tag {tag}. Check it in the catalogue")


def _ask(http: HttpClient, request: Request, path: str, params: Mapping[str, str]) -> Receipt:
    key = {"key": request.secret.get_secret_value()} if request.secret else {}
    url = urljoin(request.base_url, path)
    receipt = http.get(url, params=params, secret_params=key, accept=frozenset({400}))
    context = Context(Item("", ""), receipt.answer.url, receipt.answer.fetched_at)
    if receipt.answer.status == 400:
        _raise(read_json(_Wrong, receipt.body, context), context.url)
    pause = read_json(_Wrapper, receipt.body, context).backoff
    if pause and pause > LONGEST_HOLD_S:
        raise RetryLater("The source asks for a long pause. Collect again after it", retry_after=pause, url=context.url)
    if pause:
        http.hold(pause + 1)
    return receipt


def _raise(wrong: _Wrong, url: str) -> NoReturn:
    """Turn an error of the interface, which comes with status 400 whatever it is, into what to do about it."""
    said = f"{wrong.error_name}: {wrong.error_message}"[:300]
    if wrong.error_name == "throttle_violation":
        seconds = _SECONDS.search(wrong.error_message)
        wait_s = float(seconds[1]) if seconds else 24 * 3600.0
        raise RetryLater(f"Too many requests ({said}). Collect again then", retry_after=wait_s, url=url, status=400)
    if wrong.error_name in ("internal_error", "temporarily_unavailable"):
        raise RetryLater(f"The source could not answer ({said}). Collect again later", url=url, status=400)
    raise StopSource(f"The source refuses the request ({said})", url=url, status=400)


def parse_all(answers: Sequence[tuple[bytes, Context]]) -> Parsed:
    """Read the answers of one item; pure."""
    body, context = answers[0]
    what = context.item.detail["what"]
    if what == "filter":
        return Parsed(cursors={"filter": read_json(_Filters, body, context).items[0].filter})
    return _read_tags(body, context) if what == "tags" else _read_month(answers)


def parse(body: bytes, context: Context) -> Parsed:
    """Read the only answer of an item."""
    return parse_all([(body, context)])


def _read_tags(body: bytes, context: Context) -> Parsed:
    """The total of each tag that exists; one that is missing or empty is not confirmed, and no zero."""
    answer = read_json(_Tags, body, context)
    today = context.day
    found = {tag.name: tag.count for tag in answer.items if tag.count and f"tag {tag.name}" in context.item.detail}
    observations = tuple(
        Observation(
            metric="questions_total",
            system=context.item.detail[f"tag {tag}"],
            period_start=today,
            period_end=today + timedelta(days=1),
            value=float(count),
            definition=tag,
        )
        for tag, count in sorted(found.items())
    )
    if not observations:
        raise StopSource("The site confirms none of the tags. Its interface may have changed", url=context.url)
    return Parsed(observations, cursors={**{f"tag {tag}": f"{today}" for tag in found}, **_quota(answer, context)})


def _read_month(answers: Sequence[tuple[bytes, Context]]) -> Parsed:
    context = answers[-1][1]
    read = {urlsplit(each.url).path.rsplit("/", 1)[-1]: read_json(_Total, body, each) for body, each in answers}
    if set(read) != {"questions", "no-answers"}:
        raise SkipItem("One of the two counts of the month is missing. Nothing of it was kept", url=context.url)
    total, unanswered = read["questions"].total, read["no-answers"].total
    tag, month = context.item.detail["tag"], date.fromisoformat(context.item.detail["month"])
    if not tag and not total:
        raise StopSource("The site claims a month without a single question. Look at its receipt", url=context.url)
    if unanswered > total:
        raise SkipItem(f"{unanswered} of {total} questions unanswered cannot be. Nothing was kept", url=context.url)
    counted = {"questions": total, "questions_answered": total - unanswered}
    observations = tuple(_observation(context, metric, month, value) for metric, value in counted.items())
    cursors = {_asked(tag, month): f"{context.day}", **_quota(read["no-answers"], context)}
    return Parsed(observations, cursors=cursors)


def _observation(context: Context, metric: str, month: date, value: int) -> Observation:
    end = following_month(month)
    return Observation(
        metric=metric,
        system=context.item.system,
        period_start=month,
        period_end=end,
        value=float(value),
        status="ok" if end <= context.day else "partial",
        granularity="month",
        definition=context.item.detail["tag"] or ALL_DEFINITION,
    )


def _quota(answer: _Wrapper, context: Context) -> dict[str, str]:
    return {"quota": f"{answer.quota_remaining} {context.fetched_at.astimezone(UTC).isoformat()}"}


def _asked(tag: str, month: date) -> str:
    return f"asked {tag or ALL_DEFINITION} {month:%Y-%m}"


def calls(item: Item) -> Calls:
    """Two for a month, one for anything else."""
    return Calls.exactly(2) if item.detail["what"] == "month" else ONE


SOURCE = Source(
    name="stackexchange",
    title="Stack Exchange",
    metrics=("questions", "questions_answered", "questions_total"),
    cadence_hours=24,
    lag_days=1,
    licence="CC-BY-SA-4.0",
    docs="https://api.stackexchange.com/docs",
    calls_backfill=4_000,
    calls_daily=14,
    interval_s=0.2,
    base_url=base_url,
    plan=plan,
    fetch=fetch,
    parse=parse,
    key="optional",
    secret="stackexchange_key",  # noqa: S106  # the name of the setting, not the key
    parse_all=parse_all,
    calls=calls,
)
