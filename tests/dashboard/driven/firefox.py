"""A Firefox without a window, spoken to by WebDriver BiDi: opens addresses, asks the page, hears its console.

Playwright drives a Firefox of its own making only; this is the one that people have.
"""

import itertools
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from websockets.sync.client import ClientConnection, connect

NAMES = ("firefox-esr", "firefox")
PATIENCE_S = 60.0
SAID = "WebDriver BiDi listening on "


class Firefox:
    """One page of a running Firefox."""

    def __init__(self, wire: ClientConnection) -> None:
        self._wire, self._numbers = wire, itertools.count(1)
        self.errors: list[str] = []
        """What the console called an error since the last page was opened."""
        self.ask("session.new", capabilities={})
        self.ask("session.subscribe", events=["log.entryAdded"])
        self._page = self.ask("browsingContext.getTree")["contexts"][0]["context"]

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """One command and its answer. RuntimeError where Firefox refuses, TimeoutError where it says nothing."""
        number = next(self._numbers)
        self._wire.send(json.dumps({"id": number, "method": method, "params": params}))
        while (told := json.loads(self._wire.recv(timeout=PATIENCE_S))).get("id") != number:
            self._note(told)
        if told["type"] == "error":
            raise RuntimeError(f"{method}: {told['message']}")
        return dict(told["result"])

    def open(self, address: str, width: int, height: int) -> Self:
        """Open an address in a page of this size; it is loaded, not yet drawn."""
        self.ask("browsingContext.setViewport", context=self._page, viewport={"width": width, "height": height})
        self.ask("browsingContext.navigate", context=self._page, url="about:blank", wait="complete")
        self.errors.clear()  # what the page before said while it went is none of this one's
        self.ask("browsingContext.navigate", context=self._page, url=address, wait="complete")
        return self

    def said(self, expression: str) -> Any:
        """What an expression comes to in the page, as JSON could hold it."""
        asked = {
            "expression": f"JSON.stringify({expression} ?? null)",
            "target": {"context": self._page},
            "awaitPromise": False,
        }
        told = self.ask("script.evaluate", **asked)
        if told["type"] == "exception":
            raise RuntimeError(told["exceptionDetails"]["text"])
        return json.loads(told["result"].get("value", "null"))

    def _note(self, told: dict[str, Any]) -> None:
        entry = told.get("params", {})
        if told.get("method") == "log.entryAdded" and entry.get("level") == "error":
            self.errors.append(str(entry.get("text")))


def installed() -> str | None:
    """Where this machine's Firefox is; FRAMESCOPE_FIREFOX names another."""
    return os.environ.get("FRAMESCOPE_FIREFOX") or next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def firefox(path: str, port: int) -> Iterator[Firefox]:
    """Start it with a profile of its own, for as long as the block takes."""
    with tempfile.TemporaryDirectory() as profile:
        (Path(profile) / "user.js").write_text('user_pref("intl.accept_languages", "en-GB");\n', encoding="utf-8")
        command = [path, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", str(port)]
        log = Path(profile) / "log"
        with log.open("wb") as out:
            process = subprocess.Popen(command, stdout=out, stderr=out)
        try:
            with connect(f"{_listening(process, log)}/session", max_size=None, open_timeout=PATIENCE_S) as wire:
                yield Firefox(wire)
        finally:
            process.terminate()
            process.wait(30)


def _listening(process: "subprocess.Popen[bytes]", log: Path) -> str:
    """The address that Firefox says it listens at. RuntimeError with its words where it ends or says none."""
    until = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < until:
        if found := re.search(rf"{SAID}(ws://\S+)", log.read_text(errors="replace")):
            return found[1]
        time.sleep(0.1)
    raise RuntimeError(log.read_text(errors="replace")[-2_000:])
