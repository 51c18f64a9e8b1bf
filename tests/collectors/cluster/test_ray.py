"""Benchmarks on a real Ray cluster of several local nodes: measured at once, cancelled, and with a node killed."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from collectors import jobs
from db import read
from db.engine import reading
from tests.collectors.cluster.reach import Site, children_beneath, gone, until
from tests.fakes.ray_cluster import LocalCluster, local_cluster

pytestmark = [
    pytest.mark.alone,  # two nodes on one machine measure at once
    pytest.mark.skipif(find_spec("ray") is None, reason="NO RAY: pip install 'framescope[cluster]'"),
]
LONG_S = 600.0
MANY = ("matmul", "lstm", "gru", "softmax", "layer_norm", "reduction", "embedding", "top_k", "fft")
"""What takes long: one alone ends within seconds on a quiet machine, once its interval is narrow."""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    with local_cluster(tmp_path_factory.mktemp("ray")) as found:
        yield found


@pytest.fixture(scope="module")
def site(cluster: LocalCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site whose worker reaches two nodes, neither of which has PyTorch."""
    found = Site(tmp_path_factory.mktemp("site"), cluster.address, ceilings=False)
    with found.worker():
        for name in ("one", "two"):
            add(cluster, name)
        until(lambda: knows(found, "one", "two"), "two nodes")
        yield found
    assert found.nodes() == {}, "a worker that ended reaches no nodes"
    found.engine.dispose()


def add(cluster: LocalCluster, name: str) -> None:
    cluster.add(name, FRAMESCOPE_PYTHON_PYTORCH="/nowhere/python")


def knows(site: Site, *names: str) -> bool:
    nodes = site.nodes()
    return set(nodes) == set(names) and all(node.facts for node in nodes.values())


def cancel(site: Site, job: int) -> read.JobRow:
    assert jobs.cancel(site.engine, job)
    return site.ended(job)


def test_two_jobs_are_measured_at_once_one_on_each_node(site: Site) -> None:
    first, second = site.ask(), site.ask(variants=["numpy", "torch.eager"], preset="defaults")
    assert {site.node_of(first), site.node_of(second)} == {"one", "two"}
    ended = site.ended(first), site.ended(second)
    assert [job.state for job in ended] == ["done", "done"], [job.message for job in ended]
    assert ended[1].started is not None
    assert ended[0].finished is not None
    assert ended[1].started < ended[0].finished
    assert ended[0].run is not None
    assert ended[1].run is not None
    with reading(site.engine) as session:
        document = read.bench_document(session, ended[0].run, samples=True)
        rows = {row["variant"]: row for row in read.bench_results(session, run=ended[1].run)}
    assert document is not None
    (result,) = document["results"]
    assert result["passport"]["version"]
    assert result["samples"]["latency"]
    assert f"measured on {document['machine']['node']}" in ended[0].message
    assert document["machine"]["nice"] == os.getpriority(os.PRIO_PROCESS, 0)
    assert "OMP_NUM_THREADS" in result["passport"]["environment"]
    assert rows["numpy"]["status"] == "ok"
    assert "OMP_NUM_THREADS" not in rows["numpy"]["passport"]["environment"], "the defaults are not what Ray sets"
    assert rows["torch.eager"]["status"] == "unavailable"
    assert "/nowhere/python" in rows["torch.eager"]["message"]


@pytest.mark.skipif(find_spec("grpc") is None, reason="NO RAY CLIENT: pip install 'ray[client]'")
def test_a_worker_that_is_no_part_of_the_cluster_reaches_it_by_its_client(
    site: Site, cluster: LocalCluster, tmp_path: Path
) -> None:
    other = Site(tmp_path, cluster.client, ceilings=False)
    with other.worker():
        job = other.ask()
        until(lambda: set(other.nodes()) == set(site.nodes()), "the same nodes")
        ended = other.ended(job)
    assert (ended.state, "measured on " in ended.message) == ("done", True), ended.message
    assert other.nodes() == {}
    other.engine.dispose()


