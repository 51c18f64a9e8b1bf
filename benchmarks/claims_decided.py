"""Write down what the claims come to on this machine: docs/figures/claims-decided.md, from a store that was filled.

    FRAMESCOPE_DATABASE_URL=… framescope init
    FRAMESCOPE_DATABASE_URL=… framescope probe
    FRAMESCOPE_DATABASE_URL=… framescope bench run lstm gru … (docs/speed-page.md has what the claims on speed rest on)
    FRAMESCOPE_DATABASE_URL=… python benchmarks/claims_decided.py

1 if fewer than 30 are decided.
"""

import sys
from collections import Counter

from figures import INTO, machine

from catalog.load import load_catalog
from db import clock
from db.engine import open_database, reading
from verdicts import ledger

PROMISED = 30
UNDECIDED = "cannot tell"


def main() -> int:
    """Ask for all verdicts as of today, and write the page."""
    with reading(open_database()) as session:
        found = ledger.ledger(session, clock.today())
    rows = [ledger.document(one, load_catalog()) for one in found]
    counts = Counter(row["verdict"] for row in rows)
    decided = len(rows) - counts[UNDECIDED]
    said = ", ".join(f"{counts[verdict]} {verdict}" for verdict in ledger.VERDICTS if counts[verdict])
    lines = ["# The claims, decided on one machine", "", "<!-- Written by benchmarks/claims_decided.py. -->", ""]
    lines += [f"As of {clock.today()}: {decided} of {len(rows)} decided ({PROMISED} promised): {said}."]
    lines += ["", machine(), ""]
    lines += ["| claim | rests on | verdict | now, or what is missing |", "|---|---|---|---|"]
    for row in rows:
        told = row["now"] if row["verdict"] != UNDECIDED else "; ".join(row["missing"])
        lines.append(f"| `{row['id']}` | {row['kind']} | {row['verdict']} | {_cell(told)} |")
    (INTO / "claims-decided.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(lines[4])
    return int(decided < PROMISED)


def _cell(text: str | None) -> str:
    return " ".join((text or "–").replace("|", "/").split())


if __name__ == "__main__":
    sys.exit(main())
