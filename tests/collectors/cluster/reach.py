"""A site's machine with its store and its worker, beside a Ray cluster: what the tests of both stand on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import psutil

from collectors import jobs
from db import read
from db.engine import Engine, open_database, reading
from tests.fakes.ray_cluster import QUIET, ROOT

PATIENCE_S = 120.0
CHILD = "collectors.bench.child"
WITHOUT_CEILINGS = """
import sys
from dataclasses import replace
from collectors import measure
from framescope.cli import main
asked = measure._spec
measure._spec = lambda parameters: replace(asked(parameters), ceilings=False)
main()
"""
"""A command that leaves out what takes longest of a short run, and has tests of its own: the machine's ceilings."""


class Site:
    """A store of its own, with a worker that reaches a cluster once it is started."""

    def __init__(self, home: Path, address: str, *, ceilings: bool = True) -> None:
        self.home, self.address = home, address
        self.program = ["-m", "framescope"] if ceilings else ["-c", WITHOUT_CEILINGS]
        self.url = f"sqlite:///{home / 'framescope.db'}"
        self.engine: Engine = open_database(self.url, create=True)

    def command(self, *words: str) -> subprocess.Popen[str]:
        """Start a command of this site's."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("FRAMESCOPE_", "RAY_"))}
        environment = kept | QUIET | {"FRAMESCOPE_HOME": str(self.home), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, *self.program, *words]
        return subprocess.Popen(
            command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def worker(self) -> AbstractContextManager[subprocess.Popen[str]]:
        """A worker that reaches the cluster."""
        return self._worker("--ray", self.address)

    def local_worker(self) -> AbstractContextManager[subprocess.Popen[str]]:
        """A worker that measures itself."""
        return self._worker("--kind", "benchmark")

    @contextmanager
    def _worker(self, *options: str) -> Iterator[subprocess.Popen[str]]:
        """A worker; ended, and its last words told, on the way out."""
        process = self.command("worker", *options)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            try:
                said = process.communicate(timeout=PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                said = process.communicate()
            print("the worker said:", *said, sep="\n")

    def ask(self, workloads: Sequence[str] = ("matmul",), **more: Any) -> int:
        """Queue a benchmark of NumPy that is as small as can be."""
        usual: dict[str, Any] = {"variants": ["numpy"], "size": "tiny", "seconds": 2.0, "processes": 1}
        return jobs.request_benchmark(self.engine, workloads=workloads, requested_by="a test", **(usual | more))

    def job(self, number: int) -> read.JobRow:
        """A job as it is now."""
        with reading(self.engine) as session:
            found = read.job(session, number)
        assert found is not None
        return found

    def ended(self, number: int) -> read.JobRow:
        """A job once it has ended."""
        until(lambda: self.job(number).state not in ("queued", "running"), f"job {number} to end", self.job, number)
        return self.job(number)

    def measuring(self, number: int) -> read.JobRow:
        """A job once a node measures it, seen by what it tells."""

        def at_work() -> bool:
            found = self.job(number)
            return found.state == "running" and ("warming up" in found.message or "round" in found.message)

        until(at_work, f"job {number} to be measured", self.job, number)
        return self.job(number)

    def nodes(self) -> dict[str, read.NodeRow]:
        """The nodes as the store knows them, by name."""
        with reading(self.engine) as session:
            return {node.name: node for node in read.cluster_nodes(session)}

    def node_of(self, number: int) -> str:
        """The name of the node that measures a job."""
        until(lambda: any(number in node.busy.values() for node in self.nodes().values()), f"job {number} on a node")
        return next(name for name, node in self.nodes().items() if number in node.busy.values())


def until(condition: Callable[[], bool], what: str, *ask: Any) -> None:
    """Wait for something, generously; where it never comes, say how things stand."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        now = ask[0](*ask[1:]) if ask else ""
        assert time.monotonic() < end, f"waited {PATIENCE_S:g} s for {what}: {now}"
        time.sleep(0.05)


def children_beneath(pids: Sequence[int]) -> set[psutil.Process]:
    """The harness's children that run somewhere beneath these processes."""
    found: set[psutil.Process] = set()
    for pid in pids:
        try:
            below = psutil.Process(pid).children(recursive=True)
        except psutil.NoSuchProcess:
            continue
        found |= {process for process in below if CHILD in " ".join(_words(process))}
    return found


def gone(processes: set[psutil.Process]) -> bool:
    """Whether none of these processes runs any more; one that only waits to be reaped does not."""
    return not [one for one in processes if one.is_running() and _words(one)]


def _words(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return []
