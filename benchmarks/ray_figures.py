"""Measure what Ray adds: seconds to a job on a warm cluster, and anything to the times that are measured through it.

Writes docs/figures/ray.md and .json; 1 if a promise is not kept.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from figures import INTO, Figure, machine, table

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the tests' cluster is this program's too

from db import read
from db.engine import reading
from tests.collectors.cluster.reach import Site, until
from tests.fakes.ray_cluster import local_cluster
from verdicts.speed_claims import geometric

HOW = """\
The same benchmark is measured by a worker here and by a worker that hands it to a Ray node on this machine, in
alternating order, each side in a store of its own; while this machine's own worker measures there is no Ray at all.
What a job takes beside the harness's own seconds is the rest of its time from claimed to ended. The machine's ceilings
are left out on both sides. The ratio is a geometric mean over the pairs of seconds per call, its interval Student's t.
"""
ROUNDS, ADDED_S, BUSY, NARROW = 6, 1.0, 0.5, 0.1
WORK: dict[str, Any] = {
    "workloads": ["matmul", "lstm"],
    "variants": ["numpy", "torch.eager"],
    "size": "small",
    "seconds": 12.0,
    "processes": 2,
}
SHORT: dict[str, Any] = {"workloads": ["matmul"], "variants": ["numpy"], "size": "tiny", "seconds": 2.0}


@dataclass(frozen=True)
class Job:
    """What one job came to: seconds beside the harness's own, and seconds per call by workload and variant."""

    beside_s: float
    latency_s: dict[str, float]


def run(site: Site, asked: dict[str, Any]) -> Job:
    """Have one job measured. RuntimeError if it does not end well."""
    number = site.ask(**asked)
    job = site.ended(number)
    if job.state != "done" or job.run is None or job.started is None or job.finished is None:
        raise RuntimeError(f"job {number}: {job.state}, {job.message}")
    with reading(site.engine) as session:
        document = read.bench_document(session, job.run)
        rows = read.bench_results(session, run=job.run)
    if document is None:
        raise RuntimeError(f"job {number} left no document")
    took = (job.finished - job.started).total_seconds()
    latency = {f"{row['workload']}, {row['variant']}": row["latency_s"]["median"] for row in rows if row["latency_s"]}
    return Job(took - document["seconds"], latency)


def through_ray(scratch: Path, name: str, jobs: Sequence[dict[str, Any]]) -> list[Job]:
    """Have jobs measured one by one on a Ray node of this machine; a first one warms the cluster and is left out."""
    home = scratch / name
    home.mkdir()
    with local_cluster(home) as cluster:
        cluster.add("node", cpus=1)
        site = Site(home / "site", cluster.address, ceilings=False)
        with site.worker():
            until(lambda: any(node.facts for node in site.nodes().values()), "the node")
            found = [run(site, asked) for asked in (SHORT, *jobs)][1:]
        site.engine.dispose()
    return found


def here(scratch: Path, name: str, jobs: Sequence[dict[str, Any]]) -> list[Job]:
    """Have jobs measured by a worker as it is without Ray."""
    site = Site(scratch / name, "", ceilings=False)
    with site.local_worker():
        found = [run(site, asked) for asked in (SHORT, *jobs)][1:]
    site.engine.dispose()
    return found


def measured(rounds: int) -> tuple[list[Job], list[Job]]:
    """Measure both ways, in an order that turns round; gives Ray's jobs and this machine's own, pair by pair."""
    jobs, ray, local = (SHORT, WORK), list[Job](), list[Job]()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        for number in range(rounds):
            sides = [(ray, through_ray, f"ray-{number}"), (local, here, f"here-{number}")]
            for into, side, called in sides if number % 2 else reversed(sides):
                into += side(scratch, called, jobs)
            print(f"round {number + 1} of {rounds}: beside the harness {ray[-1].beside_s:.2f} s through Ray, "
                  f"{local[-1].beside_s:.2f} s without", file=sys.stderr)  # fmt: skip
    return ray, local


def figures(ray: Sequence[Job], local: Sequence[Job]) -> list[Figure]:
    """Make the figures of the jobs of both sides."""
    with_ray, without = (statistics.median(job.beside_s for job in jobs) for jobs in (ray, local))
    added = statistics.median(one.beside_s - other.beside_s for one, other in zip(ray, local, strict=True))
    count = f"median of {len(ray)} jobs"
    return [
        Figure("beside the harness, through Ray", with_ray, "s", None, f"{count}, warm cluster: task, document, store"),
        Figure("beside the harness, without", without, "s", None, f"{count}: checks, store"),
        Figure("Ray adds to a job", added, "s", ADDED_S, "median of the pairs' differences"),
    ]


def verdict(low: float, high: float) -> str:
    """What an interval of the ratio says: one that holds 1 and reaches beyond a tenth says nothing."""
    if low <= 1 <= high:
        return "nothing seen" if low > 1 - NARROW and high < 1 + NARROW else "cannot tell: too wide"
    return "slower" if low > 1 else "faster"


def times(ray: Sequence[Job], local: Sequence[Job]) -> tuple[list[str], bool]:
    """Lay the measured times side by side; and whether Ray's are no more than the interval allows."""
    lines = ["| measured | without Ray | through Ray | ratio | 95 % | |", "|---|---:|---:|---:|---:|---|"]
    kept = True
    for name in [name for name in ray[1].latency_s if name in local[1].latency_s]:
        pairs = [(one.latency_s[name], other.latency_s[name]) for one, other in zip(ray, local, strict=True)
                 if len(one.latency_s) > 1]  # fmt: skip
        middle, low, high = geometric([one / other for one, other in pairs])
        told = verdict(low, high)
        kept &= told != "slower"
        first, second = (statistics.median(values) * 1e6 for values in zip(*pairs, strict=True))
        lines.append(f"| {name} | {second:,.1f} µs | {first:,.1f} µs | {middle:.3f} | {low:.3f}–{high:.3f} | {told} |")
    return lines, kept


def main() -> int:
    """Measure, print, write; 1 if a promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="pairs, at least three")
    rounds = max(3, parser.parse_args().rounds)
    where, when = machine(), datetime.now(UTC).date().isoformat()
    busy = os.getloadavg()[0] > BUSY * (os.cpu_count() or 1)
    ray, local = measured(rounds)
    found, (side_by_side, kept) = figures(ray, local), times(ray, local)
    page = [
        "# Ray beside no Ray",
        "",
        "<!-- Written by `make bench`. -->",
        "",
        f"Measured {when} on: {where}, {rounds} pairs.",
        *(["Other work went on beside it: the figures are to be measured again on a quiet machine."] if busy else []),
        "",
        table(found),
        "## The measured times",
        "",
        *side_by_side,
        "",
        HOW.strip(),
    ]
    rows = {"measured": when, "machine": where, "figures": [{**asdict(one), "verdict": one.verdict} for one in found]}
    rows |= {"ray": [asdict(job) for job in ray], "without": [asdict(job) for job in local]}
    (INTO / "ray.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    (INTO / "ray.md").write_text("\n".join(page) + "\n", encoding="utf-8")
    print("\n".join([table(found), *side_by_side]))
    return int(not kept or any(one.verdict == "NOT KEPT" for one in found))


if __name__ == "__main__":
    sys.exit(main())
