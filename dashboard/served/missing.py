"""An address where there is no page: Streamlit would answer it with the first page, and as if all were well."""

import html

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.served.head import PAGES, VARIES, language_of
from language.words import _, speaking

_OURS = ("/api", "/_stcore", "/media", "/app/static")
"""Where a document is an answer of its own: a file that is taken along is one."""
_LONGEST = 100
_LOOK = (
    ":root{color-scheme:light dark}"  # untranslated: a style
    "body{font:1rem/1.6 Inter,system-ui,'Noto Sans CJK SC',sans-serif;max-width:40rem;margin:15vh auto}"
    "body{padding:0 1rem}h1{font-size:1.5rem}a{color:inherit}code{overflow-wrap:anywhere}"  # untranslated: a style
)


class Missing:
    """Middleware that answers 404, with a page that says so and leads home, where there is no page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Put the page in the place of Streamlit's document; whatever else is at the address goes on untouched."""
        path = scope.get("path", "")
        page = path in PAGES or any(path == one or path.startswith(f"{one}/") for one in _OURS)
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or page:
            await self._app(scope, receive, send)
            return
        instead = False

        async def sent(message: Message) -> None:
            nonlocal instead
            if message["type"] == "http.response.start" and message["status"] in (200, 206):
                instead = Headers(raw=message["headers"]).get("content-type", "").startswith("text/html")
            if not instead:
                await send(message)

        await self._app(scope, receive, sent)
        if instead:
            await _answer(Request(scope))(scope, receive, send)


def _answer(request: Request) -> HTMLResponse:
    language = language_of(request)
    with speaking(language):
        text = document(request.url.path, language)
    headers = {"Cache-Control": "no-cache", "Vary": VARIES}
    return HTMLResponse("" if request.method == "HEAD" else text, 404, headers)


def document(path: str, language: str) -> str:
    """The whole page, in the language that is spoken; its links hold behind a proxy's path too."""
    home = "../" * (path.count("/") - 1) or "./"
    named = [(name.lstrip("/"), _(told.title)) for name, told in PAGES.items() if name != "/"]
    links = " · ".join(f'<a href="{home}{name}">{html.escape(title)}</a>' for name, title in named)
    title = html.escape(_("There is no page at this address"))
    asked = f"<code>{html.escape(path[:_LONGEST])}{'…' if path[_LONGEST:] else ''}</code>"
    says = _("{address} leads nowhere here: it was mistyped, or the page was taken away.", address=asked)
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title} · Framescope</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_LOOK}</style></head>'
        f'<body><main><h1>{title}</h1><p>{says}</p><p><a href="{home}">{html.escape(_("Overview"))}</a> · {links}</p>'
        "</main></body></html>"
    )
