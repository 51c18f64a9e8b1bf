"""Measure how long Choose takes to answer a moved slider: one whole run of the page's script on the server.

The page is run by Streamlit's own test harness in this process, on the bundled figures with made probe results, so no
browser and no network are in the figure; a slider is moved thirty times, in three situations. Time of the processor
stands beside the time of the clock, which other work on the machine lengthens. Writes docs/figures/choose.md; 1 if the
promise of 150 ms is not kept.

    python benchmarks/choose_figures.py
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from capabilities_opening import fill
from figures import INTO, Figure, machine, table
from streamlit.testing.v1 import AppTest

from collectors.history import load_bundled
from dashboard.analysis.choice import gather
from db import clock
from db.engine import open_database, reading
from db.receipts import ReceiptStore

ROOT = Path(__file__).resolve().parents[1]
PROMISED, MOVES = 150.0, 10
MOVED = {"learning": "downloads", "serving": "export", "research": "papers"}


def moved() -> tuple[list[float], list[float]]:
    """Milliseconds of the clock and of the processor for each moved slider, after the first draws."""
    clocked, processed = [], []
    for situation, criterion in MOVED.items():
        app = AppTest.from_file(str(ROOT / "dashboard/app.py"), default_timeout=120).run()
        app.query_params["situation"] = situation
        app.switch_page("views/choose.py").run()
        for number in range(MOVES):
            app.slider(key=f"choose.weight.{criterion}").set_value(1.0 + number % 2)
            wall, used = time.perf_counter(), time.process_time()
            app.run()
            clocked.append((time.perf_counter() - wall) * 1000)
            processed.append((time.process_time() - used) * 1000)
            assert not app.exception  # noqa: S101  # what is measured must have been drawn
    return clocked, processed


def main() -> int:
    """Make a store, measure, write the page."""
    from catalog.load import load_catalog

    with tempfile.TemporaryDirectory() as made:
        os.environ |= {"FRAMESCOPE_HOME": made, "FRAMESCOPE_SITE_ADDRESS": "127.0.0.1"}
        engine = open_database(f"sqlite:///{Path(made) / 'framescope.db'}", create=True)
        load_bundled(engine, ReceiptStore(Path(made) / "receipts"))
        fill(Path(made))
        began = time.perf_counter()
        with reading(engine) as session:
            gather.scored(gather.known(session, load_catalog(), clock.today()))
        scored = time.perf_counter() - began
        engine.dispose()
        clocked, processed = moved()
    middle = statistics.median(clocked)
    how = f"median of {len(clocked)}; slowest {max(clocked):.0f} ms"
    figures = [
        Figure("a moved slider, by the clock", middle, "ms", PROMISED, how),
        Figure("a moved slider, time of the processor", statistics.median(processed), "ms", None, "the same runs"),
        Figure("all criteria from the store", scored * 1000, "ms", None, "once after each run or day, then cached"),
    ]
    text = "\n".join(["# Choose", "", "<!-- Written by benchmarks/choose_figures.py. -->", "", machine(), ""])
    (INTO / "choose.md").write_text(f"{text}\n{table(figures)}\n\n{(__doc__ or '').strip()}\n", encoding="utf-8")
    print(table(figures))
    return int(middle > PROMISED)


if __name__ == "__main__":
    sys.exit(main())
