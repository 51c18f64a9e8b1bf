"""What tasks came to, in the store: the newest of each, the code once, unknown times as unknown."""

from typing import Any

import pytest
from sqlalchemy import text

from db import read, write
from db.engine import Engine, reading, writing
from tests.db.conftest import begin


def result(task: str, system: str = "jax", **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"task": task, "system": system, "version": "0.10.2", "state": "pass", "message": ""}
    found |= {"seconds": 1.5, "import_s": 0.75, "first_result_s": 1.25, "code": "print(7.5)\n", "lines": 1, "names": []}
    found |= {"output": "7.5\n", "beside": "", "versions": {"jax": "0.10.2"}, "machine": {"processors": 2}}
    return found | changes


def put(engine: Engine, *results: dict[str, Any]) -> int:
    run = begin(engine)
    with writing(engine) as session:
        for each in results:
            write.task_result(session, run, each)
    return run


def test_the_newest_of_each_task_and_system_is_given_and_a_run_keeps_its_own(engine: Engine) -> None:
    first = put(engine, result("sum", output="old\n"), result("sum", "pytorch"))
    second = put(engine, result("sum"), result("tree", state="error", message="broke"))
    with reading(engine) as session:
        newest = {(row.task, row.system): row for row in read.task_results(session)}
        older = read.task_results(session, run=first)
    assert {key: row.run for key, row in newest.items()} == {
        ("sum", "jax"): second,
        ("sum", "pytorch"): first,
        ("tree", "jax"): second,
    }
    assert [(row.system, row.output) for row in older] == [("jax", "old\n"), ("pytorch", "7.5\n")]
    row = newest["sum", "jax"]
    assert (row.seconds, row.import_s, row.first_result_s, row.lines, row.names) == (1.5, 0.75, 1.25, 1, [])
    assert (row.versions, row.machine, row.version) == ({"jax": "0.10.2"}, {"processors": 2}, "0.10.2")


def test_the_code_is_kept_once_and_a_gap_has_none_and_no_times(engine: Engine) -> None:
    gap: dict[str, Any] = {
        "state": "not_applicable",
        "code": "",
        "seconds": None,
        "import_s": None,
        "first_result_s": None,
    }
    put(engine, result("sum"), result("sum", "pytorch"), result("onnx", lines=None, names=None, **gap))
    with reading(engine) as session:
        assert session.execute(text("SELECT count(*) FROM probe_code")).scalar() == 1
        rows = {(row.task, row.system): row for row in read.task_results(session)}
    assert rows["sum", "jax"].code == rows["sum", "pytorch"].code != None  # noqa: E711  # three compared at once
    found = rows["onnx", "jax"]
    assert (found.code, found.seconds, found.first_result_s, found.lines, found.names) == (None,) * 5


def test_a_state_that_is_none_of_the_five_is_refused(engine: Engine) -> None:
    with pytest.raises(ValueError, match="'skipped' is no state of a task"):
        put(engine, result("sum", state="skipped"))


def test_counts_are_read_of_every_result_without_its_text(engine: Engine) -> None:
    first = put(engine, result("sum", lines=10, names=["tf.add", "tf.print"]))
    put(engine, result("sum", lines=9), result("onnx", lines=None, names=None))
    with reading(engine) as session:
        rows = read.task_counts(session)
        assert [one.run for one in read.task_results(session, run=first)] == [first]
    assert [(row.task, row.lines, row.names) for row in rows] == [("sum", 10, 2), ("sum", 9, 0), ("onnx", None, None)]