def test_devices_are_listed_with_what_is_measured_and_cancelling_reaches_the_task_and_its_children(
    site: Site, cluster: LocalCluster
) -> None:
    job = site.ask(MANY, seconds=LONG_S)
    where = site.node_of(job)
    listed = json.loads(site.command("devices", "--json").communicate(timeout=60)[0])
    assert {(row["node"], row["device"], row["busy_with"]) for row in listed if row["device"] == "cpu"} == {
        (None, "cpu", None),
        *((name, "cpu", job if name == where else None) for name in ("one", "two")),
    }
    site.measuring(job)
    below = children_beneath(cluster.nodes[where])
    assert below
    ended = cancel(site, job)
    assert ended.state == "cancelled", ended.message
    until(lambda: gone(below), "the children to end")
    assert ended.run is not None
    with reading(site.engine) as session:
        (run,) = [run for run in read.runs(session, limit=10) if run.run == ended.run]
    assert run.status != "running"


STRANGER = """
import ray, sys
ray.init(address=sys.argv[1], log_to_driver=False, configure_logging=False)
places = [dict(num_cpus=1) for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU")]
asked = [ray.remote(lambda: 1).options(**place).remote() for place in places]
print(len(asked), len(ray.wait(asked, num_returns=len(asked), timeout=3)[0]), flush=True)
"""


def test_nothing_else_of_the_cluster_runs_on_a_node_that_measures(site: Site, cluster: LocalCluster) -> None:
    jobs_ = [site.ask(MANY, seconds=LONG_S) for _ in range(2)]
    for job in jobs_:
        site.measuring(job)
    command = [sys.executable, "-c", STRANGER, cluster.address]
    said = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    for job in jobs_:
        cancel(site, job)
    assert said.stdout.split() == ["2", "0"], said.stderr[-2_000:]


def test_a_job_of_a_lost_node_is_measured_on_another(site: Site, cluster: LocalCluster) -> None:
    job = site.ask(seconds=5.0)
    site.measuring(job)
    lost = site.node_of(job)
    below = children_beneath(cluster.nodes[lost])
    assert below
    cluster.kill(lost)
    until(lambda: gone(below), "the children of the lost node to end")
    ended = site.ended(job)
    (other,) = {"one", "two"} - {lost}
    assert ended.state == "done", ended.message
    assert f"measured on {other}" in ended.message
    assert ended.attempts == 1, "the job never left its worker"
    with reading(site.engine) as session:
        assert len(read.bench_results(session, run=ended.run)) == 1
    until(lambda: set(site.nodes()) == {other}, "the lost node to be forgotten")


def test_a_job_that_loses_two_nodes_says_which_and_why_and_the_next_one_waits(
    site: Site, cluster: LocalCluster
) -> None:
    (first,) = site.nodes()
    job = site.ask(MANY, seconds=LONG_S)
    site.measuring(job)
    add(cluster, "three")
    until(lambda: knows(site, first, "three"), "a third node")
    cluster.kill(first)
    until(lambda: site.nodes()["three"].busy == {"cpu": job}, "the job to be tried again")
    site.measuring(job)
    cluster.kill("three")
    ended = site.ended(job)
    assert ended.state == "failed"
    assert f"{first} was lost while it measured (Ray:" in ended.message
    assert "three was lost while it measured (Ray:" in ended.message
    assert "not tried again" in ended.message
    waiting = site.ask()
    until(lambda: site.nodes() == {}, "both nodes to be forgotten")
    assert site.job(waiting).state == "queued"
    add(cluster, "four")
    ended = site.ended(waiting)
    assert (ended.state, ended.attempts) == ("done", 1), ended.message
    assert "measured on four" in ended.message


@pytest.mark.parametrize(("number", "state"), [(signal.SIGTERM, "queued"), (signal.SIGKILL, "running")])
def test_what_a_worker_that_ends_had_measured_ends_with_it(
    site: Site, cluster: LocalCluster, tmp_path: Path, number: int, state: str
) -> None:
    other = Site(tmp_path, cluster.address, ceilings=False)
    job = other.ask(MANY, seconds=LONG_S)
    with other.worker() as worker:
        other.measuring(job)
        below = children_beneath(cluster.pids)
        assert below
        worker.send_signal(number)
        worker.wait(60)
    assert other.job(job).state == state
    until(lambda: gone(below), "the children to end")
    assert set(other.nodes()) == (set() if number == signal.SIGTERM else {"four"})
    other.engine.dispose()
