"""What nodes told, put beside what is here: what may be asked for, what is busy, and what is not known."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from collectors import jobs, nodes
from collectors.bench.spec import SpecError
from db import clock, read, write
from db.engine import Engine, writing
from db.read import NodeRow

SEEN = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
CPU: dict[str, Any] = {"device": "cpu", "name": "A processor", "memory_bytes": 8_000, "available": True}
NO_GPU: dict[str, Any] = {"device": "cuda", "name": None, "available": False, "why_not": "there is no driver"}


def gpu(number: int, name: str = "A GPU") -> dict[str, Any]:
    return {"device": f"cuda:{number}", "name": name, "memory_bytes": 9_000, "available": True}


def facts(*devices: dict[str, Any], torch: bool = False) -> dict[str, Any]:
    rows = [
        {"variant": "numpy", "available": True, "why_not": None, "version": "2.0"},
        {"variant": "torch.eager", "available": torch, "why_not": None if torch else "no torch", "version": None},
    ]
    variants = {"cpu": rows, "cuda": rows}
    return {"machine": {"processors": 64}, "devices": [CPU, *(devices or (NO_GPU,))], "variants": variants}


def node(name: str, told: dict[str, Any], **busy: int) -> NodeRow:
    named = {key.replace("_", ":"): job for key, job in busy.items()}
    return NodeRow(f"id-{name}", "w", name, SEEN, told, named)


def reached(engine: Engine, *told: dict[str, Any]) -> None:
    rows = [{"node": f"id-{n}", "name": f"n{n}", "facts": each, "busy": {}} for n, each in enumerate(told)]
    with writing(engine) as session:
        write.cluster_nodes(session, "w", rows)


def test_a_job_takes_every_device_of_a_node_whose_processor_is_measured() -> None:
    found = nodes.devices([node("a", facts(gpu(0), gpu(1)), cpu=7), node("b", facts(gpu(0), gpu(1)), cuda_0=8)])
    assert [(row["node"], row["device"], row["busy_with"]) for row in found] == [
        ("a", "cpu", 7),
        ("a", "cuda:0", 7),
        ("a", "cuda:1", 7),
        ("b", "cpu", None),
        ("b", "cuda:0", 8),
        ("b", "cuda:1", None),
    ]


@pytest.mark.parametrize(
    ("told", "why"), [({}, "it has not yet told what it has"), ({"why_not": "no NumPy there"}, "no NumPy there")]
)
def test_a_node_that_tells_nothing_is_a_row_with_the_reason(told: dict[str, Any], why: str) -> None:
    (row,) = nodes.devices([node("a", told)])
    assert (row["node"], row["device"], row["available"], row["why_not"]) == ("a", None, False, why)


def test_a_gpu_of_a_node_is_offered_as_whichever_is_free() -> None:
    offered = nodes.offered([CPU, NO_GPU], [node("a", facts(gpu(0), gpu(1))), node("b", facts(gpu(0, "Another")))])
    assert [(row["device"], row["name"]) for row in offered] == [
        ("cpu", "this machine or a node"),
        ("cuda", "a node's A GPU or Another"),
    ]
    assert nodes.offered([CPU, NO_GPU], []) == [CPU, NO_GPU]
    assert nodes.offered([CPU, NO_GPU], [node("a", facts())])[1] == NO_GPU


def test_a_variant_is_there_where_any_node_has_it_and_a_gap_keeps_its_reason() -> None:
    local = [dict(row, available=False, why_not="not here") for row in facts()["variants"]["cpu"]]
    with_one = nodes.variants(local, [node("a", facts()), node("b", facts(torch=True))], "cpu")
    assert [(row["variant"], row["available"], row["why_not"]) for row in with_one] == [
        ("numpy", True, None),
        ("torch.eager", True, None),
    ]
    without = nodes.variants(local, [node("a", facts())], "cpu")
    assert (without[1]["available"], without[1]["why_not"]) == (False, "not here")
    assert nodes.variants(local, [node("a", facts(torch=True))], "cuda") == local, "its GPU is not there"


def test_a_gpu_may_be_asked_for_while_a_node_has_one(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")  # whatever this machine has
    wanted: dict[str, Any] = {"workloads": ["matmul"], "device": "cuda", "requested_by": "a test"}
    with pytest.raises(SpecError, match="no cuda here"):
        jobs.request_benchmark(engine, **wanted)
    reached(engine, facts(gpu(0)))
    assert jobs.bench_cost(engine, ["matmul"], ["numpy"], device="cuda")["refusal"] == ""
    assert jobs.request_benchmark(engine, **wanted) > 0
    assert jobs.request_benchmark(engine, **(wanted | {"threads": 64, "device": "cpu"})) > 0
    with pytest.raises(SpecError, match="1 to 64 threads"):
        jobs.request_benchmark(engine, **(wanted | {"threads": 65}))
    with pytest.raises(SpecError, match="cuda:0"):
        jobs.request_benchmark(engine, **(wanted | {"device": "cuda:0"}))
    with clock.ahead(nodes.SEEN_WITHIN + timedelta(seconds=1)), pytest.raises(SpecError, match="no cuda here"):
        jobs.request_benchmark(engine, **wanted)


def test_what_a_worker_of_this_machine_measures_is_known_and_what_a_node_measures_is_not_ours(engine: Engine) -> None:
    from collectors.worker import asker_name, worker_name

    ours, theirs = worker_name(), "elsewhere:1:1"
    local = [CPU, gpu(0)]
    for worker, device, expected in ((ours, "cpu", True), (theirs, "cpu", False), (asker_name(), "cpu", True)):
        with writing(engine) as session:
            job = write.request_job(session, kind="benchmark", parameters={"device": device}, requested_by="a test")
            assert write.claim_job(session, worker, job_id=job) == job
        assert [row["busy_with"] for row in jobs.busy_here(engine, local)] == [job if expected else None, None]
        with writing(engine) as session:
            write.finish_job(session, job, worker, state="done", message="")
    with writing(engine) as session:
        write.cluster_nodes(session, ours, [{"node": "x", "name": "x", "facts": facts(), "busy": {}}])
        job = write.request_job(session, kind="benchmark", parameters={"device": "cuda"}, requested_by="a test")
        assert write.claim_job(session, ours, job_id=job) == job
    assert [row["busy_with"] for row in jobs.busy_here(engine, local)] == [None, None], "a node measures it"


def test_nodes_are_counted_on_for_a_minute(engine: Engine) -> None:
    reached(engine, facts(), facts())
    assert [row.name for row in jobs.node_list(engine)] == ["n0", "n1"]
    with clock.ahead(nodes.SEEN_WITHIN + timedelta(seconds=1)):
        assert jobs.node_list(engine) == []
    with writing(engine) as session:
        assert len(read.cluster_nodes(session)) == 2
