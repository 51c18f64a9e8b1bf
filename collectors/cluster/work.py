"""The worker of a cluster: claims benchmarks as the worker of one machine does, and has each measured on a node."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial

from collectors import jobs
from collectors.cluster.away import Away
from collectors.cluster.places import CPU, Place, Places
from collectors.cluster.ray_cluster import ClusterError, RayCluster
from collectors.lease import JobContext, Leases, give_on
from collectors.measure import measure
from collectors.worker import POLL_S, run_next, worker_name
from db import read, write
from db.engine import Engine, queueing, reading
from db.errors import DatabaseBehind, DatabaseNewer, StoreError
from db.read import JobRow
from db.revision import must_fit

log = logging.getLogger(__name__)
TELL_EVERY_S = 5.0
DEVICES = (CPU, "cuda")
"""What may be asked of a cluster; a GPU by its number belongs to one machine, and is left to that machine's worker."""


def work(engine: Engine, address: str, *, once: bool = False, stop: threading.Event | None = None) -> int:
    """Claim benchmarks and have them measured until stopped, or with ``once`` until none is waiting; gives how many.

    One job for each device that is free. Where told to stop, what runs is given back to the queue.

    Raises:
        ClusterError: Ray is not installed, or the cluster cannot be reached.
        DatabaseNewer, DatabaseBehind: The store is of another revision than this program; what runs ends first.
    """
    stop = stop or threading.Event()
    cluster = RayCluster(address)
    foreman = _Foreman(engine, cluster, stop, None if once else Leases())
    try:
        while not stop.is_set():
            try:
                idle = foreman.step()
            except (DatabaseNewer, DatabaseBehind):
                raise
            except StoreError as error:
                log.warning("%s", error)
                stop.wait(TELL_EVERY_S)
                continue
            except ClusterError:
                stop.set()  # what runs is given back to the queue
                raise
            if once and idle:
                break
            stop.wait(POLL_S)
    finally:
        foreman.end()
        cluster.close()
    return foreman.done


class _Foreman:
    """Gives waiting jobs to free places, oldest first, each in a thread of its own."""

    def __init__(self, engine: Engine, cluster: RayCluster, stop: threading.Event, leases: Leases | None) -> None:
        self.engine, self.cluster, self.stop, self.leases = engine, cluster, stop, leases
        self.places, self.name, self.done = Places(), worker_name(), 0
        self.threads: list[threading.Thread] = []
        self.told, self.told_at = "", 0.0

    def step(self) -> bool:
        """Look once at nodes and queue; whether there is nothing to do and nothing to wait for."""
        self.threads = [thread for thread in self.threads if thread.is_alive()]
        nodes = self.cluster.nodes()
        self.places.now(nodes)
        with queueing(self.engine) as session:
            must_fit(session)
            give_on(session, self.leases)
        self._tell()
        for job, place in self._room_for(self._waiting()):
            thread = threading.Thread(target=self._run, args=(job, place), name=f"job-{job.job}")
            self.threads.append(thread)
            thread.start()
        return not self.threads and all(node.facts for node in nodes)  # else one will yet tell what it has

    def end(self) -> None:
        """Wait for what runs, and tell that these nodes are no longer reached."""
        for thread in self.threads:
            thread.join()
        self._write([])

    def _waiting(self) -> list[JobRow]:
        with reading(self.engine) as session:
            found = read.jobs(session, states=("queued",), kind=jobs.BENCHMARK)
        return [job for job in reversed(found) if job.parameters.get("device", CPU) in DEVICES]

    def _room_for(self, waiting: Iterable[JobRow]) -> Iterable[tuple[JobRow, Place]]:
        """Give each job its place; for one that has none yet a node is kept free of younger ones."""
        kept: list[str] = []
        for job in waiting:
            device = job.parameters.get("device", CPU)
            place = self.places.take(device, job.job, kept)
            if place is not None:
                yield job, place
            elif (node := self.places.next(device, kept)) is not None:
                kept.append(node)

    def _run(self, job: JobRow, place: Place) -> None:
        away = Away(self.cluster, self.places, place)
        handler: Callable[[JobContext], tuple[int, str]] = partial(measure, elsewhere=away)
        try:
            ran = run_next(
                self.engine, self.name, job_id=job.job, stop=self.stop, handlers={jobs.BENCHMARK: handler},
                leases=self.leases,
            )  # fmt: skip
            self.done += ran
        except StoreError as error:
            log.warning("job %s is left, and found by its lease: %s", job.job, error)
        finally:
            away.leave()

    def _tell(self) -> None:
        """Write which nodes there are and what they do: when that changed, and every few seconds that they live."""
        rows: list[dict[str, object]] = [
            {"node": node.id, "name": node.name, "facts": dict(node.facts), "busy": self.places.busy(node.id)}
            for node in self.places.nodes.values()
        ]
        state = repr(rows)
        if state == self.told and time.monotonic() - self.told_at < TELL_EVERY_S:
            return
        self._write(rows)
        self.told, self.told_at = state, time.monotonic()

    def _write(self, rows: list[dict[str, object]]) -> None:
        try:
            with queueing(self.engine) as session:
                write.cluster_nodes(session, self.name, rows)
        except StoreError as error:
            log.warning("which nodes there are was not noted: %s", error)
