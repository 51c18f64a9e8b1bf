"""The head of each page as a link preview and a search engine read it: title, description, og; Streamlit's has none."""

import gzip
import hashlib
import html
import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.languages import LANG, offered
from dashboard.served.address import base_of, public
from language.catalogues import chosen
from language.words import N_, _, speaking

SCRIPTS = Path(streamlit.__file__).parent / "static" / "static" / "js"
MARK = "<title>Streamlit</title>"
SPOKEN = '<html lang="en">'
ICON = 'href="./favicon.png"'
# what a program finds in the head: ours, not Streamlit's own for agents, which is switched off here
THEIR_API = re.compile(r'<link\s+rel="service-desc"[^>]*>')
OWN_API = '<link rel="service-desc" type="application/json" href="./api/v1/openapi.json">'
STREAMLITS_FONT = re.compile(r'<link\s+rel="preload"\s+href="[^"]*/SourceSans[^"]*"[^>]*>')
OWN_FONT = '<link rel="preload" href="./app/static/inter-latin.woff2" as="font" type="font/woff2" crossorigin>'
OWN_ICON = 'type="image/svg+xml" href="./app/static/icon.svg"'
# the page brings the same rules once it runs, after Streamlit's own; until then they hold the width of what is coming
STYLE = '<link rel="stylesheet" href="./app/static/site.css">'
# brought early and looked at late: `modulepreload` has the browser read Plotly's 4.7 MB before it begins with the page
LATER = 'as="script" fetchpriority="low" crossorigin'
# Streamlit opens every link in Markdown in a new tab; the site's own, relative ones stay in theirs
OWN_TAB = """<script>
      addEventListener("click", (event) => {
        const link = event.target instanceof Element && event.target.closest('a[target="_blank"][href^="./"]');
        if (link) link.target = "_self";
      }, true);
    </script>"""
# Streamlit makes a step of the history of every change of the address; the page completes its own when it is opened, so
# what changes before the visitor has touched the page is no step of his, and Back leads where he came from. A slow
# browser hears of the next page's query before it has gone there: that is no address of the page that is left
ONE_STEP = """<script>
      (() => {
        let touched = false, leaving = false;
        const push = history.pushState, replace = history.replaceState;
        const touch = (event) => {
          const link = event.target instanceof Element && event.target.closest("a[href]");
          const used = event.type === "pointerdown" || event.key === "Enter";
          leaving = used && link && link.origin === location.origin && link.pathname !== location.pathname;
          touched = true;
        };
        for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, touch, true);
        addEventListener("popstate", () => { touched = leaving = false; }, true);
        history.pushState = function (state, unused, address) {
          const within = new URL(address ?? "", location.href).pathname === location.pathname;
          if (within && leaving) return;
          const step = touched || !within;
          touched = touched && within;
          leaving = false;
          return (step ? push : replace).call(history, state, unused, address);
        };
      })();
    </script>"""
# Streamlit looks for itself beneath every page's own address first, and is told "not found"; and it asks the server how
# it is before it connects. It connects at once where it is told where it is and has the cookie that the asking brings
AT_ONCE = """<script>
      (() => {
        const base = new URL("./", location.href).href.replace(/\\/$/, "");
        window.__streamlit = { BACKEND_BASE_URL: base };
        if (/(^|; )_streamlit_xsrf=/.test(document.cookie))
          window.__streamlit.HOST_CONFIG = { allowedOrigins: [location.origin], useExternalAuthToken: false };
      })();
    </script>"""
OWN_SCRIPTS = f"{OWN_TAB}\n    {ONE_STEP}\n    {AT_ONCE}"
_MOST_BYTES = 200_000
HTML = "text/html; charset=utf-8"  # untranslated: a header
VARIES = "Accept-Encoding, Accept-Language"  # untranslated: a header
_UNKEPT = (b"if-none-match", b"if-modified-since", b"range", b"accept-encoding")


class Told(NamedTuple):
    """What a page is called, and the question it answers."""

    title: str
    question: str
    chunks: tuple[str, ...] = ()
    """What a page is certain to draw with, asked for at once and not only when the page's data have come."""


CHART = ("PlotlyChart",)
PAGES = {
    "/": Told("Framescope", N_("PyTorch or TensorFlow, Keras or JAX: who leads, on what, since when?")),
    "/adoption": Told(N_("Adoption"), N_("How do the signals of adoption run over time, and do they agree?"), CHART),
    "/capabilities": Told(
        N_("Capabilities"), N_("Can it do that, in which mode, in which version? Probed by running code.")
    ),
    "/speed": Told(N_("Speed"), N_("Which is faster for this work, measured here, with its interval?")),
    "/code": Told(N_("Code"), N_("The same task in each framework, side by side: shown and run.")),
    "/ecosystem": Told(N_("Ecosystem"), N_("What lives, what died, and what replaced it?")),
    "/claims": Told(N_("Claims"), N_("What did published comparisons say, and is it still so?")),
    "/choose": Told(
        N_("Choose"), N_("Which one for me? Ranges of scores from evidence, and where the answer flips."), CHART
    ),
    "/data": Told(N_("Data"), N_("Where does each figure come from, and how fresh is it?")),
}


