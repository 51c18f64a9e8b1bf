"""The Docker Hub on the loopback: totals by image, 404 in JSON, and limits that may or may not say how long."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from db import clock


def repository(image: str, pulls: Any, **more: Any) -> dict[str, Any]:
    """An image as the Hub describes it."""
    namespace, _, name = image.partition("/")
    return {
        "user": namespace,
        "name": name,
        "namespace": namespace,
        "repository_type": "image",
        "status": 1,
        "description": "made",
        "is_private": False,
        "star_count": 7,
        "pull_count": pulls,
        "last_updated": "2026-11-20T08:12:52.217787Z",
        **more,
    }


def limited(*, retry_after: str | None = None) -> Response:
    """The answer to one request too many; the time of the reset is in seconds since 1970."""
    headers = {
        "X-RateLimit-Limit": "180",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": str(int(clock.now().timestamp()) + 60),
    }
    if retry_after is not None:
        headers["Retry-After"] = retry_after
    return Response('{"detail": "Rate limit exceeded", "error": false}', 429, headers=headers)


@dataclass
class DockerHub:
    """What is said of each image; ``scripted`` answers come first."""

    server: HTTPServer
    images: dict[str, Any] = field(default_factory=dict)
    scripted: list[Response] = field(default_factory=list)
    seen: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server.expect_request(re.compile("/v2/repositories/.*")).respond_with_handler(self._answer)

    @property
    def url(self) -> str:
        return self.server.url_for("/v2/")

    def _answer(self, request: Request) -> Response:
        self.seen.append(request)
        if self.scripted:
            return self.scripted.pop(0)
        image = request.path.removeprefix("/v2/repositories/")
        if not image.endswith("/"):
            return Response(status=301, headers={"Location": f"{request.root_path}{request.path}/"})
        found = self.images.get(image.rstrip("/"))
        if found is None:
            said = json.dumps({"message": "object not found", "errinfo": {}})
            return Response(said, 404, content_type="application/json")
        return Response(json.dumps(found), content_type="application/json")
