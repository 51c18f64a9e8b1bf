"""The API under /api/v1: its paths, each with what it gives, and its description (OpenAPI)."""

from collections.abc import Callable
from typing import Any, NamedTuple

from fastapi import FastAPI
from starlette.datastructures import URL
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.served import api_claims, api_lists, api_measured, api_series
from dashboard.served.answers import RESPONSES, Page
from dashboard.served.problems import handle, problem

PREFIX = "/api/v1"
ABOUT = """\
Read-only: the figures of this Framescope with their origins. Lists come in pages; `next` of one is the `cursor` of the
following, and a list that changes in between may repeat or skip a row (`/series` does not). A value that is not known
is null, never nought; a number that was measured has 15 significant figures, as many as a float is certain to keep.
Every answer but that of `/jobs` has an ETag that holds until the store changes or the hour does, so that
`If-None-Match` costs next to nothing. A client may ask 120 times at once, and 4 times a second for longer.
"""


class Path(NamedTuple):
    """One path of the API: what answers it, and the model of what it gives."""

    path: str
    answers: Callable[..., Any]
    gives: Any


PATHS = (
    Path("/series", api_series.series, Page[api_series.Observation]),
    Path("/receipts/{receipt}", api_series.receipt, api_series.Receipt),
    Path("/claims", api_claims.claims, Page[api_claims.Claim]),
    Path("/claims/{claim}/changes", api_claims.changes, Page[api_claims.VerdictChange]),
    Path("/capabilities", api_measured.capabilities, Page[api_measured.Capability]),
    Path("/capabilities/{result}", api_measured.evidence, api_measured.Evidence),
    Path("/results", api_measured.results, Page[api_measured.Result]),
    Path("/comparisons", api_measured.comparisons, Page[api_measured.Comparison]),
    Path("/sources", api_lists.sources, Page[api_lists.Source]),
    Path("/systems", api_lists.systems, Page[api_lists.System]),
    Path("/metrics", api_lists.metrics, Page[api_lists.Metric]),
    Path("/jobs", api_lists.jobs, Page[api_lists.Job]),
)


def made() -> FastAPI:
    """The application, without pages that fetch scripts from elsewhere."""
    app = FastAPI(title="Framescope", version="1", description=ABOUT, docs_url=None, redoc_url=None)
    for path, answers, gives in PATHS:
        listed: dict[str, Any] = {"text/csv": {"schema": {"type": "string"}}} if is_page(gives) else {}
        responses = {200: {"content": listed}} | RESPONSES if listed else dict(RESPONSES)
        app.add_api_route(path, answers, response_model=gives, responses=responses, name=answers.__name__)
    app.servers = [{"url": PREFIX}]
    handle(app)
    return app


def is_page(gives: Any) -> bool:
    """Whether a path gives rows, which can be had as CSV."""
    return issubclass(gives, Page)


class ReadOnly:
    """Middleware of the API: HEAD is answered like GET without a body, and what only writes is refused at once."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] == "GET":
            await self._app(scope, receive, send)
        elif scope["method"] == "HEAD":
            await self._app({**scope, "method": "GET"}, receive, _without_body(send))
        else:
            told = problem(str(URL(scope=scope)), 405, "This API only reads.", headers={"Allow": "GET, HEAD"})
            await told(scope, receive, send)


def _without_body(send: Send) -> Send:
    async def sent(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return sent
