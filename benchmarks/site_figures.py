"""Measure what the site promises: weight, time to the chart, reruns of many sessions at once, memory a session.

Chromium and raw websocket clients against `framescope serve`, beside an empty Streamlit page in the same run.
Everything is warm: the site has drawn the page before, and the browser keeps its files. The store of ten million
observations is made once (`benchmarks/big_store.py`, a few minutes) and kept in /tmp. Writes docs/figures/site.md and
the README's table with --write; 1 if a promise is not kept. The hour's soak is apart: `make soak MINUTES=60`.
"""

import argparse
import asyncio
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import big_store
import sessions
from figures import INTO, Figure, machine, table
from playwright.sync_api import Browser
from site_under_test import FRAMESCOPE, ROOT, Site, browser, environment, free_port, running, wait_until_healthy
from tap import tapped

from dashboard.served import smaller
from dashboard.served.head import PAGES

MOST_KB, EMPTY_TIMES, LARGE_TIMES = 2_200, 2.0, 1.2
SMALL, LARGE = 10_000, 10_000_000
VISITS, CHOICES, AMONG, FURTHER = 7, 12, 6, 20
CHART = ".js-plotly-plot .main-svg"
SEEN = f".first-picture > div > img, {CHART}"
PAINTED = """(function look() {
  const there = [...document.querySelectorAll(%s)].some((one) => {
    const {width, height} = one.getBoundingClientRect();
    return width > 0 && height > 0 && one.checkVisibility({visibilityProperty: true}) && one.complete !== false;
  });
  requestAnimationFrame(there ? () => { window.paintedAfter = performance.now(); } : look);
})();"""
"""Looks at every frame for what a selector names; seen in one, it says at the next after how long."""
RERUNS = {1: (None, None), 10: (60.0, 200.0), 30: (None, 1_000.0)}
"""The most milliseconds that the median and the 95th of a hundred reruns may take, by sessions."""
SETTLES_MS, SMALLER_S = 3_000, 150
README, BEGIN, END = ROOT / "README.md", "<!-- performance -->\n", "<!-- /performance -->\n"
HIDDEN = "st.write('empty')\n"


@contextlib.contextmanager
def empty_page() -> Iterator[str]:
    """Run a page of Streamlit's own with one word on it; gives its address."""
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "empty.py").write_text("import streamlit as st\n" + HIDDEN)
        port = free_port()
        command = [sys.executable, "-m", "streamlit", "run", "empty.py", "--server.headless", "true"]
        command += ["--server.port", str(port), "--server.address", "127.0.0.1", "--browser.gatherUsageStats", "false"]
        process = subprocess.Popen(command, cwd=scratch, stdout=subprocess.DEVNULL)
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(30)


def seconds_until(opened: Browser, address: str, drawn: str) -> float:
    """Give the median time of visits until ``drawn`` has been painted, in one browser; two before are not counted.

    The page itself looks at every frame, and counts from the beginning of the visit: a driver that looks from outside
    asks twice a second, and waits while the page runs a long script.
    """
    context = opened.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(PAINTED % json.dumps(drawn))
    took = []
    for _ in range(VISITS + 2):
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector(drawn, timeout=120_000, state="attached")
        while not (painted := page.evaluate("window.paintedAfter || 0")):
            page.wait_for_timeout(100)
        took.append(float(painted) / 1e3)
        page.wait_for_timeout(SETTLES_MS)
        page.close()
    context.close()
    return statistics.median(took[2:])


def until_drawn(small: Path, large: Path, home: Path) -> list[Figure]:
    """Measure until the chart is seen with both stores and until it answers, and to the word on the empty page."""
    how = f"median of {VISITS} visits, everything warm"
    with browser() as opened:
        with empty_page() as address:
            empty = seconds_until(opened, address, "[data-testid=stMarkdown]")
        found = []
        for store in (small, large):
            with running(home, FRAMESCOPE_DATABASE_URL=f"sqlite:///{store}") as site:
                found.append(seconds_until(opened, f"{site.address}/adoption", SEEN))
        with running(home, FRAMESCOPE_DATABASE_URL=f"sqlite:///{large}") as site:
            answers = seconds_until(opened, f"{site.address}/adoption", CHART)
    return [
        Figure("an empty Streamlit page", empty, "s", None, how),
        Figure("Adoption, 10 thousand observations", found[0], "s", None, how),
        Figure("Adoption, 10 million observations", found[1], "s", None, how),
        Figure("the same, against the empty page", found[1] / empty, "×", EMPTY_TIMES, ""),
        Figure("the same, against 10 thousand", found[1] / found[0], "×", LARGE_TIMES, ""),
        Figure("Plotly's own chart in its place, 10 million", answers, "s", None, "until then it is seen as a picture"),
        Figure("that, against the empty page", answers / empty, "×", None, ""),
    ]


