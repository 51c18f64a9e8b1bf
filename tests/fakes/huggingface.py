"""The Hugging Face Hub on the loopback: totals of labels, lists with a cursor, and a quota in a window."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response


def model(number: int, created: datetime, label: str, **more: Any) -> dict[str, Any]:
    """A model as the list has it; many have no library_name."""
    stamp = f"{created.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"
    name = f"someone/model-{number}"
    tags = [label, "text-generation", "region:us"]
    return {"_id": f"{number:024x}", "id": name, "modelId": name, "likes": 0, "createdAt": stamp, "tags": tags} | more


@dataclass
class Hub:
    """Totals by label ("" is all) and the creation times of the models of a label."""

    server: HTTPServer
    totals: dict[str, int] = field(default_factory=dict)
    created: dict[str, list[datetime]] = field(default_factory=dict)
    scripted: list[Response] = field(default_factory=list)
    left: int = 500
    page: int = 3
    seen: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server.expect_request(re.compile("/.*")).respond_with_handler(self._answer)

    @property
    def url(self) -> str:
        return self.server.url_for("/")

    def lists(self) -> list[Request]:
        return [request for request in self.seen if request.path == "/api/models"]

    def _answer(self, request: Request) -> Response:
        self.seen.append(request)
        if self.scripted:
            return self.scripted.pop(0)
        self.left -= 1
        limits = {
            "RateLimit": f'"api";r={max(0, self.left)};t=123',
            "RateLimit-Policy": '"fixed window";"api";q=500;w=300',
        }
        if self.left < 0:
            return Response("We had to rate limit your IP", 429, limits)
        response = self._total(request) if request.path == "/models-json" else self._list(request)
        response.headers.update(limits)
        return response

    def _total(self, request: Request) -> Response:
        assert request.args["withCount"] == "true"
        count = self.totals.get(request.args.get("library", ""), 0)
        rows = [{"id": f"someone/{number}"} for number in range(min(30, count))]
        return answer({"models": rows, "numItemsPerPage": 30, "numTotalItems": count, "pageIndex": 0})

    def _list(self, request: Request) -> Response:
        label, start = request.args["filter"], int(request.args.get("cursor", "0"))
        assert (request.args["sort"], request.args["direction"]) == ("createdAt", "-1")
        rows = sorted(self.created.get(label, []), reverse=True)
        response = answer([model(len(rows) - n, at, label) for n, at in enumerate(rows)][start : start + self.page])
        if start + self.page < len(rows):
            more = self.server.url_for(
                f"/api/models?filter={label}&sort=createdAt&direction=-1&cursor={start + self.page}"
            )
            response.headers["Link"] = f'<{more}>; rel="next"'
        return response


def answer(body: Any, status: int = 200) -> Response:
    """A body as JSON."""
    return Response(json.dumps(body), status, content_type="application/json")
