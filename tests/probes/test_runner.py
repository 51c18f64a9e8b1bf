"""Running probes with checks that misbehave in every way: each costs its own cell, and has the one right state."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from collectors.probes import memory
from collectors.probes.registry import UnknownCapability, load
from collectors.probes.runner import in_turn, run
from collectors.probes.spec import ProbeSpec

REGISTRY = "tests.probes.fakes"
ROOT = Path(__file__).resolve().parents[2]


def results(*capabilities: str, system: str = "fake", **changes: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run(ProbeSpec(capabilities, (system,), registry=REGISTRY, **changes))["results"]
    return found


def result(capability: str, **changes: Any) -> dict[str, Any]:
    (found,) = results(capability, **changes)
    return found


def test_a_pass_has_its_evidence_versions_and_code_and_a_gap_has_its_reason() -> None:
    eager, other = results("passes")
    assert (eager["state"], eager["mode"], eager["capability"], eager["system"]) == ("pass", "eager", "passes", "fake")
    assert eager["evidence"]["number"] == 0.5
    assert eager["evidence"]["none"] == "nan"
    assert eager["versions"].keys() >= {"python", "numpy"}
    assert eager["version"] == eager["versions"]["numpy"]
    assert eager["seconds"] >= 0
    assert eager["code"].startswith("def passes(mode: Mode)")
    assert (other["state"], other["message"]) == ("not_applicable", "no such thing in the other mode")
    assert other["code"] == ""
    assert other["version"] == eager["version"]


@pytest.mark.parametrize(
    ("capability", "state", "says"),
    [
        ("fails", "fail", "one and one are 2"),
        ("refuses", "fail", "ZeroDivisionError: division by zero"),
        ("refuses_otherwise", "error", "ValueError: invalid literal"),
        ("breaks", "error", "ValueError: of no importance"),
        ("asserts", "error", "AssertionError: a mistake of ours"),
        ("exits", "error", "SystemExit: 3"),
        ("lacks", "not_run", "no_such_module_anywhere is not installed"),
        ("crashes", "error", "SIGSEGV"),
        ("boasts", "error", "ValueError: the evidence is"),
    ],
)
def test_only_the_expectation_and_the_refusals_named_are_a_fail(capability: str, state: str, says: str) -> None:
    found = result(capability)
    assert found["state"] == state
    assert says in found["message"]


def test_what_was_measured_before_a_fail_is_kept_and_what_was_printed_too() -> None:
    assert result("fails")["evidence"] == {"sum": 2}
    assert result("refuses")["evidence"] == {"refused_with": "builtins.ZeroDivisionError"}
    assert "about to break" in result("breaks")["output"]
    assert "Traceback" in result("breaks")["output"]
    assert "last words" in result("crashes")["output"]


def test_a_check_that_hangs_is_ended_in_time_and_is_an_error_not_a_fail() -> None:
    started = time.monotonic()
    found = result("hangs")
    assert (found["state"], found["message"]) == ("error", "timed out after 1.5 s")
    assert time.monotonic() - started < 30


def test_a_crash_costs_its_own_cell_only() -> None:
    states = {row["capability"]: row["state"] for row in results("fails", "crashes", "forks", "writes", again=False)}
    assert states == {"fails": "fail", "crashes": "error", "forks": "pass", "writes": "pass"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_check_that_forks_has_one_answer_from_one_process() -> None:
    found = {row["capability"]: row for row in results("spoilt", "forks", "writes")}
    assert found["forks"]["evidence"]["process"] == found["spoilt"]["evidence"]["process"]
    assert found["writes"]["state"] == "pass"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_what_a_check_leaves_running_ends_with_its_child() -> None:
    left = result("leaves_a_process")["evidence"]["left"]
    deadline = time.monotonic() + 10
    while Path(f"/proc/{left}").exists() and _running(left) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _running(left)


def _running(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def test_megabytes_of_output_are_cut_to_their_beginning_and_end() -> None:
    found = result("floods")
    assert found["state"] == "pass"
    assert found["output"].startswith("0 xxx")
    assert "59999 xxx" in found["output"]
    assert "bytes left out" in found["output"]
    assert len(found["output"]) < 5_000


def test_output_without_end_is_an_error_and_fills_no_disk() -> None:
    found = result("floods_without_end")
    assert found["state"] == "error"
    assert len(found["output"]) < 5_000


def test_files_go_into_an_empty_folder_that_is_gone_afterwards() -> None:
    found = result("writes")["evidence"]
    assert found["empty"]
    assert not Path(found["folder"]).exists()


@pytest.mark.skipif(not memory.PROC.exists(), reason="needs /proc")
def test_a_check_that_takes_too_much_memory_is_ended() -> None:
    found = result("swells", memory_limit=500 * 1024**2)
    assert found["state"] == "error"
    assert "bytes of memory" in found["message"]


def test_a_fail_in_a_used_process_is_looked_at_again_in_a_fresh_one() -> None:
    spoils, spoilt = results("spoils", "spoilt")
    assert spoils["state"] == "pass"
    assert spoilt["state"] == "pass"
    assert spoilt["first"] == {"state": "fail", "message": "spoilt by a check before"}
    assert [row["state"] for row in results("spoils", "spoilt", again=False)] == ["pass", "fail"]


def test_a_check_that_asks_for_a_fresh_process_has_one() -> None:
    assert [row["state"] for row in results("spoils", "spoilt_but_fresh", again=False)] == ["pass", "pass"]


def test_a_framework_that_is_absent_is_not_run_with_the_reason() -> None:
    found = result("fails", system="absent")
    assert found["state"] == "not_run"
    assert "is not installed" in found["message"]
    assert "pip install" in found["message"]


def test_a_framework_that_cannot_be_imported_says_so_in_its_whole_column() -> None:
    for row in results("fails", "spoils", system="unimportable"):
        assert row["state"] == "error"
        assert "could not be started" in row["message"]
        assert "libmissing.so.1" in row["message"]
    assert result("senseless", system="unimportable")["state"] == "not_applicable"


def test_every_cell_of_every_target_is_told_of_once_and_comes_in_the_registrys_order() -> None:
    told: list[dict[str, Any]] = []
    spec = ProbeSpec(("fails", "passes", "senseless"), registry=REGISTRY, again=False)
    document = run(spec, told.append)
    cells = [(row["capability"], row["system"], row["mode"]) for row in document["results"]]
    assert cells[:3] == [("passes", "fake", "eager"), ("passes", "fake", "other"), ("passes", "absent", "eager")]
    assert len(cells) == len(set(cells)) == 12
    assert sorted(cells) == sorted((row["capability"], row["system"], row["mode"]) for row in told)
    assert document["stopped_because"] == "done"


def test_checks_that_need_a_process_of_their_own_are_run_last_and_the_others_share_one() -> None:
    probes = {probe.slug: probe for probe in load(REGISTRY).probes}
    asked = [(probes[slug], "any") for slug in ("spoilt_but_fresh", "writes", "spoilt")]
    assert [probe.slug for probe, _ in in_turn(asked)] == ["writes", "spoilt", "spoilt_but_fresh"]
    told: list[dict[str, Any]] = []
    run(ProbeSpec(("spoilt_but_fresh", "passes"), ("fake",), registry=REGISTRY), told.append)
    assert [row["capability"] for row in told] == ["passes", "passes", "spoilt_but_fresh"]


def test_cells_that_are_left_out_are_not_run_and_not_missed() -> None:
    spec = ProbeSpec(("passes",), ("fake",), registry=REGISTRY, without=frozenset({("passes", "fake", "eager")}))
    document = run(spec)
    assert [row["mode"] for row in document["results"]] == ["other"]
    assert document["stopped_because"] == "done"


def test_a_run_that_is_stopped_gives_what_it_has_and_leaves_nothing_running() -> None:
    asked = []

    def enough(row: dict[str, Any]) -> None:
        asked.append(row)

    document = run(ProbeSpec(("passes", "hangs"), ("fake",), registry=REGISTRY), enough, lambda: bool(asked))
    assert document["stopped_because"] == "cancelled"
    assert 1 <= len(document["results"]) <= 2


def test_a_name_that_is_none_is_met_with_the_nearest() -> None:
    with pytest.raises(UnknownCapability, match="unknown capability 'pases': did you mean passes"):
        run(ProbeSpec(("pases",), registry=REGISTRY))
    with pytest.raises(UnknownCapability, match=r"unknown system 'keras\.torc': did you mean keras\.torch"):
        load("collectors.probes.registry").chosen_targets(["keras.torc"])
    keras = load("collectors.probes.registry").chosen_targets(["keras", "keras.jax"])
    assert [target.slug for target in keras] == ["keras.tensorflow", "keras.torch", "keras.jax"]


def alone(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """`python -m collectors.probes` where none of Framescope's other libraries can be imported."""
    program = """
import runpy, sys
from importlib.abc import MetaPathFinder
class Bare(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"sqlalchemy", "pydantic", "requests", "typer", "rich", "db", "framescope"}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Bare())
sys.argv = ["collectors.probes", *sys.argv[1:]]
runpy.run_module("collectors.probes", run_name="__main__")
"""
    command = [sys.executable, "-c", program, *arguments, "--registry", REGISTRY]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


def test_it_runs_without_the_rest_of_framescope(tmp_path: Path) -> None:
    done = alone("fails", "--system", "fake", "--out", str(tmp_path / "probes.json"))
    assert done.returncode == 0, done.stderr
    assert "one and one are 2" in done.stdout
    assert '"framescope.probes"' in (tmp_path / "probes.json").read_text(encoding="utf-8")
    assert alone("breaks", "--system", "fake").returncode == 1
    wrong = alone("brakes")
    assert wrong.returncode == 2
    assert "did you mean breaks" in wrong.stderr
