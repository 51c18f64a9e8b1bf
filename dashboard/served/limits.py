"""At most so many requests a client: a token bucket each, in front of what costs the store something."""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.datastructures import URL
from starlette.types import ASGIApp, Receive, Scope, Send

from collectors.jobs import subscriber
from dashboard.served.problems import problem

BURST = 120
PER_SECOND = 4.0
MOST_CLIENTS = 10_000
LIMITED = ("/api", "/badge", "/feed.xml", "/metrics")


class Buckets:
    """A bucket a client: it holds ``burst`` tokens, gains ``per_second``, and a request takes one.

    The clients that were seen last are remembered, at most ``most``; one that is forgotten begins with a full bucket.
    """

    def __init__(
        self, burst: int, per_second: float, most: int = MOST_CLIENTS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst, self._per_second, self._most, self._clock = burst, per_second, most, clock
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, client: str) -> float:
        """Take a token; gives the seconds to wait for one where there is none, 0 where it was taken."""
        with self._lock:
            now = self._clock()
            held, at = self._held.pop(client, (float(self._burst), now))
            held = min(self._burst, held + (now - at) * self._per_second)
            wait = 0.0 if held >= 1 else (1 - held) / self._per_second
            self._held[client] = (held if wait else held - 1, now)
            while len(self._held) > self._most:
                self._held.popitem(last=False)
            return wait


class Limited:
    """Middleware that answers 429 with Retry-After where a client asks too often."""

    def __init__(self, app: ASGIApp, burst: int = BURST, per_second: float = PER_SECOND) -> None:
        self._app, self._buckets = app, Buckets(burst, per_second)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or tell it to wait."""
        if scope["type"] == "http" and is_limited(scope["path"]):
            wait = self._buckets.take(client_of(scope))
            if wait:
                seconds = math.ceil(wait)
                detail = f"More than {BURST} requests at once, or {PER_SECOND:g} a second for longer."
                told = problem(str(URL(scope=scope)), 429, detail, headers={"Retry-After": str(seconds)})
                await told(scope, receive, send)
                return
        await self._app(scope, receive, send)


def is_limited(path: str) -> bool:
    """Whether a path is counted."""
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in LIMITED)


def client_of(scope: Scope) -> str:
    """Who asks: an address, of IPv6 the network of 64 bits that one subscriber has.

    Behind a proxy on this machine it is the address that the proxy names (uvicorn reads X-Forwarded-For from loopback
    alone); behind one on another machine all clients are that one.
    """
    return subscriber(scope["client"][0] if scope.get("client") else "unknown")
