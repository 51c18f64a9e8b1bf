"""Hugging Face Hub: how many models bear a framework's label today, and how many were created each day.

What the number means. ``models`` is the number of public models that the Hub's own page counts for a library label on
the day. ``models_created`` counts, by the day (UTC) they were created on, the models that bear the label and are still
there when they are listed; months are sums of days. The system ``all`` has the count of all models, and as a series of
its own that of the file format ``safetensors``.

What it does not mean. Not models in use. Labels are set by uploaders and their tools and say what files a model has:
``pytorch`` misses models that have safetensors files alone, a model may bear several labels, so labels are never added
up. From its version 5 on, Transformers writes neither TensorFlow nor Flax files (a break in the catalogue): their
labels shrink for that reason alone. Deleted models are missing from the days they were created on.

Limits. The Hub dates no model before 2022-03-02: all older ones carry that day, which is left out. A day is counted
once the list shows a later one, so that an old copy of the list is not taken for a quiet day. Days are listed from the
present backwards, each label every three days: the first run reaches back a month, or as far as ``--since`` and 60
pages a label allow; days that lie behind those are named in the run. The total comes from the address behind the Hub's
own page, which is not documented and may change; a label without any model, or with as many as there are models, is
refused. 100 pages in five minutes without a token (FRAMESCOPE_HUGGINGFACE_TOKEN). Documentation:
https://huggingface.co/docs/hub/api, https://huggingface.co/docs/hub/rate-limits.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, timedelta
from itertools import pairwise
from typing import Annotated
from urllib.parse import urljoin

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictInt, StrictStr

from collectors.answers import same_origin
from collectors.budget import ONE, Calls
from collectors.errors import SkipItem, StopSource
from collectors.http import HttpClient
from collectors.receipt import Receipt
from collectors.source import Context, Item, Parsed, Request, Source, read_json
from collectors.turns import is_turn
from db import clock
from db.records import Observation

FLOOR = date(2022, 3, 2)
REACH = timedelta(days=31)
PAGE = 1_000
MAX_PAGES = 60
EVERY_DAYS = 3
LISTED_ROLES = frozenset({"framework", "api"})
ALL_DEFINITION = "all models"
_NEXT = re.compile(r'<([^<>]+)>\s*;\s*rel="?next"?')
_DAY = timedelta(days=1)


class _Expected(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Counted(_Expected):
    numTotalItems: Annotated[StrictInt, Field(ge=0, le=10**10)]  # noqa: N815  # the Hub's own name


class _Model(_Expected):
    id: Annotated[StrictStr, Field(min_length=1, max_length=500)]
    createdAt: AwareDatetime  # noqa: N815  # as above
    tags: list[StrictStr]
    library_name: StrictStr | None = None


class _Listed(_Expected):
    """The list under a name, which the Hub does not give it."""

    models: list[_Model]


def base_url() -> str:
    """The Hub."""
    return "https://huggingface.co/"


def plan(request: Request) -> Sequence[Item]:
    """All models first, then each label's total, then the new models of the headline labels of frameworks."""
    totals, new, place = [], [], 0
    for system in sorted(request.systems, key=lambda system: system.slug != "all"):
        whole = [""] if system.slug == "all" else []
        for number, label in enumerate([*whole, *system.huggingface]):
            detail = {"what": "total", "label": label, "headline": "" if number else "yes"}
            totals.append(Item(label or ALL_DEFINITION, system.slug, detail))
        if system.huggingface and system.role in LISTED_ROLES:
            since = _since(request, label := system.huggingface[0])
            place, asked = place + 1, request.cursor(_asked(label))
            if not request.since and not is_turn(place, asked, clock.today(), EVERY_DAYS):
                continue
            detail = {"what": "new", "label": label, "from": since.isoformat()}
            new.append(Item(f"new {label}", system.slug, detail))
    return totals + new


def _asked(label: str) -> str:
    return f"asked new {label}"


def _since(request: Request, label: str) -> date:
    kept = request.cursor(f"through {label}")
    today = clock.today()
    since = request.since or (date.fromisoformat(kept) - _DAY if kept else today - REACH)
    return max(since, FLOOR + _DAY)


