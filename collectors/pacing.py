"""Keeps the asked distance between two requests to one source."""

from __future__ import annotations

import time
from collections.abc import Callable


class Pacer:
    """Lets a request through no sooner than ``interval_s`` seconds after the one before, on a clock that never jumps.

    Only one run of a source goes on at a time (the lock in `collectors.run`), so this holds across processes too.
    """

    def __init__(
        self,
        interval_s: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.interval_s = interval_s
        self._clock, self._sleep = clock, sleep
        self._last: float | None = None
        self._not_before: float | None = None

    def due_in(self) -> float:
        """Seconds until the next request may go."""
        after_last = 0.0 if self._last is None else self._last + self.interval_s - self._clock()
        held = 0.0 if self._not_before is None else self._not_before - self._clock()
        return max(0.0, after_last, held)

    def hold(self, seconds: float) -> None:
        """Let nothing through for so many seconds from now; a longer hold stands."""
        self._not_before = max(self._not_before or 0.0, self._clock() + seconds)

    def wait(self) -> None:
        """Sleep until the next request may go, and count from then."""
        if (seconds := self.due_in()) > 0:
            self._sleep(seconds)
        self._last = self._clock()
