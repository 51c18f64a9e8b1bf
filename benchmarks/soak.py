"""Watch the memory of the site over many visits (`make soak MINUTES=60`), with sessions beside that choose metrics.

A browser opens a new session each round and visits five pages; ten raw websocket clients choose metrics meanwhile, open
new sessions every few choices, and leave the old ones. Prints the growth over the time; 1 where it is over a tenth.
"""

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import sessions
from site_under_test import FRAMESCOPE, PAGES, Site, browser, environment, running, visit

WARM_UP, BESIDE, CHOICES, AMONG = 5, 10, 20, 6
MOST_GROWTH = 10.0


def slope(points: list[tuple[float, float]]) -> float:
    """Give the least-squares slope of (x, y) points: y's unit for one of x. Zero for fewer than two different x."""
    n, xs, ys = len(points), [x for x, _ in points], [y for _, y in points]
    mean_x, mean_y = sum(xs) / max(n, 1), sum(ys) / max(n, 1)
    spread = sum((x - mean_x) ** 2 for x in xs)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0


def growth(resident: list[float]) -> float:
    """Give by how many per cent the median of the last quarter is above that of the first. Needs four points."""
    quarter = len(resident) // 4
    first, last = statistics.median(resident[:quarter]), statistics.median(resident[-quarter:])
    return 100 * (last / first - 1)


def choose(site: Site, over: threading.Event) -> None:
    """Let ten sessions choose metrics, and ten others after them, until it is over."""
    while not over.is_set():
        asyncio.run(sessions.choosing(site.address, "adoption", BESIDE, CHOICES, AMONG))


def soak(site: Site, minutes: float) -> list[tuple[float, float]]:
    """Visit until the time is over and give (sessions, MB) after each session, the first few left out as warm-up."""
    seen: list[tuple[float, float]] = []
    until, sessions = time.monotonic() + 60 * minutes, 0
    with browser() as opened:
        while time.monotonic() < until:
            context = opened.new_context()
            page = context.new_page()
            for path in PAGES:
                visit(page, site.address + path)
            context.close()
            sessions += 1
            resident = site.resident_mb()
            print(f"{sessions:5d} sessions {resident:7.1f} MB", flush=True)
            if sessions > WARM_UP:
                seen.append((float(sessions), resident))
    return seen


def main() -> int:
    """Soak and print the growth a session; the reader judges it, as warm-up and collection make it uneven."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    minutes = parser.parse_args().minutes
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        subprocess.run([FRAMESCOPE, "init"], env=environment(home), check=True, stdout=subprocess.DEVNULL)
        with running(home) as site:
            over = threading.Event()
            beside = threading.Thread(target=choose, args=(site, over))
            beside.start()
            try:
                seen = soak(site, minutes)
            finally:
                over.set()
                beside.join()
    if len(seen) < 4:
        print(f"Too short: fewer than {WARM_UP + 4} sessions; give more MINUTES.", file=sys.stderr)
        return 1
    print(f"{slope(seen):+.3f} MB a session over {len(seen)} sessions ({seen[0][1]:.0f} to {seen[-1][1]:.0f} MB)")
    grown = growth([resident for _, resident in seen])
    said = f"beside {BESIDE} sessions; promised: {MOST_GROWTH:g} % at most in an hour"
    print(f"{grown:+.1f} % in {minutes:g} minutes {said}")
    return int(grown > MOST_GROWTH)


if __name__ == "__main__":
    sys.exit(main())
