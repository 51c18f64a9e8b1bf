"""Whether a visitor's browser has drawn what it was sent: it asks for an empty picture as soon as that is in sight."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict

MOST = 1_000
"""How many are waited for at once; the longest waited for is forgotten first."""


class Sightings:
    """Marks that were sent out and have not come back; where nothing is served, none is waited for."""

    def __init__(self) -> None:
        self.served = False
        """Whether there is an address that a browser could ask at."""
        self._lock = threading.Lock()
        self._waiting: OrderedDict[str, threading.Event] = OrderedDict()

    def expected(self) -> str:
        """A new mark, which nobody can guess."""
        mark = secrets.token_urlsafe(12)
        with self._lock:
            self._waiting[mark] = threading.Event()
            while len(self._waiting) > MOST:
                self._waiting.popitem(last=False)[1].set()
        return mark

    def came(self, mark: str) -> None:
        """Note that a browser has asked; a mark that is not waited for is none."""
        with self._lock:
            event = self._waiting.pop(mark, None)
        if event is not None:
            event.set()

    def wait(self, mark: str, seconds: float) -> bool:
        """Wait until the mark has come back, so many seconds at most; whether it has."""
        with self._lock:
            event = self._waiting.get(mark)
        there = event is None or event.wait(seconds)
        with self._lock:
            self._waiting.pop(mark, None)
        return there


SIGHTINGS = Sightings()
