"""The worker of a cluster and its store, without Ray: clocks that are set, and a store that was upgraded beneath it."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from collectors import jobs, lease
from collectors.cluster import work as cluster_work
from collectors.cluster.places import Node
from collectors.cluster.ray_cluster import ClusterError, RayCluster
from collectors.lease import JobContext
from db import errors, write
from db.engine import Engine, open_database, writing
from db.write import jobs as queue
from db.write import lost
from tests.collectors.test_leases import WAIT_S, ask, look, upgraded
from tests.conftest import find_free_port

FACTS: dict[str, Any] = {"machine": {}, "variants": {}}


class Cluster:
    """Stands in for a cluster of one node that is always there."""

    def __init__(self, _address: str) -> None:
        self.closed = False

    def nodes(self) -> list[Node]:
        return [Node("n", "n", 1, 0, FACTS), Node("m", "m", 1, 0, FACTS)]

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setattr(cluster_work, "RayCluster", Cluster)
    return open_database(f"sqlite:///{tmp_path / 'f.db'}", create=True)


def measured_by(monkeypatch: pytest.MonkeyPatch, handler: Callable[[JobContext], tuple[int | None, str]]) -> None:
    """Let ``handler`` stand in for the measurement on a node."""
    monkeypatch.setattr(cluster_work, "measure", lambda context, elsewhere: handler(context))


def test_a_running_job_stays_its_own_although_the_clock_jumps(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "BEAT_S", 0.05)
    monkeypatch.setattr(lost, "GRACE_S", 30)
    begun, jumped, ran = threading.Event(), threading.Event(), list[int]()

    def handler(context: JobContext) -> tuple[int | None, str]:
        ran.append(context.job.job)
        begun.set()
        assert jumped.wait(WAIT_S)
        return None, "well"

    measured_by(monkeypatch, handler)
    job, stop = ask(engine, jobs.BENCHMARK), threading.Event()
    working = threading.Thread(target=cluster_work.work, args=(engine, "made"), kwargs={"stop": stop})
    working.start()
    assert begun.wait(WAIT_S)
    for days in (1, -1, 0):
        moved = datetime.now(UTC) + timedelta(days=days)
        monkeypatch.setattr(queue, "queue_time", lambda _session, moved=moved: moved)
        time.sleep(1.2)  # the foreman looks twice a second
    jumped.set()
    until = time.monotonic() + WAIT_S
    while look(engine, job).state == "running" and time.monotonic() < until:
        time.sleep(0.05)
    stop.set()
    working.join(WAIT_S)
    assert (look(engine, job).state, look(engine, job).attempts, ran) == ("done", 1, [job])


def test_it_ends_what_it_holds_and_itself_where_the_store_is_upgraded_beneath_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[int] = []

    def handler(context: JobContext) -> tuple[int | None, str]:
        upgraded(engine)
        with writing(engine) as session:
            write.request_job(session, kind=jobs.BENCHMARK, parameters={}, requested_by="test")
        time.sleep(1.2)
        ended.append(context.job.job)
        return None, "well"

    measured_by(monkeypatch, handler)
    held = ask(engine, jobs.BENCHMARK)
    with pytest.raises(errors.DatabaseNewer, match="Upgrade Framescope"):
        cluster_work.work(engine, "made")
    assert ended == [held]
    assert [look(engine, job).state for job in (held, held + 1)] == ["done", "queued"]


def test_an_address_where_nobody_listens_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    port = find_free_port()
    for address in (f"127.0.0.1:{port}", f"ray://127.0.0.1:{port}", f"[::1]:{port}"):
        began = time.monotonic()
        with pytest.raises(ClusterError, match=f"{port} cannot be reached"):
            RayCluster(address)
        assert time.monotonic() - began < 30
