"""The bucket of monthly files on the loopback: Parquet with dictionaries, validators, XML where there is no file."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass, field
from typing import Any

import pyarrow
import pyarrow.parquet
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

Rows = list[tuple[str, str, Any]]


def file(month: str, *rows: tuple[str, str, Any], without: str = "", counts: Any = None, filler: int = 50) -> bytes:
    """A month's file: channel, package and downloads of each row, among others that nobody asked for."""
    rows = (*rows, *(("conda-forge", f"other-{number}", number) for number in range(filler)))
    columns = {
        "time": pyarrow.array([month] * len(rows)).dictionary_encode(),
        "data_source": pyarrow.array([row[0] for row in rows]).dictionary_encode(),
        "pkg_name": pyarrow.array([row[1] for row in rows]).dictionary_encode(),
        "pkg_version": pyarrow.array([f"2.{number}" for number in range(len(rows))]),
        "pkg_platform": pyarrow.array(["linux-64"] * len(rows)),
        "pkg_python": pyarrow.array(["3.11"] * len(rows)),
        "counts": pyarrow.array([row[2] for row in rows], counts or pyarrow.int64()),
    }
    columns.pop(without, None)
    written = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(columns), written, row_group_size=20)
    return written.getvalue()


@dataclass
class Bucket:
    """Files by month; ``scripted`` answers come first."""

    server: HTTPServer
    files: dict[str, bytes] = field(default_factory=dict)
    scripted: list[Response] = field(default_factory=list)
    seen: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server.expect_request(re.compile("/conda/monthly/.*")).respond_with_handler(self._answer)

    @property
    def url(self) -> str:
        return self.server.url_for("/")

    @property
    def months(self) -> list[str]:
        """The months asked for so far, in order."""
        return [request.path[-len("2026-01.parquet") : -len(".parquet")] for request in self.seen]

    def _answer(self, request: Request) -> Response:
        self.seen.append(request)
        if self.scripted:
            return self.scripted.pop(0)
        found = re.fullmatch(r"/conda/monthly/(\d{4})/(\1-\d{2})\.parquet", request.path)
        body = self.files.get(found[2]) if found else None
        if body is None:
            said = '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code></Error>'
            return Response(said, 404, content_type="application/xml")
        etag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
        if request.headers.get("If-None-Match") == etag:
            return Response(status=304, headers={"ETag": etag})
        return Response(body, headers={"ETag": etag}, content_type="binary/octet-stream")
