"""What probes came to, in the store: the matrix of a version, its history, and what differs between two."""

from typing import Any

import pytest
from sqlalchemy import text

from db import read, write
from db.engine import Engine, reading, writing
from db.read import ProbeColumn
from tests.db.conftest import begin

NEW, OLD = ProbeColumn("pytorch", "2.13.0", "", "cpu"), ProbeColumn("pytorch", "2.6.0", "", "cpu")


def result(capability: str, state: str, **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"axis": "graph", "system": "pytorch", "mode": "eager", "version": NEW.version}
    found |= {"backend_version": "", "versions": {"numpy": "2"}, "seconds": 0.5, "message": "", "output": "printed"}
    return found | {"capability": capability, "state": state, "evidence": {"n": 1}, "code": "def x(): …"} | changes


def put(engine: Engine, *results: dict[str, Any], device: str = "cpu") -> int:
    run = begin(engine)
    with writing(engine) as session:
        write.probe_results(session, run, results, device=device)
    return run


def matrix(engine: Engine, *columns: ProbeColumn) -> dict[tuple[str, str, str], str]:
    with reading(engine) as session:
        rows = read.probe_matrix(session, columns or None)
    return {(row.capability, row.version, row.mode): row.state for row in rows}


def test_a_later_run_of_a_version_takes_the_place_of_the_earlier_which_is_kept(engine: Engine) -> None:
    first = put(engine, result("vmap", "error", message="crashed"), result("jacobian", "pass"))
    second = put(engine, result("vmap", "pass"))
    assert matrix(engine) == {("jacobian", "2.13.0", "eager"): "pass", ("vmap", "2.13.0", "eager"): "pass"}
    with reading(engine) as session:
        history = read.probe_history(session, "vmap", "pytorch")
    assert [(row.run, row.state, row.message) for row in history] == [(first, "error", "crashed"), (second, "pass", "")]


def test_what_is_no_answer_is_kept_and_displaces_none(engine: Engine) -> None:
    put(engine, result("vmap", "pass"), result("jacobian", "error"), result("float8", "not_run"))
    put(engine, result("vmap", "error", message="killed"), result("jacobian", "not_run"), result("float8", "error"))
    put(engine, result("vmap", "not_run"), result("jacobian", "fail"), result("float8", "error", message="again"))
    states = {capability: state for (capability, _, _), state in matrix(engine).items()}
    assert states == {"vmap": "pass", "jacobian": "fail", "float8": "error"}
    with reading(engine) as session:
        assert [row.state for row in read.probe_history(session, "vmap", "pytorch")] == ["pass", "error", "not_run"]
        (float8,) = (row for row in read.probe_matrix(session) if row.capability == "float8")
    assert float8.message == "again"


def test_a_column_never_mixes_two_versions(engine: Engine) -> None:
    put(engine, result("vmap", "fail", version=OLD.version), result("jacobian", "pass", version=OLD.version))
    put(engine, result("vmap", "pass"))
    assert matrix(engine) == {("vmap", "2.13.0", "eager"): "pass"}
    assert len(matrix(engine, OLD)) == 2
    assert len(matrix(engine, OLD, NEW)) == 3
    put(engine, result("vmap", "pass", version=OLD.version))
    assert matrix(engine)["vmap", "2.6.0", "eager"] == "pass"


def test_keras_on_another_backend_version_and_another_device_are_columns_of_their_own(engine: Engine) -> None:
    keras = {"system": "keras.torch", "version": "3.15.1"}
    put(engine, result("vmap", "fail", **keras, backend_version="2.6.0"))
    put(engine, result("vmap", "pass", **keras, backend_version="2.13.0"))
    put(engine, result("vmap", "pass", **keras, backend_version="2.13.0"), device="cuda")
    with reading(engine) as session:
        columns = [(each.column, each.cells) for each in read.probe_columns(session)]
    assert columns == [
        (ProbeColumn("keras.torch", "3.15.1", "2.13.0", "cuda"), 1),
        (ProbeColumn("keras.torch", "3.15.1", "2.13.0", "cpu"), 1),
        (ProbeColumn("keras.torch", "3.15.1", "2.6.0", "cpu"), 1),
    ]


def test_a_system_that_is_gone_keeps_its_answers_and_one_never_there_says_so(engine: Engine) -> None:
    put(engine, result("vmap", "pass"))
    gone = {"version": "", "message": "torch is not installed", "seconds": None, "code": ""}
    put(engine, result("vmap", "not_run", **gone), result("vmap", "not_run", **gone | {"system": "jax"}))
    with reading(engine) as session:
        rows = {row.system: row for row in read.probe_matrix(session)}
    assert rows["pytorch"].state == "pass"
    assert (rows["jax"].state, rows["jax"].seconds) == ("not_run", None)


def test_what_differs_between_two_versions(engine: Engine) -> None:
    old = [result(name, state, version=OLD.version) for name, state in (("a", "fail"), ("b", "pass"), ("c", "pass"))]
    put(engine, *old)
    put(engine, result("a", "pass"), result("b", "pass"), result("d", "error"))
    with reading(engine) as session:
        changes = read.probe_diff(session, OLD, NEW)
    assert [(change.capability, change.before, change.after, change.change) for change in changes] == [
        ("a", "fail", "pass", "changed"),
        ("b", "pass", "pass", "same"),
        ("c", "pass", None, "gone"),
        ("d", None, "error", "added"),
    ]


def test_the_evidence_is_whole_and_a_code_is_kept_once(engine: Engine) -> None:
    run = put(engine, result("vmap", "pass"), result("vmap", "pass", mode="compile"))
    with reading(engine) as session:
        found = read.probe_evidence(session, read.probe_matrix(session)[0].result)
        assert session.execute(text("SELECT count(*) FROM probe_code")).scalar() == 1
        assert read.probe_evidence(session, 99) is None
    assert found is not None
    assert found["measured_at"].tzinfo is not None
    expected = result("vmap", "pass", mode="compile") | {"run": run, "device": "cpu"}
    assert {name: value for name, value in found.items() if name != "measured_at"} == expected


def test_a_state_there_is_not_is_refused(engine: Engine) -> None:
    with pytest.raises(ValueError, match="'skipped' is no state of a probe"):
        put(engine, result("vmap", "skipped"))
    assert matrix(engine) == {}
