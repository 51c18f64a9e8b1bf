"""What runs on a node: what it tells and when, that it needs nothing of ours beside the harness, and the line."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from collectors.bench.spec import BenchSpec
from collectors.cluster.line import MOST_WAITING, Line
from collectors.cluster.node import TELL_EVERY_S, Teller, _as_started
from collectors.cluster.ray_cluster import _package

ALONE = """
import json, sys
sys.path[:0] = [{folder!r}]
import collectors.cluster.line
from collectors.cluster import node
assert node.__file__.startswith({folder!r})
told = json.loads(node.describe())
class Task:
    def remote(self, *told): return None
class Line:
    tell = until_unwanted = Task()
node._unwanted = lambda line, token: lambda: False
document = json.loads(node.benchmark(Line(), "t", "a node", {spec!r}))
ours = [name for name in sys.modules if name.split(".")[0] in ("db", "catalog", "verdicts", "sqlalchemy", "pydantic")]
print(json.dumps([told, document, ours]))
"""


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def in_a_loop(talk: Coroutine[Any, Any, None]) -> None:
    """Run it in a thread: a test with a browser may have left a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, talk).result(60)


@pytest.fixture
def heard() -> list[list[str]]:
    return []


def teller(heard: list[list[str]], clock: Clock) -> Teller:
    return Teller(lambda events: heard.append([str(event.get("name")) for event in events]), clock)


def event(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "name": name} | more


def test_nothing_is_told_oftener_than_twice_a_second_and_nothing_between_blocks(heard: list[list[str]]) -> None:
    clock = Clock()
    told = teller(heard, clock)
    told.see(event("begun", "begun"))
    told.see(event("child", "a child"))
    told.see(event("progress", "starting"))
    assert heard == [["begun"]]
    clock.now = TELL_EVERY_S
    told.see(event("round", "round 1", round=1))
    told.tell_what_waits()
    assert heard == [["begun"]], "a block may be running"
    told.see(event("progress", "round 1 done", round=1))
    assert heard[1:] == [["starting", "round 1", "round 1 done"]]
    clock.now = 2 * TELL_EVERY_S
    told.tell_what_waits()
    assert len(heard) == 2, "there is nothing to tell"
    told.see(event("result", "a result"))
    told.tell_what_waits()
    assert heard[2:] == [["a result"]]


def test_a_line_gives_what_was_told_once_and_in_order() -> None:
    async def talk() -> None:
        line = Line()
        await line.open("a")
        await line.tell("a", "1")
        await line.tell("a", "2")
        await line.tell("b", "never opened")
        assert await line.take("a") == ["1", "2"]
        assert await line.take("a") == await line.take("b") == []
        for number in range(MOST_WAITING + 2):
            await line.tell("a", str(number))
        held = await line.take("a")
        assert (len(held), held[0]) == (MOST_WAITING, "2")

    in_a_loop(talk())


def test_whoever_waits_on_a_line_hears_that_it_is_unwanted_or_closed_or_was_never_there() -> None:
    async def talk() -> None:
        line = Line()
        await line.open("a")
        await line.open("b")
        waiting = [asyncio.create_task(line.until_unwanted(token)) for token in "abc"]
        await asyncio.wait(waiting, timeout=0.05)
        assert [task.done() for task in waiting] == [False, False, True]
        await line.unwant("a")
        await line.close("b")
        await asyncio.wait_for(asyncio.gather(*waiting), 30)

    in_a_loop(talk())


def test_a_node_needs_the_shipped_folder_and_numpy_alone(tmp_path: Path) -> None:
    folder = str(_package(tmp_path).parent)
    assert not list(tmp_path.rglob("__pycache__"))
    spec = {"workloads": ["matmul"], "variants": ["numpy"], "size": "tiny", "seconds": 0.5, "processes": 1}
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH",)}
    done = subprocess.run(
        [sys.executable, "-c", ALONE.format(folder=folder, spec=spec | {"ceilings": False})],
        env=kept | {"PYTHONPATH": folder},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told, document, ours = json.loads(done.stdout.splitlines()[-1])
    assert ours == []
    assert told["machine"]["processors"] >= 1
    assert {row["variant"] for row in told["variants"]["cpu"]} >= {"numpy", "torch.eager"}
    assert document["machine"]["node"] == "a node"
    assert [row["status"] for row in document["results"]] == ["ok"], document["results"]


def test_what_ray_set_for_a_task_is_put_back_as_the_node_was_started(tmp_path: Path) -> None:
    code = (
        "import os\n"
        "from collectors.cluster.node import _as_started\n"
        "_as_started(('OMP_NUM_THREADS', 'CUDA_VISIBLE_DEVICES'))\n"
        "print(os.environ.get('OMP_NUM_THREADS'), os.environ.get('CUDA_VISIBLE_DEVICES'))\n"
    )
    started = (
        "import os, subprocess, sys\n"
        "changed = os.environ | {'OMP_NUM_THREADS': '7', 'CUDA_VISIBLE_DEVICES': ''}\n"
        "subprocess.run([sys.executable, '-c', sys.argv[1]], env=changed, check=True)\n"
    )
    kept = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", started, code],
        env=kept | {"CUDA_VISIBLE_DEVICES": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["None", "1"]


def test_where_the_system_does_not_tell_nothing_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.cluster.node._environment_of", lambda pid: None)
    monkeypatch.setenv("OMP_NUM_THREADS", "5")
    _as_started(("OMP_NUM_THREADS",))
    assert os.environ["OMP_NUM_THREADS"] == "5"


def test_what_a_job_asks_for_reaches_a_node_whole() -> None:
    from dataclasses import asdict

    spec = BenchSpec(workloads=("matmul",), variants=("numpy",), seconds=3.0, threads=1, seed=5)
    assert BenchSpec(**asdict(spec)) == spec
