"""Watch the memory of the site over many visits (`make soak MINUTES=60`): a new session each round, all pages."""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from site_under_test import FRAMESCOPE, PAGES, Site, browser, environment, running, visit

WARM_UP = 5


def slope(points: list[tuple[float, float]]) -> float:
    """Give the least-squares slope of (x, y) points: y's unit for one of x. Zero for fewer than two different x."""
    n, xs, ys = len(points), [x for x, _ in points], [y for _, y in points]
    mean_x, mean_y = sum(xs) / max(n, 1), sum(ys) / max(n, 1)
    spread = sum((x - mean_x) ** 2 for x in xs)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0


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
            seen = soak(site, minutes)
    if len(seen) < 2:
        print(f"Too short: fewer than {WARM_UP + 2} sessions; give more MINUTES.", file=sys.stderr)
        return 1
    print(f"{slope(seen):+.3f} MB a session over {len(seen)} sessions ({seen[0][1]:.0f} to {seen[-1][1]:.0f} MB)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
