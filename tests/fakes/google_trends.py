"""The addresses behind Google Trends' own page on the loopback: a cookie first, guarded JSON, a token, and refusals."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from db import clock

COOKIE = "NID=511=planted-cookie-0123456789"
TOKEN = "APP6_UEAAAAA-planted-token"
REFUSAL = "<html><title>Error 429 (Too Many Requests)!!1</title><p>That's an error.</html>"


def sunday(weeks_ago: int) -> date:
    """The Sunday that begins the week so many weeks before this one (UTC)."""
    today = clock.today()
    return today - timedelta(days=(today.weekday() + 1) % 7 + 7 * weeks_ago)


def point(begins: date, *values: int, partial: bool = False, formatted: list[str] | None = None) -> dict[str, Any]:
    """One point of the timeline as the site gives it."""
    said = {"isPartial": True} if partial else {}
    return {
        "time": str(int(datetime(begins.year, begins.month, begins.day, tzinfo=UTC).timestamp())),
        "formattedTime": "Apr 1\u2009–\u20097, 2018",
        "formattedAxisTime": "Apr 1, 2018",
        "value": list(values),
        "hasData": [True] * len(values),
        "formattedValue": formatted or [str(value) for value in values],
        **said,
    }


@dataclass
class GoogleTrends:
    """The site; ``refuse`` names the paths it answers with 429, ``scripted`` the bodies that replace its own."""

    server: HTTPServer
    points: list[dict[str, Any]] = field(default_factory=list)
    refuse: set[str] = field(default_factory=set)
    scripted: dict[str, bytes] = field(default_factory=dict)
    seen: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        for path in ("/trends/", "/trends/api/explore", "/trends/api/widgetdata/multiline"):
            self.server.expect_request(path).respond_with_handler(self._answer)

    @property
    def url(self) -> str:
        return self.server.url_for("/")

    def _answer(self, request: Request) -> Response:
        self.seen.append(request)
        if request.path in self.refuse:
            return Response(REFUSAL, 429, content_type="text/html; charset=UTF-8")
        if request.path in self.scripted:
            return Response(self.scripted[request.path], content_type="application/json; charset=utf-8")
        if request.path == "/trends/":
            page = Response("<html>Error 404 (Not Found)!!1</html>", 404, content_type="text/html")
            page.headers["Set-Cookie"] = f"{COOKIE}; Path=/; HttpOnly"
            return page
        if request.cookies.get("NID") is None:
            return Response(REFUSAL, 429, content_type="text/html; charset=UTF-8")
        return self._explored(request) if request.path.endswith("explore") else self._timeline(request)

    def _explored(self, request: Request) -> Response:
        wanted = json.loads(request.args["req"])
        timeline = {"time": "2021-11-21 2026-11-21", "resolution": "WEEK", "comparisonItem": wanted["comparisonItem"]}
        widgets = [{"id": "TIMESERIES", "token": TOKEN, "request": timeline}, {"id": "GEO_MAP", "type": "fe_geo"}]
        return _guarded(")]}'\n", {"widgets": widgets})

    def _timeline(self, request: Request) -> Response:
        if request.args.get("token") != TOKEN or "comparisonItem" not in json.loads(request.args["req"]):
            return Response("<html>Error 401 (Unauthorized)!!1</html>", 401, content_type="text/html")
        return _guarded(")]}',\n", {"default": {"timelineData": self.points, "averages": []}})


def _guarded(guard: str, document: dict[str, Any]) -> Response:
    return Response(guard + json.dumps(document), content_type="application/json; charset=utf-8")
