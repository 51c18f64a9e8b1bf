"""A request to end that comes from outside: Ctrl-C, a terminal that closes, whoever stops the process."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

WORDS = {"SIGINT": "cancelled at the keyboard", "SIGTERM": "ended by SIGTERM", "SIGHUP": "its terminal was closed"}


class Ending:
    """Whether the command was asked to end, and by which signal; the first one counts."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.number = 0

    @property
    def why(self) -> str:
        """Say what asked for it."""
        name = signal.Signals(self.number).name
        return f"{WORDS.get(name, name)} ({name})"

    @property
    def status(self) -> int:
        """The exit status that a shell expects of a command that a signal ended."""
        return 128 + self.number

    def _ask(self, number: int, _frame: FrameType | None) -> None:
        if self.asked.is_set():  # who asks twice does not want to wait for what is put in order
            raise SystemExit(self.status)
        self.number = number
        self.asked.set()


@contextmanager
def ending() -> Iterator[Ending]:
    """Note signals instead of dying of them while the block runs; in a thread beside the main one, none can be."""
    found = Ending()
    before: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        for name in WORDS:
            number = getattr(signal, name, None)  # Windows has no SIGHUP
            if number is not None:
                before[number] = signal.signal(number, found._ask)
    try:
        yield found
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
