"""GitHub's search on the loopback: totals that jitter by seed, zeros that are none, and a quota of its own."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass, field
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from db import clock

_QUERY = re.compile(r"^topic:([\w-]+) created:(\d{4}-\d\d)-01\.\.(\d{4}-\d\d)-\d\d$")


@dataclass
class Search:
    """``total`` repositories a month for each topic; ``scripted`` totals or answers come first."""

    server: HTTPServer
    totals: dict[tuple[str, str], int] = field(default_factory=dict)
    total: int = 800
    jitter: float = 0.0
    zeros: float = 0.0
    seed: int = 0
    scripted: list[Any] = field(default_factory=list)
    seen: list[Request] = field(default_factory=list)
    remaining: int = 10**6

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311  # a fake's whims, not a secret
        self.server.expect_request("/search/repositories").respond_with_handler(self._answer)

    @property
    def url(self) -> str:
        return self.server.url_for("/")

    def _answer(self, request: Request) -> Response:
        self.seen.append(request)
        asked = _QUERY.match(request.args["q"])
        if asked is None or len(request.args["q"]) > 256:
            return _json({"message": "Validation Failed", "errors": [{"code": "invalid", "field": "q"}]}, 422)
        if self.remaining <= 0:
            response = _json({"message": "API rate limit exceeded"}, 403)
            reset = str(int(clock.now().timestamp()) + 40)
            response.headers.extend([("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", reset)])
            self.remaining = 30
            return response
        self.remaining -= 1
        topic, month, _ = asked.groups()
        if self.scripted:
            given = self.scripted.pop(0)
            return given if isinstance(given, Response) else found(given, month)
        total = self.totals.get((topic, month), self.total)
        spread = round(total * self.jitter)
        total += self.random.randint(-spread, spread) if spread else 0
        return found(0 if self.random.random() < self.zeros else total, month)


def found(total: int, month: str, *, incomplete: bool = False) -> Response:
    """What the search says."""
    items = [{"full_name": "a/b", "created_at": f"{month}-15T10:00:00Z"}] if total else []
    return _json({"total_count": total, "incomplete_results": incomplete, "items": items})


def _json(body: Any, status: int = 200) -> Response:
    return Response(json.dumps(body), status, content_type="application/json; charset=utf-8")
