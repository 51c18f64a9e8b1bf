"""What stands around the pages: the routes and the middleware that `dashboard/asgi.py` gives to Streamlit."""

import asyncio
import gc
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from dashboard.seen import SIGHTINGS
from dashboard.served import smaller, theme_once, undelayed
from dashboard.served.address import listed, public
from dashboard.served.api import PREFIX, ReadOnly, made
from dashboard.served.badges import badge
from dashboard.served.compressed import Compressed, folder_of, forget_earlier
from dashboard.served.feed import feed
from dashboard.served.fonts import Fonts
from dashboard.served.head import Head
from dashboard.served.headers import Guarded
from dashboard.served.health import health, metrics
from dashboard.served.hosts import Hosts
from dashboard.served.limits import Limited
from dashboard.served.missing import Missing
from dashboard.served.problems import problem

ROBOTS = "User-agent: *\nDisallow: /api/\nDisallow: /_stcore/\n"


def robots(_request: Request) -> Response:
    """What a crawler may read: the pages, not the API."""
    return PlainTextResponse(ROBOTS, headers={"Cache-Control": "public, max-age=86400"})


def nothing_there(request: Request) -> Response:
    """A path of ours that is none, which Streamlit would answer with its page."""
    return problem(str(request.url), 404, "There is nothing at this address.")


def seen(request: Request) -> Response:
    """An empty picture, asked for by a browser that has drawn what it was sent; the run that sent it goes on."""
    SIGHTINGS.came(request.path_params["mark"])
    return Response(EMPTY, media_type="image/svg+xml", headers={"Cache-Control": "no-store"})


class Beneath(Route):
    """Whatever else lies beneath a path, line breaks in it too, which Starlette's own `path` does not hold."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path}/{{rest:path}}", nothing_there)
        self.path_regex = re.compile(self.path_regex.pattern, re.DOTALL)


EMPTY = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
ROUTES: tuple[BaseRoute, ...] = (
    Mount(PREFIX, app=made(), middleware=[Middleware(ReadOnly)]),
    Route("/api", nothing_there),
    Beneath("/api"),
    Route("/badge/{metric}/{system}.svg", badge),
    Beneath("/badge"),
    Route("/feed.xml", feed),
    Route("/robots.txt", robots),
    Route("/seen/{mark}.svg", seen),
    Beneath("/seen"),
    Route("/health", health),
    Route("/metrics", metrics),
)
MIDDLEWARE = (
    Middleware(Guarded),
    Middleware(Hosts),
    Middleware(Limited),
    Middleware(Fonts),
    Middleware(Compressed),
    Middleware(Head),
    Middleware(Missing),
)


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncGenerator[None]:
    """Look at the settings before anybody is answered, tidy the cache, and make what is kept there smaller."""
    public()
    listed()
    SIGHTINGS.served = True
    forget_earlier()
    theme_once.write_once()
    undelayed.answer_at_once()
    gc.collect()
    gc.freeze()  # what is loaded stays: looking through it again takes a tenth of a second with every door shut
    working = asyncio.create_task(smaller.work(folder_of()))
    yield
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working
