"""Asks the addresses behind the site's own page, where that was switched on; see the source for what speaks against it.

First a page that sets the cookie NID, then ``explore``, which names a widget and its token, then that widget's data.
Both begin with characters that keep browsers from running them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urljoin

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr

from collectors.errors import RetryLater, StopSource
from collectors.http import HttpClient
from collectors.receipt import Receipt
from collectors.source import Context, Item, Parsed, Request, read_json
from collectors.sources.google_trends.columns import TERMS
from db.records import Observation, Status

REGION, SPAN, LANGUAGE = "", "today 5-y", "en-US"
MOST_TERMS = 5
ASKED_ROLES = frozenset({"framework", "api"})
_GUARD = b")]}'"
_LOCATION = {"hl": LANGUAGE, "tz": "0"}
_WEEK = timedelta(days=7)
_PAGES = frozenset({404, 429})
_NOT_NOW = "Google Trends does not answer programs just now. Import an export instead, or collect again tomorrow"


class _Expected(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Widget(_Expected):
    id: StrictStr
    token: StrictStr = ""
    request: dict[str, Any] = Field(default_factory=dict)


class _Explored(_Expected):
    widgets: list[_Widget]


class _Point(_Expected):
    time: Annotated[StrictStr, Field(pattern=r"^[0-9]{9,11}$")]
    value: list[Annotated[StrictInt, Field(ge=0, le=100)]]
    hasData: list[bool] = Field(default_factory=list)  # noqa: N815  # Google's own name
    formattedValue: list[StrictStr] = Field(default_factory=list)  # noqa: N815  # as above
    isPartial: bool = False  # noqa: N815  # as above


class _Timeline(_Expected):
    timelineData: list[_Point]  # noqa: N815  # as above


class _Multiline(_Expected):
    default: _Timeline


def base_url() -> str:
    """The site."""
    return "https://trends.google.com/"


def plan(request: Request) -> Sequence[Item]:
    """One item: the headline terms of the frameworks that live on, together, for they share one scale."""
    named = [system for system in request.systems if system.google_trends and system.role in ASKED_ROLES]
    asked = [system for system in named if system.successor is None][:MOST_TERMS]
    if not asked:
        return ()
    terms = [[system.slug, system.google_trends[0]] for system in asked]
    return [Item(", ".join(term for _, term in terms), "all", {"live": json.dumps(terms)})]


def fetch(http: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:
    """Three requests, each tried once; a refusal of any ends the run for now."""
    terms = [term for _, term in json.loads(item.detail["live"])]
    yield _wanted(http.get(urljoin(request.base_url, "trends/"), params={"geo": "US"}, accept=_PAGES))
    compared = [{"keyword": term, "time": SPAN, "geo": REGION} for term in terms]
    wanted = {"comparisonItem": compared, "category": 0, "property": ""}
    address = urljoin(request.base_url, "trends/api/explore")
    explored = http.post(address, b"", params={**_LOCATION, "req": json.dumps(wanted)})
    yield explored
    widget = _widget(explored.body, Context(item, explored.answer.url, explored.answer.fetched_at))
    address = urljoin(request.base_url, "trends/api/widgetdata/multiline")
    params = {"hl": LANGUAGE, "req": json.dumps(widget.request), "token": widget.token, "tz": "0"}
    yield http.get(address, params=params)


def _wanted(receipt: Receipt) -> Receipt:
    if receipt.answer.status == 429:
        raise RetryLater(_NOT_NOW, url=receipt.answer.url, status=429)
    return receipt


def parse_all(answers: Sequence[tuple[bytes, Context]]) -> Parsed:
    """Read the data of a widget, which is the last of three answers; pure."""
    body, context = answers[-1]
    if len(answers) != 3:
        raise StopSource("A live request has three answers. Collect it again", url=context.url)
    points = read_json(_Multiline, _unguarded(body, context), context).default.timelineData
    if not points:
        raise StopSource("The answer holds no point. The interface may have changed", url=context.url)
    terms: list[tuple[str, str]] = [(slug, term) for slug, term in json.loads(context.item.detail["live"])]
    first = _day(points[0])
    definition = f"{TERMS}, worldwide, weeks from {first}, asked {context.day}"
    return Parsed(tuple(row for point in points for row in _rows(point, terms, definition, context)), takes_over=True)


def _rows(point: _Point, terms: Sequence[tuple[str, str]], definition: str, context: Context) -> Iterator[Observation]:
    if len(point.value) != len(terms):
        raise StopSource(f"A point has {len(point.value)} values for {len(terms)} terms", url=context.url)
    start = _day(point)
    if start > context.day or start.weekday() != 6:
        raise StopSource(f"A week is said to begin on {start}. The interface may have changed", url=context.url)
    running = point.isPartial or start + _WEEK > context.day
    for number, (system, _) in enumerate(terms):
        below = number < len(point.formattedValue) and point.formattedValue[number].strip().startswith("<")
        status: Status = "partial" if running else "lower_bound" if below else "ok"
        value = 0.0 if below else float(point.value[number])
        yield Observation("search_interest", system, start, start + _WEEK, value, status, "week", definition)


def _day(point: _Point) -> date:
    return datetime.fromtimestamp(int(point.time), UTC).date()


def _widget(body: bytes, context: Context) -> _Widget:
    explored = read_json(_Explored, _unguarded(body, context), context)
    found = next((widget for widget in explored.widgets if widget.id == "TIMESERIES"), None)
    if found is None or not found.token:
        raise StopSource("The answer names no timeline. The interface may have changed", url=context.url)
    return found


def _unguarded(body: bytes, context: Context) -> bytes:
    """A body without the characters before its JSON."""
    if body.startswith(_GUARD):
        return body.removeprefix(_GUARD).lstrip(b",\r\n ")
    if body.lstrip()[:1] == b"<":
        raise RetryLater(_NOT_NOW, url=context.url)
    return body
