"""OpenAlex: papers whose text names a framework, by month of publication, beside those that name deep learning.

What the number means. ``papers`` counts the works published in a calendar month whose title, abstract or, where
OpenAlex has it, full text holds the query (``openalex`` in the catalogue) word for word; JAX and Flax must stand with
a word that tells them from their namesakes. The system ``all`` has the works that hold "deep learning", asked for on
the same day: what a share is taken of.

What it does not mean. Not papers built with the framework. Full text is there for a part of the works only, and counts
leap when OpenAlex takes in more of it: compare shares. The share's base is a yardstick and not a whole, as a paper may
name a framework without deep learning.

Limits. Works known by their year alone are dated 1 January, many times more than the month has otherwise; so that day
is left out, and each January is a ``lower_bound``. So is a month until 60 days after its end, as works arrive late. It
is asked for once a week until then, and after that only for who names a first day (not again within two weeks, so that
a long one gets on). Searching costs: every answer says what it cost and what is left of the day's allowance, and
nothing is asked that is not left for. The rest follows after midnight UTC: a backfill of 800 searches takes one day
with a key (FRAMESCOPE_OPENALEX_KEY), about nine without. Prepaid money is never touched. Counts are asked for grouped
by year, which shows that the answer is about the month and was sometimes cheaper than a list.
Documentation: https://developers.openalex.org/guides/searching, /guides/grouping, /api-reference/authentication.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated
from urllib.parse import parse_qs, urljoin, urlsplit
from zlib import crc32

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, ValidationError

from collectors.allowance import DAY_S, Allowance, later, renewed
from collectors.budget import Calls
from collectors.errors import RetryLater, SkipItem, StopSource
from collectors.http import HttpClient
from collectors.periods import following_month
from collectors.receipt import Receipt
from collectors.retry_after import retry_after_seconds
from collectors.source import Context, Item, Parsed, Request, Source, read_json
from db import clock
from db.records import Observation, Status

FIRST_MONTH = date(2015, 11, 1)
ALL, DENOMINATOR = "all", '"deep learning"'
SETTLED_AFTER = timedelta(days=60)
EVERY_DAYS = 7
NOT_AGAIN_WITHIN = timedelta(days=14)
TRIES = 4
LONGEST_PAUSE_S = 60.0
_TOO_FEW_TO_JUDGE = 100
_MOST_A_MONTH = 5_000_000  # more than all works that OpenAlex has of any month
_SURELY_BEGUN = timedelta(days=7)
Count = Annotated[StrictInt, Field(ge=0, lt=10**9)]


class _Meta(BaseModel):
    count: Count


class _Group(BaseModel):
    key: StrictStr | StrictInt
    count: Count


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    meta: _Meta
    group_by: list[_Group]


class _Refusal(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    error: StrictStr = ""
    message: StrictStr = ""
    required: Annotated[float | None, Field(alias="creditsRequired")] = None
    wait_s: Annotated[float | None, Field(alias="retryAfter", ge=0)] = None

    @property
    def text(self) -> str:
        """All it says, fit for one line."""
        said = f"{self.error}: {self.message}"[:300]
        return "".join(letter if letter.isprintable() else " " for letter in said)


def base_url() -> str:
    """The interface for programs."""
    return "https://api.openalex.org/"


def plan(request: Request) -> Sequence[Item]:
    """One item for each month that is due, the latest first, with a query for each system and the denominator."""
    queries = {system.slug: system.openalex for system in request.systems if system.openalex}
    if not queries:
        return ()
    queries[ALL] = DENOMINATOR
    # an address without a key has an allowance of its own
    payer = {"allowance": "allowance with a key" if request.secret else "allowance without a key"}
    today = clock.today()
    month, items = today.replace(day=1), []
    while month >= max(FIRST_MONTH, (request.since or FIRST_MONTH).replace(day=1)):
        earlier = {system: (request.cursor(_asked(query, month)) or "") for system, query in queries.items()}
        days = [date.fromisoformat(text.split()[0]) if text else None for text in earlier.values()]
        if any(is_due(month, asked, today, again=request.since is not None) for asked in days):
            detail = {f"query {system}": query for system, query in queries.items()}
            before = {f"before {system}": text.split()[1] for system, text in earlier.items() if text}
            items.append(Item(f"{month:%Y-%m}", ALL, {"month": f"{month}", **payer, **detail, **before}))
        month = (month - timedelta(days=1)).replace(day=1)
    return items


def is_due(month: date, asked: date | None, today: date, *, again: bool) -> bool:
    """Whether a month is asked for: at once where it never was, then weekly, each month on a day of its own."""
    if asked is None:
        return True
    if again:
        return asked <= today - NOT_AGAIN_WITHIN
    turn = today - timedelta(days=(today.toordinal() - 3 * (12 * month.year + month.month)) % EVERY_DAYS)
    return asked < min(turn, following_month(month) + SETTLED_AFTER)


def _asked(query: str, month: date) -> str:
    return f"asked {crc32(query.encode()):08x} {month:%Y-%m}"


def _queries(item: Item) -> dict[str, str]:
    named = {name.partition(" "): value for name, value in item.detail.items()}
    return {system: value for (word, _, system), value in named.items() if word == "query"}


def _window(item: Item) -> str:
    """The days counted: a month without 1 January, which stands for a day that is not known."""
    month = date.fromisoformat(item.detail["month"])
    first = month.replace(day=2) if month.month == 1 else month
    last = following_month(month) - timedelta(days=1)
    return f"from_publication_date:{first},to_publication_date:{last}"


def fetch(http: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:
    """Ask for each count of a month, unless what is left of the day's allowance does not reach for all of them."""
    queries = list(_queries(item).values())
    allowance = Allowance.kept(request.cursor(item.detail["allowance"]))
    for number, query in enumerate(queries):
        if allowance is not None:
            allowance.must_reach(len(queries) - number)
        receipt = _ask(http, request, item, query)
        said = receipt.answer.request.get("quota", {})
        allowance = Allowance.said(said, receipt.answer.fetched_at) or allowance
        yield receipt


