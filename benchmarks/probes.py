"""Write docs/figures/probes.md from what a whole `framescope probe --json` printed: how long it took, what it came to.

    framescope probe --json > probe.json && python benchmarks/probes.py probe.json

1 if it took longer than the promised fifteen minutes, or a cell longer than the promised sixty seconds.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from figures import INTO, Figure, table

PROMISED_MIN = 15
TOLD = ("processor", "processors", "memory_bytes", "system", "python", "load_before")


def page(document: dict[str, Any]) -> tuple[str, bool]:
    """Give the page, and whether its promises are kept."""
    states = Counter(row["state"] for row in document["results"])
    told = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in sorted(states.items()))
    slow = sorted(document["results"], key=lambda row: -(row["seconds"] or 0.0))[:10]
    figures = [
        Figure("every probe on every system and mode", document["seconds"] / 60, "min", PROMISED_MIN, told),
        Figure("the slowest cell", slow[0]["seconds"], "s", 60, "in a process of its own"),
        Figure("cells that ended in an error", states["error"], "", None, f"of {len(document['results'])}"),
    ]
    machine = document["machine"]
    where = ", ".join(f"{name.replace('_', ' ')} {machine[name]}" for name in TOLD)
    head = "# All probes\n\n<!-- Written by benchmarks/probes.py. -->\n\n"
    text = f"{head}Started {document['started']} on: {where}.\n\n{table(figures)}"
    text += "\nThe ten slowest cells:\n\n| probe | on | state | s |\n|---|---|---|---:|\n"
    for row in slow:
        text += f"| {row['capability']} | {row['system']} {row['mode']} | {row['state']} | {row['seconds']:.1f} |\n"
    return text, all(one.verdict != "NOT KEPT" for one in figures)


def main() -> int:
    """Read the document, write the page."""
    text, kept = page(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    (INTO / "probes.md").write_text(text, encoding="utf-8")
    return int(not kept)


if __name__ == "__main__":
    sys.exit(main())
