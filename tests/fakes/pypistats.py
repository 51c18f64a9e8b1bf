"""PyPI Stats on the loopback: a window of 180 days that moves on, 404 in plain text, and a limit nobody announces."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

WINDOW = 180


def limited() -> Response:
    """The answer to the one request too many: no header, no time to wait."""
    return Response('<a href="https://pypistats.org/api/#etiquette">429 RATE LIMIT EXCEEDED</a>', 429)


@dataclass
class PyPIStats:
    """Daily counts by package, without and with mirrors; ``today`` moves the window, and is never listed itself."""

    server: HTTPServer
    today: date
    counts: dict[str, dict[date, tuple[int, int]]] = field(default_factory=dict)
    scripted: list[Response] = field(default_factory=list)
    seen: list[Request] = field(default_factory=list)
    a_minute: int = 30

    def __post_init__(self) -> None:
        self.server.expect_request(re.compile("/api/packages/.*")).respond_with_handler(self._answer)

    @property
    def url(self) -> str:
        return self.server.url_for("/api/")

    def fill(self, package: str, first: date, *counts: int) -> None:
        days = self.counts.setdefault(package, {})
        days |= {first + timedelta(days=number): (count, 2 * count) for number, count in enumerate(counts)}

    def _answer(self, request: Request) -> Response:
        self.seen.append(request)
        if self.scripted:
            return self.scripted.pop(0)
        if len(self.seen) > self.a_minute:
            return limited()
        package, _, what = request.path.removeprefix("/api/packages/").partition("/")
        if what != "overall":
            # the other series answer for any name
            return _said(package, f"{what}_downloads", [])
        days = {day: both for day, both in self.counts.get(package, {}).items() if self._offered(day)}
        if not days:
            return Response("404", 404, content_type="text/html; charset=utf-8")
        rows = [
            {"category": category, "date": day.isoformat(), "downloads": both[number]}
            for number, category in ((1, "with_mirrors"), (0, "without_mirrors"))
            for day, both in sorted(days.items())
        ]
        return _said(package, "overall_downloads", rows)

    def _offered(self, day: date) -> bool:
        return self.today - timedelta(days=WINDOW) <= day < self.today


def _said(package: str, kind: str, rows: list[dict[str, Any]]) -> Response:
    return Response(json.dumps({"data": rows, "package": package, "type": kind}), content_type="application/json")
