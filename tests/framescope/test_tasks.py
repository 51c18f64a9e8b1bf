"""`framescope tasks` and the job of that kind: what is printed and kept, exit status, progress, cancelling."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import collectors.tasking
from collectors import jobs
from collectors.tasking import run_tasks
from collectors.tasks.spec import TaskSpec
from collectors.worker import run_next
from db import read
from db.engine import Engine, open_database, reading
from db.errors import UnknownName

ROOT = Path(__file__).resolve().parents[2]
FAKES = "tests.tasks.fakes"


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Engine]:
    """A database in the home of the test."""
    monkeypatch.setenv("FRAMESCOPE_HOME", str(tmp_path))
    found = open_database(create=True)
    yield found
    found.dispose()


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs run the programs that misbehave."""
    monkeypatch.setattr(
        collectors.tasking,
        "TaskSpec",
        lambda tasks, systems: TaskSpec(("passes", "hangs"), ("fake",), 300, registry=FAKES),
    )


def framescope(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "framescope", "tasks", *arguments]
    return subprocess.run(command, env=dict(os.environ), cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.frameworks
def test_a_task_is_run_printed_and_kept(engine: Engine) -> None:
    done = framescope("custom_gradient", "--system", "jax", "--json")
    document = json.loads(done.stdout)
    (row,) = document["results"]
    if row["state"] == "not_run":
        pytest.skip(row["message"])
    assert done.returncode == 0, done.stderr
    wanted = {
        "task",
        "system",
        "state",
        "message",
        "seconds",
        "import_s",
        "first_result_s",
        "lines",
        "names",
        "version",
    }
    assert wanted | {"versions", "output", "beside", "code"} <= set(row)
    with reading(engine) as session:
        (run,) = read.runs(session)
        (kept,) = read.task_results(session)
    assert (run.kind, run.status, run.message, run.run) == ("tasks", "ok", "1 pass", document["run"])
    assert (kept.state, kept.output, kept.names) == ("pass", row["output"], row["names"])


@pytest.mark.parametrize(
    ("arguments", "near"),
    [(["smal_cnn"], "did you mean small_cnn?"), (["--system", "pytorh"], "did you mean pytorch?")],
)
def test_a_name_that_is_none_is_wrong_usage(engine: Engine, arguments: list[str], near: str) -> None:
    done = framescope(*arguments)
    assert done.returncode == 2
    assert near in done.stderr
    assert not done.stdout
    with reading(engine) as session:
        assert read.runs(session) == []


def test_each_result_is_kept_as_it_comes_and_a_run_with_errors_is_partial(engine: Engine) -> None:
    seen: list[int] = []

    def look(row: dict[str, Any]) -> None:
        with reading(engine) as session:
            seen.append(len(read.task_results(session)))

    document = run_tasks(engine, TaskSpec(("passes", "breaks"), ("fake", "fake.old"), registry=FAKES), look)
    assert seen == [1, 2, 3, 4]
    with reading(engine) as session:
        (run,) = read.runs(session)
    assert (run.status, run.message) == ("partial", "1 pass, 2 not applicable, 1 error")
    assert run.run == document["run"]


@pytest.mark.parametrize(
    ("states", "stopped", "status"),
    [
        (["pass", "not_run", "not_applicable"], "done", "ok"),
        (["pass", "fail"], "done", "partial"),
        (["pass"], "cancelled", "partial"),
        (["error"], "done", "failed"),
    ],
)
def test_what_a_run_comes_to(states: list[str], stopped: str, status: str) -> None:
    document = {"results": [{"state": state} for state in states], "stopped_because": stopped}
    assert collectors.tasking.outcome(document)[0] == status


def test_a_run_that_breaks_off_is_closed_as_failed_and_keeps_what_it_had(engine: Engine) -> None:
    def stop(row: dict[str, Any]) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_tasks(engine, TaskSpec(("passes",), ("fake",), registry=FAKES), stop)
    with reading(engine) as session:
        (run,) = read.runs(session)
        assert len(read.task_results(session)) == 1
    assert run.status == "failed"
    assert "KeyboardInterrupt" in run.message


def test_the_door_refuses_what_does_not_exist_and_gives_one_job_for_one_key(engine: Engine) -> None:
    with pytest.raises(UnknownName, match="no task 'summ'"):
        jobs.request_tasks(engine, tasks=["summ"], requested_by="test")
    with pytest.raises(UnknownName, match="no system 'torch'"):
        jobs.request_tasks(engine, tasks=["sum"], systems=["torch"], requested_by="test")
    first = jobs.request_tasks(engine, tasks=["sum"], requested_by="test", key="a")
    assert jobs.request_tasks(engine, tasks=["sum"], requested_by="test", key="a") == first


def test_a_job_tells_how_far_it_is_and_ends_when_it_is_cancelled(engine: Engine, fakes: None) -> None:
    number = jobs.request_tasks(engine, tasks=["sum"], systems=["jax"], requested_by="test")
    worker = threading.Thread(target=run_next, args=(engine, "here"), kwargs={"job_id": number})
    worker.start()
    told = ""
    while worker.is_alive() and not told.startswith("2 of 2"):
        worker.join(0.1)
        with reading(engine) as session:
            found = read.job(session, number)
        assert found is not None
        told = found.message
    assert found is not None
    assert (told, found.progress) == ("2 of 2: Hangs, Fake", 0.5)
    assert jobs.cancel(engine, number)
    worker.join(120)
    with reading(engine) as session:
        ended = read.job(session, number)
        kept = [row.task for row in read.task_results(session)]
    assert ended is not None
    assert (ended.state, ended.kind) == ("cancelled", "tasks")
    assert kept == ["passes"]
