"""The Code page: its sentence on figures made by hand, and the page itself on results made by hand."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from collectors import jobs
from dashboard.analysis.code_sides import answer, difference, side
from db import clock, read, write
from db.engine import open_database, reading, writing
from db.read import TaskRow
from tests.dashboard.conftest import Opened

NAMES = {"pytorch": "PyTorch", "tensorflow": "TensorFlow", "keras": "Keras", "jax": "JAX"}
HOSTILE = "<script>alert(1)</script> **bold** $x$"


def told(system: str, lines: int | None, code: str = "a\nb\n") -> dict[str, Any]:
    return {"system": system, "lines": lines, "code": code, "gap": "" if lines else "none", "file": f"{system}.py"}


def task(name: str, *lines: int | None) -> dict[str, Any]:
    return {"task": name, "sides": [told(system, count) for system, count in zip(NAMES, lines, strict=True)]}


def row(name: str, system: str, first_s: float | None, **more: Any) -> TaskRow:
    found: dict[str, Any] = {"result": 1, "run": 1, "task": name, "system": system, "version": "1", "state": "pass"}
    found |= {"message": "", "seconds": first_s, "import_s": 0.5, "first_result_s": first_s, "lines": 1, "names": []}
    found |= {"measured_at": clock.now(), "code": sha(told(system, 1)["code"]), "output": "", "beside": ""}
    return TaskRow(**(found | {"versions": {}, "machine": {}} | more))


def sha(text: str) -> str:
    from hashlib import sha256

    return sha256(text.encode()).hexdigest()


def times(name: str, *seconds: float | None) -> dict[tuple[str, str], TaskRow]:
    return {(name, system): row(name, system, each) for system, each in zip(NAMES, seconds, strict=True)}


def test_the_sentence_counts_where_all_four_have_the_figure() -> None:
    tasks = [task("a", 9, 9, 3, 9), task("b", 5, 9, 3, 9), task("c", 3, 9, 9, 3), task("d", 1, 1, 1, None)]
    said = answer(tasks, times("a", 2.0, 7.0, 7.0, 1.0) | times("b", 2.0, None, 7.0, 1.0), NAMES)
    assert said == (
        "Keras has the fewest lines in 2 of the 3 tasks that all four can do; "
        "JAX is the first with a result in 1 of the 1 that all four finished here."
    )


def test_what_was_not_run_is_said_to_be_and_equals_are_both_named() -> None:
    tasks = [task("a", 2, 9, 3, 9), task("b", 5, 9, 3, 9)]
    assert answer(tasks, {}, NAMES) == (
        "PyTorch and Keras each have the fewest lines in 1 of the 2 tasks that all four can do; "
        "how soon each shows a result was not measured here yet."
    )
    assert answer([], {}, NAMES) == ""


def test_a_result_of_an_earlier_text_or_of_a_program_that_broke_has_no_time() -> None:
    current = told("jax", 2)
    assert side(current, row("a", "jax", 1.5)).first_s == 1.5
    older = side(current, row("a", "jax", 1.5, code=sha("other")))
    assert (older.older, older.first_s) == (True, None)
    assert side(current, row("a", "jax", 1.5, state="error")).first_s is None
    assert side(current, None).sign[1] == "not run here yet"
    assert side(told("jax", None), None).sign[1] == "no way"


def test_a_difference_names_both_files_and_the_lines_that_differ() -> None:
    text = difference(side(told("jax", 2, "a\nb\n"), None), side(told("keras", 2, "a\nc\n"), None))
    assert text.splitlines() == ["--- jax.py", "+++ keras.py", "@@ -1,2 +1,2 @@", " a", "-b", "+c"]


def put(home: Path, name: str, system: str, **more: Any) -> None:
    """Keep a result of the very text that the page shows."""
    (shown,) = [s for t in jobs.task_list() if t["task"] == name for s in t["sides"] if s["system"] == system]
    result: dict[str, Any] = {"task": name, "system": system, "version": "9.9", "state": "pass", "message": ""}
    result |= {"seconds": 4.0, "import_s": 1.25, "first_result_s": 2.5, "lines": 1, "names": [], "beside": ""}
    result |= {"output": "it says 7.5", "versions": {"python": "3"}, "machine": {}, "code": shown["code"]}
    engine = open_database(f"sqlite:///{home / 'framescope.db'}")
    with writing(engine) as session:
        run = write.start_run(session, kind="tasks", source="tasks")
        write.task_result(session, run, result | more)
        write.finish_run(session, run, status="ok", new=1)
    engine.dispose()


def words(app: AppTest) -> str:
    parts = [*app.title, *app.markdown, *app.caption, *app.warning, *app.info, *app.error, *app.success]
    return "\n".join(str(part.value) for part in parts).replace("\\", "").replace("\u00a0", " ")


def programs(app: AppTest) -> list[str]:
    return [str(each.value) for each in app.code if each.language == "python"]


def table(app: AppTest) -> dict[str, dict[str, Any]]:
    rows: list[Any] = app.dataframe[0].value.to_dict("records")
    return {str(each["framework"]): each for each in rows}


def test_nothing_run_yet_shows_the_code_and_how_to_run_it(site: Opened, new_home: Path) -> None:
    app = site("code")
    assert not app.exception
    assert "how soon each shows a result was not measured here yet" in words(app)
    assert "○ not run here yet" in words(app)
    assert "framescope tasks sum --system pytorch --system tensorflow --system keras" in words(app)
    shown = {side["system"]: side["code"] for side in jobs.task_list()[0]["sides"]}
    assert programs(app) == [shown[name].strip() for name in ("pytorch", "tensorflow", "keras")]
    assert table(app)["Keras"]["state"] == "○ not run here yet"
    assert app.query_params["system"] == ["pytorch", "tensorflow", "keras"]


def test_a_result_shows_its_figures_output_versions_and_age(site: Opened, new_home: Path) -> None:
    put(new_home, "small_cnn", "jax")
    put(new_home, "small_cnn", "keras", state="error", message=HOSTILE, first_result_s=None, output=HOSTILE)
    app = site("code", task="small_cnn", system=["jax", "keras"])
    assert not app.exception
    found = table(app)
    assert (found["JAX"]["state"], found["JAX"]["first result s"], found["JAX"]["version"]) == (
        "✓ done and checked",
        2.5,
        "9.9",
    )
    assert found["Keras"]["state"] == "! broke off"
    assert found["Keras"]["first result s"] != found["Keras"]["first result s"], "no time is no nought"
    assert "python 3; run 1, today" in words(app)
    assert "it says 7.5" in [each.value for each in app.code]
    assert HOSTILE in words(app), "shown as text"
    assert all("<script>" not in str(each.value).replace("\\<", "") for each in app.markdown)


def test_a_result_of_an_earlier_text_is_said_to_be_one(site: Opened, new_home: Path) -> None:
    put(new_home, "sum", "jax", code="print(1)\n")
    app = site("code", task="sum", system=["jax", "tensorflow.v1"])
    assert table(app)["JAX"]["state"] == "✓ done and checked, of an earlier text"
    assert "printed by an earlier text of this program" in words(app)


def test_the_difference_and_a_gap(site: Opened, new_home: Path) -> None:
    app = site("code", task="sum", system=["pytorch", "jax"], view="difference")
    assert app.code[0].value.startswith("--- sum_pytorch.py\n+++ sum_jax.py\n")
    app = site("code", task="onnx_export", system=["keras", "jax"])
    assert "JAX has no exporter to ONNX" in words(app)
    assert table(app)["JAX"]["state"] == "– no way"
    app = site("code", task="onnx_export", system=["keras", "jax"], view="difference")
    assert "A difference needs two programs" in words(app)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"task": "smal_cnn"}, "There is no task called 'smal_cnn'. Did you mean A small convolutional network?"),
        ({"system": ["tensorflo", "jax"]}, "There is no system called 'tensorflo'. Did you mean TensorFlow?"),
        ({"view": HOSTILE}, "There is no view called"),
        ({"job": "77"}, "There is no job 77 of this page"),
    ],
)
def test_a_name_that_is_none_gets_an_answer(query: Any, says: str, site: Opened, new_home: Path) -> None:
    app = site("code", **query)
    assert not app.exception
    assert says in words(app)


def test_run_queues_the_chosen_programs_once_and_the_address_names_the_job(site: Opened, new_home: Path) -> None:
    app = site("code", task="custom_gradient", system=["jax", "pytorch"])
    app.button(key="code.run").click().run()
    assert not app.exception
    engine = open_database(f"sqlite:///{new_home / 'framescope.db'}")
    with reading(engine) as session:
        (job,) = read.jobs(session)
    assert (job.kind, job.parameters, job.requested_by) == (
        "tasks",
        {"tasks": ["custom_gradient"], "systems": ["jax", "pytorch"]},
        "site",
    )
    assert app.query_params["job"] in (str(job.job), [str(job.job)])
    assert app.button(key="code.run").disabled, "what runs is not asked for twice"
    jobs.cancel(engine, job.job)
    engine.dispose()
    assert "was cancelled" in words(app.run())


def test_a_visitor_from_elsewhere_reads_but_does_not_run(
    site: Opened, new_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAMESCOPE_SITE_ADDRESS", "0.0.0.0")  # noqa: S104  # told to the page alone
    app = site("code")
    assert "read-only" in words(app)
    assert not [each for each in app.button if each.key == "code.run"]
    assert len(programs(app)) == 3
