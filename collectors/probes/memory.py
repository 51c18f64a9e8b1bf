"""How much memory a child and all it started hold, from /proc; where there is none, nothing is watched."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from collectors.bench.process import ChildError

LOOK_EVERY_S = 0.5
PROC = Path("/proc")


class MemoryGuard:
    """Called again and again while a child works; ends the wait for one that holds more than it may."""

    def __init__(self, limit: int, should_stop: Callable[[], bool]) -> None:
        self.limit, self.should_stop = limit, should_stop
        self.pid = 0
        self.looked = 0.0

    def __call__(self) -> bool:
        """Say whether the caller wants to stop.

        Raises:
            ChildError: the child's process group holds more bytes than the limit.
        """
        now = time.monotonic()
        if self.pid and now - self.looked >= LOOK_EVERY_S:
            self.looked = now
            held = held_by(self.pid)
            if held > self.limit:
                raise ChildError("out of memory", f"held {held:,} bytes of memory, and {self.limit:,} are allowed")
        return self.should_stop()


def held_by(group: int) -> int:
    """Give the bytes resident for all processes of a process group together."""
    page = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
    return page * sum(_pages(entry) for entry in PROC.glob("[0-9]*/stat") if _group(entry) == group)


def _group(stat: Path) -> int | None:
    fields = _read(stat).rpartition(")")[2].split()
    return int(fields[2]) if len(fields) > 2 else None


def _pages(stat: Path) -> int:
    fields = _read(stat.with_name("statm")).split()
    return int(fields[1]) if len(fields) > 1 else 0


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:  # the process ended meanwhile
        return ""
