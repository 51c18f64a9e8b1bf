"""What the machines of a cluster told of themselves, put beside what is here; no connection to them is needed."""

import socket
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import reduce
from typing import Any

from db import clock, read
from db.engine import Engine, reading
from db.read import NodeRow
from db.records import ASKER
from language.words import _

SEEN_WITHIN = timedelta(seconds=60)
"""A node that no worker has seen for so long is not counted on; a worker tells of its nodes every few seconds."""
CPU, CUDA = "cpu", "cuda"

Facts = Mapping[str, Any]
Row = dict[str, Any]


def living(engine: Engine) -> list[NodeRow]:
    """The nodes that a worker reaches now."""
    with reading(engine) as session:
        return read.cluster_nodes(session, since=clock.now() - SEEN_WITHIN)


def has(facts: Facts, device: str) -> bool:
    """Whether a node offers a device to whoever asks; which of several GPUs it is, Ray decides."""
    if device not in (CPU, CUDA):
        return False
    return any(str(row["device"]).partition(":")[0] == device and row["available"] for row in facts.get("devices", ()))


def processors(facts: Facts) -> int:
    """How many processors a node has; 0 where it does not tell."""
    return int((facts.get("machine") or {}).get("processors") or 0)


def devices(nodes: Sequence[NodeRow]) -> list[Row]:
    """Every device of every node, as ``devices --json`` gives them; a node that tells of none says why.

    ``busy_with`` is the job on the device, None where there is none. On a node that measures with its processor
    every device is taken.
    """
    rows: list[Row] = []
    for node in nodes:
        named: Row = {"node": node.name, "seen_at": node.seen_at}
        if not node.facts.get("devices"):
            why = node.facts.get("why_not") or _("it has not yet told what it has")
            rows.append(named | _row({"device": None, "available": False, "why_not": why}, None))
        waiting = [job for device, job in sorted(node.busy.items()) if device != CPU]
        for row in node.facts.get("devices", ()):
            gpu = row["device"] != CPU
            job = node.busy.get(CPU) if not gpu or CPU in node.busy else (waiting.pop(0) if waiting else None)
            rows.append(named | _row(row, job))
    return rows


def here(engine: Engine, rows: Sequence[Row]) -> list[Row]:
    """The devices of this machine in the same form; a job is on one where a worker of this host runs it."""
    host = socket.gethostname()
    with reading(engine) as session:
        running = read.jobs(session, states=("running",), kind="benchmark")
        elsewhere = {node.worker for node in read.cluster_nodes(session)}
    busy = {}
    for job in running:
        worker = (job.worker or "").removeprefix(ASKER)
        if worker not in elsewhere and worker.partition(":")[0] == host:
            device = str(job.parameters.get("device") or CPU)
            busy["cuda:0" if device == CUDA else device] = job.job
    return [{"node": None, "seen_at": None} | _row(row, busy.get(row["device"])) for row in rows]


def offered(local: Sequence[Row], nodes: Sequence[NodeRow]) -> list[Row]:
    """What can be asked for: this machine's devices, and of the nodes' GPUs one row ``cuda`` for whichever is free."""
    gpus = [str(row["name"]) for row in devices(nodes) if row["available"] and row["device"] != CPU]
    rows = [dict(row) for row in local if row["available"] or not gpus]
    if any(has(node.facts, CPU) for node in nodes):
        rows = [row | ({"name": _("this machine or a node")} if row["device"] == CPU else {}) for row in rows]
    if gpus:
        rows.append(
            _row({"device": CUDA, "name": _("a node's {gpus}", gpus=_either(dict.fromkeys(gpus))), "available": True})
        )
    return rows


def variants(local: Sequence[Row], nodes: Sequence[NodeRow], device: str) -> list[Row]:
    """The variants here, each available where this machine or a node can run it; a gap of all keeps its reason."""
    kind = device.partition(":")[0]
    there: dict[str, Row] = {}
    for node in nodes if device in (CPU, CUDA) else ():
        for row in (node.facts.get("variants") or {}).get(kind, ()) if has(node.facts, device) else ():
            if row["available"]:
                there.setdefault(row["variant"], row)
    return [row if row["available"] else {**row, **there.get(row["variant"], {})} for row in local]


def _either(names: Iterable[str]) -> str:
    return reduce(lambda left, right: _("{a} or {b}", a=left, b=right), names)


def _row(row: Row, job: int | None = None) -> Row:
    names = ("device", "name", "memory_bytes", "memory_free", "driver", "available", "why_not")
    return {name: row.get(name) for name in names} | {"busy_with": job}
