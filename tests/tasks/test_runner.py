"""Running programs that misbehave in every way: each costs its own result, which has the one right state."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from collectors.probes import memory
from collectors.tasks.registry import load
from collectors.tasks.runner import run
from collectors.tasks.spec import TaskSpec

REGISTRY = "tests.tasks.fakes"


def result(task: str, system: str = "fake", **changes: Any) -> dict[str, Any]:
    (found,) = run(TaskSpec((task,), (system,), registry=REGISTRY, **changes))["results"]
    assert isinstance(found, dict)
    return found


def test_a_pass_has_its_output_times_counts_versions_and_the_very_code_that_ran() -> None:
    found = result("passes")
    assert (found["state"], found["message"], found["output"]) == ("pass", "", "the root is 4\n")
    assert found["beside"] == "and a warning\n"
    assert 0.2 <= found["first_result_s"] <= found["seconds"] - 0.2
    assert 0 <= found["import_s"] < found["first_result_s"]
    assert (found["lines"], found["names"]) == (8, ["math.sqrt"])
    assert found["versions"].keys() >= {"python", "numpy"}
    assert found["version"] == found["versions"]["numpy"]
    registry = load(REGISTRY)
    assert found["code"] == registry.path(registry.tasks[0], registry.apis[0]).read_text("utf-8")
    assert found["machine"]["processors"] >= 1


@pytest.mark.parametrize(
    ("task", "state", "says"),
    [
        ("fails", "fail", "its own check does not hold: they are not 3"),
        ("breaks", "error", "ValueError: of no importance"),
        ("exits", "error", "it ended with status 3"),
        ("lacks", "not_run", "no_such_module_anywhere not installed"),
        ("hangs", "error", "timed out after 1.5 s"),
    ],
)
def test_only_its_own_check_is_a_fail(task: str, state: str, says: str) -> None:
    found = result(task)
    assert found["state"] == state
    assert says in found["message"]
    assert "Traceback" in found["beside"] or state == "not_run" or task in ("hangs", "exits")


def test_what_was_printed_before_the_end_is_kept() -> None:
    assert result("hangs")["output"] == "so far\n"
    assert result("fails")["output"] == "one and one are 2\n"


def test_what_was_never_run_has_no_times_but_its_counts() -> None:
    found = result("passes", "absent")
    assert found["state"] == "not_run"
    assert "is not installed" in found["message"]
    assert (found["seconds"], found["first_result_s"], found["import_s"]) == (None, None, None)
    assert found["lines"] == 8
    assert result("lacks")["first_result_s"] is None


def test_a_gap_has_its_reason_and_no_counts() -> None:
    found = result("passes", "fake.old")
    assert (found["state"], found["message"]) == ("not_applicable", "it was never thought of")
    assert (found["code"], found["lines"], found["names"]) == ("", None, None)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_copy_of_a_program_gives_no_answer_of_its_own() -> None:
    assert result("forks")["output"] == "the first\n"


def test_megabytes_of_output_are_cut_to_their_beginning_and_end() -> None:
    output = result("floods")["output"]
    assert output.startswith("0 xxx")
    assert "59999 xxx" in output
    assert len(output) < 5_000


def test_a_program_stands_alone_in_a_folder_that_is_gone_afterwards() -> None:
    seen, place = result("writes")["output"].splitlines()
    assert seen == "['writes_fake.py']"
    assert not Path(place).exists()


@pytest.mark.skipif(not memory.PROC.exists(), reason="needs /proc")
def test_a_program_that_takes_too_much_memory_is_ended() -> None:
    found = result("swells", memory_limit=500 * 1024**2)
    assert found["state"] == "error"
    assert "bytes of memory" in found["message"]


def test_a_run_that_is_stopped_ends_its_program_and_gives_what_it_has() -> None:
    done: list[dict[str, Any]] = []
    begun: list[tuple[str, int, int]] = []

    def stop() -> bool:
        return len(begun) == 2

    started = time.monotonic()
    spec = TaskSpec(("passes", "hangs"), ("fake",), limit_s=300, registry=REGISTRY)
    document = run(spec, done.append, stop, lambda cell, n, of: begun.append((cell[0].slug, n, of)))
    assert document["stopped_because"] == "cancelled"
    assert [row["task"] for row in document["results"]] == [row["task"] for row in done] == ["passes"]
    assert begun == [("passes", 0, 2), ("hangs", 1, 2)]
    assert time.monotonic() - started < 120


def test_a_program_copied_into_a_file_runs_without_framescope(tmp_path: Path) -> None:
    registry = load("collectors.tasks.registry")
    (task,), (api,) = registry.chosen_tasks(["sum"]), registry.chosen_apis(["jax"])
    if not api.target.availability().available:
        pytest.skip("JAX is not installed")
    program = tmp_path / "sum_jax.py"
    program.write_text(registry.text(task, api), encoding="utf-8")
    command = [sys.executable, "-I", str(program)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("3.0 + 4.5 = 7.5")
