"""GitHub search: public repositories by topic and by the month they were created in.

What the number means. ``new_repositories`` counts the repositories that were created in a calendar month (UTC), still
exist, are public, are no forks and carry the topic *when asked*. The system ``all`` counts those with the topic
deep-learning in the same way: the denominator. It is a yardstick and not a whole, as a repository may carry a
framework's topic without that one.

What it does not mean. Topics are chosen by the owners and often added later, if at all; tutorials and course work carry
them too. Repositories that were deleted are gone from every month, so old months look smaller than they
were: compare shares, and months read at the same time.

Limits. The search gives slightly different totals to the same question, and now and then a 0 that is none. So it is
asked until two answers in a row agree within 2 %, and the median of all is kept; a 0 counts only after three, and never
after an earlier figure or beside one; what does not settle in six is left for later. ``incomplete_results`` that stay,
and totals from 4,000 on, beyond which GitHub does not promise to look, are ``lower_bound``. 30 requests a minute with a
token, 10 without. A month is read until a week after its end, once a week, each topic on a day of its own, then left
alone. Documentation: https://docs.github.com/rest/search/search
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, timedelta
from typing import Annotated
from urllib.parse import urljoin

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictBool, StrictInt

from collectors.budget import Calls
from collectors.errors import RetryLater, SkipItem, StopSource
from collectors.http import HttpClient
from collectors.periods import following_month, months
from collectors.receipt import Receipt
from collectors.source import Context, Item, Parsed, Request, Source, read_json
from collectors.turns import is_turn
from db import clock
from db.records import Observation, Status

DENOMINATOR = ("all", "deep-learning")
FIRST_MONTH = date(2015, 1, 1)
LOOKED_AT = 4_000
_HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2026-03-10"}
_ASKS = 6
_ZEROS = 3
_TOLERANCE = 0.02
_SETTLED = timedelta(days=7)
_DAY = timedelta(days=1)
WITHOUT_TOKEN_S = 4.0
_SHORT_WAIT_S = 90.0


class _Found(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    created_at: AwareDatetime


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    total_count: Annotated[StrictInt, Field(ge=0, lt=10**9)]
    incomplete_results: StrictBool
    items: list[_Found]


def base_url() -> str:
    """The address of the REST interface."""
    return "https://api.github.com/"


def plan(request: Request) -> Sequence[Item]:
    """One item for each topic and month that was not read a week after its end; the newest months first."""
    topics = [(system.slug, topic) for system in request.systems for topic in system.github_topics[:1]]
    if not topics:
        return ()
    today = clock.today()
    earliest = max(request.since or FIRST_MONTH, FIRST_MONTH).replace(day=1)
    newest_first = sorted(months(earliest, today + _DAY), reverse=True)
    places = list(enumerate((*topics, DENOMINATOR)))
    found = (_item(request, place, *topic, month) for month in newest_first for place, topic in places)
    return tuple(item for item in found if item is not None)


def _item(request: Request, place: int, system: str, topic: str, month: date) -> Item | None:
    read_on, _, before = (request.cursor(_cursor_key(topic, month)) or "").partition(" ")
    done = read_on and date.fromisoformat(read_on) >= following_month(month) + _SETTLED
    # who names a first day wants what was read before to be read again
    if request.since is None and (done or not is_turn(place, read_on or None, clock.today())):
        return None
    detail = {"topic": topic, "month": month.isoformat(), "before": before}
    return Item(f"topic {topic}, {month:%Y-%m}", system, detail)


def _cursor_key(topic: str, month: date) -> str:
    return f"topic {topic} {month:%Y-%m}"


def fetch(http: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:
    """Ask until the last answers agree, and give all; one that the search calls incomplete only if it gave no other."""
    totals: list[int] = []
    complete: list[Receipt] = []
    for _ in range(_ASKS):
        receipt = _ask(http, request, item)
        answer = read_json(_Answer, receipt.body, Context(item, receipt.answer.url, receipt.answer.fetched_at))
        if answer.incomplete_results:
            continue
        complete.append(receipt)
        totals.append(answer.total_count)
        if _agree(totals):
            yield from complete
            return
    if not totals:
        yield receipt
        return
    raise RetryLater(f"The search gives ever other totals ({', '.join(map(str, totals))}). Collect again later")


def _agree(totals: list[int]) -> bool:
    """Whether the last answers say the same, as far as this search ever does."""
    if totals[-1] == 0:
        return totals[-_ZEROS:] == [0] * _ZEROS
    if len(totals) < 2:
        return False
    low, high = sorted(totals[-2:])
    return low > 0 and high - low <= max(1.0, _TOLERANCE * high)


def _ask(http: HttpClient, request: Request, item: Item) -> Receipt:
    month = date.fromisoformat(item.detail["month"])
    last = following_month(month) - _DAY
    query = f"topic:{item.detail['topic']} created:{month.isoformat()}..{last.isoformat()}"
    secret = {} if request.secret is None else {"Authorization": f"Bearer {request.secret.get_secret_value()}"}
    if not secret:
        http.sleep(WITHOUT_TOKEN_S)
    for patient in (True, False):
        try:
            url = urljoin(request.base_url, "search/repositories")
            return http.get(url, params={"q": query, "per_page": "1"}, headers=_HEADERS, secret_headers=secret)
        except RetryLater as error:
            # the quota is one of a minute: waiting for it is cheaper than leaving the rest for another day
            if not patient or error.retry_after is None or error.retry_after > _SHORT_WAIT_S:
                raise
            http.sleep(error.retry_after + 1)
            http.again += 1
    raise AssertionError("an answer or an error came before")


def parse_all(answers: Sequence[tuple[bytes, Context]]) -> Parsed:
    """Read the totals of one topic and month, and keep the one in the middle; pure."""
    context = answers[-1][1]
    read = [_read(body, each) for body, each in answers]
    told = [answer for answer in read if answer.total_count] or read
    # of two in the middle the lower one: it is a number that the search did give
    answer = sorted(told, key=lambda each: each.total_count)[(len(told) - 1) // 2]
    detail = context.item.detail
    month, end = _month_of(context)
    if answer.total_count == 0 and int(detail["before"] or 0) > 0:
        raise SkipItem(f"0 repositories after {detail['before']} cannot be true", url=context.url)
    day = context.day
    row = Observation(
        metric="new_repositories",
        system=context.item.system,
        period_start=month,
        period_end=end,
        value=float(answer.total_count),
        status=_status(answer, over=end <= day),
        granularity="month",
        definition=f"topic {detail['topic']}",
    )
    return Parsed((row,), cursors={_cursor_key(detail["topic"], month): f"{day.isoformat()} {answer.total_count}"})


def parse(body: bytes, context: Context) -> Parsed:
    """Read the only answer of an item."""
    return parse_all([(body, context)])


def _read(body: bytes, context: Context) -> _Answer:
    answer = read_json(_Answer, body, context)
    month, end = _month_of(context)
    if any(not month <= found.created_at.astimezone(UTC).date() < end for found in answer.items):
        raise StopSource("A repository of another month came: the question was not understood", url=context.url)
    return answer


def _month_of(context: Context) -> tuple[date, date]:
    month = date.fromisoformat(context.item.detail["month"])
    return month, following_month(month)


def _status(answer: _Answer, *, over: bool) -> Status:
    if answer.incomplete_results or answer.total_count >= LOOKED_AT:
        return "lower_bound"
    return "ok" if over else "partial"


def calls(_item: Item) -> Calls:
    """Two answers that agree, and no more than are waited for."""
    return Calls(2, _ASKS)


SOURCE = Source(
    name="github_search",
    title="GitHub search",
    metrics=("new_repositories",),
    cadence_hours=24,
    lag_days=1,
    licence="facts; GitHub terms of service",
    docs="https://docs.github.com/rest/search/search",
    calls_backfill=1_450,
    calls_daily=12,
    interval_s=2.1,
    base_url=base_url,
    plan=plan,
    fetch=fetch,
    parse=parse,
    parse_all=parse_all,
    key="optional",
    secret="github_token",  # noqa: S106  # the name of the setting
    calls=calls,
)
