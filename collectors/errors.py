"""What can go wrong while collecting, named by what the caller should do."""

from __future__ import annotations


class CollectError(Exception):
    """The root: a message that says what to do, and where and on which try it happened.

    ``url`` holds no secrets (the client redacts it), ``try_`` counts from 1, ``status`` is the HTTP status; each is
    None where there was none.
    """

    def __init__(
        self, message: str, *, url: str | None = None, try_: int | None = None, status: int | None = None
    ) -> None:
        super().__init__(message)
        self.message, self.url, self.try_, self.status = message, url, try_, status

    def __str__(self) -> str:
        """The message, then the facts known about the request."""
        facts = [f"HTTP {self.status}"] if self.status is not None else []
        facts += [f"try {self.try_}"] if self.try_ is not None else []
        facts += [self.url] if self.url is not None else []
        return f"{self.message} ({', '.join(facts)})" if facts else self.message


class RetryLater(CollectError):
    """The source cannot answer now: leave it and come back, after ``retry_after`` seconds where it named a time."""

    def __init__(
        self,
        message: str,
        *,
        retry_after: float | None = None,
        url: str | None = None,
        try_: int | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(message, url=url, try_=try_, status=status)
        self.retry_after = retry_after


class SkipItem(CollectError):
    """This one item cannot be had; the others of the source can."""


class Unreadable(SkipItem):
    """What came for this item cannot be read at all; others may fare better, unless several in a row do not."""


class StopSource(CollectError):
    """Nothing more can be had from this source until somebody changes something; the message says what."""
