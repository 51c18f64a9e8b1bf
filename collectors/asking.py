"""One request as it is sent, and the conditions that go with it; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from collectors.receipt import Known
from collectors.redact import Redactor

_QUOTA_HEADERS = (
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-ratelimit-credits-used",
    "x-ratelimit-remaining-usd",
    "x-ratelimit-cost-usd",
)
_KEPT_HEADERS = ("content-type", "etag", "last-modified", "link", "retry-after", *_QUOTA_HEADERS)
_LONGEST_HEADER = 1_000


@dataclass(frozen=True, slots=True)
class Secret:
    """What goes to the host it is meant for, in the headers or behind the address, and is kept nowhere."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: Mapping[str, str] = field(default_factory=dict, repr=False)

    def values(self) -> tuple[str, ...]:
        """Every secret text."""
        return (*self.headers.values(), *self.params.values())


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request; statuses in ``accept`` are answers beside 200."""

    url: str
    headers: Mapping[str, str]
    secret: Secret
    max_bytes: int
    content: bytes | None = None
    accept: frozenset[int] = frozenset()

    @property
    def method(self) -> str:
        """What is done at the address: a request with content is a POST."""
        return "GET" if self.content is None else "POST"

    def at(self, url: str, *, secrets: bool) -> Outgoing:
        """The same request for another address."""
        return replace(self, url=url, secret=self.secret if secrets else Secret())

    def kept(self, redactor: Redactor) -> dict[str, Any]:
        """What a receipt says of it beside the address: headers and content, without secrets."""
        headers = {name: redactor.text(text) for name, text in self.headers.items()}
        content = {} if self.content is None else {"content": redactor.body(self.content).decode(errors="replace")}
        return {"headers": headers, **content}


def validators(known: Known | None) -> dict[str, str]:
    """The headers that ask for an answer only if it differs from what is known."""
    if known is None:
        return {}
    found = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: text for name, text in found.items() if text}


def user_agent(contact: str) -> str:
    """Who asks: the program, its version, and whom to write to."""
    try:
        name = f"framescope/{version('framescope')}"
    except PackageNotFoundError:
        name = "framescope"
    return f"{name} (+{contact})" if contact else name


def kept_headers(headers: Mapping[str, str], redactor: Redactor) -> dict[str, str]:
    """The headers of an answer that are worth keeping, shortened; ``headers`` is case-insensitive."""
    found = {name: headers.get(name) for name in _KEPT_HEADERS}
    return {name: redactor.text(text)[:_LONGEST_HEADER] for name, text in found.items() if text}


def quota_said(headers: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """What kept headers say of a quota, under the name it has in a receipt; nothing where they are silent."""
    said = {name: headers[name] for name in _QUOTA_HEADERS if name in headers}
    return {"quota": said} if said else {}
