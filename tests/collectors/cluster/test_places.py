"""Where there is room: nothing beside a benchmark of a processor, one job on each GPU, the oldest job first."""

from typing import Any

import pytest

from collectors.cluster.places import REST_S, Node, Place, Places
from collectors.cluster.work import _Foreman


def node(name: str, cpus: int = 2, gpus: int = 0, **facts: Any) -> Node:
    return Node(f"id-{name}", name, cpus, gpus, facts or {"machine": {}})


def places(*nodes: Node) -> Places:
    found = Places()
    found.now(nodes)
    return found


def taken(found: Places, device: str, job: int = 1, without: tuple[str, ...] = ()) -> Place:
    place = found.take(device, job, without)
    assert place is not None
    return place


def test_each_processor_is_one_place_and_its_node_is_then_full() -> None:
    found = places(node("a", gpus=2), node("b"))
    first, second = taken(found, "cpu", 1), taken(found, "cpu", 2)
    assert [first.node.name, second.node.name] == ["b", "a"], "the node without a GPU is taken first"
    assert found.take("cpu", 3) is None
    assert found.take("cuda", 4) is None, "nothing is measured beside a benchmark of the processor"
    found.give(second)
    assert taken(found, "cuda", 4).node.name == "a"


def test_gpus_are_taken_one_by_one_and_keep_the_processor_from_being_measured() -> None:
    found = places(node("a", gpus=2))
    first = taken(found, "cuda", 1)
    assert taken(found, "cuda", 2).node.name == "a"
    assert found.take("cuda", 3) is None
    assert found.take("cpu", 4) is None
    assert found.busy("id-a") == {"cuda:0": 1, "cuda:1": 2}
    found.give(first)
    assert found.take("cpu", 4) is None


def test_a_node_that_is_barred_gone_or_unknown_has_no_room() -> None:
    found = places(node("a"), node("silent", why_not="no NumPy"))
    assert found.take("cpu", 1, ["id-a"]) is None
    assert not found.possible("cpu", ["id-a"])
    assert found.possible("cpu")
    assert not found.possible("cuda")
    held = taken(found, "cpu")
    found.now([])
    assert found.take("cpu", 2) is None
    found.give(held)
    assert found.busy("id-a") == {}


def test_a_node_that_lost_a_job_is_given_no_other_for_a_while() -> None:
    now = [1_000.0]
    found = Places(lambda: now[0])
    found.now([node("a"), node("b")])
    found.lost(taken(found, "cpu", 1))
    assert taken(found, "cpu", 2).node.name == "b"
    assert found.take("cpu", 3) is None
    assert found.possible("cpu", ["id-b"]), "it may be there after all"
    now[0] += REST_S
    assert taken(found, "cpu", 3).node.name == "a"


@pytest.mark.parametrize(("device", "kept"), [("cpu", "id-b"), ("cuda", None)])
def test_the_node_with_least_to_do_is_the_one_to_wait_for(device: str, kept: str | None) -> None:
    found = places(node("a"), node("b"))
    taken(found, "cpu", 1, ("id-b",))
    assert found.next(device) == kept


class _Job:
    def __init__(self, job: int, device: str) -> None:
        self.job, self.parameters = job, {"device": device}


def test_an_older_job_is_not_overtaken_for_ever_by_younger_ones_of_another_device() -> None:
    foreman = object.__new__(_Foreman)
    foreman.places = places(node("a", gpus=2))
    taken(foreman.places, "cuda", 1)
    waiting: Any = [_Job(2, "cpu"), _Job(3, "cuda")]
    assert list(foreman._room_for(waiting)) == [], "the second GPU is kept free, else job 2 might wait without end"
    foreman.places.now([node("a", gpus=2), node("b", gpus=1)])
    assert [(job.job, place.node.name) for job, place in foreman._room_for(waiting)] == [(2, "b"), (3, "a")]
    foreman.places.now([node("a", gpus=2), node("b", gpus=1), node("c", gpus=1)])
    assert [(job.job, place.device) for job, place in foreman._room_for([waiting[1]])] == [(3, "cuda")]
