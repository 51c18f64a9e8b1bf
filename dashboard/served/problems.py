"""Errors as problem documents (RFC 9457): what went wrong, where, and what to do."""

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from db.errors import StoreError, UnknownName

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
BUSY_S = 5
_SHOWN = 200
_DO = {
    401: "Nothing here asks for a login.",
    404: "See /api/v1/openapi.json for what there is.",
    405: "This API only reads: use GET or HEAD.",
    421: "Ask by localhost or by the address in digits; FRAMESCOPE_ALLOWED_HOSTS adds names (docs/settings.md).",
    422: "Correct the parameter that is named; /api/v1/openapi.json says what each may be.",
    429: "Wait as long as Retry-After says, then ask again.",
    500: "Ask again; if it stays, look at the log of the site.",
    503: "Do what the detail says, then ask again.",
}
_TITLES = {
    404: "There is nothing by that name",
    405: "That cannot be done here",
    421: "Not a name of this site",
    422: "A parameter cannot be used",
    429: "Too many requests",
    500: "The site failed",
    503: "The store cannot be read",
}


class Problem(BaseModel):
    """Why there is no answer."""

    type: str = Field(description="A name for this kind of problem, as a URI; not an address to open.")
    title: str
    status: int
    detail: str = Field(description="What was wrong this time.")
    instance: str = Field(description="The address that was asked for.")
    do: str = Field(description="What to do now.")


class Unusable(ValueError):
    """A parameter that is well formed and cannot be used; the message says why."""


def problem(url: str, status: int, detail: str, *, headers: dict[str, str] | None = None) -> Response:
    """The response that tells of a problem; text from outside is cut, and stays text."""
    document = Problem(
        type=f"tag:framescope,2026:problem:{status}",
        title=_TITLES.get(status, "That did not work"),
        status=status,
        detail=detail[: 5 * _SHOWN],
        instance=url[:_SHOWN],
        do=_DO.get(status, _DO[404]),
    )
    plain = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"} | (headers or {})
    return JSONResponse(document.model_dump(), status, plain, MEDIA_TYPE)


def of_error(request: Request, error: Exception) -> Response:
    """The problem that an error of ours is; anything else is told without its words, which may hold paths."""
    url = str(request.url)
    if isinstance(error, HTTPException):
        allowed = {"Allow": "GET, HEAD"} if error.status_code == 405 else None
        return problem(url, error.status_code, str(error.detail), headers=allowed)
    if isinstance(error, RequestValidationError):
        return problem(url, 422, "; ".join(_told(one) for one in error.errors()[:10]))
    if isinstance(error, Unusable):
        return problem(url, 422, str(error))
    if isinstance(error, UnknownName):
        return problem(url, 404, str(error))
    if isinstance(error, StoreError):
        log.warning("%s", error)  # the driver's words, which name host and user, are for whoever runs the site
        return problem(url, 503, error.public, headers={"Retry-After": str(BUSY_S)})
    return problem(url, 500, "Something that was not foreseen went wrong; the log of the site has it.")


def handle(app: FastAPI) -> None:
    """Let an application answer every error with a problem document."""
    for kind in (HTTPException, RequestValidationError, Unusable, StoreError, Exception):
        app.add_exception_handler(kind, _answer)


async def _answer(request: Request, error: Exception) -> Response:
    return of_error(request, error)


def _told(error: dict[str, Any]) -> str:
    where = ".".join(str(part)[:80] for part in error["loc"][1:]) or str(error["loc"][0])
    if error["type"] == "extra_forbidden":
        return f"{where}: there is no such parameter"
    return f"{where}: {error['msg']}"