class Head:
    """Middleware that writes each page's own head into Streamlit's one document.

    The document goes out as Streamlit made it where it is not as expected: not HTML, too large, or without the title
    that is to be replaced, exactly once.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a page with its head; everything else goes on untouched."""
        page = PAGES.get(scope["path"]) if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") else None
        if page is None:
            await self._app(scope, receive, send)
            return
        heard: list[Message] = []
        plain = [(name, value) for name, value in scope["headers"] if name.lower() not in _UNKEPT]

        async def hear(message: Message) -> None:
            heard.append(message)

        await self._app({**scope, "headers": plain, "method": "GET"}, receive, hear)
        answer = _rewritten(Request(scope), page, heard)
        await answer(scope, receive, send)


def _rewritten(request: Request, page: Told, heard: list[Message]) -> Response:
    body = b"".join(message.get("body", b"") for message in heard if message["type"] == "http.response.body")
    start = next(message for message in heard if message["type"] == "http.response.start")
    headers = Headers(raw=start["headers"])
    text = body.decode("utf-8", errors="replace")
    ours = headers.get("content-type", "").startswith("text/html") and len(body) <= _MOST_BYTES
    if start["status"] != 200 or not ours or text.count(MARK) != 1:
        answer = Response(b"" if request.method == "HEAD" else body, start["status"])
        answer.raw_headers = [pair for pair in start["headers"] if pair[0] != b"content-encoding"]
        return answer
    language = language_of(request)
    with speaking(language):
        links = head_of(page, base_of(request) + request.url.path if public() else "")
    text = text.replace(SPOKEN, f'<html lang="{language}">', 1)
    text = THEIR_API.sub("", text).replace(MARK, links).replace(ICON, OWN_ICON, 1)
    return _answer(request, STREAMLITS_FONT.sub(OWN_FONT, text).encode(), start["headers"])


def _answer(request: Request, made: bytes, theirs: list[tuple[bytes, bytes]]) -> Response:
    """The document with headers of its own; what else Streamlit said of it (a cookie) stays."""
    tag = f'"{hashlib.sha256(made).hexdigest()[:32]}"'
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    packed = "gzip" in request.headers.get("accept-encoding", "")
    body = b"" if tag in known or request.method == "HEAD" else _packed(made) if packed else made
    answer = Response(body, 304 if tag in known else 200, media_type=HTML)
    kept = [pair for pair in theirs if pair[0] in (b"set-cookie",)]
    answer.raw_headers.extend(kept)
    own = MutableHeaders(raw=answer.raw_headers)
    own["ETag"], own["Cache-Control"], own["Vary"] = f"W/{tag}", "no-cache", VARIES
    if packed and body:
        own["Content-Encoding"] = "gzip"
    return answer


def language_of(request: Request) -> str:
    """The language the page will be read in: the browser's first, as the page itself asks for, not its others."""
    first = request.headers.get("accept-language", "").partition(",")[0].partition(";")[0].strip()
    return chosen(request.query_params.get(LANG), first, offered())


def head_of(page: Told, address: str) -> str:
    """The elements that stand in place of the title; without an address of the site there is no og:url."""
    title = page.title if page.title == "Framescope" else f"{_(page.title)} · Framescope"
    question = _(page.question)
    told = {"og:type": "website", "og:site_name": "Framescope", "og:title": title, "og:description": question}
    told |= {"og:url": address} if address else {}
    lines = [f"<title>{html.escape(title)}</title>", _meta("name", "description", question)]
    lines += [_meta("property", name, text) for name, text in told.items()]
    # the feed is English
    lines.append('<link rel="alternate" type="application/rss+xml" title="What changed" href="./feed.xml">')
    lines += [OWN_API, STYLE]
    lines += [f'<link rel="preload" {LATER} href=".{address}">' for address in _addresses(page.chunks)]
    return "\n    ".join((*lines, OWN_SCRIPTS))


@lru_cache(maxsize=8)
def _addresses(chunks: tuple[str, ...]) -> list[str]:
    """Where Streamlit has the chunks of these names; one that it does not have, or has twice, is left out."""
    found = {chunk: list(SCRIPTS.glob(f"{chunk}.*.js")) for chunk in chunks}
    return [f"/static/js/{several[0].name}" for several in found.values() if len(several) == 1]


def _meta(kind: str, name: str, text: str) -> str:
    return f'<meta {kind}="{name}" content="{html.escape(text)}">'


@lru_cache(maxsize=32)
def _packed(body: bytes) -> bytes:
    return gzip.compress(body, 6, mtime=0)
