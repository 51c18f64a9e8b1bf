"""Weigh a first visit: every byte over the wire until a page is drawn, in Chromium with nothing kept.

Writes docs/figures/first-visit.md with --write. Run by hand: `.venv/bin/python benchmarks/first_visit.py --write`.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from figures import INTO, Figure, machine, table
from playwright.sync_api import Browser, Page
from site_under_test import FRAMESCOPE, browser, environment, running, visit

PROMISED_KB = 2_200
VISITED = {"/": "h1", "/adoption": ".js-plotly-plot .main-svg", "/speed": "h1", "/data": "h1"}
"""The pages that are weighed, and what is there when one is drawn."""
LARGEST = 8
SETTLES_MS = 5_000


@dataclass
class Weighed:
    """What came over the wire: bytes of each address (heads included), and of the websocket's messages to the page."""

    by_address: dict[str, int] = field(default_factory=dict)
    websocket: int = 0
    requests: int = 0

    @property
    def total(self) -> int:
        """All bytes to the browser."""
        return sum(self.by_address.values()) + self.websocket

    def largest(self) -> list[tuple[str, int]]:
        """The heaviest files, by name."""
        return sorted(self.by_address.items(), key=lambda pair: -pair[1])[:LARGEST]


def watched(page: Page) -> Weighed:
    """Count from now on what the browser receives, by its own account (encoded, as it came)."""
    weighed = Weighed()
    names: dict[str, str] = {}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")

    def asked(event: dict[str, Any]) -> None:
        names[event["requestId"]] = event["request"]["url"].partition("?")[0]
        weighed.requests += 1

    def arrived(event: dict[str, Any]) -> None:
        name = names.get(event["requestId"], "?")
        weighed.by_address[name] = weighed.by_address.get(name, 0) + int(event["encodedDataLength"])

    def said(event: dict[str, Any]) -> None:
        frame = event["response"]
        text = frame["payloadData"]
        weighed.websocket += len(text) * 3 // 4 if frame["opcode"] == 2 else len(text.encode())

    session.on("Network.requestWillBeSent", asked)
    session.on("Network.loadingFinished", arrived)
    session.on("Network.webSocketFrameReceived", said)
    return weighed


def first_and_again(opened: Browser, address: str, drawn: str = "h1") -> tuple[Weighed, Weighed]:
    """Visit a page in a browser that keeps nothing yet, and once more in the same one."""
    context = opened.new_context(viewport={"width": 1280, "height": 900})
    weights = []
    for _ in range(2):
        page = context.new_page()
        weighed = watched(page)
        visit(page, address)
        page.wait_for_selector(drawn, timeout=120_000)
        page.wait_for_timeout(SETTLES_MS)
        weights.append(weighed)
        page.close()
    context.close()
    return weights[0], weights[1]


def report(found: Iterable[tuple[str, Weighed, Weighed]]) -> tuple[str, bool]:
    """The document, and whether the promise is kept on every page."""
    figures: list[Figure] = []
    heaviest = Weighed()
    for path, first, again in found:
        how = f"{first.requests} requests, websocket {first.websocket / 1e3:.0f} kB uncompressed"
        figures.append(Figure(f"first visit of {path}", first.total / 1e3, "kB", PROMISED_KB, how))
        figures.append(Figure(f"second visit of {path}", again.total / 1e3, "kB", None, f"{again.requests} requests"))
        heaviest = max(heaviest, first, key=lambda weighed: weighed.total)
    rows = [f"| {name.rsplit('/', 1)[-1] or '/'} | {size / 1e3:,.0f} |" for name, size in heaviest.largest()]
    lines = [
        "# A first visit, weighed",
        "",
        "<!-- Written by `.venv/bin/python benchmarks/first_visit.py --write`. -->",
        "",
    ]
    lines += [f"Measured {datetime.now(UTC).date().isoformat()} on: {machine()}.", "", table(figures), ""]
    lines += [
        "kB is 1,000 bytes as Chromium counts them on the wire, heads of answers included, over HTTP/1.1 on loopback,"
    ]
    lines += ["where it accepts Brotli; over plain HTTP from another machine a browser accepts gzip alone."]
    lines += [
        "The websocket's messages are counted before its own compression.",
        "",
        "The heaviest files of the heaviest page:",
        "",
    ]
    lines += ["| file | kB |", "|---|---:|", *rows]
    return "\n".join(lines) + "\n", all(one.verdict != "NOT KEPT" for one in figures)


def main() -> int:
    """Measure, print, with --write keep; 1 if the promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="keep the figures in docs/figures/first-visit.md")
    write = parser.parse_args().write
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        subprocess.run([FRAMESCOPE, "init"], env=environment(home), check=True, capture_output=True)
        with running(home) as site, browser() as opened:
            found = [(path, *first_and_again(opened, site.address + path, drawn)) for path, drawn in VISITED.items()]
    told, kept = report(found)
    print(told, end="")
    if write:
        (INTO / "first-visit.md").write_text(told, encoding="utf-8")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
