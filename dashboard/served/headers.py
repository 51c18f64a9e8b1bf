"""What a browser is told to refuse: scripts, frames and addresses that are not this site's own."""

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qs

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.served.head import OWN_SCRIPTS

_INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
_FILES = ("/api", "/badge", "/feed.xml", "/robots.txt", "/health", "/metrics", "/media", "/app/static", "/_stcore")
"""What is no page: whoever opens it as one gets no script and no frame."""
FILE = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Guarded:
    """Middleware that gives every answer its content security policy and what else keeps a browser from harm."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with headers of ours."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told = {**ALWAYS, "Content-Security-Policy": policy(scope["path"], scope["query_string"].decode("latin-1"))}
        told["Cross-Origin-Resource-Policy"] = "cross-origin" if scope["path"].startswith("/badge/") else "same-origin"

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(told)
            await send(message)

        await self._app(scope, receive, sent)


def policy(path: str, query: str) -> str:
    """The content security policy of an answer; only a page asked for with ``embed=true`` may stand in other pages.

    Styles are inline in Streamlit and Plotly, pictures are drawn into data: and blob: addresses; scripts are the
    site's files and those that its document holds, by their hashes. Streamlit's protobuf counts in WebAssembly,
    which that word lets it compile; text stays text.
    """
    if any(path == prefix or path.startswith(f"{prefix}/") for prefix in _FILES):
        return FILE
    return _page() if _embedded(query) else f"{_page()}; frame-ancestors 'self'"


@lru_cache(maxsize=1)
def _page() -> str:
    document = (Path(streamlit.__file__).parent / "static" / "index.html").read_bytes()
    scripts = " ".join(f"'sha256-{hashed(script)}'" for script in _INLINE.findall(document + OWN_SCRIPTS.encode()))
    parts = (
        "default-src 'self'",
        f"script-src 'self' 'wasm-unsafe-eval' {scripts}",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "frame-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    )
    return "; ".join(parts)


def hashed(script: bytes) -> str:
    """The name of an inline script in a policy."""
    return base64.b64encode(hashlib.sha256(script).digest()).decode()


def _embedded(query: str) -> bool:
    return any(value.lower() == "true" for value in parse_qs(query).get("embed", []))
