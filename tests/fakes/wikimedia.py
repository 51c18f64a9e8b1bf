"""Wikimedia page views on the loopback: titles with their days, absent ones left out, and the rules for clients."""

from __future__ import annotations

import json
import re
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

PATH = re.compile(
    r"/api/rest_v1/metrics/pageviews/per-article/en\.wikipedia/all-access/user/(.+)/daily/(\d{8})00/(\d{8})00"
)
TOO_MANY = "You are making too many requests to the API.\nPlease follow the best practices.\n\nrequest-id: 0\n"
GENERIC = re.compile(r"^(python-requests|curl|Java|Mozilla)?(/\S*)?$")


def row(title: str, day: date, views: Any) -> dict[str, Any]:
    """A day as the interface lists it."""
    return {
        "project": "en.wikipedia",
        "article": title,
        "granularity": "daily",
        "timestamp": f"{day:%Y%m%d}00",
        "access": "all-access",
        "agent": "user",
        "views": views,
    }


def days(first: date, *views: int | None) -> dict[date, int]:
    """Views day after day; None leaves the day out, as the interface does with a day it has nothing of."""
    return {first + timedelta(days=number): one for number, one in enumerate(views) if one is not None}


@dataclass
class Wikimedia:
    """Titles (with underscores) and their views; ``scripted`` answers come first, one a request."""

    server: HTTPServer
    views: dict[str, dict[date, int]] = field(default_factory=dict)
    scripted: list[Response] = field(default_factory=list)
    seen: list[Request] = field(default_factory=list)
    a_minute: int = 200
    a_minute_unnamed: int = 10
    by_client: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.server.expect_request(re.compile("/api/rest_v1/.*")).respond_with_handler(self._answer)

    @property
    def url(self) -> str:
        return self.server.url_for("/api/rest_v1/")

    def _answer(self, request: Request) -> Response:
        self.seen.append(request)
        agent = request.headers.get("User-Agent", "")
        if GENERIC.match(agent):
            return Response("Please set a user agent", 403)
        times = self.by_client[agent]
        times.append(time.monotonic())
        if len([one for one in times if one > times[-1] - 60]) > (
            self.a_minute if "(" in agent else self.a_minute_unnamed
        ):
            return Response(TOO_MANY, 429, content_type="text/plain")
        if self.scripted:
            return self.scripted.pop(0)
        asked = PATH.fullmatch(request.path)
        assert asked, request.path
        title, first, last = asked.groups()
        found = [row(title, day, n) for day, n in self.views.get(title, {}).items() if first <= f"{day:%Y%m%d}" <= last]
        return json_answer({"items": found}) if found else self.missing(request.path)

    @staticmethod
    def missing(path: str) -> Response:
        """What it says of an unknown title and of days without data alike."""
        detail = "The date(s) you used are valid, but we either do not have data for those date(s)"
        body = {
            "detail": detail,
            "method": "get",
            "status": 404,
            "title": "Not Found",
            "type": "about:blank",
            "uri": path,
        }
        return json_answer(body, 404, "application/problem+json")


def json_answer(body: Any, status: int = 200, content_type: str = "application/json") -> Response:
    """A body as JSON."""
    return Response(json.dumps(body), status, content_type=content_type)
