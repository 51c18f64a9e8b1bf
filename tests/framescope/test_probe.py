"""`framescope probe`: what it prints and keeps, its exit status, and names that are none."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import collectors.probing
from collectors.probes.spec import ProbeSpec
from collectors.probing import outcome, probe
from db import read
from db.engine import open_database, reading

ROOT = Path(__file__).resolve().parents[2]
FAKES = "tests.probes.fakes"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    open_database(f"sqlite:///{tmp_path / 'framescope.db'}", create=True).dispose()
    return tmp_path


def framescope(home: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "FRAMESCOPE_HOME": str(home)}
    command = [sys.executable, "-m", "framescope", "probe", *arguments]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.frameworks
def test_a_capability_of_a_system_is_printed_and_kept(home: Path) -> None:
    done = framescope(home, "jacobian", "--system", "jax", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    states = {row["mode"]: row["state"] for row in document["results"]}
    if "not_run" in states.values():
        pytest.skip(document["results"][0]["message"])
    assert states == {"eager": "pass", "jit": "pass"}
    row = document["results"][0]
    assert {"capability", "system", "mode", "state", "seconds", "version", "evidence"} <= set(row)
    engine = open_database(f"sqlite:///{home / 'framescope.db'}")
    with reading(engine) as session:
        kept = read.probe_matrix(session)
        (run,) = read.runs(session)
        whole = read.probe_evidence(session, kept[0].result)
    engine.dispose()
    assert [(each.capability, each.mode, each.state, each.version) for each in kept] == [
        ("jacobian", mode, "pass", row["version"]) for mode in ("eager", "jit")
    ]
    assert (run.kind, run.status, run.message, run.run) == ("probe", "ok", "2 pass", document["run"])
    assert whole is not None
    assert whole["code"] == row["code"]


@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        (["jacobean"], "did you mean jacobian?"),
        (["--system", "pytorh"], "did you mean pytorch?"),
        (["vmap"], "one of eager_execution"),
    ],
)
def test_a_name_that_is_none_is_wrong_usage(home: Path, arguments: list[str], near: str) -> None:
    done = framescope(home, *arguments)
    assert done.returncode == 2
    assert near in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout


def test_a_run_keeps_each_result_as_it_comes_and_ends_partial_where_there_are_errors(home: Path) -> None:
    engine = open_database(f"sqlite:///{home / 'framescope.db'}")
    seen: list[int] = []

    def look(row: dict[str, Any]) -> None:
        with reading(engine) as session:
            seen.append(len(read.probe_matrix(session)))

    document = probe(engine, ProbeSpec(("fails", "breaks", "spoils"), ("fake",), registry=FAKES, again=False), look)
    with reading(engine) as session:
        (run,) = read.runs(session)
        states = {row.capability: row.state for row in read.probe_matrix(session)}
    engine.dispose()
    assert seen == [1, 2, 3]
    assert (run.status, run.message, run.run) == ("partial", "1 fail, 1 error, 1 pass", document["run"])
    assert states == {"fails": "fail", "breaks": "error", "spoils": "pass"}


def test_a_run_that_breaks_off_is_closed_as_failed_and_keeps_what_it_had(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_database(f"sqlite:///{home / 'framescope.db'}")

    def breaks_off(spec: ProbeSpec, keep: Any, should_stop: Any) -> Any:
        keep(whole | {"capability": "first"})
        raise KeyboardInterrupt

    whole = probe(engine, ProbeSpec(("spoils",), ("fake",), registry=FAKES))["results"][0]
    monkeypatch.setattr(collectors.probing, "run", breaks_off)
    with pytest.raises(KeyboardInterrupt):
        probe(engine, ProbeSpec())
    with reading(engine) as session:
        newest = read.runs(session)[0]
        assert len(read.probe_matrix(session)) == 2
    engine.dispose()
    assert newest.status == "failed"
    assert "KeyboardInterrupt" in newest.message


@pytest.mark.parametrize(
    ("states", "stopped", "status"),
    [
        (["pass", "fail", "not_applicable", "not_run"], "done", "ok"),
        (["pass", "error"], "done", "partial"),
        (["pass"], "cancelled", "partial"),
        (["error", "error"], "done", "failed"),
    ],
)
def test_what_a_run_comes_to(states: list[str], stopped: str, status: str) -> None:
    document = {"results": [{"state": state} for state in states], "stopped_because": stopped}
    assert outcome(document)[0] == status
