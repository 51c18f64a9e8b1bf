"""Measure how long the Capabilities page takes to open with 1,000 results, beside the same page with none.

Writes docs/figures/capabilities.md. Run by hand: `.venv/bin/python benchmarks/capabilities_opening.py`.
"""

import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from figures import INTO, Figure, machine, table
from site_under_test import FRAMESCOPE, browser, environment, running, visit

from collectors.probes.registry import PROBES, TARGETS
from db import write
from db.engine import open_database, writing

RESULTS, VISITS = 1_000, 9
STATES = ("pass", "pass", "pass", "fail", "not_applicable", "error")


def fill(home: Path) -> int:
    """Write made results into a store, versions of every system until there are 1,000; gives how many."""
    cells = [(p, t, mode) for p in PROBES for t in TARGETS for mode in p.modes(t.modes)]
    results: list[dict[str, Any]] = []
    while len(results) < RESULTS:
        probe, target, mode = cells[len(results) % len(cells)]
        name = {"capability": probe.slug, "axis": probe.axis, "system": target.slug, "mode": mode}
        version = f"{1 + len(results) // len(cells)}.0"
        versions = {"version": version, "backend_version": version if target.backend else "", "versions": {}}
        found = {"state": STATES[len(results) % len(STATES)], "message": "made up for the clock", "seconds": 0.1}
        results.append(name | versions | found | {"evidence": {}, "output": "", "code": "pass"})
    engine = open_database(f"sqlite:///{home / 'framescope.db'}")
    for first in range(0, RESULTS, len(cells)):  # a run has each cell once
        with writing(engine) as session:
            run = write.start_run(session, kind="probe", source="probe")
            write.probe_results(session, run, results[first : first + len(cells)], device="cpu")
            write.finish_run(session, run, status="ok", new=len(cells))
    engine.dispose()
    return RESULTS


def opening(home: Path) -> tuple[float, float]:
    """Give the median and the slowest time of visits to the page, each with a browser's new page, after one to warm."""
    with running(home) as site, browser() as opened:
        times = []
        for _ in range(VISITS + 1):
            page = opened.new_page(viewport={"width": 1280, "height": 900})
            times.append(visit(page, f"{site.address}/capabilities"))
            page.close()
    return statistics.median(times[1:]), max(times[1:])


def main() -> int:
    """Measure, print, write; 1 if the promise is not kept."""
    where, when = machine(), datetime.now(UTC).date().isoformat()
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        subprocess.run([FRAMESCOPE, "init"], env=environment(home), check=True, capture_output=True)
        empty, _ = opening(home)
        count = fill(home)
        full, slowest = opening(home)
    figures = [
        Figure("Capabilities with nothing probed", empty, "s", None, f"median of {VISITS} visits, script at its end"),
        Figure(f"Capabilities with {count:,} results", full, "s", None, f"the same; slowest {slowest:.2f} s"),
        Figure("the second over the first", full / empty, "×", 1.5, "at most 1.5 was asked for"),
    ]
    told = (
        "# Opening the matrix\n\n<!-- Written by `.venv/bin/python benchmarks/capabilities_opening.py`. -->\n\n"
        f"Measured {when} on: {where}.\n\n{table(figures)}"
    )
    (INTO / "capabilities.md").write_text(told, encoding="utf-8")
    print(told, end="")
    return 1 if any(one.verdict == "NOT KEPT" for one in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
