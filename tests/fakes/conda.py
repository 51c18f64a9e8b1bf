"""Anaconda.org on the loopback: packages with their files and each file's downloads, and 404 in JSON."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response


def package(full_name: str, *downloads: Any, **more: Any) -> dict[str, Any]:
    """A package as the interface describes it: one file for each number of downloads."""
    channel, _, name = full_name.partition("/")
    files = [
        {
            "basename": f"linux-64/{name}-2.{number}-py311_0.conda",
            "full_name": f"{full_name}/2.{number}/linux-64/{name}-2.{number}-py311_0.conda",
            "version": f"2.{number}",
            "ndownloads": count,
            "upload_time": "2026-01-05 10:00:00.000000+00:00",
            "attrs": {"platform": "linux", "subdir": "linux-64"},
            "labels": ["main"],
        }
        for number, count in enumerate(downloads)
    ]
    described = {"name": name, "full_name": full_name, "owner": {"login": channel}, "latest_version": "2.0"}
    return {**described, "files": files, **more}


@dataclass
class AnacondaOrg:
    """Packages by channel and name; ``scripted`` answers come first."""

    server: HTTPServer
    packages: dict[str, Any] = field(default_factory=dict)
    scripted: list[Response] = field(default_factory=list)
    seen: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server.expect_request(re.compile("/api/package/.*")).respond_with_handler(self._answer)

    @property
    def url(self) -> str:
        return self.server.url_for("/api/")

    def _answer(self, request: Request) -> Response:
        self.seen.append(request)
        if self.scripted:
            return self.scripted.pop(0)
        found = self.packages.get(request.path.removeprefix("/api/package/"))
        if found is None:
            said = '{"error": "\\"package\\" could not be found"}'
            return Response(said, 404, content_type="application/json")
        return Response(json.dumps(found), content_type="application/json")
