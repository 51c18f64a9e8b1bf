"""A job of probes: asked for by names of the registry alone, run by the worker, cancelled, repeated by a command."""

import threading
import time
from dataclasses import replace
from typing import Any

import pytest

from collectors import asked_probes, jobs, lease, worker
from collectors.probes.registry import PROBES, TARGETS
from db import read
from db.engine import Engine, reading

WAIT_S = 60.0


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked_probes, "DEFAULT_REGISTRY", "tests.probes.fakes")


def look(engine: Engine, number: int) -> read.JobRow:
    with reading(engine) as session:
        row = read.job(session, number)
    assert row is not None
    return row


@pytest.mark.usefixtures("fakes")
def test_a_job_leaves_every_answer_with_its_evidence(engine: Engine) -> None:
    asked: dict[str, Any] = {"capabilities": ["spoils", "fails", "breaks", "senseless"], "systems": ["fake", "absent"]}
    number = jobs.request_probes(engine, **asked, requested_by="a test")
    assert worker.work(engine, once=True) == 1
    job = look(engine, number)
    with reading(engine) as session:
        rows = read.probe_matrix(session)
        whole = read.probe_evidence(
            session, next(row.result for row in rows if row.capability == "fails" and row.system == "fake")
        )
        (run,) = read.runs(session, kind=jobs.PROBES)
    assert (job.state, job.progress, job.run) == ("done", 1.0, run.run), job.message
    assert run.status == "partial"
    assert {(row.system, row.capability): row.state for row in rows} == {
        ("fake", "spoils"): "pass",
        ("fake", "fails"): "fail",
        ("fake", "breaks"): "error",
        ("fake", "senseless"): "not_applicable",
        **{("absent", name): "not_run" for name in asked["capabilities"]},
    }
    assert whole is not None
    assert whole["interpreter"] == ""
    assert "def fails" in whole["code"]


@pytest.mark.usefixtures("fakes")
def test_nothing_but_errors_is_a_failed_job(engine: Engine) -> None:
    number = jobs.request_probes(engine, capabilities=["breaks"], systems=["fake"], requested_by="a test")
    worker.work(engine, once=True)
    assert (look(engine, number).state, look(engine, number).message) == (
        "failed",
        "no probe could be run to its end: 1 error",
    )


@pytest.mark.usefixtures("fakes")
def test_cancelling_ends_a_check_that_hangs_and_keeps_what_was_answered(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "BEAT_S", 0.05)
    real = asked_probes.check
    monkeypatch.setattr(asked_probes, "check", lambda asked: replace(real(asked), limit_s=600.0))
    number = jobs.request_probes(engine, capabilities=["fails", "hangs"], systems=["fake"], requested_by="a test")
    working = threading.Thread(target=worker.work, args=(engine,), kwargs={"once": True})
    working.start()
    until = time.monotonic() + WAIT_S
    while "1 of 2 answers" not in look(engine, number).message and time.monotonic() < until:
        time.sleep(0.05)
    assert look(engine, number).message == "1 of 2 answers; fails in fake, any: fail"
    assert jobs.cancel(engine, number)
    working.join(WAIT_S)
    assert not working.is_alive()
    assert look(engine, number).state == "cancelled"
    with reading(engine) as session:
        assert [row.capability for row in read.probe_matrix(session)] == ["fails"]
        assert read.runs(session, kind=jobs.PROBES)[0].status == "partial"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"capabilities": ["jacobean"]}, "did you mean jacobian?"),
        ({"capabilities": ["os.system"]}, "unknown capability"),
        ({"systems": ["pytorh"]}, "did you mean pytorch?"),
        ({"device": "tpu"}, "cpu or cuda, not on 'tpu'"),
    ],
)
def test_what_the_registry_does_not_have_is_refused_before_there_is_a_job(
    engine: Engine, asked: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValueError, match=said.replace("?", r"\?").replace(".", r"\.")):
        jobs.request_probes(engine, **asked, requested_by="a test")
    with reading(engine) as session:
        assert read.jobs(session) == []


def test_what_can_be_probed_is_listed_as_the_registry_has_it() -> None:
    listed = jobs.capability_list()
    assert [entry["capability"] for entry in listed] == [probe.slug for probe in PROBES]
    assert all(entry["axis_title"] and entry["question"] for entry in listed)


@pytest.mark.parametrize(
    ("told", "line"),
    [
        ({}, "framescope probe"),
        ({"capability": "jacobian", "system": "jax"}, "framescope probe jacobian --system jax"),
        ({"device": "cuda"}, "framescope probe --device cuda"),
        (
            {"system": "jax", "interpreter": "FRAMESCOPE_PYTHON_JAX=/opt/my jax/bin/python"},
            "FRAMESCOPE_PYTHON_JAX='/opt/my jax/bin/python' framescope probe --system jax",
        ),
        ({"interpreter": "FRAMESCOPE_PYTHON_JAX=~/j/python"}, "FRAMESCOPE_PYTHON_JAX=~/j/python framescope probe"),
        ({"capability": "a; rm -rf /"}, "framescope probe 'a; rm -rf /'"),
    ],
)  # fmt: skip
def test_a_command_probes_the_same_again(told: dict[str, str], line: str) -> None:
    assert jobs.probe_command(**told) == line


def test_a_result_names_the_setting_that_chose_its_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    (jax,) = [target for target in TARGETS if target.slug == "jax"]
    assert jax.chosen_by() == ""
    monkeypatch.setenv("FRAMESCOPE_PYTHON_JAX", "/opt/jax/bin/python")
    assert jax.chosen_by() == "FRAMESCOPE_PYTHON_JAX=/opt/jax/bin/python"
