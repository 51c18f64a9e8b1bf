"""Prove the harness (`make bench-harness`): each part by its name, or all of them; writes docs/figures/harness.md.

Parts: timer, overhead, same, slowed, everything, gpu. A part's figures are kept as soon as it is done. `same` and
`slowed` keep each comparison under .make/harness/ and go on there after a stop; --fresh begins them anew. Exit status 1
if a promise is not kept.
"""

import argparse
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import harness_outcome
import harness_side_by_side
from figures import INTO, table
from harness_everything import everything
from harness_outcome import NotRunError, Outcome, Progress
from harness_same import same
from harness_slowed import slowed
from site_under_test import ROOT

Part = Callable[[argparse.Namespace, Progress], Outcome]
PARTS: dict[str, tuple[str, Part]] = {
    "timer": ("Against torch.utils.benchmark", harness_side_by_side.timer),
    "overhead": ("What the harness itself costs", harness_side_by_side.overhead),
    "same": ("The same variant twice, under a load that comes and goes", same),
    "slowed": ("Five per cent, found", slowed),
    "everything": ("Every workload in every variant", everything),
    "gpu": ("On a GPU", harness_side_by_side.gpu),
}


def options(arguments: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all where none is given")
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--into", type=Path, default=INTO, help="where harness.md and harness.json are kept")
    parser.add_argument("--scratch", type=Path, default=ROOT / ".make" / "harness")
    parser.add_argument("--fresh", action="store_true", help="forget the comparisons of a stopped run")
    parser.add_argument("--workloads", nargs="*", default=[], help="of timer, overhead and everything; all by default")
    parser.add_argument("--variants", nargs="*", default=[], help="of everything; all by default")
    parser.add_argument("--size", default="small", help="of timer, overhead and everything")
    parser.add_argument("--gpu-size", default="large")
    parser.add_argument("--device", default="cpu", help="of timer and overhead")
    parser.add_argument("--threads", type=int, help="one a physical core by default, in slowed one")
    parser.add_argument("--rounds", type=int, default=60, help="of timer, overhead and gpu")
    parser.add_argument("--framework", choices=("numpy", "torch"), default="numpy", help="of same and slowed")
    parser.add_argument("--comparisons", type=int, default=50, help="of same")
    parser.add_argument("--naive-blocks", type=int, default=40, help="of same: blocks of each variant in a row")
    parser.add_argument("--runs", type=int, default=10, help="of slowed")
    parser.add_argument("--seconds", type=float, help="of a run: 4 in same, 60 in slowed, 8 a workload in everything")
    asked = parser.parse_args(arguments)
    unknown = [name for name in asked.parts if name not in PARTS]
    if unknown:
        parser.error(f"unknown part {', '.join(unknown)}: one of {', '.join(PARTS)}")
    return asked


def measure(name: str, asked: argparse.Namespace) -> bool:
    """Measure one part and keep it; False where a promise is not kept."""
    progress, began, where = Progress(name), datetime.now(UTC), harness_outcome.where_now()
    outcome: Outcome | NotRunError
    try:
        outcome = PARTS[name][1](asked, progress)
    except NotRunError as error:
        outcome = error
    harness_outcome.keep(asked.into, name, outcome, where, began, progress.seconds)
    titles = {part: title for part, (title, _) in PARTS.items()}
    page = harness_outcome.page(titles, harness_outcome.kept(asked.into))
    (asked.into / "harness.md").write_text(page, encoding="utf-8")
    if isinstance(outcome, NotRunError):
        progress(f"not run: {outcome}")
        return True
    print(f"\n{table(outcome.figures)}", flush=True)
    return all(one.verdict != "NOT KEPT" for one in outcome.figures)


def main(arguments: list[str]) -> int:
    """Measure the parts asked for, one after the other."""
    asked = options(arguments)
    if asked.fresh:
        for path in asked.scratch.glob("*.jsonl"):
            path.unlink()
    began = time.monotonic()
    good = [measure(name, asked) for name in asked.parts or PARTS]
    print(f"{len(good)} parts in {(time.monotonic() - began) / 60:.1f} min", flush=True)
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
