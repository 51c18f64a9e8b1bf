"""What an answer means for the one who asked: go on, try again, or one of the three errors; pure."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from collectors.errors import CollectError, RetryLater, SkipItem, StopSource
from collectors.retry_after import rate_limit_seconds, retry_after_seconds

REDIRECTS = frozenset({301, 302, 303, 307, 308})
KEEPS_METHOD = frozenset({307, 308})
_BUSY = frozenset({202, 429, 500, 502, 503, 504})
_UNNAMED_PAUSE_S = 60.0
_SHORTEST_EPOCH = 10**9
_DEFAULT_PORTS = {"http": 80, "https": 443}


class TryAgain(Exception):
    """A failure that may pass within seconds; the client turns the last one into `RetryLater`."""

    def __init__(self, why: str, *, status: int | None = None, wait_s: float | None = None) -> None:
        super().__init__(why)
        self.why, self.status, self.wait_s = why, status, wait_s


@dataclass(frozen=True, slots=True)
class Asked:
    """What the messages say of a request: its address without secrets, which try, when and how it was answered."""

    url: str
    try_: int
    now: datetime
    body: bytes = b""


def check_status(status: int, headers: Mapping[str, str], asked: Asked, max_wait_s: float) -> None:
    """Pass a 200 or a 304; raise `TryAgain` or a `CollectError` for everything else.

    ``headers`` is case-insensitive. A wait of more than ``max_wait_s`` is not waited for: `RetryLater`.
    """
    if status in (200, 304):
        return
    if status in _BUSY:
        wait_s = (
            quota_wait(headers, asked.now)
            if status == 429
            else retry_after_seconds(headers.get("Retry-After"), asked.now)
        )
        if wait_s is None and status == 429:
            wait_s = rate_limit_seconds(headers.get("RateLimit"))
        if wait_s is not None and wait_s > max_wait_s:
            raise RetryLater(
                f"The source asks to wait {wait_s:,.0f} s, longer than a run waits. Collect again after that",
                retry_after=wait_s,
                **_facts(status, asked),
            )
        raise TryAgain("the source is busy or failing", status=status, wait_s=wait_s)
    raise _error(status, headers, asked)


def _error(status: int, headers: Mapping[str, str], asked: Asked) -> CollectError:
    facts = _facts(status, asked)
    if status in (404, 410):
        return SkipItem("The source does not have it. Check its name in the catalogue", **facts)
    if status == 403 and (wait_s := quota_wait(headers, asked.now)) is not None:
        return RetryLater("The quota is used up. Collect again when it is renewed", retry_after=wait_s, **facts)
    if status == 403 and b"rate limit" in asked.body.lower():
        message = "The source was asked too often and names no time. Collect again after a minute or more"
        return RetryLater(message, retry_after=_UNNAMED_PAUSE_S, **facts)
    if status in (401, 403):
        return StopSource("The source refuses access. Check its key or token, and that it still allows this", **facts)
    if status == 407:
        return StopSource("The proxy wants a login. Check the proxy settings", **facts)
    if status in (408, 425) or status >= 500:
        return RetryLater("The source could not answer. Collect again later", **facts)
    return StopSource(
        "The source answered in a way this version does not expect. Its interface may have changed", **facts
    )


def quota_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds until a used-up quota is renewed; None where the headers do not speak of one.

    The renewal is named as a time (seconds since 1970) by most, as seconds from now by some.
    """
    wait_s = retry_after_seconds(headers.get("Retry-After"), now)
    if wait_s is None and headers.get("X-RateLimit-Remaining", "").strip() == "0":
        reset = headers.get("X-RateLimit-Reset", "").strip()
        known = reset.isascii() and reset.isdigit() and len(reset) < 16
        seconds = float(reset) if known else 0.0
        return max(0.0, seconds - now.timestamp()) if seconds >= _SHORTEST_EPOCH else seconds
    return wait_s


def _facts(status: int, asked: Asked) -> dict[str, Any]:
    return {"url": asked.url, "try_": asked.try_, "status": status}


def next_address(current: str, location: str | None) -> str:
    """Where a redirect leads. Raises `ValueError` saying why it is not followed."""
    if not location:
        raise ValueError("it names no address")
    target = urljoin(current, location)
    here, there = urlsplit(current), urlsplit(target)
    if there.scheme not in _DEFAULT_PORTS or not there.hostname:
        raise ValueError(f"it leads to a {there.scheme or 'nameless'} address")
    if here.scheme == "https" and there.scheme == "http":
        raise ValueError("it leads from https to http")
    if there.port == 0:  # asking for the port of one beyond 65535 raises too
        raise ValueError("it leads to a port that is none")
    if there.username is not None or there.password is not None:
        raise ValueError("it leads to an address with a user name or password")
    return target


def same_origin(one: str, other: str) -> bool:
    """Whether two addresses have scheme, host and port in common, so that a secret for one may go to the other."""
    return _origin(one) == _origin(other)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS.get(parts.scheme)


def broke_off(error: BaseException) -> bool:
    """Whether a secure connection just ended, rather than being refused for what it is."""
    return any(isinstance(each, ssl.SSLEOFError | ssl.SSLZeroReturnError | ConnectionError) for each in _causes(error))


def root_cause(error: BaseException) -> str:
    """What lies at the bottom of a connection error, in words without addresses."""
    causes = list(_causes(error))
    named = (each.strerror for each in causes if isinstance(each, OSError) and each.strerror)
    return next(named, type(causes[-1]).__name__)


def _causes(error: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__ or found.__context__
