"""Every workload at size small in every variant, in one run: how long, how much memory, what failed, what is known.

The run goes on in a process of its own, which is the coordinator whose memory is told. Its document is kept, and
`framescope import FILE` takes it.
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from figures import Figure
from harness_outcome import Outcome, Progress

from collectors.bench.registry import VARIANTS, WORKLOADS
from collectors.bench.runner import run
from collectors.bench.spec import BenchSpec

SECONDS_EACH, MOST_S, MOST_MB = 8.0, 1800.0, 150.0
BROKEN = ("failed", "timed out", "out of memory", "wrong")


def everything(asked: argparse.Namespace, progress: Progress) -> Outcome:
    """Measure and count."""
    workloads = tuple(asked.workloads or (one.slug for one in WORKLOADS))
    variants = tuple(asked.variants or (one.slug for one in VARIANTS))
    out = asked.scratch / "everything.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    seconds = (asked.seconds or SECONDS_EACH) * len(workloads)
    request = {"workloads": workloads, "variants": variants, "size": asked.size, "seed": asked.seed, "seconds": seconds}
    if "processes" in BenchSpec.__dataclass_fields__:  # a fresh process a variant: the promise is about breadth
        request["processes"] = 1
    peak = _elsewhere(request, out, progress)
    document = json.loads(out.read_text(encoding="utf-8"))
    found = figures(document, peak, len(workloads), len(variants))
    return Outcome(found, said(document, out), _versions(document), [])


def figures(document: dict[str, Any], peak_mb: float, workloads: int, variants: int) -> list[Figure]:
    """Count what became of each variant in each workload."""
    rows = document["results"]
    broken = [f"{r['workload']} {r['variant']}: {r['status']}" for r in rows if r["status"] in BROKEN]
    absent = sum(r["status"] == "unavailable" for r in rows)
    known = sum(r["latency_s"] is not None and r["latency_s"]["low"] is not None for r in rows)
    measured = sum(r["status"] == "ok" for r in rows)
    asked = f"{workloads} workloads, {variants} variants"
    return [
        Figure("the whole run", document["seconds"] / 60, "min", MOST_S / 60, asked),
        Figure("starts and first calls of it", document["preparation_s"] / 60, "min", None, ""),
        Figure("the coordinator's highest resident memory", peak_mb, "MB", MOST_MB, "the process alone"),
        Figure("failed, wrong, timed out or out of memory", len(broken), "", 0, "; ".join(broken) or "none"),
        Figure("not there, with the reason", absent, "", None, "a framework without an equivalent, or not installed"),
        Figure("measured", measured, "", None, f"of {len(rows)}"),
        Figure("measured without an interval", measured - known, "", None, "too few rounds in the time"),
    ]


def said(document: dict[str, Any], out: Path) -> str:
    """Tell the fewest rounds, and where the document lies."""
    rounds = sorted(one["rounds"] for one in document["workloads"])
    middle = rounds[len(rounds) // 2] if rounds else 0
    least = rounds[0] if rounds else 0
    verdicts = [one["verdict"] for one in document["comparisons"]]
    counted = ", ".join(f"{verdicts.count(name)} {name}" for name in sorted(set(verdicts)))
    return (
        f"Rounds: {least} at least, {middle} in the middle. Comparisons: {counted or 'none'}. The document, "
        f"`{out.name}`, can be imported."
    )


def _versions(document: dict[str, Any]) -> dict[str, str]:
    found = {row["passport"].get("framework"): row["passport"].get("version") for row in document["results"]}
    return {str(name): str(value) for name, value in sorted(found.items()) if value}


def _elsewhere(request: dict[str, Any], out: Path, progress: Progress) -> float:
    """Run in another process, passing its lines on; give its peak in MB. CalledProcessError if it fails."""
    command = [sys.executable, __file__, json.dumps(request), str(out)]
    root = Path(__file__).resolve().parents[1]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdout is not None  # noqa: S101  # a pipe was asked for
        peak = 0.0
        for line in process.stdout:
            peak = float(line.split()[1]) if line.startswith("peak ") else peak
            progress(line.rstrip())
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command[:2])
    return peak


def main(request: str, out: str) -> int:
    """Be the coordinator: run, write the document, and print this process's peak last."""

    def tell(event: dict[str, Any]) -> None:
        if event["kind"] == "result":
            row = event["result"]
            print(f"{row['workload']} {row['variant']}: {row['status']} {row['message'] or ''}"[:150], flush=True)

    document = run(BenchSpec(**json.loads(request)), tell)
    Path(out).write_text(json.dumps(document), encoding="utf-8")
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert found is not None  # noqa: S101  # Linux says it of every process
    print(f"peak {int(found[1]) * 1024 / 1e6:.1f} MB", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
