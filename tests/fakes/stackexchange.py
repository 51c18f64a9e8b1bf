"""Stack Exchange on the loopback: forced gzip, filters that hide fields, a quota, pauses to keep, odd errors."""

from __future__ import annotations

import gzip
import json
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

MADE_FILTER = "!made.for(tests)"
QUOTA = {False: 300, True: 10_000}


def packed(body: Any, status: int = 200) -> Response:
    """A JSON body, compressed whether that was asked for or not."""
    response = Response(
        gzip.compress(json.dumps(body).encode()), status, content_type="application/json; charset=utf-8"
    )
    response.headers["Content-Encoding"] = "gzip"
    return response


def wrong(error_id: int, name: str, message: str) -> Response:
    """An error as the interface words it: with status 400 whatever its own number is."""
    return packed({"error_id": error_id, "error_name": name, "error_message": message}, 400)


def throttled(seconds: int) -> Response:
    """Turned away for a time."""
    return wrong(
        502, "throttle_violation", f"too many requests from this IP, more requests available in {seconds} seconds"
    )


@dataclass
class StackExchange:
    """Questions by tag ("" is all) and month ("2024-01"): the total and how many are without an answer."""

    server: HTTPServer
    questions: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    tags: dict[str, int] = field(default_factory=dict)
    default: tuple[int, int] = (100, 30)
    scripted: list[Response] = field(default_factory=list)
    backoffs: list[int] = field(default_factory=list)
    used: int = 0
    left: int | None = None
    violations: int = 0
    seen: list[Request] = field(default_factory=list)
    not_before: float = 0.0

    def __post_init__(self) -> None:
        self.server.expect_request(re.compile("/2.3/.*")).respond_with_handler(self._answer)

    @property
    def url(self) -> str:
        return self.server.url_for("/2.3/")

    def paths(self, ending: str) -> list[Request]:
        return [request for request in self.seen if request.path.endswith(ending)]

    def _answer(self, request: Request) -> Response:
        self.seen.append(request)
        if self.scripted:
            return self.scripted.pop(0)
        if time.monotonic() < self.not_before:
            self.violations += 1
            return throttled(3_600)
        limit = QUOTA["key" in request.args]
        remaining = limit - self.used if self.left is None else self.left
        if remaining <= 0:
            return throttled(67_194)
        self.used += 1
        self.left = None if self.left is None else self.left - 1
        wrapper = {"has_more": False, "quota_max": limit, "quota_remaining": remaining - 1}
        if self.backoffs and (pause := self.backoffs.pop(0)):
            self.not_before = time.monotonic() + pause
            wrapper["backoff"] = pause
        return self._body(request, wrapper)

    def _body(self, request: Request, wrapper: dict[str, Any]) -> Response:
        path = request.path.removeprefix("/2.3/")
        if path == "filters/create":
            return packed({"items": [{"filter": MADE_FILTER, "filter_type": "safe", "included_fields": []}], **wrapper})
        if path.startswith("tags/"):
            names = path.split("/")[1].split(";")
            assert len(names) <= 20
            found = [
                {"name": name, "count": self.tags[name], "has_synonyms": False} for name in names if name in self.tags
            ]
            return packed({"items": found, **wrapper})
        month = datetime.fromtimestamp(int(request.args["fromdate"]), UTC)
        total, without = self.questions.get((request.args.get("tagged", ""), f"{month:%Y-%m}"), self.default)
        if request.args.get("tagged", "") not in {*self.tags, ""}:
            total = without = 0  # an unknown tag is no error
        count = without if path == "questions/no-answers" else total
        if request.args.get("filter") == "total":
            return packed({"total": count})
        if request.args.get("filter") != MADE_FILTER:
            return wrong(400, "bad_parameter", "Invalid filter specified")
        return packed({"total": count, **{name: value for name, value in wrapper.items() if name != "has_more"}})
