"""Every program of every task, run on the framework installed here: it ends, its own check holds, and it prints."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from collectors.probes.lane import environment
from collectors.probes.spec import ProbeSpec
from collectors.tasks.model import Api, Gap, Program, Task
from collectors.tasks.registry import APIS, DEFAULT, TASKS
from collectors.tasks.runner import run
from collectors.tasks.spec import TaskSpec

pytestmark = pytest.mark.frameworks

ROOT = Path(__file__).resolve().parents[2]
SLOW = {
    *(("data_parallel", system) for system in ("pytorch", "tensorflow", "keras")),
    *((task, system) for task in ("small_cnn", "lstm_classifier") for system in ("pytorch", "tensorflow", "jax")),
    ("tensorboard_log", "pytorch"),
    *(("onnx_export", system) for system in ("pytorch", "keras")),
}
"""Programs that train longest, whose processes import their framework anew, or that import a second framework.

Each task keeps one program that is run each time.
"""
FAMILIES = (("pytorch",), ("tensorflow", "tensorflow.v1", "keras"), ("jax",))
"""What one process imports once for all of them: Keras here runs on TensorFlow."""
CELLS = [(task, api) for task in TASKS for api in APIS if isinstance(task.sides.get(api.slug), Program)]
SAYS = {
    "sum": "= 7.5",
    "depth_by_input": "depths [2, 9]",
    "small_cnn": "accuracy on 397 digits",
    "lstm_classifier": "accuracy on 397 digits",
    "custom_training_loop": "y = 3.000 x + 2.000",
    "custom_gradient": "nan derived, 1.0 our own",
    "mixed_precision": "product",
    "saving_and_loading": "from the file",
    "onnx_export": "operations: ",
    "tensorboard_log": "read back",
    "data_parallel": "two processes and one differ by at most",
    "tree_network": "calls, or 7",
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> dict[tuple[str, str], Any]:
    """The answers of all programs, once each, the frameworks imported once each."""
    whole, found = request.config.getoption("--whole"), {}
    for family in FAMILIES:
        apis = [api for api in APIS if api.slug in family and api.target.availability().available]
        if not apis:
            continue
        folder = tmp_path_factory.mktemp(family[0])
        wanted = [(task, api) for task, api in CELLS if api in apis and (whole or (task.slug, api.slug) not in SLOW)]
        asked = [_asked(folder / api.slug, task, api) for task, api in wanted]
        _warm(apis, asked, environment(ProbeSpec(), apis[0].target, folder))
        for (task, api), each in zip(wanted, asked, strict=True):
            answer, printed = Path(each["answer"]), Path(each["printed"])
            told = json.loads(answer.read_text("utf-8")) if answer.exists() else {"state": "error", "message": "ended"}
            found[task.slug, api.slug] = told | {"output": printed.read_text("utf-8") if printed.exists() else ""}
    return found


def _asked(folder: Path, task: Task, api: Api) -> dict[str, Any]:
    place, side = folder / task.slug, task.sides[api.slug]
    place.mkdir(parents=True)
    path = place / f"{task.slug}_{api.framework}.py"
    path.write_text(DEFAULT.text(task, api), encoding="utf-8")
    needs = [] if isinstance(side, Gap) else list(side.needs)
    names = {"printed": folder / f"{task.slug}.out", "answer": folder / f"{task.slug}.json", "path": path}
    return {name: str(where) for name, where in names.items()} | {"needs": needs, "limit_s": 240}


def _warm(apis: list[Api], asked: list[dict[str, Any]], around: dict[str, str]) -> None:
    modules = list(dict.fromkeys(name for api in apis for name in reversed(api.target.variant.modules)))
    command, told = [sys.executable, "-m", "tests.tasks.warm"], json.dumps([modules, asked])
    done = subprocess.run(
        command, cwd=ROOT, env=dict(os.environ) | around, input=told, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("task", "api"), CELLS, ids=[f"{task.slug}-{api.slug}" for task, api in CELLS])
def test_a_program_runs_to_its_end_and_its_check_holds(ran: Any, task: Task, api: Api) -> None:
    found = ran.get((task.slug, api.slug))
    if found is None:
        pytest.skip("not installed" if not api.target.availability().available else "with --whole only")
    if found["state"] == "not_run":
        pytest.skip(found["message"])
    assert found["state"] == "pass", f"{found['message']}\n{found['output']}"
    assert SAYS[task.slug] in found["output"]


def test_every_interface_is_of_one_family_and_every_task_keeps_a_program_that_is_run_each_time() -> None:
    assert sorted(name for family in FAMILIES for name in family) == sorted(api.slug for api in APIS)
    assert {(task.slug, api.slug) for task, api in CELLS} >= SLOW
    assert {task.slug for task, api in CELLS if (task.slug, api.slug) not in SLOW} == {task.slug for task in TASKS}


def test_what_each_mode_can_and_says_is_what_is_known(ran: Any) -> None:
    known = {
        "pytorch": ["torch.compile: depths", "fullgraph: Unsupported", "torch.export: GuardOnDataDependentSymNode"],
        "tensorflow": ["XLA: depths", "without AutoGraph: OperatorNotAllowedInGraphError"],
        "keras": ["ByPython, compiled: OperatorNotAllowedInGraphError", "ByKeras, XLA: depths"],
        "jax": ["Python's loop, jit: TracerBoolConversionError", "lax.while_loop, grad: ValueError"],
    }
    for system, lines in known.items():
        found = ran.get(("depth_by_input", system))
        if found is not None:
            assert all(line in found["output"] for line in lines), found["output"]


def test_the_product_runs_them_one_by_one_and_times_them() -> None:
    results = run(TaskSpec(("sum", "custom_gradient", "onnx_export"), ("jax",)))["results"]
    states = {(row["task"], row["system"]): row["state"] for row in results}
    assert states.pop(("onnx_export", "jax")) == "not_applicable"
    if "not_run" in states.values():
        pytest.skip("a framework, or what the tasks need beside it, is not installed")
    assert set(states.values()) == {"pass"}
    for row in results:
        if row["state"] == "pass":
            assert 0 < row["import_s"] < row["first_result_s"] <= row["seconds"]
            assert row["versions"].keys() >= {"python", "numpy"}
