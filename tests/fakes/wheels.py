"""An index with wheels on the loopback: its JSON, and the wheels in the parts that are asked for."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from dataclasses import dataclass, field

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

PARTS = re.compile(r"bytes=(\d+)-(\d+)")


def zipped(files: dict[str, str], padding: int = 0) -> bytes:
    """A wheel of these files; ``padding`` bytes that nobody reads lie between them, as a large library would."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            archive.writestr(path, text)
        archive.writestr(zipfile.ZipInfo("made/library.so"), b"\x00" * padding)
    return out.getvalue()


@dataclass
class WheelIndex:
    """Wheels by package, version and file name; ``whole`` is a server that knows no parts."""

    server: HTTPServer
    wheels: dict[tuple[str, str], dict[str, bytes]] = field(default_factory=dict)
    asked: list[tuple[int, int]] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    whole: bool = False
    busy: int = 0

    def __post_init__(self) -> None:
        self.server.expect_request(re.compile("/pypi/.*")).respond_with_handler(self._page)
        self.server.expect_request(re.compile("/files/.*")).respond_with_handler(self._file)

    @property
    def url(self) -> str:
        return self.server.url_for("/pypi/")

    def add(
        self, package: str, version: str, files: dict[str, str], tags: str = "py3-none-any", padding: int = 0
    ) -> None:
        """Offer one more wheel; the last version added is the newest."""
        name = f"{package.replace('-', '_')}-{version}-{tags}.whl"
        self.wheels.setdefault((package, version), {})[name] = zipped(files, padding)

    def _page(self, request: Request) -> Response:
        self.pages.append(request.path)
        package = request.path.removeprefix("/pypi/").removesuffix("/json")
        known = {version: files for (name, version), files in self.wheels.items() if name == package}
        if not known:
            return Response('{"message": "Not Found"}', 404, content_type="application/json")
        releases = {version: [self._listed(*file) for file in files.items()] for version, files in known.items()}
        said = {"info": {"version": list(known)[-1]}, "releases": releases}
        return Response(json.dumps(said), content_type="application/json")

    def _listed(self, name: str, body: bytes) -> dict[str, object]:
        return {
            "filename": name,
            "url": self.server.url_for(f"/files/{name}"),
            "size": len(body),
            "upload_time_iso_8601": "2024-03-05T23:30:00.000000Z",
            "yanked": False,
            "digests": {"sha256": hashlib.sha256(body).hexdigest()},
        }

    def _file(self, request: Request) -> Response:
        name = request.path.removeprefix("/files/")
        body = next(files[name] for files in self.wheels.values() if name in files)
        if self.busy:
            self.busy -= 1
            return Response("busy", 503)
        part = PARTS.fullmatch(request.headers.get("Range", ""))
        if part is None or self.whole:
            return Response(body)
        first, last = int(part[1]), int(part[2])
        self.asked.append((first, last))
        headers = {"Content-Range": f"bytes {first}-{last}/{len(body)}"}
        return Response(body[first : last + 1], 206, headers=headers)
