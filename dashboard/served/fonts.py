"""Streamlit's fonts as this site needs them: its icons cut down to those drawn here, its text font replaced by ours."""

import hashlib
import json
import logging
import re
from pathlib import Path

import streamlit
from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

log = logging.getLogger(__name__)
STATIC = Path(__file__).parents[1] / "static"
CACHING = "no-cache"
"""The address is Streamlit's and stays when the site uses one icon more, so that a browser has to ask each time."""
TEXT = re.compile(r"/static/media/SourceSansVF-Upright\.[\w.-]+\.woff2")
OWN_TEXT = "../../app/static/inter-latin.woff2"


class Fonts:
    """Middleware in front of two of Streamlit's fonts.

    The icons are those that `scripts/icon_font.py` took from Streamlit's font, which goes out itself where it is
    another than the one ours were taken from. Streamlit's text font is asked for only until the theme has arrived:
    whoever asks is sent to the theme's, which is there by then.
    """

    def __init__(self, app: ASGIApp, root: Path | None = None) -> None:
        self._app = app
        self._icons = address_of(root or Path(streamlit.__file__).parent / "static")
        self._body = (STATIC / "icons.woff2").read_bytes()
        self._tag = f'"{hashlib.sha256(self._body).hexdigest()[:32]}"'

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer for the two fonts; everything else goes on untouched."""
        answer: ASGIApp = self._app
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            if scope["path"] == self._icons:
                answer = self._answer(Headers(scope=scope).get("if-none-match", ""), scope["method"])
            elif TEXT.fullmatch(scope["path"]):
                answer = RedirectResponse(OWN_TEXT, 307, {"Cache-Control": "public, max-age=86400"})
        await answer(scope, receive, send)

    def _answer(self, known: str, method: str) -> Response:
        headers = {"ETag": self._tag, "Cache-Control": CACHING, "X-Content-Type-Options": "nosniff"}
        if self._tag in [one.strip().removeprefix("W/") for one in known.split(",")]:
            return Response(status_code=304, headers=headers)
        answer = Response(self._body, headers=headers, media_type="font/woff2")
        if method == "HEAD":
            answer.body = b""
        return answer


def address_of(root: Path) -> str | None:
    """The address of Streamlit's icon font, if it is the one that ours was made of; else None, and the log says so."""
    digest = json.loads((STATIC / "icons.json").read_text(encoding="utf-8"))["of"]
    for font in (root / "static" / "media").glob("MaterialSymbols-Rounded.*.woff2"):
        if hashlib.sha256(font.read_bytes()).hexdigest() == digest:
            return f"/static/media/{font.name}"
    log.info("icons.woff2 was not made of this Streamlit's icon font, which goes out whole, 30 times as large")
    return None
