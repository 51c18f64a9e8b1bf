"""What must be true when the killing is over: every job ended once, every run closed, nothing lost or doubled."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

from sqlalchemy import text

from db import read
from db.engine import Engine, reading
from db.read import JobRow
from db.write.jobs import MAX_ATTEMPTS
from tests.killing.diary import Diary

DOUBLED = """SELECT run_id, workload, variant, size, device, count(*) FROM bench_result
    GROUP BY run_id, workload, variant, size, device HAVING count(*) > 1"""
OPEN = "SELECT id, kind, source, message FROM run WHERE status = 'running'"
STATUS = "SELECT id, status FROM run"


def counted(engine: Engine, diary: Diary, asked: int) -> tuple[Counter[str], list[str]]:
    """How the jobs ended, and what is wrong."""
    with reading(engine) as session:
        jobs = read.jobs(session, limit=10_000)
        doubled = [f"measured twice: {tuple(row)}" for row in session.execute(text(DOUBLED))]
        open_runs = [f"a run was left open: {tuple(row)}" for row in session.execute(text(OPEN))]
        runs = {int(row[0]): str(row[1]) for row in session.execute(text(STATUS))}
    wrong = doubled + open_runs + _asked(jobs, diary, asked) + _twice(jobs, diary)
    for job in jobs:
        if job.state not in ("done", "failed"):
            wrong.append(f"job {job.job} is {job.state}: {job.message}")
        if job.state == "done" and job.kind == "benchmark":
            status = runs.get(job.run or 0)
            wrong += [] if status in ("ok", "partial") else [f"job {job.job} is done and its run is {status}"]
        if job.attempts > MAX_ATTEMPTS or (job.state == "failed" and not job.message):
            wrong.append(f"job {job.job} failed after {job.attempts} attempts: {job.message!r}")
    return Counter(f"{job.kind} {job.state}" for job in jobs), wrong


def _asked(jobs: list[JobRow], diary: Diary, asked: int) -> list[str]:
    """Every job that somebody was told of is there, once, and no other."""
    told: dict[int, set[int]] = defaultdict(set)
    for line in diary.lines("asked"):
        told[line["number"]].add(line["job"])
    wrong = [f"number {number} became the jobs {sorted(found)}" for number, found in told.items() if len(found) > 1]
    there, known = {job.job for job in jobs}, {job for found in told.values() for job in found}
    wrong += [f"job {job} was lost" for job in sorted(known - there)]
    return wrong + ([] if len(jobs) == asked else [f"{asked} jobs were asked for, and {len(jobs)} are there"])


def _twice(jobs: list[JobRow], diary: Diary) -> list[str]:
    """No job was run by two at once, or again after it was done, or more often than its attempts say."""
    deaths = {line["victim"]: float(line["at"]) for line in diary.lines("killed")}
    wrong: list[str] = []
    for job in jobs:
        begins = [line for line in diary.lines("begin") if line["job"] == job.job]
        ends = {line["pid"]: float(line["at"]) for line in diary.lines("end") if line["job"] == job.job}
        spells = [(float(line["at"]), _over(line, ends, deaths)) for line in begins]
        overlaps = [(one, two) for one, two in pairwise(spells) if two[0] < one[1]]
        wrong += [f"job {job.job} was run by two at once: {overlap}" for overlap in overlaps]
        if len(begins) > job.attempts:
            wrong.append(f"job {job.job} began {len(begins)} times in {job.attempts} attempts")
    return wrong


def _over(line: dict[str, Any], ends: dict[int, float], deaths: dict[int, float]) -> float:
    """When a begun job was over in the process that began it."""
    return min(ends.get(line["pid"], float("inf")), deaths.get(line["pid"], float("inf")))
