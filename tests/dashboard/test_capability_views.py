"""The Capabilities page on real databases: empty, probed, hostile, old; its links, filters, evidence and jobs."""

import csv
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from collectors import jobs
from dashboard import probed
from dashboard.analysis.capabilities import matrix
from dashboard.sections.capability_matrix import matrix_csv, matrix_json
from db import clock, read, write
from db.engine import Engine, open_database, reading, writing
from tests.dashboard.conftest import Opened, typed
from tests.dashboard.test_views import asked, words

OLD = "0.6.2"
HOSTILE = "<img src=x onerror=alert(1)> **bold** [link](https://example.org) =1+1"


def one(capability: str, system: str, mode: str, state: str, **more: Any) -> dict[str, Any]:
    """A result as ``probe --json`` prints it."""
    version = {"pytorch": "2.13.0", "tensorflow": "2.21.0", "jax": "0.10.2"}[system]
    found: dict[str, Any] = {"axis": "gradients", "version": version, "backend_version": "", "versions": {}}
    found |= {"message": "", "seconds": 0.25, "output": "", "evidence": {"n": 1}, "code": f"def {system}(): ..."}
    return found | {"capability": capability, "system": system, "mode": mode, "state": state} | more


RESULTS = [
    one("jacobian", "pytorch", "eager", "pass"),
    one("jacobian", "tensorflow", "eager", "fail", message=HOSTILE, output=HOSTILE),
    one("higher_derivatives", "pytorch", "eager", "pass"),
    one("higher_derivatives", "tensorflow", "eager", "error", message="timed out after 60 s"),
    one("jacobian", "jax", "jit", "pass", interpreter="FRAMESCOPE_PYTHON_JAX=/opt/jax/bin/python"),
    one("jacobian", "jax", "jit", "fail", version=OLD, message="not yet"),
]
TF_CELL = "jacobian~eager~tensorflow~2.21.0~~cpu"


def kept(engine: Engine, results: Sequence[dict[str, Any]]) -> int:
    """Write results, those of an old version as a run of their own; gives the run of the others."""
    run = 0
    for old in (True, False):
        told = [result for result in results if (result["version"] == OLD) is old]
        with writing(engine) as session:
            run = write.start_run(session, kind="probe", source="probe")
            write.probe_results(session, run, told, device="cpu")
            write.finish_run(session, run, status="ok", new=len(told))
    return run


def put(*results: dict[str, Any]) -> int:
    engine = open_database()
    run = kept(engine, results)
    engine.dispose()
    return run


def queued() -> list[read.JobRow]:
    engine = open_database()
    with reading(engine) as session:
        found = read.jobs(session)
    engine.dispose()
    return found


def title(app: AppTest) -> str:
    return str(app.title[0].value).replace("\\", "")


def grid(app: AppTest) -> list[list[str]]:
    return [[str(value) for value in row] for row in app.dataframe[0].value.to_numpy()]


def codes(app: AppTest) -> list[str]:
    return typed(app)


def test_without_a_database_the_page_says_what_to_do(site: Opened) -> None:
    assert "framescope init" in words(site("capabilities"))


def test_before_anything_was_probed_the_page_says_so_and_offers_to(site: Opened, new_home: Path) -> None:
    app = site("capabilities")
    assert "Nothing is probed yet" in title(app)
    assert codes(app) == ["framescope probe"] * 2, "where nothing is yet, and in how it was made"
    app.button("capabilities.all").click().run()
    (job,) = queued()
    assert (job.kind, job.parameters) == ("probe", {"capabilities": [], "systems": [], "device": "cpu"})
    assert asked(app, "job") == [str(job.job)]
    assert app.button("capabilities.all").disabled, "one run of probes at a time"
    assert f"Job {job.job}: queued" in words(app) or app.get("progress")


def test_the_answer_counts_what_is_unknown_as_unknown(site: Opened, new_home: Path) -> None:
    put(*RESULTS)
    app = site("capabilities")
    known = len(jobs.capability_list())
    assert title(app) == f"Of {known} capabilities {known - 1} are unknown; PyTorch alone has one.", (
        "an error is no lack, and neither is what was not probed"
    )


