"""Nodes in the store: a worker's list is replaced whole, bounded, and takes over a node that another one told of."""

from datetime import timedelta
from typing import Any

import pytest

from db import clock, read, write
from db.engine import Engine, reading, writing
from db.write.nodes import MOST_BYTES, MOST_NODES


def told(node: str, **facts: Any) -> dict[str, Any]:
    return {"node": node, "name": f"name of {node}", "facts": facts, "busy": {"cpu": 3}}


def put(engine: Engine, worker: str, *nodes: dict[str, Any]) -> None:
    with writing(engine) as session:
        write.cluster_nodes(session, worker, nodes)


def kept(engine: Engine) -> dict[str, str]:
    with reading(engine) as session:
        return {row.node: row.worker for row in read.cluster_nodes(session)}


def test_the_last_list_of_a_worker_is_all_it_reaches(engine: Engine) -> None:
    put(engine, "w", told("a"), told("b", machine={"processors": 2}))
    put(engine, "v", told("c"))
    put(engine, "w", told("b", machine={"processors": 4}))
    assert kept(engine) == {"b": "w", "c": "v"}
    with reading(engine) as session:
        (row, _) = read.cluster_nodes(session)
    assert (row.name, row.facts, row.busy) == ("name of b", {"machine": {"processors": 4}}, {"cpu": 3})
    put(engine, "v", told("b"))
    assert kept(engine) == {"b": "v"}
    put(engine, "v")
    assert kept(engine) == {}


def test_nodes_may_be_asked_for_by_when_they_were_seen(engine: Engine) -> None:
    put(engine, "w", told("a"))
    with clock.ahead(timedelta(hours=1)):
        put(engine, "v", told("b"))
    with reading(engine) as session:
        late = read.cluster_nodes(session, since=clock.now() + timedelta(minutes=30))
    assert [row.node for row in late] == ["b"]


def test_what_is_too_much_is_refused_and_the_list_stays(engine: Engine) -> None:
    put(engine, "w", told("a"))
    with pytest.raises(ValueError, match=str(MOST_BYTES)):
        put(engine, "w", told("b", text="x" * MOST_BYTES))
    with pytest.raises(ValueError, match=str(MOST_NODES)):
        put(engine, "w", *(told(str(number)) for number in range(MOST_NODES + 1)))
    assert kept(engine) == {"a": "w"}