def _ask(http: HttpClient, request: Request, item: Item, query: str) -> Receipt:
    secret = {"Authorization": f"Bearer {request.secret.get_secret_value()}"} if request.secret else {}
    params = {"search.exact": query, "filter": _window(item), "group_by": "publication_year"}
    for try_ in range(TRIES):
        receipt = http.get(
            urljoin(request.base_url, "works"),
            params=params,
            secret_headers=secret,
            accept=frozenset({400, 403, 429}),
        )
        if receipt.answer.status in (200, 304):
            return receipt
        http.hold(_pause_after(receipt, try_))
    raise RetryLater("OpenAlex says again and again that it is asked too fast. Collect again later", status=429)


def _pause_after(receipt: Receipt, try_: int) -> float:
    """Seconds to wait where it was asked too fast; raises what to do where the refusal is of another kind."""
    answer = receipt.answer
    try:
        said = _Refusal.model_validate_json(receipt.body)
    except ValidationError:
        said = _Refusal()
    wait_s = retry_after_seconds(answer.headers.get("retry-after"), answer.fetched_at)
    wait_s = said.wait_s if wait_s is None else wait_s
    spent = said.required is not None or "budget" in said.text.lower() or (wait_s or 0.0) > LONGEST_PAUSE_S
    if answer.status == 429 and spent:
        known = wait_s is not None and wait_s <= 2 * DAY_S
        until = answer.fetched_at + timedelta(seconds=wait_s + 1) if known and wait_s is not None else None
        quota = answer.request.get("quota", {})
        raise later(until or renewed(quota, answer.fetched_at), f"The day's budget is spent ({said.text})")
    if answer.status == 429 or "rate limit" in said.text.lower():
        return 2.0**try_ if wait_s is None else min(wait_s, LONGEST_PAUSE_S)
    message = f"OpenAlex refuses the question ({said.text}). Check the query in the catalogue, and the key"
    raise StopSource(message, url=answer.url, status=answer.status)


