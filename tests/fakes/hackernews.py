"""The search of Hacker News on the loopback: prefixes match, a thousand is the most, and past it come zeros."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

WALL = 1_000
MESSAGE = "you can only fetch the 1000 hits for this query. contact us to increase the limit"


@dataclass
class HackerNews:
    """Stories as (title, time); ``others`` is how many of each month name nothing; ``scripted`` answers come first."""

    server: HTTPServer
    stories: list[tuple[str, datetime]] = field(default_factory=list)
    others: int = 500
    exhaustive: bool = True
    scripted: list[Response] = field(default_factory=list)
    seen: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server.expect_request("/api/v1/search_by_date").respond_with_handler(self._answer)

    @property
    def url(self) -> str:
        return self.server.url_for("/api/v1/")

    def add(self, title: str, day: str, times: int = 1) -> None:
        self.stories += [(title, datetime.fromisoformat(day).replace(tzinfo=UTC))] * times

    def _answer(self, request: Request) -> Response:
        self.seen.append(request)
        if self.scripted:
            return self.scripted.pop(0)
        size, page = int(request.args.get("hitsPerPage", "20")), int(request.args.get("page", "0"))
        found = self._found(request)
        if size and page * size >= WALL:
            return answer([], 0, message=MESSAGE)
        total = len(found) if request.args.get("query") else len(found) + self.others
        hits = found[page * size : (page + 1) * size][:WALL]
        return answer(hits, total, exhaustive=self.exhaustive or bool(request.args.get("query")))

    def _found(self, request: Request) -> list[dict[str, Any]]:
        bounds = re.findall(r"created_at_i(>=|<)(\d+)", request.args["numericFilters"])
        low, high = (int(value) for _, value in bounds)
        query = request.args.get("query", "").lower()
        return [
            {"objectID": str(number), "title": title, "author": "somebody", "created_at_i": int(at.timestamp())}
            for number, (title, at) in sorted(enumerate(self.stories), key=lambda story: story[1][1], reverse=True)
            if low <= at.timestamp() < high and any(word.startswith(query) for word in title.lower().split())
        ]


def answer(hits: list[dict[str, Any]], total: int, *, message: str = "", exhaustive: bool = True) -> Response:
    """What the search says."""
    body: dict[str, Any] = {"hits": hits, "nbHits": total, "nbPages": -(-total // 1_000), "page": 0}
    body |= {"hitsPerPage": 1_000, "exhaustiveNbHits": exhaustive} | ({"message": message} if message else {})
    return Response(json.dumps(body), content_type="application/json; charset=utf-8")
