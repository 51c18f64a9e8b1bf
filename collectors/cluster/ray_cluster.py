"""The connection to a Ray cluster: its nodes, a task for each benchmark, and how a task ended."""

import json
import logging
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from collectors.bench.spec import BenchSpec
from collectors.cluster import node as on_node
from collectors.cluster.line import Line
from collectors.cluster.places import CPU, Node, Place
from collectors.cluster.reach import why_not
from collectors.errors import CollectError

log = logging.getLogger(__name__)
SHIPPED = ("bench", "cluster")
"""The folders of this package that a node is given; they need NumPy and nothing else of ours."""
DESCRIBED_WITHIN_S = 120.0
MOST_DOCUMENT = 48_000_000
MOST_WHY = 300


class ClusterError(CollectError):
    """The cluster cannot be used; the message says what to do."""


class NodeLost(Exception):
    """The node, or Ray's process on it, was gone before the task had ended; the message says which and why."""

    def __init__(self, node: Node, why: str) -> None:
        super().__init__(f"{node.name} was lost while it measured ({why})")
        self.node = node


class Refused(Exception):
    """The task began and said no, or could not be begun for a reason that another node would give too."""


class NotBegun(Exception):
    """The task was taken back before it ran to its end."""


class RayCluster:
    """A cluster in reach. Raises `ClusterError` where Ray is not installed or the address does not answer."""

    def __init__(self, address: str) -> None:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # what is measured here is nobody else's business
        self.ray = _ray()
        if why := why_not(address):
            raise ClusterError(f"The Ray cluster at {address} cannot be reached: {why[:MOST_WHY]}.")
        self.scratch = tempfile.TemporaryDirectory(prefix="framescope-ray-")
        try:
            with _ended_as_before():
                self.ray.init(
                    address=address,
                    namespace="framescope",
                    log_to_driver=False,
                    configure_logging=False,
                    runtime_env={"py_modules": [str(_package(Path(self.scratch.name)))]},
                )
            self.line = self.ray.remote(Line).options(num_cpus=0, max_concurrency=1_000, **self._here()).remote()
            self.ray.get(self.line.take.remote(""), timeout=DESCRIBED_WITHIN_S)
        except (OSError, RuntimeError, ValueError, self.ray.exceptions.RayError) as error:
            self.close()
            raise ClusterError(f"The Ray cluster at {address} cannot be used: {_short(error)}") from error
        self.measure = self.ray.remote(on_node.benchmark)
        self.describe = self.ray.remote(on_node.describe)
        self.asked: dict[str, tuple[Any, float]] = {}
        self.facts: dict[str, Mapping[str, Any]] = {}

    def close(self) -> None:
        """Leave the cluster; what still runs for us there ends."""
        self.ray.shutdown()
        self.scratch.cleanup()

    def nodes(self) -> list[Node]:
        """The nodes that are alive and have something to measure on, each with what it told of itself so far.

        Raises `ClusterError` where the head does not answer any more.
        """
        found = []
        for row in self._rows():
            has = row["Resources"]
            cpus, gpus = int(has.get("CPU", 0)), int(has.get("GPU", 0))
            if row["Alive"] and (cpus or gpus):
                name = row.get("NodeName") or row["NodeManagerAddress"]
                found.append(Node(row["NodeID"], str(name)[:80], cpus, gpus, self._facts(row["NodeID"])))
        return found

    def start(self, place: Place, token: str, spec: BenchSpec) -> Any:
        """Hand a benchmark to the node of a place; it waits there until Ray has what it asks for.

        On a processor that is the whole node, so that nothing of Ray's runs beside it; on a GPU that GPU.
        """
        whole = place.device == CPU
        cpus = place.node.cpus if whole else min(1, place.node.cpus)
        options = {"num_cpus": cpus, "num_gpus": 0 if whole else 1, "max_retries": 0, **self._on(place.node.id)}
        self._answer(self.line.open.remote(token))
        asked = asdict(spec) | {"device": place.device}
        return self.measure.options(**options).remote(self.line, token, place.node.name, asked)

    def told(self, token: str) -> list[dict[str, Any]]:
        """The events of a task since they were asked for last. Raises `ClusterError`."""
        return [event for said in self._answer(self.line.take.remote(token)) for event in json.loads(said)]

    def unwant(self, token: str) -> None:
        """Let a task end early with what is complete."""
        self._answer(self.line.unwant.remote(token))

    def take_back(self, task: Any, *, force: bool) -> None:
        """End a task: one that waits at once, one that runs with a KeyboardInterrupt, or with ``force`` its process."""
        self.ray.cancel(task, force=force)

    def forget(self, token: str) -> None:
        """Close the line of a task that has ended."""
        self.line.close.remote(token)

    def ended(self, task: Any, within_s: float) -> bool:
        """Wait a moment for a task; whether it has ended, however it did."""
        return bool(self.ray.wait([task], timeout=within_s)[0])

    def document(self, task: Any, place: Place) -> dict[str, Any]:
        """The document of a task that ended. Raises `NodeLost`, `Refused`, `NotBegun`."""
        gone = self.ray.exceptions
        lost = (gone.WorkerCrashedError, gone.NodeDiedError, gone.LocalRayletDiedError, gone.ObjectLostError)
        try:
            said = self.ray.get(task)
        except gone.TaskCancelledError as error:
            raise NotBegun(_short(error)) from error
        except (*lost, gone.OutOfMemoryError, gone.TaskUnschedulableError) as error:
            raise NodeLost(place.node, self._why(place.node, error)) from error
        except gone.RayTaskError as error:
            if isinstance(error.cause, KeyboardInterrupt):
                raise NotBegun("interrupted") from error
            raise Refused(f"{place.node.name}: {_short(error.cause or error)}") from error
        except gone.RayError as error:
            raise Refused(f"{place.node.name}: {_short(error)}") from error
        if len(said) > MOST_DOCUMENT:
            raise Refused(f"{place.node.name}: its document of {len(said):,} bytes is larger than any run's")
        document: dict[str, Any] = json.loads(said, parse_constant=lambda _name: None)  # NaN, which no store keeps
        return document

    def _answer(self, asked: Any) -> Any:
        """What the line answers; where it is gone, the cluster is, since it stands beside this process."""
        try:
            return self.ray.get(asked)
        except self.ray.exceptions.RayError as error:
            raise ClusterError(f"The Ray cluster does not answer any more: {_short(error)}") from error

    def _rows(self) -> list[dict[str, Any]]:
        try:
            rows: list[dict[str, Any]] = self.ray.nodes()
        except (RuntimeError, self.ray.exceptions.RayError) as error:
            raise ClusterError(f"The Ray cluster does not answer any more: {_short(error)}") from error
        return rows

    def _why(self, node: Node, error: Exception) -> str:
        """Why a node is gone, in Ray's words; where the node is still there, why its process is."""
        for row in self._rows():
            if row["NodeID"] == node.id and not row["Alive"]:
                return f"Ray: the node is dead, {row.get('DeathReasonMessage') or 'without a reason'}"[:MOST_WHY]
        return f"Ray: {_short(error)}"

    def _facts(self, node: str) -> Mapping[str, Any]:
        """What a node told of itself; it is asked once, and has told nothing until it answers."""
        if node in self.facts:
            return self.facts[node]
        if node not in self.asked:
            task = self.describe.options(num_cpus=0, max_retries=2, **self._on(node)).remote()
            self.asked[node] = task, time.monotonic()
        task, since = self.asked[node]
        late = time.monotonic() - since > DESCRIBED_WITHIN_S
        if not self.ended(task, 0) and not late:
            return {}
        try:
            self.facts[node] = json.loads(self.ray.get(task, timeout=0.1))
        except self.ray.exceptions.RayError as error:
            log.warning("node %s cannot be measured on: %s", node, _short(error))
            self.facts[node] = {"why_not": _short(error)}
        return self.facts[node]

    def _here(self) -> dict[str, Any]:
        """Options that keep an actor on the node that this process is connected to."""
        return self._on(self.ray.get_runtime_context().get_node_id())

    def _on(self, node: str) -> dict[str, Any]:
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        return {"scheduling_strategy": NodeAffinitySchedulingStrategy(node, soft=False)}


def _ray() -> Any:
    try:
        import ray
    except ImportError as error:
        raise ClusterError("A worker with --ray needs Ray: pip install 'framescope[cluster]'.") from error
    return ray


@contextmanager
def _ended_as_before() -> Iterator[None]:
    """Put back what this process does when it is asked to end: Ray sets an own handler, which ends it on the spot."""
    handler = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, handler)


def _package(into: Path) -> Path:
    """Make the folder that is shipped to the nodes: the harness and what runs it there, as they are here."""
    import collectors

    ours, shipped = Path(collectors.__file__).parent, into / "collectors"
    shipped.mkdir()
    shutil.copy(ours / "__init__.py", shipped)
    for name in SHIPPED:
        shutil.copytree(ours / name, shipped / name, ignore=shutil.ignore_patterns("__pycache__"))
    return shipped


def _short(error: BaseException) -> str:
    """The message of an error in one line of bounded length; Ray's are whole pages."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines)[:MOST_WHY] or type(error).__name__
