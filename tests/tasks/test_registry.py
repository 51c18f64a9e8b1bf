"""The tasks that exist: a program or a reasoned gap for every framework, standing alone, checking itself."""

import ast
import sys
from pathlib import Path

import pytest

from collectors.tasks import listing
from collectors.tasks.model import Api, Gap, Task
from collectors.tasks.registry import APIS, DEFAULT, PROGRAMS, TASKS, UnknownTask

FRAMEWORKS = {"pytorch", "tensorflow", "keras", "jax"}
CELLS = [(task, api) for task in TASKS for api in APIS if api.slug in task.sides]
WRITTEN = [(task, api) for task, api in CELLS if not isinstance(task.sides[api.slug], Gap)]


def of_cell(value: object) -> str:
    return value.slug if isinstance(value, Task | Api) else str(value)


def test_the_tuple_names_the_folders_and_each_folder_holds_its_programs() -> None:
    assert {task.slug for task in TASKS} == {path.parent.name for path in PROGRAMS.glob("*/__init__.py")}
    files = {path for path in PROGRAMS.glob("*/*.py") if path.name != "__init__.py"}
    assert files == {DEFAULT.path(task, api) for task, api in WRITTEN}


@pytest.mark.parametrize("task", TASKS, ids=of_cell)
def test_every_framework_has_a_program_or_a_reasoned_gap(task: Task) -> None:
    assert set(task.sides) - {"tensorflow.v1"} == FRAMEWORKS
    assert task.does.endswith(".")
    for side in task.sides.values():
        assert not isinstance(side, Gap) or len(side.reason) > 20


@pytest.mark.parametrize(("task", "api"), WRITTEN, ids=of_cell)
def test_a_program_stands_alone_checks_itself_and_prints(task: Task, api: Api) -> None:
    tree = ast.parse(DEFAULT.text(task, api))
    assert ast.get_docstring(tree)
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    side = task.sides[api.slug]
    needs = set() if isinstance(side, Gap) else set(side.needs)
    beside = {"numpy"} | needs | set(api.modules)
    assert imported <= beside | set(sys.stdlib_module_names), "it needs what the task does not name"
    last = tree.body[-1]
    ends = last.body[-1] if isinstance(last, ast.If) else last
    assert isinstance(ends, ast.Assert), "it does not end with a check"
    assert any(isinstance(node, ast.Name) and node.id == "print" for node in ast.walk(tree))


def test_the_list_shows_the_very_text_of_the_file() -> None:
    told = {(task["task"], side["system"]): side for task in listing.tasks() for side in task["sides"]}
    assert len(told) == len(CELLS) >= 49
    for task, api in WRITTEN:
        side = told[task.slug, api.slug]
        assert side["code"] == Path(PROGRAMS / task.slug / f"{api.slug.replace('.', '_')}.py").read_text("utf-8")
        assert side["lines"] > 3
        assert side["names"]
    assert told["onnx_export", "jax"]["gap"]
    assert told["onnx_export", "jax"]["lines"] is None


def test_a_name_that_is_none_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownTask, match="did you mean small_cnn"):
        DEFAULT.chosen_tasks(["smal_cnn"])
    with pytest.raises(UnknownTask, match="did you mean tensorflow"):
        DEFAULT.chosen_apis(["tensorflo"])
    assert DEFAULT.chosen_tasks([]) == TASKS
