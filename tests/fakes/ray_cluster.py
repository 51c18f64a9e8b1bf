"""A real Ray cluster of several local nodes, in a process of its own, told by lines what to add and to kill.

Run as a program it starts a head that measures nothing, prints its two addresses as JSON, and obeys one JSON line each:
``{"add": NAME, "cpus": N}`` and ``{"kill": NAME}``, answered with the node's id and the processes that it has. Ray is
imported there alone: its threads, and warnings that it takes no note of, stay out of the tests' own process.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
STORE_BYTES = 80_000_000
QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_DISABLE_IMPORT_WARNING": "1",
    "RAY_DEDUP_LOGS": "0",
    "RAY_memory_monitor_refresh_ms": "0",
    "RAY_NUM_REDIS_GET_RETRIES": "90",  # seconds that a head may take to start on a busy machine
    "RAY_health_check_period_ms": "500",  # a node that refuses to answer is dead within two seconds, a slow one is not
    "RAY_health_check_failure_threshold": "3",
}


class LocalCluster:
    """The cluster as a test sees it."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self.process, self.log = process, log
        self.nodes: dict[str, list[int]] = {}
        told = self._answer()
        self.address = str(told["address"])
        self.client = str(told["client"])
        """For who is no part of the cluster: ``ray://HOST:PORT``."""

    @property
    def pids(self) -> list[int]:
        """The processes of all nodes that live."""
        return [pid for node in self.nodes.values() for pid in node]

    def add(self, name: str, cpus: int = 1, **environment: str) -> None:
        """Start a node with so many processors; its processes are then in `nodes`."""
        self.nodes[name] = self._ask(add=name, cpus=cpus, environment=environment)["pids"]

    def kill(self, name: str) -> None:
        """Kill every process of a node at once, as a machine that loses its power does."""
        self._ask(kill=name)
        del self.nodes[name]

    def _ask(self, **told: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("{"):
                answer: dict[str, Any] = json.loads(line)
                return answer
        said = self.log.read_text(encoding="utf-8", errors="replace")[-4_000:]
        raise RuntimeError(f"the Ray cluster ended with status {self.process.wait(30)}: {said}")


@contextmanager
def local_cluster(scratch: Path) -> Iterator[LocalCluster]:
    """Start a cluster with a head alone; everything of it ends on the way out."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FRAMESCOPE_", "RAY_"))}
    environment = kept | QUIET | {"PYTHONPATH": str(ROOT), "NO_PROXY": "*", "no_proxy": "*"}
    told = scratch / "ray-cluster.log"
    with told.open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.ray_cluster"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=ROOT,
            env=environment,
        )
        try:
            yield LocalCluster(process, told)
        finally:
            process.stdin.close()  # type: ignore[union-attr]  # a pipe was asked for
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()  # type: ignore[union-attr]  # likewise


def main() -> None:
    """Obey until standard input ends."""
    from ray.cluster_utils import Cluster

    nodes: dict[str, Any] = {}
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    cluster = Cluster(initialize_head=True, head_node_args=_arguments("head", 0) | {"ray_client_server_port": port})
    _say({"address": cluster.address, "client": f"ray://{cluster.address.rpartition(':')[0]}:{port}"})
    try:
        for line in sys.stdin:
            told = json.loads(line)
            if "add" in told:
                os.environ.update(told["environment"])
                nodes[told["add"]] = node = cluster.add_node(**_arguments(told["add"], told["cpus"]))
                for name in told["environment"]:
                    del os.environ[name]
            else:
                node = nodes.pop(told["kill"])
            pids = [info.process.pid for infos in node.all_processes.values() for info in infos]
            if "kill" in told:
                cluster.remove_node(node, allow_graceful=False)
            _say({"node": node.node_id, "pids": pids})
    finally:
        cluster.shutdown()


def _arguments(name: str, cpus: int) -> dict[str, Any]:
    bounds = {"object_store_memory": STORE_BYTES, "include_dashboard": False}
    return {"num_cpus": cpus, "num_gpus": 0, "node_name": name} | bounds


def _say(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
