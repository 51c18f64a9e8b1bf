"""Streamlit's files, compressed once and kept: its chart bundle of 4.7 MB travels as 1.2 MB, later as 1.1."""

import asyncio
import gzip
import hashlib
import logging
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import brotli
import streamlit
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db.engine import home

log = logging.getLogger(__name__)
PREFIX = "/static/"
IMMUTABLE = "public, max-age=31536000, immutable"
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
LEAST_BYTES = 1_024
SMALLEST = 11
"""The most effort there is: it takes 13 s of a processor for the chart bundle, and a tenth off it."""


class Coding(NamedTuple):
    """A way to compress: its name in HTTP, and the effort that is worth while for a file asked for once a visitor."""

    name: str
    effort: int
    compress: Callable[[bytes, int], bytes]


CODINGS = (
    Coding("br", 9, lambda body, effort: bytes(brotli.compress(body, quality=effort))),
    Coding("gzip", 6, lambda body, effort: gzip.compress(body, effort, mtime=0)),
)


class Compressed:
    """Middleware in front of Streamlit's own files; what it does not answer goes on untouched.

    Each file is compressed when it is first asked for and kept in a folder, named by the SHA-256 of what it holds; one
    that `smaller` made of it since then goes out in its place. Their names carry a hash of their own, so that a browser
    may keep them for good.
    """

    def __init__(self, app: ASGIApp, root: Path | None = None, cache: Path | None = None) -> None:
        self._app = app
        self._root = root or Path(streamlit.__file__).parent / "static"
        self._cache = cache
        self._files = files_below(self._root)
        self._hashes: dict[str, str] = {}
        self._turns: dict[str, asyncio.Lock] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from the cache where the file is one of Streamlit's and the client takes a coding of ours."""
        path = self._files.get(scope["path"]) if scope["type"] == "http" and scope["method"] in _ASKS else None
        if path is None:
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        coding = chosen(asked.get("accept-encoding", ""))
        if coding is None or "range" in asked:
            await self._app(scope, receive, _varying(send))
            return
        response = await self._answer(scope["path"], path, coding, asked.get("if-none-match", ""))
        if scope["method"] == "HEAD":
            response.body = b""
        await response(scope, receive, send)

    async def _answer(self, name: str, path: Path, coding: Coding, known: str) -> Response:
        async with self._turns.setdefault(f"{name} {coding.name}", asyncio.Lock()):
            known_as, body = await run_in_threadpool(self._body, name, path, coding)
        tag = f'"{known_as}"'
        headers = {"ETag": tag, "Cache-Control": IMMUTABLE, "Vary": "Accept-Encoding"}
        if tag in [one.strip().removeprefix("W/") for one in known.split(",")]:
            return Response(status_code=304, headers=headers)
        headers |= {"Content-Encoding": coding.name, "X-Content-Type-Options": "nosniff"}
        return Response(body, headers=headers, media_type=TYPES[path.suffix])

    def _body(self, name: str, path: Path, coding: Coding) -> tuple[str, bytes]:
        whole = None
        if name not in self._hashes:
            whole = path.read_bytes()
            self._hashes[name] = hashlib.sha256(whole).hexdigest()
        digest = self._hashes[name]
        efforts = (SMALLEST, coding.effort)
        kept = {effort: folder_of(self._cache) / f"{digest}.{effort}.{coding.name}" for effort in efforts}
        for effort, file in kept.items():
            with suppress(OSError):
                return f"{digest[:32]}-{coding.name}{effort}", file.read_bytes()
        made = coding.compress(path.read_bytes() if whole is None else whole, coding.effort)
        _keep(kept[coding.effort], made)
        return f"{digest[:32]}-{coding.name}{coding.effort}", made


_ASKS = ("GET", "HEAD")


def folder_of(cache: Path | None = None) -> Path:
    """Where what was compressed of this version of Streamlit is kept."""
    return (cache or home() / "cache" / "static") / streamlit.__version__


def files_below(root: Path) -> dict[str, Path]:
    """The files worth compressing by the path they are asked for: a fixed list, so that no path leads out of it."""
    found = (path for path in (root / "static").rglob("*") if path.suffix in TYPES and path.is_file())
    return {
        f"{PREFIX}{path.relative_to(root / 'static').as_posix()}": path
        for path in found
        if path.stat().st_size >= LEAST_BYTES
    }


def chosen(accepted: str) -> Coding | None:
    """The first of our codings that a client takes (RFC 9110: a weight of 0 refuses); None where it takes none."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, *parameters = (word.strip() for word in part.split(";"))
        weight = next((word[2:] for word in parameters if word.startswith("q=")), "1")
        try:
            weights[name] = float(weight)
        except ValueError:
            weights[name] = 0.0
    rest = weights.get("*", 0.0)
    return next((coding for coding in CODINGS if weights.get(coding.name, rest) > 0), None)


def forget_earlier(cache: Path | None = None) -> None:
    """Remove what was kept of other versions of Streamlit."""
    folder = cache or home() / "cache" / "static"
    for earlier in folder.iterdir() if folder.is_dir() else ():
        if earlier.name != streamlit.__version__:
            shutil.rmtree(earlier, ignore_errors=True)


def _keep(path: Path, body: bytes) -> None:
    """Write a file whole or not at all; where that cannot be, it is made again for the next who asks."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as written:
            written.write(body)
        os.replace(written.name, path)
    except OSError as error:
        log.warning("a compressed file could not be kept: %s", error)


def _varying(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).add_vary_header("Accept-Encoding")
        await send(message)

    return sent
