"""The self-test: whole once, and seen failing with each guard switched off; it leaves no process and no file behind."""

import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from collectors.bench import __main__ as program
from collectors.bench.comparisons import GAP_IS_OFF
from collectors.bench.guards import GUARDS
from collectors.bench.selftest import checks, report, verdicts
from collectors.bench.selftest.checks import CHECKS, Check, judge
from collectors.bench.selftest.load import busy
from collectors.bench.spec import SpecError
from collectors.bench.statistics import FEWEST_FOR_A_VERDICT
from tests.framescope.test_bench_files import ALONE

ROOT = Path(__file__).resolve().parents[2]
UNSTEADY = ("the machine was busy", "the machine's speed changed")
"""What a run says of a machine on which 5 % cannot be told."""
SHORT: dict[str, dict[str, Any]] = {
    "missing wait": {"seconds": 1.5},
    "layouts that do not match": {"seconds": 1.5},
    "slowed by 5 %": {"seconds": 6.0, "min_rounds": FEWEST_FOR_A_VERDICT, "max_rounds": FEWEST_FOR_A_VERDICT},
    "crash": {"time_limit_s": 3.0},
    "hang": {"seconds": 1.0},
    "busy processor": {"seconds": 1.5},
}
"""What may be shorter where the fault is to be missed anyway."""


def _short(check: Check) -> Check:
    return replace(check, settings=check.settings | SHORT.get(check.name, {}))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str, list[str]]:
    """The whole self-test from the command line: its document, what it said, and the files it left."""
    scratch = tmp_path_factory.mktemp("scratch")
    home = tmp_path_factory.mktemp("home")
    command = [sys.executable, "-m", "framescope", "bench", "selftest", "--json", "--comparisons", "2"]
    environment = {"TMPDIR": str(scratch), "FRAMESCOPE_HOME": str(home), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=280)
    assert done.stdout, done.stderr
    left = [path.name for folder in (scratch, home) for path in folder.iterdir()]
    return json.loads(done.stdout) | {"exit": done.returncode}, done.stderr, left


def unsteady(message: str) -> bool:
    return any(words in message for words in UNSTEADY)


def test_every_fault_is_caught_and_the_status_says_so(whole: tuple[dict[str, Any], str, list[str]]) -> None:
    document = whole[0]
    missed = [(row["check"], row["message"]) for row in document["checks"] if row["state"] != "caught"]
    assert all(name == "slowed by 5 %" and unsteady(said) for name, said in missed), "a load hides this one alone"
    assert (document["passed"], document["exit"], document["without"]) == (not missed, int(bool(missed)), [])
    assert [row["check"] for row in document["checks"]] == [check.name for check in CHECKS]


def test_the_document_is_what_the_command_promises(whole: tuple[dict[str, Any], str, list[str]]) -> None:
    document = whole[0]
    assert all({"check", "state", "message", "cause", "guard", "seconds"} <= set(row) for row in document["checks"])
    assert document["false_verdicts"]["compared"] == 2
    assert document["false_verdicts"]["different"] <= document["false_verdicts"]["allowed"] == 1
    assert all(0.5 < ratio < 2 for ratio in document["false_verdicts"]["ratios"])


def test_it_says_what_it_does_and_leaves_neither_file_nor_database(
    whole: tuple[dict[str, Any], str, list[str]],
) -> None:
    assert "injecting: missing wait" in whole[1]
    assert "against itself: 2 of 2" in whole[1]
    assert whole[2] == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: str(check.name))
