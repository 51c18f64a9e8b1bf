"""OpenAlex on the loopback: a day's allowance in credits, told in headers; counts by query and month; odd refusals."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from db import clock

ALLOWANCE = {False: 1_000, True: 10_000}
DOLLARS = 0.0001
_FILTER = re.compile(r"from_publication_date:(\d{4})-(\d\d)-(\d\d),to_publication_date:(\d{4}-\d\d)-\d\d")
_KNOWN = frozenset({"search.exact", "filter", "group_by"})


def until_midnight() -> int:
    now = clock.now()
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((midnight - now).total_seconds())


def packed(body: Any, status: int = 200, **headers: str) -> Response:
    response = Response(json.dumps(body), status, content_type="application/json")
    response.headers.extend([(name.replace("_", "-"), value) for name, value in headers.items()])
    return response


def too_fast(wait_s: int | None = 0) -> Response:
    """More than so many requests a second: passes in a moment."""
    headers = {} if wait_s is None else {"Retry_After": str(wait_s)}
    return packed({"error": "Rate limit exceeded", "message": "Too many requests per second."}, 429, **headers)


def counted(count: int, year: str, *, grouped: int | None = None) -> Response:
    groups = [{"key": year, "key_display_name": year, "count": count if grouped is None else grouped}] if count else []
    return packed({"meta": {"count": count, "groups_count": len(groups)}, "results": [], "group_by": groups})


@dataclass
class OpenAlex:
    """Works by query and month ("2024-01"); ``price`` in credits; ``scripted`` answers come first and cost nothing."""

    server: HTTPServer
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    default: int = 40
    deep_learning: int = 5_000
    price: int = 10
    used: int = 0
    in_dollars: bool = False
    silent: bool = False
    scripted: list[Response | None] = field(default_factory=list)
    seen: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server.expect_request("/works").respond_with_handler(self._answer)

    @property
    def url(self) -> str:
        return self.server.url_for("/")

    def months(self) -> set[str]:
        found = (_FILTER.fullmatch(request.args["filter"]) for request in self.seen)
        return {match[4] for match in found if match}

    def _answer(self, request: Request) -> Response:
        self.seen.append(request)
        if self.scripted and (given := self.scripted.pop(0)) is not None:
            return given
        asked = _FILTER.fullmatch(request.args.get("filter", ""))
        if not set(request.args) <= _KNOWN or asked is None or request.args.get("group_by") != "publication_year":
            said = "The query parameters are not valid"
            return packed({"error": "Invalid query parameters error.", "message": said}, 403)
        limit = ALLOWANCE["Authorization" in request.headers]
        if limit - self.used < self.price:
            return self._spent(limit)
        self.used += self.price
        query = request.args["search.exact"]
        usual = self.deep_learning if query == '"deep learning"' else self.default
        response = counted(self.counts.get((query, asked[4]), usual), asked[1])
        self._tell(response, limit, self.price)
        return response

    def _tell(self, response: Response, limit: int, cost: int) -> None:
        left = limit - self.used
        cost_credits = {"Limit": limit, "Remaining": left, "Credits-Used": cost}
        dollars = {"Limit-USD": limit * DOLLARS, "Remaining-USD": left * DOLLARS, "Cost-USD": cost * DOLLARS}
        told = {"Reset": until_midnight(), **dollars, **({} if self.in_dollars else cost_credits)}
        if not self.silent:
            response.headers.extend([(f"X-RateLimit-{name}", f"{value:g}") for name, value in told.items()])

    def _spent(self, limit: int) -> Response:
        left, wait_s = limit - self.used, until_midnight()
        message = (
            f"Insufficient budget. This request costs ${self.price * DOLLARS:g} but you only have "
            f"${left * DOLLARS:g} remaining. Resets at midnight UTC."
        )
        body = {
            "error": "Rate limit exceeded",
            "message": message,
            "retryAfter": wait_s,
            "costUsd": self.price * DOLLARS,
            "creditsRequired": self.price,
            "creditsRemaining": left,
        }
        response = packed(body, 429, Retry_After=str(wait_s))
        self._tell(response, limit, 0)
        return response
