"""One request as it is sent, and the conditions that go with it; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from collectors.receipt import Known
from collectors.redact import Redactor

_KEPT_HEADERS = ("content-type", "etag", "last-modified", "link", "x-ratelimit-remaining", "x-ratelimit-reset")
_LONGEST_HEADER = 1_000


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request; ``secret_headers`` go to the host they are meant for and are kept nowhere."""

    url: str
    headers: Mapping[str, str]
    secret_headers: Mapping[str, str] = field(repr=False)
    max_bytes: int
    content: bytes | None = None

    @property
    def method(self) -> str:
        """What is done at the address: a request with content is a POST."""
        return "GET" if self.content is None else "POST"

    def at(self, url: str, *, secrets: bool) -> Outgoing:
        """The same request for another address."""
        return replace(self, url=url, secret_headers=self.secret_headers if secrets else {})

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