def test_without_its_guard_a_fault_is_missed_and_the_status_is_1(
    check: Check, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    if check.guard == "deadline":
        monkeypatch.setattr(checks, "LIMIT_S", 6.0)
    monkeypatch.setattr(report, "CHECKS", [_short(check)])
    asked = ["selftest", "--json", "--comparisons", "0", "--check", check.name, "--without", check.guard]
    assert program.main(asked) == 1
    document = json.loads(capsys.readouterr().out)
    assert [(row["check"], row["state"]) for row in document["checks"]] == [(check.name, "missed")]
    assert (document["without"], document["passed"]) == ([check.guard], False)
    assert ("had to be ended" in document["checks"][0]["message"]) == (check.guard == "deadline")
    if check.guard == "gap":
        said = document["checks"][0]["message"]
        assert GAP_IS_OFF in said or unsteady(said), (
            f"the miss is to come from the guard, where the machine lets it: {said}"
        )
    assert not list(tmp_path.iterdir())
    assert not psutil.Process().children(recursive=True)


def test_without_the_floor_equals_are_called_different_and_it_fails() -> None:
    document = report.selftest(comparisons=2, checks=["wrong result"], without=["floor"])
    found = document["false_verdicts"]
    assert (found["compared"], found["different"], found["allowed"]) == (2, 2, 1)
    assert document["checks"][0]["state"] == "caught"
    assert not document["passed"]
    assert "self-test FAILED" in report.table(document)


def test_one_comparison_alone_does_not_pass_without_the_floor() -> None:
    document = report.selftest(comparisons=1, checks=["wrong result"], without=["floor"])
    found = document["false_verdicts"]
    assert found["different"] == found["compared"], "a machine under a load may come to no verdict"
    assert found["allowed"] == 0
    assert not document["passed"]


def test_too_few_rounds_are_no_verdict_that_equals_are_equal(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"ratio": 1.0, "verdict": "too close to call", "why": "not enough rounds: 4", "rounds": 4}
    monkeypatch.setattr(verdicts, "run", lambda *_, **__: {"comparisons": [row]})
    found = verdicts.count(2, (), lambda: False, lambda _: None)
    assert (found["compared"], found["no_verdict"]) == (0, ["not enough rounds: 4"] * 2)


def test_every_guard_has_a_check_that_fails_without_it() -> None:
    assert {check.guard for check in CHECKS} | {"floor"} == set(GUARDS)


def test_a_fault_is_caught_only_where_it_is_named() -> None:
    crash = next(check for check in CHECKS if check.name == "crash")
    row: dict[str, Any] = {
        "status": "failed",
        "message": "ended by signal 6",
        "variant": "v",
        "latency_s": {"median": 1.0},
    }
    document: dict[str, Any] = {"comparisons": [], "results": [row], "stopped_because": ""}
    assert judge(crash, document) == (True, "failed: ended by signal 6")
    row["message"] = "something went wrong"
    assert judge(crash, document) == (False, "failed: something went wrong")
    row |= {"status": "timed out", "message": "ended by signal 6"}
    assert not judge(crash, document)[0]
    row |= {"status": "ok", "message": None}
    assert judge(crash, document) == (False, "unnoticed: v was given 1.000 s a call")
    assert "had to be ended" in judge(crash, document | {"stopped_because": "cancelled"})[1]


def test_one_false_verdict_in_fifty_is_allowed() -> None:
    assert [verdicts.allowed(n) for n in (0, 1, 2, 20, 50, 99, 100, 250)] == [0, 0, 1, 1, 1, 1, 2, 5]


@pytest.mark.parametrize(
    ("verdict_counts", "state", "good"),
    [((20, 1), "caught", True), ((20, 2), "caught", False), ((20, 0), "missed", False), ((0, 0), "caught", False)],
)
def test_it_passes_only_when_all_is_caught_and_equals_are_equal(
    verdict_counts: tuple[int, int], state: str, good: bool
) -> None:
    compared, different = verdict_counts
    found = {"asked": 20, "compared": compared, "different": different, "allowed": verdicts.allowed(compared)}
    assert report.passed([{"state": state}], found) is good
    assert report.passed([{"state": "caught"}], found | {"asked": 0, "compared": 0, "different": 0})


def test_a_load_works_while_it_is_wanted_and_ends_with_it() -> None:
    with busy([0], always=True) as pids:
        process = psutil.Process(pids[0])
        process.cpu_percent()
        before = process.cpu_times().user
        while process.cpu_times().user - before < 0.2:
            assert process.is_running()
            process.cpu_percent(0.1)
    assert not psutil.pid_exists(pids[0])


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"checks": ["hangs"]}, "unknown check 'hangs': did you mean hang"),
        ({"without": ["magic"]}, "unknown guard 'magic': one of wait, "),
        ({"seconds": 0}, "seconds must be above zero"),
        ({"comparisons": -1}, "comparisons not below it"),
    ],
)
def test_what_cannot_be_asked_is_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(SpecError, match=says):
        report.selftest(**changes)


def test_with_the_harness_alone_it_says_the_same_for_reading() -> None:
    command = [sys.executable, "-c", ALONE, "selftest", "--check", "crash", "--comparisons", "0"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    first, *_, last = done.stdout.splitlines()
    assert first.startswith("caught  crash")
    assert "(SIGABRT): this crash was injected" in first
    assert last.startswith("self-test passed in ")


def test_a_check_that_does_not_exist_is_wrong_usage() -> None:
    command = [sys.executable, "-m", "framescope", "bench", "selftest", "--check", "crush"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert "unknown check 'crush': did you mean crash" in done.stderr
