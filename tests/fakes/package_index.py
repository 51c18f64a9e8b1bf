"""A package index on the loopback: validators, 404, and any other answer a test asks of it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response


def file(
    filename: str,
    uploaded: str,
    *,
    kind: str = "bdist_wheel",
    size: Any = 1_000,
    yanked: bool = False,
    reason: str | None = None,
    requires_python: str | None = ">=3.9",
) -> dict[str, Any]:
    """A file as the index lists it."""
    return {
        "filename": filename,
        "packagetype": kind,
        "python_version": "py3",
        "size": size,
        "upload_time": uploaded.removesuffix("Z"),
        "upload_time_iso_8601": uploaded,
        "requires_python": requires_python,
        "yanked": yanked,
        "yanked_reason": reason,
        "digests": {"sha256": "0" * 64},
        "url": "../../packages/x",
    }


def project(name: str, releases: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """A package as the index answers for it."""
    return {"info": {"name": name, "version": "1"}, "last_serial": 1, "releases": releases, "urls": []}


def simple(name: str) -> dict[str, Any]:
    """A package with two releases, a month apart with one between."""
    wheel = f"{name.replace('-', '_')}-%s-py3-none-any.whl"
    return project(
        name,
        {
            "1.0": [file(wheel % "1.0", "2024-01-10T10:00:00.000000Z")],
            "1.1": [file(wheel % "1.1", "2024-03-05T10:00:00.000000Z")],
        },
    )


@dataclass
class PackageIndex:
    """Packages by name; ``scripted`` answers come first, one a request."""

    server: HTTPServer
    packages: dict[str, Any] = field(default_factory=dict)
    scripted: list[Response] = field(default_factory=list)
    seen: list[Request] = field(default_factory=list)
    default: bool = False
    validators: bool = True

    def __post_init__(self) -> None:
        self.server.expect_request(re.compile("/pypi/.*")).respond_with_handler(self._answer)

    @property
    def url(self) -> str:
        return self.server.url_for("/pypi/")

    def _answer(self, request: Request) -> Response:
        self.seen.append(request)
        if self.scripted:
            return self.scripted.pop(0)
        name = request.path.removeprefix("/pypi/").removesuffix("/json")
        package = self.packages.get(name) or (simple(name) if self.default else None)
        if package is None:
            return Response('{"message": "Not Found"}', 404, content_type="application/json")
        body = json.dumps(package).encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if self.validators and request.headers.get("If-None-Match") == etag:
            return Response(status=304, headers={"ETag": etag})
        response = Response(body, content_type="application/json")
        if self.validators:
            response.headers["ETag"] = etag
        return response