def test_the_matrix_has_a_sign_and_a_word_in_every_cell(site: Opened, new_home: Path) -> None:
    put(*RESULTS)
    app = site("capabilities", q="derivatives")
    assert [*map(tuple, app.dataframe[0].value.columns)] == [
        ("", "Capability"),
        ("PyTorch 2.13.0", "eager · PyTorch"),
        ("TensorFlow 2.21.0", "eager · TensorFlow"),
        ("JAX 0.10.2", "jit · JAX 0.10.2"),
        ("JAX 0.6.2", "jit · JAX 0.6.2"),
    ]
    rows = {row[0]: row[1:] for row in grid(app)}
    assert [row[0] for row in grid(app)][:2] == ["≠ Derivatives", "The Jacobian of a function"]
    assert rows["≠ Derivatives"] == rows["▸ Derivatives"] == ["", "", "", ""]
    assert "? Derivatives" in rows
    assert rows["Higher derivatives"] == ["✓ pass", "! error", "? not probed", "? not probed"]
    assert rows["The Jacobian of a function"] == ["✓ pass", "✗ fail", "✓ pass", "✗ fail"]


def test_a_cell_opens_its_evidence_with_hostile_text_shown_as_it_is(site: Opened, new_home: Path) -> None:
    run = put(*RESULTS)
    app = site("capabilities", cell=TF_CELL)
    shown = words(app)
    assert "✗ fail: The Jacobian of a function" in shown
    assert "TensorFlow 2.21.0, mode eager" in shown
    assert f"Run {run}," in shown
    assert "250 ms" in shown
    assert codes(app).count(HOSTILE) == 2, "message and output as code, never as Markdown"
    assert not [text for text in app.markdown if "<img" in str(text.value)]
    assert "def tensorflow(): ..." in codes(app)
    assert "framescope probe jacobian --system tensorflow" in codes(app)


def test_an_error_says_that_it_says_nothing_of_the_framework(site: Opened, new_home: Path) -> None:
    put(*RESULTS)
    app = site("capabilities", cell="higher_derivatives~eager~tensorflow~2.21.0~~cpu")
    assert "! error: Higher derivatives" in words(app)
    assert "says nothing of the framework" in words(app)
    assert "No: " not in words(app)


def test_another_interpreter_stands_in_the_command(site: Opened, new_home: Path) -> None:
    put(*RESULTS)
    app = site("capabilities", cell="jacobian~jit~jax~0.10.2~~cpu")
    assert "FRAMESCOPE_PYTHON_JAX=/opt/jax/bin/python framescope probe jacobian --system jax" in codes(app)


def test_run_this_again_asks_for_that_probe_alone(site: Opened, new_home: Path) -> None:
    put(*RESULTS)
    app = site("capabilities", cell=TF_CELL)
    app.button("capabilities.again").click().run()
    (job,) = queued()
    assert job.parameters == {"capabilities": ["jacobian"], "systems": ["tensorflow"], "device": "cpu"}
    assert asked(app, "cell") == [TF_CELL], "the address keeps the cell"


def test_a_probe_that_is_no_longer_there_cannot_be_asked_for(site: Opened, new_home: Path) -> None:
    put(*RESULTS, one("left_long_ago", "tensorflow", "eager", "pass"))
    app = site("capabilities", cell="left_long_ago~eager~tensorflow~2.21.0~~cpu")
    assert "no longer in the registry" in words(app)
    assert app.button("capabilities.again").disabled


