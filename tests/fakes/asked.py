"""What a misbehaviour is: a name, and what it makes of a request that deserved an honest answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from werkzeug import Request, Response

from tests.fakes.wire import Reply


@dataclass(frozen=True)
class Asked:
    """A request to a source, its number among those to it, and the answer it deserves."""

    source: str
    number: int
    address: str
    request: Request
    honest: Callable[[], Response]


@dataclass(frozen=True)
class Misbehaviour:
    """One way to go wrong, of one source or of ``all``; ``answer`` gives None where it does not fit the request.

    ``lasting`` are the outcomes a run may have where nothing else is ever answered.
    """

    source: str
    name: str
    answer: Callable[[Asked], Response | Reply | None]
    lasting: tuple[str, ...] = ("unavailable",)
