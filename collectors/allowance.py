"""What a source that counts its answers in money or credits said is left for the day, and when it is renewed; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from collectors.errors import RetryLater
from db import clock

DAY_S = 86_400.0
# credits where both are said, dollars else: one unit for what is left and for what the answer cost
_UNITS = (("x-ratelimit-remaining", "x-ratelimit-credits-used"), ("x-ratelimit-remaining-usd", "x-ratelimit-cost-usd"))


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left, what the last answer cost (in the same unit), and when it is renewed (UTC)."""

    left: float
    price: float
    until: datetime

    @classmethod
    def said(cls, quota: Mapping[str, str], now: datetime) -> Allowance | None:
        """By the headers of an answer, lower-case names; None where they do not say both."""
        for names in _UNITS:
            left, price = (_number(quota.get(name)) for name in names)
            if left is not None and price is not None:
                return cls(left, price, renewed(quota, now))
        return None

    @classmethod
    def kept(cls, cursor: str | None) -> Allowance | None:
        """As `str` wrote it into a cursor."""
        if not cursor:
            return None
        left, price, until = cursor.split()
        return cls(float(left), float(price), datetime.fromisoformat(until))

    def __str__(self) -> str:
        return f"{self.left!r} {self.price!r} {self.until.isoformat()}"

    def must_reach(self, asks: int, now: datetime | None = None) -> None:
        """Raise `RetryLater` where so many requests at the last price cost more than is left until it is renewed."""
        now = now or clock.now()
        if now < self.until and self.left < asks * self.price:
            why = f"{self.left:g} are left of today's allowance, less than {asks} requests at {self.price:g}"
            raise later(self.until, why, now)


def renewed(quota: Mapping[str, str], now: datetime) -> datetime:
    """When it is renewed: a header counts whole seconds until midnight UTC, which also stands where it is silent."""
    seconds = _number(quota.get("x-ratelimit-reset"))
    if seconds is not None and seconds <= DAY_S:
        return now + timedelta(seconds=seconds + 1)
    return datetime.combine(_day(now) + timedelta(days=1), time(), UTC)


def later(until: datetime, why: str, now: datetime | None = None) -> RetryLater:
    """The error of a spent allowance, with the time it goes on at."""
    wait_s = max(0.0, (until - (now or clock.now())).total_seconds())
    return RetryLater(f"{why}. It goes on after {until:%Y-%m-%d %H:%M} UTC", retry_after=wait_s)


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()


def _number(text: str | None) -> float | None:
    text = (text or "").strip()
    known = text.isascii() and len(text) < 20 and text.replace(".", "", 1).isdigit()
    return float(text) if known else None