def reruns(large: Path, home: Path) -> list[Figure]:
    """Measure reruns after another metric was chosen, and the memory that further sessions take."""
    found = []
    with running(home, FRAMESCOPE_DATABASE_URL=f"sqlite:///{large}") as site:
        for many, (median, most) in RERUNS.items():
            took = asyncio.run(sessions.choosing(site.address, "adoption", many, CHOICES, AMONG))
            middle, high = sessions.percentiles(took)
            named = f"rerun with another metric, {many} session{'s' if many > 1 else ''}"
            found.append(Figure(f"{named}, median", middle, "ms", median, f"{len(took)} reruns, up to 1 s between"))
            found.append(Figure(f"{named}, 95 of 100", high, "ms", most, ""))
        found.append(asyncio.run(memory(site)))
    return found


async def memory(site: Site) -> Figure:
    """Measure what each further session takes while it is open."""
    clients = [await sessions.opened(site.address, "adoption") for _ in range(5)]
    before = site.resident_mb()
    clients += [await sessions.opened(site.address, "adoption") for _ in range(FURTHER)]
    a_session = (site.resident_mb() - before) / FURTHER
    for client in clients:
        await client.wire.close()
    return Figure("memory of a further session", a_session, "MB a session", 1.0, f"{FURTHER} more, open at once")


def weights(home: Path) -> list[Figure]:
    """Weigh the first visit of every page on the wire: by the first visitor of all, and when all is made smaller."""
    with running(home) as site, tapped(site.address) as wire, browser() as opened:

        def visit(path: str) -> float:
            before = wire.total
            context = opened.new_context(viewport={"width": 1280, "height": 900})
            page = context.new_page()
            page.goto(wire.address + path)
            page.wait_for_selector("h1, h2", timeout=60_000)
            page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=60_000)
            page.wait_for_timeout(SETTLES_MS)
            context.close()
            return (wire.total - before) / 1e3

        first = {path: visit(path) for path in ("/adoption", *(one for one in PAGES if one != "/adoption"))}
        until = time.monotonic() + SMALLER_S
        folders = list((home / "cache" / "static").iterdir())
        while time.monotonic() < until and any(smaller.waiting(folder) for folder in folders):
            time.sleep(1)
        left = sum(len(smaller.waiting(folder)) for folder in folders)
        later = {path: visit(path) for path in ("/adoption", "/choose")}
    how = "bytes on the wire, heads and websocket included"
    every = [Figure(f"first visit of {path}, of all", kb, "kB", MOST_KB, how) for path, kb in first.items()]
    said = f"{left} files not made smaller yet" if left else "everything made smaller"
    return every + [Figure(f"first visit of {path}, later", kb, "kB", MOST_KB, said) for path, kb in later.items()]


def written(figures: list[Figure], where: str) -> None:
    """Write docs/figures/site.md, and the table of the README between its marks."""
    told = f"Measured {datetime.now(UTC).date().isoformat()} on: {where}."
    told += f"\n\n{table(figures)}"
    head = "# The site, weighed and timed\n\n<!-- Written by `python benchmarks/site_figures.py --write`. -->\n\n"
    tail = (__doc__ or "").partition("\n\n")[2]
    (INTO / "site.md").write_text(f"{head}{told}\n{tail}", encoding="utf-8")
    text = README.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    promised = [one for one in figures if one.limit is not None]
    made = f"{before}{BEGIN}{told.partition('|')[0]}{table(promised)}{END}{rest.split(END)[1]}"
    README.write_text(made, encoding="utf-8")


def main() -> int:
    """Measure, print each figure beside its promise, with --write keep them; 1 if one is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="keep the figures in docs/figures/site.md and the README")
    parser.add_argument("--stores", type=Path, default=Path("/tmp"), help="where the made stores are kept")  # noqa: S108  # to be shared
    asked = parser.parse_args()
    where = machine()
    small, large = asked.stores / "store10k.db", asked.stores / "store10m.db"
    for path, rows in ((small, SMALL), (large, LARGE)):
        if not path.exists():
            big_store.made(path, rows)
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        subprocess.run([FRAMESCOPE, "init"], env=environment(home), check=True, capture_output=True)
        figures = weights(home) + until_drawn(small, large, home) + reruns(large, home)
    print(f"{where}\n\n{table(figures)}", end="")
    if asked.write:
        written(figures, where)
    return int(any(one.verdict == "NOT KEPT" for one in figures))


if __name__ == "__main__":
    sys.exit(main())
