"""A benchmark on its way to a node: what the worker makes of losses, refusals, silence and being unwanted (no Ray)."""

from collections.abc import Callable
from typing import Any

import pytest

from collectors.bench.document import begun
from collectors.bench.spec import BenchSpec
from collectors.cluster import away
from collectors.cluster.away import Away
from collectors.cluster.places import Node, Places
from collectors.cluster.ray_cluster import NodeLost, NotBegun, Refused
from collectors.lease import Cancelled

SPEC = BenchSpec(workloads=("matmul",), variants=("numpy",), seconds=1.0)
Ending = dict[str, Any] | Callable[[Node], Exception]


def lost(node: Node) -> Exception:
    return NodeLost(node, "Ray: the node is dead")


def cut_off() -> dict[str, Any]:
    """What a node gives back of a run that was cancelled before its first result."""
    machine = {"processor": "P", "node": "n"}
    document = begun(SPEC, 1, "2026-06-01T12:00:00+00:00", machine)
    return document | {"seconds": 1.0, "stopped_because": "cancelled"}


class Scripted:
    """A cluster whose tasks end one after another as told; one that is told nothing runs until it is taken back."""

    def __init__(self, *endings: Ending) -> None:
        self.endings = list(endings)
        self.went_to: list[str] = []
        self.done: list[str] = []
        self.over = False

    def start(self, place: Any, token: str, spec: BenchSpec) -> str:
        self.went_to.append(place.node.name)
        self.over = bool(self.endings)
        return token

    def told(self, token: str) -> list[dict[str, Any]]:
        return []

    def unwant(self, token: str) -> None:
        self.done.append("unwanted")

    def take_back(self, task: str, *, force: bool) -> None:
        self.done.append("forced" if force else "taken back")
        self.over = force

    def ended(self, task: str, within_s: float) -> bool:
        return self.over

    def document(self, task: str, place: Any) -> dict[str, Any]:
        ending = self.endings.pop(0) if self.endings else lambda node: NotBegun("ended by force")
        if isinstance(ending, dict):
            return ending
        raise ending(place.node)

    def forget(self, token: str) -> None:
        self.done.append("forgotten")


def nodes(*names: str) -> Places:
    places = Places()
    places.now([Node(f"id-{name}", name, 1, 0, {"machine": {}}) for name in names])
    return places


def sent(cluster: Any, places: Places) -> Away:
    place = places.take("cpu", 7)
    assert place is not None
    return Away(cluster, places, place)


def test_a_run_whose_node_is_lost_is_tried_once_more_and_its_place_is_free_afterwards() -> None:
    cluster, places = Scripted(lost, cut_off()), nodes("a", "b")
    found, said = sent(cluster, places), list[str]()
    document = found.run(SPEC, lambda event: said.append(event["message"]), lambda: False)
    assert (document["stopped_because"], cluster.went_to) == ("cancelled", ["a", "b"])
    assert any("a was lost while it measured" in line and "tried once more" in line for line in said), said
    found.leave()
    assert [places.busy(f"id-{name}") for name in "ab"] == [{}, {}]
    assert cluster.done == ["forgotten", "forgotten"], "no line is left open"


@pytest.mark.parametrize(
    ("there", "endings", "told"),
    [
        (("a", "b"), (lost, lost), "a was lost .*; b was lost .*: not tried again"),
        (("a",), (lost,), r"a was lost .*, and no other node has a device 'cpu'"),
        (("a",), (lambda _node: Refused("a: No GPU."),), "^a: No GPU.$"),
        (("a",), ({"results": 3, "stopped_because": "done"},), "What a sent is not kept"),
    ],
)
def test_what_cannot_be_measured_fails_and_says_where_and_why(
    there: tuple[str, ...], endings: tuple[Ending, ...], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(away, "ALONE_S", 0.0)
    with pytest.raises(RuntimeError, match=told):
        sent(Scripted(*endings), nodes(*there)).run(SPEC, lambda _event: None, lambda: False)


def test_a_run_whose_only_node_is_lost_waits_for_the_one_that_takes_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(away, "LOOK_EVERY_S", 0.0)
    cluster, places, said = Scripted(lost, cut_off()), nodes("a"), list[str]()

    def told(event: dict[str, Any]) -> None:
        said.append(event["message"])
        if len(said) == 3:
            places.now([Node("id-b", "b", 1, 0, {"machine": {}})])

    found = sent(cluster, places)
    found.run(SPEC, told, lambda: False)
    assert cluster.went_to == ["a", "b"]
    found.leave()


def test_who_waits_for_another_node_can_be_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(away, "LOOK_EVERY_S", 0.0)
    cluster, places, unwanted = Scripted(lost), nodes("a", "b"), list[bool]()
    found = sent(cluster, places)
    assert places.take("cpu", 8) is not None

    def wait(event: dict[str, Any]) -> None:
        if "tried once more" in event["message"]:
            unwanted.append(True)

    with pytest.raises(Cancelled, match="waited for another node"):
        found.run(SPEC, wait, lambda: bool(unwanted))
    assert cluster.went_to == ["a"]


def test_a_task_that_does_not_end_when_asked_is_ended_by_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(away, "GRACE_S", 0.0)
    cluster = Scripted()
    with pytest.raises(Cancelled):
        sent(cluster, nodes("a")).run(SPEC, lambda _event: None, lambda: True)
    assert cluster.done == ["unwanted", "taken back", "forced", "forgotten"]
