"""Turns for runs of pages, two at a time, first come first served: one interpreter draws no faster by drawing all."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 2
PATIENCE_S = 1.0
"""How long a run waits for its turn before it goes on without one, in seconds: a slow page holds up nobody."""


class Turns:
    """So many at once, first come first served; who has waited ``patience`` seconds goes on in any case."""

    def __init__(self, at_once: int = AT_ONCE, patience: float = PATIENCE_S) -> None:
        self._free, self._patience = at_once, patience
        self._lock = threading.Lock()
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn and give it back at the end, however the run ends."""
        mine = threading.Event()
        with self._lock:
            if self._free > 0:
                self._free -= 1
                mine.set()
            else:
                self._waiting.append(mine)
        if not mine.wait(self._patience):
            self._give_up(mine)
        try:
            yield
        finally:
            if mine.is_set():
                self._pass_on()

    def _give_up(self, mine: threading.Event) -> None:
        with self._lock:
            if not mine.is_set():
                self._waiting.remove(mine)

    def _pass_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1


TURNS = Turns()
