"""Reads the headers that say how long to wait: Retry-After (RFC 9110, section 10.2.3) and RateLimit (draft); pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_RESET = re.compile(r";\s*t=([0-9]{1,9})(?:[;,\s]|$)", re.ASCII)
_SECONDS = re.compile(r"[0-9]{1,15}", re.ASCII)


def retry_after_seconds(header: str | None, now: datetime) -> float | None:
    """Seconds to wait from ``now`` (aware), never negative; None where the header is absent or means nothing."""
    text = (header or "").strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    try:
        return max(0.0, (when - now).total_seconds())
    except OverflowError:
        return None


def rate_limit_seconds(header: str | None) -> float | None:
    """Seconds until a quota is renewed by the header RateLimit (``"api";r=0;t=123``); None where it does not say."""
    found = _RESET.search(header or "")
    return float(found[1]) if found else None
