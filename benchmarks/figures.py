"""Measure what Framescope promises about start-up, loading and memory (`make bench`), and write it down.

Prints a table and one JSON document's path; writes docs/figures/foundation.md and .json. Nothing here is a test: a
machine that is busy or slow makes other figures, so each is written with the machine it was measured on.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
from site_under_test import FRAMESCOPE, PAGES, ROOT, browser, environment, free_port, running, visit, wait_until_healthy

INTO = ROOT / "docs" / "figures"
HEAVY = ("pandas", "streamlit", "plotly", "sqlalchemy", "torch", "tensorflow", "jax", "keras")
LOOP = 5_000_000
COUNT_MODULES = (
    "import sys; sys.argv = ['framescope', '--help']\n"
    "from framescope.cli import main\n"
    "try: main()\n"
    "except SystemExit: pass\n"
    "print('|'.join(sorted(sys.modules)), file=sys.stderr)"
)


@dataclass(frozen=True)
class Figure:
    """One measured value beside what was promised; `limit` is None where nothing was."""

    what: str
    value: float
    unit: str
    limit: float | None
    how: str

    @property
    def verdict(self) -> str:
        """Say whether the promise is kept."""
        return "–" if self.limit is None else "kept" if self.value <= self.limit else "NOT KEPT"


def seconds_of(command: list[str], home: Path) -> float:
    """Give the wall-clock seconds of one command. CalledProcessError if it fails."""
    began = time.perf_counter()
    subprocess.run(command, env=environment(home), check=True, capture_output=True)
    return time.perf_counter() - began


def help_figures(home: Path) -> list[Figure]:
    """Measure `framescope --help`: the median of seven starts after one to warm the disk, and what it imports."""
    times = [seconds_of([FRAMESCOPE, "--help"], home) for _ in range(8)][1:]
    counted = subprocess.run(
        [sys.executable, "-c", COUNT_MODULES], env=environment(home), check=True, capture_output=True, text=True
    )
    modules = set(counted.stderr.strip().split("|"))
    heavy = sorted(modules & set(HEAVY))
    return [
        Figure("framescope --help", statistics.median(times), "s", 0.5, "median of 7 starts"),
        Figure("modules it imports", len(modules), "", None, "sys.modules at the end, Python's own included"),
        Figure("heavy packages among them", len(heavy), "", 0, ", ".join(heavy) or f"none of {', '.join(HEAVY)}"),
    ]


def init_figures(home: Path) -> list[Figure]:
    """Measure `framescope init` on an empty directory, and again on what it made."""
    first, again = (seconds_of([FRAMESCOPE, "init"], home) for _ in range(2))
    return [
        Figure("framescope init", first, "s", 15, "empty directory: migrations, catalogue, bundled history"),
        Figure("framescope init, repeated", again, "s", 15, "nothing to do"),
    ]


def site_figures(home: Path) -> list[Figure]:
    """Measure the site: until it answers, until pages are drawn, and its memory before and during one session."""
    with running(home) as site, browser() as opened:
        empty = site.resident_mb()
        page = opened.new_page(viewport={"width": 1280, "height": 900})
        first = visit(page, site.address)
        peak, warm = site.resident_mb(), {}
        for path in PAGES * 2:
            warm[path] = visit(page, site.address + path)
            peak = max(peak, site.resident_mb())
        slowest = max(warm, key=warm.__getitem__)
        return [
            Figure("framescope serve to healthy", site.seconds, "s", 10, "until /_stcore/health answers"),
            Figure("first page, first visit", first, "s", None, "Overview in Chromium, script at its end"),
            Figure("slowest page, second visit", warm[slowest], "s", None, slowest),
            Figure("site, nobody there", empty, "MB", None, "resident, the serving process"),
            Figure("site, one session", peak, "MB", 350, f"highest after any of {len(PAGES) * 2 + 1} page loads"),
        ]


def clone_figures(_home: Path) -> list[Figure]:
    """Measure `make run` in a fresh clone until the site answers; downloads included, so only when asked for."""
    with tempfile.TemporaryDirectory() as scratch:
        clone = Path(scratch) / "framescope"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)  # noqa: S607 - the developer's git
        port = free_port()
        command = ["make", "--silent", "run", f"PORT={port}"]
        cleared = {name: value for name, value in os.environ.items() if not name.startswith(("FRAMESCOPE_", "MAKE"))}
        making = subprocess.Popen(command, cwd=clone, env=cleared | {"CI": "1"}, start_new_session=True)
        try:
            seconds = wait_until_healthy(f"http://127.0.0.1:{port}", making, 900)
        finally:
            for one in [*psutil.Process(making.pid).children(recursive=True)][::-1]:
                one.terminate()
            making.wait(60)
    return [Figure("make run in a fresh clone", seconds, "s", 300, "to healthy, with every download")]


def machine() -> str:
    """Give one line about the machine the figures belong to."""
    memory = psutil.virtual_memory().total / 1e9
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} logical processors, {memory:.0f} GB of memory, "
        f"Python {platform.python_version()}, load {os.getloadavg()[0]:.1f} at the start, "
        f"a Python loop of {LOOP // 10**6} million additions in {loop_s():.2f} s"
    )


def loop_s() -> float:
    """Give the seconds of one plain loop, the best of three: processors of one name differ by a factor of three."""
    took = []
    for _ in range(3):
        began, total = time.perf_counter(), 0
        for number in range(LOOP):
            total += number
        took.append(time.perf_counter() - began)
    return min(took)


def table(figures: list[Figure]) -> str:
    """Give the figures as a Markdown table."""
    lines = ["| figure | measured | promised | | how |", "|---|---:|---:|---|---|"]
    for one in figures:
        limit = "–" if one.limit is None else f"≤ {one.limit:g} {one.unit}".strip()
        value = f"{one.value:.0f}" if one.unit in ("", "MB") else f"{one.value:.2f}"
        lines.append(f"| {one.what} | {f'{value} {one.unit}'.strip()} | {limit} | {one.verdict} | {one.how} |")
    return "\n".join(lines) + "\n"


def page(figures: list[Figure], where: str, when: str) -> str:
    """Give docs/figures/foundation.md."""
    return (
        f"# Figures of the foundation\n\n<!-- Written by `make bench`. -->\n\nMeasured {when} on: {where}.\n\n"
        f"{table(figures)}\n`make bench` measures them again; "
        "`.venv/bin/python benchmarks/figures.py --clone` adds `make run` in a fresh clone.\n"
    )


def main() -> int:
    """Measure, print, write; 1 if a promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clone", action="store_true", help="also time make run in a fresh clone (minutes, downloads)")
    where, when = machine(), datetime.now(UTC).date().isoformat()
    parts: list[Callable[[Path], list[Figure]]] = [help_figures, init_figures, site_figures]
    if parser.parse_args().clone:
        parts.append(clone_figures)
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as home:
        for part in parts:
            figures += part(Path(home))
    INTO.mkdir(parents=True, exist_ok=True)
    rows = [{**asdict(one), "verdict": one.verdict} for one in figures]
    document = json.dumps({"measured": when, "machine": where, "figures": rows}, indent=2, ensure_ascii=False)
    (INTO / "foundation.json").write_text(document + "\n", encoding="utf-8")
    (INTO / "foundation.md").write_text(page(figures, where, when), encoding="utf-8")
    print(table(figures), end="")
    return 1 if any(one.verdict == "NOT KEPT" for one in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
