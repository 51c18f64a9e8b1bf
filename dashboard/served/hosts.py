"""By which names this site answers: a stranger's name that leads here (DNS rebinding) gets nothing, pages or API."""

import os
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from collectors.jobs import SITE_ADDRESS, is_loopback
from dashboard.served.address import host_of, is_address, listed, public
from dashboard.served.problems import problem

ANY = "*"


class Hosts:
    """Middleware in front of everything: it answers what was asked for by a name of this site.

    A name is this site's if it is ``localhost``, an address in digits, the host of ``FRAMESCOPE_PUBLIC_URL``, one of
    ``FRAMESCOPE_ALLOWED_HOSTS``, or, on a site that other machines reach, this machine's own. A page of another origin
    gets no connection for the pages' messages either.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._own = app, names()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request or a connection, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        asked = headers.getlist("host")
        known = len(asked) == 1 and is_own(asked[0], self._own)
        if scope["type"] == "websocket":
            if known and is_same(headers.getlist("origin"), asked[0]):
                await self._app(scope, receive, send)
            else:
                await receive()
                await send({"type": "websocket.close", "code": 1008})
        elif known:
            await self._app(scope, receive, send)
        else:
            await problem(scope["path"], 421, _TOLD)(scope, receive, send)


_TOLD = (
    "This site does not answer to the name that it was asked by. Whoever runs it names it in FRAMESCOPE_PUBLIC_URL, "
    "and further names in FRAMESCOPE_ALLOWED_HOSTS."
)


def names() -> frozenset[str]:
    """The names this site answers to, in small letters, besides addresses in digits."""
    bound = os.environ.get(SITE_ADDRESS, "")
    found = {"localhost", bound, urlsplit(public()).hostname or "", *listed()}
    if bound and not is_loopback(bound):
        found.add(socket.gethostname())
    return frozenset(name.lower().rstrip(".") for name in found if name)


def is_own(host: str, own: Iterable[str]) -> bool:
    """Whether a Host header names this site. In digits it always does: a stranger's page was not found by digits."""
    name = host_of(host)
    return ANY in own or (name is not None and (is_address(name) or name in own))


def is_same(origins: list[str], host: str) -> bool:
    """Whether a connection for messages comes from a page of this site, or from no browser: browsers name the page."""
    if not origins:
        return True
    return len(origins) == 1 and urlsplit(origins[0]).netloc in {host, urlsplit(public()).netloc} - {""}
