"""What the processes of a killing write down as it happens: one line each, in one file, whoever is killed meanwhile."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any


class Diary:
    """A file of JSON lines; each is written by one call of the system, so that none is ever half there."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def note(self, what: str, **more: Any) -> None:
        """Write a line: what happened, when by the one clock of this machine, and in which process."""
        line = json.dumps({"what": what, "at": time.monotonic(), "pid": os.getpid()} | more) + "\n"
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line.encode())
        finally:
            os.close(handle)

    def at_work(self) -> set[int]:
        """The processes that have begun a job and not ended it."""
        held: dict[int, bool] = {line["pid"]: line["what"] == "begin" for line in self.lines("begin", "end")}
        return {pid for pid, holds in held.items() if holds}

    def lines(self, *what: str) -> list[dict[str, Any]]:
        """Every line of these kinds, in the order of their times."""
        if not self.path.exists():
            return []
        found = [json.loads(line) for line in self.path.read_text(encoding="utf-8").splitlines()]
        return sorted((line for line in found if line["what"] in what), key=lambda line: float(line["at"]))
