"""What this thread is at, for the log: the job and the source that everything logged meanwhile belongs to."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_ABOUT: ContextVar[dict[str, int | str]] = ContextVar("about")


def about() -> dict[str, int | str]:
    """What is known: ``job`` by its number, ``source`` by its name; neither where there is none."""
    return _ABOUT.get({})


def job() -> int | None:
    """The number of the job that this thread works on; None outside of one."""
    number = about().get("job")
    return number if isinstance(number, int) else None


@contextmanager
def at(**what: int | str) -> Iterator[None]:
    """Say what this thread is at while the block runs."""
    token = _ABOUT.set(about() | what)
    try:
        yield
    finally:
        _ABOUT.reset(token)