def test_a_site_that_others_reach_starts_nothing(site: Opened, new_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_SITE_ADDRESS", "0.0.0.0")  # noqa: S104  # named, not bound
    put(*RESULTS)
    app = site("capabilities", cell=TF_CELL)
    assert not [button for button in app.button if button.key in ("capabilities.all", "capabilities.again")]


def test_an_address_sets_filters_and_a_choice_makes_an_address(site: Opened, new_home: Path) -> None:
    put(*RESULTS)
    app = site("capabilities", system=["jax", "jaxx"], axis="gradients", differences="1")
    assert [row[0] for row in grid(app)] == ["≠ Derivatives", "The Jacobian of a function"]
    assert len(grid(app)[0]) == 3
    assert "Did you mean JAX?" in words(app)
    assert asked(app, "system") == ["jax", "jaxx"], "the hint is about what stands there"
    app.toggle("capabilities.differences").set_value(False).run()
    assert asked(app, "system") == ["jax"]
    assert "differences" not in app.query_params
    app.text_input("capabilities.q").set_value("nothing is called so").run()
    assert "No capability passes the filters" in words(app)
    assert asked(app, "q") == ["nothing is called so"]


@pytest.mark.parametrize("cell", ["jacobian", "~~~", "jacobian~eager~tensorflow~9~~cpu", "<b>~x~y~z~~cpu", "~" * 300])
def test_a_cell_that_is_not_there_is_answered(site: Opened, new_home: Path, cell: str) -> None:
    put(*RESULTS)
    app = site("capabilities", cell=cell)
    assert "No answer is kept under" in words(app)
    assert grid(app)


def test_what_changed_between_two_versions(site: Opened, new_home: Path) -> None:
    put(*RESULTS, one("jacobian", "jax", "eager", "pass"))
    app = site("capabilities", show="changes")
    assert "JAX 0.6.2 to JAX 0.10.2: one cell changed" in words(app)
    assert grid(app) == [
        ["The Jacobian of a function", "jit", "✗ fail", "✓ pass", "changed"],
        ["The Jacobian of a function", "eager", "? not probed", "✓ pass", "not probed before"],
    ]
    assert (asked(app, "before"), asked(app, "after")) == (["jax~0.6.2~~cpu"], ["jax~0.10.2~~cpu"])
    app.selectbox("capabilities.after").set_value("jax~0.6.2~~cpu").run()
    assert "JAX 0.10.2 to JAX 0.6.2: one cell changed" in words(app)


def test_without_a_second_version_the_page_says_how_to_get_one(site: Opened, new_home: Path) -> None:
    put(*RESULTS[:4])
    app = site("capabilities", show="changes")
    assert "Only one version" in words(app)
    assert any("FRAMESCOPE_PYTHON_TENSORFLOW=" in code for code in codes(app))


def test_old_answers_are_called_old(site: Opened, new_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.now(UTC)
    monkeypatch.setattr(clock, "now", lambda: now - timedelta(days=400))
    put(*RESULTS)
    app = site("capabilities")
    assert "Old answers: PyTorch 2.13.0 (13 months old), TensorFlow 2.21.0 (13 months old)" in words(app)


def test_a_job_that_ended_is_told_and_one_of_another_kind_is_not(site: Opened, new_home: Path) -> None:
    put(*RESULTS)
    engine = open_database()
    number = jobs.request_probes(engine, capabilities=["jacobian"], requested_by="a test")
    other = jobs.request_benchmark(engine, workloads=["matmul"], seconds=2.0, requested_by="a test")
    assert jobs.cancel(engine, number)
    engine.dispose()
    assert f"Job {number} was cancelled" in words(site("capabilities", job=str(number)))
    assert f"There is no job {other} of this page" in words(site("capabilities", job=str(other)))
    assert "There is no job <b>. A job has a number" in words(site("capabilities", job="<b>"))


@pytest.mark.usefixtures("new_home")
def test_files_hold_every_result_shown_once_and_no_formula() -> None:
    put(*RESULTS, one("complex_numbers", "pytorch", "any", "fail", message="=HYPERLINK(1)"))
    columns = tuple(found.column for found in probed.columns())
    shown = matrix(probed.rows(columns), columns, jobs.capability_list())
    lines = [line for line in matrix_csv(shown).splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    assert len(rows) == 7
    assert {row["message"] for row in rows if row["capability"] == "complex_numbers"} == {"'=HYPERLINK(1)"}
    document = json.loads(matrix_json(shown))
    assert len(document["results"]) == 7
    assert {row["state"] for row in document["results"]} == {"pass", "fail", "error"}
