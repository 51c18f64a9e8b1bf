"""Where there is room: the nodes, their devices, and what is measured on each now (no Ray in it)."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

CPU, CUDA = "cpu", "cuda"
REST_S = 30.0
"""How long a node that lost a job is given no other one: Ray takes some seconds to know that a machine is dead."""


@dataclass(frozen=True)
class Node:
    """A node that is alive: what Ray may use of it, and what it told of itself (`node.describe`), or why it did not."""

    id: str
    name: str
    cpus: int
    gpus: int
    facts: Mapping[str, Any] = field(default_factory=dict, hash=False, compare=False)

    @property
    def known(self) -> bool:
        """Whether it told what it is."""
        return "machine" in self.facts

    def has(self, device: str) -> bool:
        """Whether there is such a device here that can be measured on."""
        return self.known and (self.cpus if device == CPU else self.gpus) > 0


@dataclass(frozen=True)
class Place:
    """Room for one job: a device of a node. Of ``cpu`` there is one, and whoever has it has the whole node."""

    node: Node
    device: str
    job: int


class Places:
    """All places. Nothing is measured beside a benchmark of a processor; on GPUs there is one job each."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.nodes: dict[str, Node] = {}
        self.taken: list[Place] = []
        self.lost_at: dict[str, float] = {}
        self._lock = threading.Lock()

    def now(self, nodes: Iterable[Node]) -> None:
        """Take over which nodes there are; what is measured on one that is gone is its job's to give back."""
        with self._lock:
            self.nodes = {node.id: node for node in nodes}

    def take(self, device: str, job: int, without: Iterable[str] = ()) -> Place | None:
        """Take room for a job, on none of the nodes ``without``; None where there is none now."""
        with self._lock:
            free = [node for node in self._with(device, without) if self._free(node, device) and self._rested(node)]
            if not free:
                return None
            chosen = min(free, key=lambda node: (len(self._on(node)), node.gpus if device == CPU else 0, node.name))
            place = Place(chosen, device, job)
            self.taken.append(place)
            return place

    def give(self, place: Place) -> None:
        """Give room back."""
        with self._lock:
            self.taken.remove(place)

    def lost(self, place: Place) -> None:
        """Give room back whose node was lost; it is left alone for a while, should it still be there."""
        self.give(place)
        with self._lock:
            self.lost_at[place.node.id] = self.clock()

    def possible(self, device: str, without: Iterable[str] = ()) -> bool:
        """Whether there could be room for a job once others have ended."""
        with self._lock:
            return bool(self._with(device, without))

    def next(self, device: str, without: Iterable[str] = ()) -> str | None:
        """The node that is likely to have room first: one that is to be kept for a job that waits longest."""
        with self._lock:
            found = self._with(device, without)
            return min(found, key=lambda node: (len(self._on(node)), node.name)).id if found else None

    def busy(self, node: str) -> dict[str, int]:
        """What is measured on a node now: the job by device; several GPUs are told apart by their order."""
        with self._lock:
            return {
                place.device if place.device == CPU else f"{CUDA}:{number}": place.job
                for number, place in enumerate(one for one in self.taken if one.node.id == node)
            }

    def _with(self, device: str, without: Iterable[str]) -> list[Node]:
        barred = set(without)
        return [node for node in self.nodes.values() if node.id not in barred and node.has(device)]

    def _on(self, node: Node) -> list[Place]:
        return [place for place in self.taken if place.node.id == node.id]

    def _rested(self, node: Node) -> bool:
        return self.clock() - self.lost_at.get(node.id, -REST_S) >= REST_S

    def _free(self, node: Node, device: str) -> bool:
        there = self._on(node)
        if device == CPU:
            return not there
        return len(there) < node.gpus and all(place.device != CPU for place in there)
