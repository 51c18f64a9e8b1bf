"""The clock that everything collected and stored is dated by: UTC, and movable, so that weeks can pass in a minute."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta

_AHEAD: ContextVar[timedelta] = ContextVar("ahead", default=timedelta())


def now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC) + _AHEAD.get()


def today() -> date:
    """The UTC day."""
    return now().date()


@contextmanager
def ahead(by: timedelta) -> Iterator[None]:
    """Let this thread's clock go ahead by so much (behind, where negative), for rehearsals and tests."""
    token = _AHEAD.set(by)
    try:
        yield
    finally:
        _AHEAD.reset(token)
