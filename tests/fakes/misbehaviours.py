"""How each source misbehaves in ways of its own, by name: what its fake can be made to say in place of an answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from werkzeug import Response

from tests.fakes import arxiv, clickpy, dockerhub, hackernews, openalex, pypistats, stackexchange
from tests.fakes.asked import Asked, Misbehaviour
from tests.fakes.faults import CHALLENGE, EVERYWHERE
from tests.fakes.github import graphql_errors, secondary

Answer = Callable[[Asked], Response | None]


def _json(body: Any, status: int = 200, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(json.dumps(body), status, headers=named, content_type="application/json")


def _only(ending: str, make: Callable[[], Response]) -> Answer:
    return lambda asked: make() if asked.request.path.endswith(ending) else None


def _always(make: Callable[[], Response]) -> Answer:
    return lambda _: make()


def _rewritten(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Answer:
    """The honest answer changed as a whole."""
    return lambda asked: _json(change(json.loads(asked.honest().get_data())))


def _after_rows(asked: Asked) -> Response:
    text = asked.honest().get_data(as_text=True)
    broken = clickpy.exception(241, "MEMORY_LIMIT_EXCEEDED", "Memory limit exceeded")
    return Response(text[: len(text) // 2] + "\n" + broken, content_type="application/json")


def _cut_rows(said: dict[str, Any]) -> dict[str, Any]:
    return {**said, "data": said["data"][:-1], "rows": len(said["data"]) - 1}


def _half(asked: Asked) -> Response:
    body: bytes = asked.honest().get_data()
    return Response(body[: len(body) // 2], content_type="binary/octet-stream")


def _another_year(said: dict[str, Any]) -> dict[str, Any]:
    return {**said, "group_by": [{**group, "key": "1999"} for group in said["group_by"]]}


def _counting_all(said: dict[str, Any]) -> dict[str, Any]:
    return {**said, "meta": {**said["meta"], "count": 250_000_000}}


def _spent() -> Response:
    message = "Insufficient budget. This request costs $0.001 but you only have $0 remaining. Resets at midnight UTC."
    said = {"error": "Rate limit exceeded", "message": message, "creditsRequired": 10, "creditsRemaining": 0}
    wait_s = openalex.until_midnight()
    return _json({**said, "retryAfter": wait_s}, 429, Retry_After=str(wait_s), X_RateLimit_Remaining="0")


def _refused(message: str, status: int, **headers: str) -> Callable[[], Response]:
    return lambda: _json({"message": message}, status, **headers)


def _one(source: str, name: str, answer: Answer, *lasting: str) -> Misbehaviour:
    return Misbehaviour(source, name, answer, lasting or ("unavailable",))


_XML = '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code></Error>'
_LIMIT = "API rate limit exceeded for 192.0.2.1."

OWN = (
    _one("arxiv", "429 in plain text, without a time", _always(arxiv.refused)),
    _one("arxiv", "an error that looks like one paper, with 200", _always(lambda: arxiv.error("bad", 200)), "failed"),
    _one("arxiv", "an error that looks like one paper, with 400", _always(lambda: arxiv.error("bad")), "failed"),
    _one("arxiv", "an empty page where there are entries", _always(lambda: arxiv.atom(arxiv.feed([], 5)))),
    _one("clickpy", "an exception with 500", _always(lambda: Response(clickpy.exception(241, "M", "memory"), 500))),
    _one(
        "clickpy",
        "an exception with 404",
        _always(lambda: Response(clickpy.exception(60, "U", "no table"), 404)),
        "failed",
    ),
    _one("clickpy", "an exception after the first rows, with 200", _after_rows),
    _one(
        "clickpy", "the quota, with 200", _always(lambda: Response(clickpy.exception(201, "QUOTA_EXCEEDED", "used up")))
    ),
    _one("clickpy", "rows cut off at a cap", _rewritten(_cut_rows), "failed"),
    _one("conda", "404", _always(lambda: _json({"error": "could not be found"}, 404)), "failed"),
    _one("conda_monthly", "half a file", _half),
    _one(
        "conda_monthly",
        "a bucket that slows down",
        _always(lambda: Response(_XML.replace("NoSuchKey", "SlowDown"), 503)),
    ),
    _one("dockerhub", "404", _always(lambda: _json({"message": "object not found"}, 404)), "failed"),
    _one("dockerhub", "429 with a time", _always(lambda: dockerhub.limited(retry_after="60"))),
    _one("dockerhub", "429 without a time", _always(dockerhub.limited)),
    _one("ecosystems", "404", _always(lambda: _json({"error": "not found"}, 404)), "failed"),
    _one("ecosystems", "never looked at", _rewritten(lambda said: {**said, "last_synced_at": None}), "failed"),
    _one("github", "the primary limit, 403", _always(_refused(_LIMIT, 403, X_RateLimit_Remaining="0"))),
    _one("github", "the primary limit, 429", _always(_refused(_LIMIT, 429, X_RateLimit_Remaining="0"))),
    _one("github", "the secondary limit with a time", _always(lambda: secondary(("Retry-After", "60")))),
    _one("github", "the secondary limit without any header", _always(secondary)),
    _one("github", "202 while it computes", _always(lambda: _json({}, 202))),
    _one(
        "github",
        "queries limited inside a 200",
        _only("/graphql", lambda: graphql_errors([{"type": "RATE_LIMITED", "message": "x"}])),
        "ok",
        "partial",
        "unavailable",
    ),
    _one("github", "an empty history", _only("/history", lambda: _json([])), "partial"),
    _one("github", "a token that is refused", _always(_refused("Bad credentials", 401)), "failed"),
    _one(
        "github_search",
        "incomplete results that stay",
        _rewritten(lambda said: {**said, "incomplete_results": True}),
        "ok",
    ),
    _one("github_search", "a question that is too long", _always(_refused("Validation Failed", 422)), "failed"),
    _one("github_search", "the limit of a minute", _always(_refused(_LIMIT, 403, X_RateLimit_Remaining="0"))),
    _one(
        "hackernews",
        "zeros behind the wall",
        _always(lambda: hackernews.answer([], 0, message=hackernews.MESSAGE)),
        "failed",
    ),
    _one(
        "huggingface",
        "the window is used up",
        _always(lambda: Response("limit", 429, {"RateLimit": '"api";r=0;t=123'})),
    ),
    _one(
        "huggingface", "a label that is ignored", _only("models-json", lambda: _json({"numTotalItems": 0})), "partial"
    ),
    _one("openalex", "the budget of the day is spent", _always(_spent)),
    _one("openalex", "too many a second, with a time", _always(lambda: openalex.too_fast(1))),
    _one("openalex", "too many a second, without a time", _always(lambda: openalex.too_fast(None))),
    _one(
        "openalex",
        "403 for a parameter",
        _always(lambda: _json({"error": "Invalid query parameters error.", "message": "search.exact is unknown"}, 403)),
        "failed",
    ),
    _one(
        "openalex",
        "400 for a question",
        _always(lambda: _json({"error": "Bad Request", "message": "x"}, 400)),
        "failed",
    ),
    _one("openalex", "works of another year", _rewritten(_another_year), "failed"),
    _one("openalex", "every work there is, whatever the question", _rewritten(_counting_all), "failed"),
    _one("package_index", "404", _always(lambda: _json({"message": "Not Found"}, 404)), "failed"),
    _one("package_index", "503 of its cache", _always(lambda: Response(CHALLENGE, 503))),
    _one("pypistats", "404 in HTML", _always(lambda: Response("404", 404, content_type="text/html")), "failed"),
    _one("pypistats", "200 with empty data", _rewritten(lambda said: {**said, "data": []}), "failed"),
    _one("pypistats", "429 without a header", _always(pypistats.limited)),
    _one("stackexchange", "throttled", _always(lambda: stackexchange.throttled(60))),
    _one(
        "stackexchange",
        "a page beyond the 25th",
        _always(lambda: stackexchange.wrong(403, "access_denied", "page above 25 requires access token or app key")),
        "failed",
    ),
    _one("stackexchange", "a ban in HTML", _always(lambda: Response(CHALLENGE, 429, content_type="text/html"))),
    _one("stackexchange", "a bare total", _only("questions", lambda: stackexchange.packed({"total": 7})), "failed"),
    _one(
        "stackexchange",
        "a long pause",
        _always(lambda: stackexchange.packed({"total": 7, "items": [], "quota_remaining": 200, "backoff": 600})),
    ),
    _one(
        "wikimedia",
        "403 for a client it does not know",
        _always(lambda: Response("Please set a user agent", 403)),
        "failed",
    ),
    _one("wikimedia", "429", _always(lambda: Response("You are making too many requests", 429))),
    _one("wikimedia", "404 for a title or its days", _always(lambda: _json({"title": "Not Found"}, 404)), "failed"),
    _one("wikimedia", "an empty list", _always(lambda: _json({"items": []})), "failed"),
)
"""Ways of one source each, with the outcomes a run has where nothing else is answered."""

_NOT_TO_BE_TOLD_FROM_TRUTH = frozenset(
    {"404 for everything", "404", "404 for a title or its days", "404 in HTML", "an empty list"}
    | {"incomplete results that stay", "null for every number"}
)
PASSING_BY = tuple(each for each in (*EVERYWHERE, *OWN) if each.name not in _NOT_TO_BE_TOLD_FROM_TRUTH)
"""Those whose answers show that they are none, so that a collection must end as if they had not been."""

EVERY = (*EVERYWHERE, *OWN)
