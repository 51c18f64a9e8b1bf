"""One child and its pipe: chatter, limits, bad ends, and that it goes when its coordinator does."""

import json
import subprocess
import sys
import time
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from collectors.bench import process
from collectors.bench.process import CancelledError, Child, ChildError, Launch
from collectors.bench.session import Session
from collectors.bench.workload import Prepared

LAUNCH = Launch("tests.bench.fakes", "cpu", "matched", 1, (0,), {"OMP_NUM_THREADS": "1"})
LIMIT_S = 20.0


@pytest.fixture
def children() -> Iterator[list[Child]]:
    started: list[Child] = []
    yield started
    for child in started:
        child.end()


def _child(children: list[Child], variant: str, launch: Launch = LAUNCH) -> Child:
    children.append(Child(launch, variant, sys.executable))
    return children[-1]


def _reference(children: list[Child], tmp_path: Path) -> str:
    path = str(tmp_path / "nap.npz")
    _child(children, "reference").ask("reference", LIMIT_S, workload="nap", size="tiny", path=path)
    return path


def test_what_a_framework_prints_does_not_disturb_the_answers(children: list[Child], tmp_path: Path) -> None:
    path = _reference(children, tmp_path)
    child = _child(children, "fake.plain")
    assert child.ask("start", LIMIT_S)["import_s"] >= 0
    prepared = child.ask("prepare", LIMIT_S, workload="nap", path=path)
    assert prepared["relative_error"] == pytest.approx(0, abs=1e-6)
    assert prepared["first_call_s"] > 0.001
    assert child.ask("throughput", LIMIT_S, calls=2)["seconds"] > 0.001
    assert child.ask("passport", LIMIT_S)["peak_bytes"] > 1_000_000
    assert "fake" not in child._last_words()
    assert "plain says hello" in child._last_words()


def test_a_child_answers_quit_and_exits(children: list[Child]) -> None:
    child = _child(children, "fake.plain")
    assert child.ask("quit", LIMIT_S) == {}
    assert child.process.wait(LIMIT_S) == 0


def test_asking_a_child_that_is_gone_says_how_it_went(children: list[Child]) -> None:
    child = _child(children, "fake.plain")
    child.process.kill()
    child.process.wait()
    with pytest.raises(ChildError, match="SIGKILL") as caught:
        child.ask("start", LIMIT_S)
    assert caught.value.status == "failed"


def test_a_child_that_cannot_start_says_what_it_wrote(children: list[Child]) -> None:
    launch = Launch("no.such.registry", "cpu", "matched", 1, (), {})
    with pytest.raises(ChildError, match="No module named 'no'"):
        _child(children, "fake.plain", launch).ask("start", LIMIT_S)


def test_an_answer_that_takes_too_long_ends_the_child(children: list[Child], tmp_path: Path) -> None:
    path = _reference(children, tmp_path)
    child = _child(children, "fake.hang")
    child.ask("start", LIMIT_S)
    child.ask("prepare", LIMIT_S, workload="nap", path=path)
    with pytest.raises(ChildError, match=r"no answer to 'latency' within 0\.5 s") as caught:
        child.ask("latency", 0.5, calls=500)
    assert caught.value.status == "timed out"
    assert child.process.wait(LIMIT_S) < 0


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="this system does not tell what a process holds")
@pytest.mark.parametrize(
    ("bounds", "says"),
    [
        ({"memory_limit": 10**6}, r"the process held .* GB, and 0\.001 GB were allowed"),
        ({"memory_limit": 10**15, "memory_reserve": 10**5}, r"and the machine had 5e-05 GB left"),
    ],
)
def test_a_child_that_holds_too_much_is_ended(
    children: list[Child], monkeypatch: pytest.MonkeyPatch, bounds: dict[str, Any], says: str
) -> None:
    monkeypatch.setattr(process, "memory_free", lambda: 50_000)
    child = _child(children, "fake.plain", replace(LAUNCH, **bounds))
    with pytest.raises(ChildError, match=says) as caught:
        child.ask("start", LIMIT_S)
    assert caught.value.status == "out of memory"
    assert child.process.wait(LIMIT_S) < 0


def test_the_bound_of_memory_leaves_the_machine_a_reserve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "memory_free", lambda: 4 * 10**9)
    found = process.guarded(LAUNCH, None, ())
    assert (found.memory_limit, found.memory_reserve) == (3_600_000_000, 400_000_000)
    assert process.guarded(LAUNCH, 10**8, ()).memory_limit == 10**8
    assert process.guarded(LAUNCH, 10**8, ("memory",)).memory_limit is None
    monkeypatch.setattr(process, "memory_free", lambda: None)
    assert process.guarded(LAUNCH, None, ()).memory_limit is None


def test_stopping_is_noticed_while_waiting(children: list[Child]) -> None:
    child = Child(LAUNCH, "fake.plain", sys.executable, lambda: True)
    children.append(child)
    with pytest.raises(CancelledError):
        child.ask("start", LIMIT_S)


def test_ending_twice_is_harmless(children: list[Child]) -> None:
    child = _child(children, "fake.plain")
    child.end()
    child.end()
    assert child.process.poll() is not None


def test_a_child_whose_input_closes_ends_even_inside_a_call(children: list[Child], tmp_path: Path) -> None:
    path = _reference(children, tmp_path)
    command = LAUNCH.command(sys.executable, "fake.hang")
    requests = [
        {"do": "start"},
        {"do": "prepare", "workload": "nap", "path": path},
        {"do": "latency", "calls": 500},
    ]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as p:
        assert p.stdin is not None
        assert p.stdout is not None
        p.stdin.writelines(json.dumps(request) + "\n" for request in requests)
        p.stdin.flush()
        assert [json.loads(p.stdout.readline())["ok"] for _ in range(2)] == [True, True]
        time.sleep(0.2)
        assert p.poll() is None
        p.stdin.close()
        assert p.wait(LIMIT_S) != 0


def test_what_a_call_gave_is_let_go_before_the_next_one_makes_its_own() -> None:
    session = Session("collectors.bench.registry", "numpy", "cpu", "matched", 1)
    alive: weakref.WeakSet[Any] = weakref.WeakSet()
    seen = []

    class Output:
        """Stands for an array."""

    def call() -> Output:
        seen.append(len(alive))
        alive.add(output := Output())
        return output

    session.call, session.adapter = call, SimpleNamespace(wait=lambda outputs: outputs)
    session._timed()
    session._burst(3)
    session._timed()
    assert seen == [0] * 5
    assert isinstance(session.outputs, Output)
    session.prepared = Prepared(call, (), lambda output: np.zeros(1), graphs=lambda: 0)
    session.adapter.compilations, session.graphs_before, session.last_s = lambda: 0, 0, 1.0
    assert session.throughput(2)["seconds"] > 0
    assert session.outputs is None
    assert len(alive) == 0
    assert session.null()["seconds"] > 0