def parse_all(answers: Sequence[tuple[bytes, Context]]) -> Parsed:
    """Read the counts of one month, which only mean something beside their denominator; pure."""
    context = answers[-1][1]
    counts = {_system_of(each): _read(body, each) for body, each in answers}
    if set(counts) != set(_queries(context.item)):
        raise SkipItem("Some counts of the month are missing. Nothing of it was kept", url=context.url)
    if len({each.day for _, each in answers}) > 1:
        raise SkipItem("Midnight came between the counts and their denominator. Collect again", url=context.url)
    _must_be_possible(counts, context)
    month = date.fromisoformat(context.item.detail["month"])
    rows = tuple(_observation(context, month, system, count) for system, count in counts.items())
    queries = _queries(context.item)
    cursors = {_asked(queries[system], month): f"{context.day} {count}" for system, count in counts.items()}
    allowance = Allowance.said(context.quota, context.fetched_at)
    return Parsed(
        rows, cursors={**cursors, **({context.item.detail["allowance"]: str(allowance)} if allowance else {})}
    )


def parse(body: bytes, context: Context) -> Parsed:
    """Read the only answer of an item, which is too few."""
    return parse_all([(body, context)])


def _system_of(context: Context) -> str:
    params = parse_qs(urlsplit(context.url).query)
    systems = {query: system for system, query in _queries(context.item).items()}
    asked = params.get("search.exact", [""])[0]
    if asked not in systems or params.get("filter") != [_window(context.item)]:
        raise SkipItem("It cannot be told what the answer is about: a redirect lost it", url=context.url)
    return systems[asked]


def _read(body: bytes, context: Context) -> int:
    answer = read_json(_Answer, body, context)
    year = context.item.detail["month"][:4]
    grouped = sum(group.count for group in answer.group_by)
    if any(str(group.key) != year for group in answer.group_by) or grouped > answer.meta.count:
        raise StopSource("Works of another time were counted: the filter was not understood", url=context.url)
    return answer.meta.count


def _must_be_possible(counts: Mapping[str, int], context: Context) -> None:
    whole, month = counts[ALL], date.fromisoformat(context.item.detail["month"])
    over = following_month(month) <= context.day
    if not whole and over:
        raise StopSource("OpenAlex claims a month without a paper on deep learning", url=context.url)
    if whole > _MOST_A_MONTH:
        raise StopSource(
            f"{whole:,} papers on deep learning in a month: the search was not understood", url=context.url
        )
    if not whole and context.day - month >= _SURELY_BEGUN:
        raise SkipItem("No paper on deep learning this month so far: that cannot be a count", url=context.url)
    for system, count in counts.items():
        if system != ALL and whole >= _TOO_FEW_TO_JUDGE and count >= whole:
            raise StopSource(f"{count:,} papers for {system}: the search was not understood", url=context.url)
        before = int(context.item.detail.get(f"before {system}", "0"))
        if count == 0 and before > 0:
            raise SkipItem(f"0 papers for {system} after {before:,} cannot be true", url=context.url)


def _observation(context: Context, month: date, system: str, count: int) -> Observation:
    query = _queries(context.item)[system]
    return Observation(
        metric="all_papers" if system == ALL else "papers",
        system=system,
        period_start=month,
        period_end=following_month(month),
        value=float(count),
        status=_status(month, context.day),
        granularity="month",
        definition=f"text holds {query}",
    )


def _status(month: date, day: date) -> Status:
    end = following_month(month)
    if day < end:
        return "partial"
    return "lower_bound" if month.month == 1 or day < end + SETTLED_AFTER else "ok"


def calls(item: Item) -> Calls:
    """One search a framework, and one for what they are a share of."""
    return Calls.exactly(len(_queries(item)))


SOURCE = Source(
    name="openalex",
    title="OpenAlex",
    metrics=("papers", "all_papers"),
    cadence_hours=24,
    licence="CC0-1.0",
    docs="https://developers.openalex.org/guides/searching",
    calls_backfill=800,
    calls_daily=12,
    interval_s=0.2,
    base_url=base_url,
    plan=plan,
    fetch=fetch,
    parse=parse,
    key="optional",
    secret="openalex_key",  # noqa: S106  # the name of the setting, not the key
    parse_all=parse_all,
    calls=calls,
    lag_days=2,
)