def fetch(http: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:
    """Ask for the total of a label, or list its models from the newest back to the first day wanted."""
    token = {"Authorization": f"Bearer {request.secret.get_secret_value()}"} if request.secret else {}
    label = item.detail["label"]
    if item.detail["what"] == "total":
        params = {**({"library": label} if label else {}), "withCount": "true", "sort": "trending", "p": "0"}
        receipt = http.get(urljoin(request.base_url, "models-json"), params=params, secret_headers=token)
        _must_be_filtered(request, item, receipt)
        yield receipt
        return
    url: str | None = urljoin(request.base_url, "api/models")
    params = {"filter": label, "sort": "createdAt", "direction": "-1", "limit": str(PAGE)}
    for _ in range(MAX_PAGES):
        receipt = http.get(url or "", params=params, secret_headers=token)
        yield receipt
        listed = _page(receipt.body, _context(receipt, item))
        url, params = _next(receipt, request.base_url), {}
        if not url or not listed or listed[-1].createdAt.date() < date.fromisoformat(item.detail["from"]):
            return


def _must_be_filtered(request: Request, item: Item, receipt: Receipt) -> None:
    """Refuse a label's total that is that of all models: then the Hub has not understood the label."""
    everything = request.cursor("all models")
    context = _context(receipt, item)
    found = read_json(_Counted, receipt.body, context).numTotalItems
    if item.detail["label"] and everything and found >= int(everything):
        message = f"The Hub counts {found:,} models for {item.name}, as many as there are. It no longer knows the label"
        raise StopSource(message, url=context.url)


def _next(receipt: Receipt, base: str) -> str | None:
    found = _NEXT.search(receipt.answer.headers.get("link", ""))
    if found is None:
        return None
    if not same_origin(found[1], base):
        raise StopSource("The next page is said to be on another host. The interface may have changed", url=found[1])
    return found[1]


def _context(receipt: Receipt, item: Item) -> Context:
    return Context(item, receipt.answer.url, receipt.answer.fetched_at)


def parse_all(answers: Sequence[tuple[bytes, Context]]) -> Parsed:
    """Read a total, or the pages of a list; pure."""
    body, context = answers[0]
    return _read_new(answers) if context.item.detail["what"] == "new" else _read_total(body, context)


def parse(body: bytes, context: Context) -> Parsed:
    """Read the only answer of an item."""
    return parse_all([(body, context)])


def _read_total(body: bytes, context: Context) -> Parsed:
    found = read_json(_Counted, body, context).numTotalItems
    label = context.item.detail["label"]
    if not found:
        raise SkipItem(f"The Hub counts no model for {context.item.name}. Check the label", url=context.url)
    today = context.day
    headline = bool(context.item.detail["headline"])
    seen = _observation(context, "models", today, found, label or ALL_DEFINITION, primary=headline)
    return Parsed((seen,), cursors={} if label else {"all models": str(found)})


def _read_new(answers: Sequence[tuple[bytes, Context]]) -> Parsed:
    """Count models by day: whole days only, after the oldest model listed and before the day of the newest."""
    context = answers[0][1]
    label, since = context.item.detail["label"], date.fromisoformat(context.item.detail["from"])
    listed = [model for body, each in answers for model in _page(body, each)]
    if not listed:
        raise SkipItem(f"The Hub lists no model for {label}. Check the label", url=context.url)
    _must_be_in_order(listed, context)
    newest, oldest = (model.createdAt.astimezone(UTC).date() for model in (listed[0], listed[-1]))
    by_id = {model.id: model.createdAt.astimezone(UTC).date() for model in listed}
    counts = Counter(by_id.values())
    first = max(since, oldest + _DAY)
    days = [first + timedelta(days=number) for number in range(max(0, (newest - first).days))]
    observations = tuple(_observation(context, "models_created", day, counts[day], label, primary=True) for day in days)
    cut_off = len(answers) >= MAX_PAGES and oldest >= since
    why = f"the list is longer than {MAX_PAGES} pages, so these days are not known"
    missing = {f"new {label} from {since} to {oldest}": why} if cut_off else {}
    asked = {_asked(label): context.day.isoformat()}
    through = {f"through {label}": days[-1].isoformat()} if days else {}
    return Parsed(observations, cursors=asked | through, missing=missing)


def _page(body: bytes, context: Context) -> list[_Model]:
    """One page, each model bearing the label that was asked for."""
    body = body.removeprefix(BOM_UTF8)
    wrapped = b'{"models": ' + body + b"}" if body.lstrip()[:1] == b"[" else body
    listed = read_json(_Listed, wrapped, context).models
    label = context.item.detail["label"]
    for model in listed:
        if label not in model.tags and label != model.library_name:
            message = f"{model.id[:80]} does not bear the label {label}. The Hub no longer filters as it did"
            raise StopSource(message, url=context.url)
    return listed


def _must_be_in_order(listed: Sequence[_Model], context: Context) -> None:
    times = [model.createdAt for model in listed]
    if any(later > earlier for earlier, later in pairwise(times)):
        raise StopSource("The list is not sorted by creation. The interface may have changed", url=context.url)
    if times[0] > context.fetched_at + _DAY:
        raise SkipItem("A model was created in the future. Nothing of it was kept", url=context.url)


def _observation(context: Context, metric: str, day: date, value: int, what: str, *, primary: bool) -> Observation:
    return Observation(
        metric=metric,
        system=context.item.system,
        period_start=day,
        period_end=day + _DAY,
        value=float(value),
        definition=what,
        primary=primary,
    )


def calls(item: Item) -> Calls:
    """One for a total, some pages for a list."""
    return ONE if item.detail["what"] == "total" else Calls(1, MAX_PAGES)


SOURCE = Source(
    name="huggingface",
    title="Hugging Face Hub",
    metrics=("models", "models_created"),
    cadence_hours=24,
    lag_days=2,
    licence="facts; Hugging Face terms of service",
    docs="https://huggingface.co/docs/hub/api",
    calls_backfill=60,
    calls_daily=18,
    interval_s=3.0,
    base_url=base_url,
    plan=plan,
    fetch=fetch,
    parse=parse,
    key="optional",
    secret="huggingface_token",  # noqa: S106  # the name of the setting, not the token
    parse_all=parse_all,
    calls=calls,
    progress=lambda key: key.startswith(("through ", "asked new ")),
)
