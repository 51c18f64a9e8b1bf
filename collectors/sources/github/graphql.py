"""GraphQL as GitHub speaks it: errors come inside a 200, some of them beside good data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import urljoin

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel
from requests.structures import CaseInsensitiveDict

from collectors.answers import quota_wait
from collectors.errors import RetryLater, StopSource
from collectors.http import HttpClient
from collectors.receipt import Receipt
from collectors.source import Context, Request, read_json

Node = TypeVar("Node", bound=BaseModel)
HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2026-03-10"}
_LIMITS = frozenset({"RATE_LIMITED", "RATE_LIMIT"})
_WAIT_S = 60.0


class Expected(BaseModel):
    """A part of an answer; fields nobody asked for are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Camel(Expected):
    """A part of a GraphQL answer, whose names are written likeThis."""

    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel)


class _Error(Expected):
    message: str = ""
    type: str = ""
    path: list[str | int] | None = None


class _Answer(Expected):
    data: dict[str, Any] | None = None
    errors: list[_Error] = []


def secret_headers(request: Request) -> dict[str, str]:
    """The token, where there is one."""
    return {} if request.secret is None else {"Authorization": f"Bearer {request.secret.get_secret_value()}"}


def ask(http: HttpClient, request: Request, query: str) -> Receipt:
    """Send a query; raises `RetryLater` with the time of renewal where the answer is that the quota is used up."""
    receipt = http.post(
        urljoin(request.base_url, "graphql"),
        json.dumps({"query": query}).encode(),
        headers={**HEADERS, "Content-Type": "application/json"},
        secret_headers=secret_headers(request),
    )
    if _is_limited(receipt.body):
        wait_s = quota_wait(CaseInsensitiveDict(receipt.answer.headers), receipt.answer.fetched_at)
        raise RetryLater(
            "The quota of queries is used up. Collect again when it is renewed",
            retry_after=_WAIT_S if wait_s is None else wait_s,
            url=receipt.answer.url,
            status=200,
        )
    return receipt


def _is_limited(body: bytes) -> bool:
    try:
        errors = json.loads(body).get("errors") or []
        return any(error.get("type") in _LIMITS for error in errors)
    except (ValueError, AttributeError, TypeError, RecursionError):
        return False


def repository_field(alias: str, name: str, selection: str) -> str:
    """One repository of a query, under an alias; old names lead to the new one, which is GitHub's default."""
    owner, _, short = name.partition("/")
    return f"{alias}: repository(owner: {json.dumps(owner)}, name: {json.dumps(short)}) {{ {selection} }}"


def read_nodes(body: bytes, context: Context, node: type[Node]) -> tuple[dict[str, Node], Mapping[str, str]]:
    """The repositories of an answer by alias, and why those are missing that are.

    Raises `RetryLater` for an answer without data, `StopSource` for a query that GitHub does not accept.
    """
    answer = read_json(_Answer, body, context)
    found = {alias: value for alias, value in (answer.data or {}).items() if alias != "rateLimit"}
    if not any(found.values()) and any(error.type in _LIMITS for error in answer.errors):
        raise RetryLater("The quota of queries is used up. Collect again later", url=context.url, status=200)
    if not found:
        raise _refused(answer.errors, context)
    why = {str(error.path[0]): _why(error) for error in answer.errors if error.path}
    missing = {alias: why.get(alias, "nothing came back for it") for alias, value in found.items() if value is None}
    whole = {alias: value for alias, value in found.items() if value is not None}
    return {alias: read_json(node, json.dumps(value).encode(), context) for alias, value in whole.items()}, missing


def _why(error: _Error) -> str:
    if error.type == "NOT_FOUND":
        return "there is no such repository, or none that is public. Check its name in the catalogue"
    return f"{error.type or 'an error'}: {error.message[:200]}"


def _refused(errors: list[_Error], context: Context) -> RetryLater | StopSource:
    said = "; ".join(_why(error) for error in errors[:3]) or "it holds neither data nor an error"
    # an error that is about the query itself has a type, a place in it, or both; a timeout has neither
    if errors and not any(error.type or error.path for error in errors):
        return RetryLater(f"The query was given up ({said}). Collect again later", url=context.url, status=200)
    return StopSource(f"The query was not answered ({said}). The interface may have changed", url=context.url)
