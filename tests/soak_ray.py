"""Kill nodes of a Ray cluster at instants chosen by seed while jobs are measured (`make soak`): none lost or twice."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from db import read
from db.engine import reading
from tests.collectors.cluster.reach import Site, children_beneath, gone, until
from tests.fakes.ray_cluster import LocalCluster, local_cluster

AT_ONCE = 3
LATEST_S = 12.0
NODES = 2


def kills(cluster: LocalCluster, site: Site, seed: int, times: int) -> tuple[Counter[str], list[str]]:
    """Kill a node so many times, another one taking its place, with jobs waiting all the while.

    Gives how many jobs ended how, and what is not as it should be.
    """
    dice = random.Random(seed)  # noqa: S311  # instants, not secrets
    jobs, wrong = list[int](), list[str]()
    for number in range(NODES):
        cluster.add(f"node-{number}")
    for number in range(NODES, NODES + times):
        while sum(site.job(job).state in ("queued", "running") for job in jobs) < AT_ONCE:
            jobs.append(site.ask(seconds=2.0))
        time.sleep(dice.uniform(0.0, LATEST_S))
        name = dice.choice(sorted(cluster.nodes))
        below = children_beneath(cluster.nodes[name])
        cluster.kill(name)
        until(lambda below=below: gone(below), f"the children of {name} to end")  # type: ignore[misc]  # a default
        cluster.add(f"node-{number}")
    for job in jobs:
        wrong += judged(site, job)
    ended = Counter(site.job(job).state for job in jobs)
    left = children_beneath(cluster.pids)
    return ended, wrong + ([f"{len(left)} children are left"] if left else [])


def judged(site: Site, number: int) -> list[str]:
    """Say what is wrong with how a job ended: it is done and kept once, or it failed and says what it lost twice."""
    job = site.ended(number)
    with reading(site.engine) as session:
        runs = [run for run in read.runs(session, limit=1_000) if run.run == job.run]
        results = read.bench_results(session, run=job.run) if job.run is not None else []
    told = f"job {number}, {job.state}: {job.message}"
    if job.state == "done":
        sound = len(runs) == 1 and runs[0].status == "ok" and len(results) == 1 and job.attempts == 1
    else:
        sound = job.state == "failed" and job.message.count("was lost while it measured") == 2
        sound = sound and [run.status for run in runs] == ["failed"]
    return [] if sound else [told]


def main() -> int:
    """Kill so many times; exit status 1 where anything is not as it should be."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak_ray", description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, local_cluster(Path(scratch)) as cluster:
        site = Site(Path(scratch) / "site", cluster.address)
        with site.worker():
            ended, wrong = kills(cluster, site, given.seed, given.kills)
        site.engine.dispose()
    said = ", ".join(f"{count} {state}" for state, count in sorted(ended.items()))
    print(f"ray: seed {given.seed}, {given.kills} nodes killed, {ended.total()} jobs: {said}")
    print("\n".join(wrong) or "no job lost, none measured twice, nothing left behind")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
