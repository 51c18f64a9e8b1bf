"""ecosyste.ms on the loopback: one package an address, counts that may fall, and a service that lags."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response


def package(
    name: str, repositories: Any = 500, packages: Any = 40, looked: Any = "2026-11-17T08:00:00.123Z"
) -> dict[str, Any]:
    """A package as the service describes it, in part."""
    return {
        "id": 1,
        "name": name,
        "ecosystem": "pypi",
        "downloads": 1_000_000,
        "downloads_period": "last-month",
        "dependent_packages_count": packages,
        "dependent_repos_count": repositories,
        "last_synced_at": looked,
        "repo_metadata": {"full_name": "a/b"},
    }


@dataclass
class Ecosystems:
    """Packages by their normalised name; ``scripted`` answers come first."""

    server: HTTPServer
    packages: dict[str, dict[str, Any]] = field(default_factory=dict)
    scripted: list[Response] = field(default_factory=list)
    seen: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server.expect_request(re.compile("/api/v1/registries/.*")).respond_with_handler(self._answer)

    @property
    def url(self) -> str:
        return self.server.url_for("/api/v1/")

    def _answer(self, request: Request) -> Response:
        self.seen.append(request)
        if self.scripted:
            return self.scripted.pop(0)
        found = self.packages.get(request.path.rpartition("/")[2])
        if found is None:
            return Response('{"error": "not found"}', 404, content_type="application/json")
        return Response(json.dumps(found), content_type="application/json; charset=utf-8")
