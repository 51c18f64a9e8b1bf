"""Several processes for one check: they meet, each misbehaviour has one outcome, and none is left behind."""

import os
import time
from pathlib import Path

import pytest

from collectors.probes.model import CannotDo
from collectors.probes.processes import Work, together
from tests.probes import gathered

ROOT = Path(__file__).resolve().parents[2]
HERE = {"PYTHONPATH": str(ROOT)}


@pytest.fixture(autouse=True)
def _folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_two_processes_meet_on_the_loopback_in_this_folder(tmp_path: Path) -> None:
    first, second = together(gathered.meets, environment=HERE)
    assert (first["rank"], second["rank"], first["count"], second["count"]) == (0, 1, 2, 2)
    assert (first["heard"], second["heard"]) == (2, 42)
    assert len({first["process"], second["process"], os.getpid()}) == 3
    assert first["folder"] == second["folder"] == str(tmp_path)


def test_what_one_cannot_do_all_cannot() -> None:
    with pytest.raises(CannotDo, match="rank 1 cannot") as told:
        together(gathered.refuses, environment=HERE)
    assert told.value.evidence == {"rank": 1}
    assert _children() == []


@pytest.mark.parametrize(
    ("work", "says"), [(gathered.breaks, "KeyError: 'of no importance'"), (gathered.dies, "-9: last words")]
)
def test_a_process_that_breaks_is_an_error_with_its_last_words_and_ends_the_others(work: Work, says: str) -> None:
    with pytest.raises(RuntimeError, match=says):
        together(work, environment=HERE)
    assert _children() == []


def test_processes_that_hang_are_ended_in_time() -> None:
    started = time.monotonic()
    with pytest.raises(TimeoutError, match="2 processes were not done within 4 s"):
        together(gathered.hangs, limit_s=4, environment=HERE)
    assert time.monotonic() - started < 60
    assert _children() == []
    for name in Path.cwd().glob("started-*"):
        assert not Path(f"/proc/{name.read_text()}").exists()


def _children() -> list[int]:
    """Give the processes that this one started for work and that still run; a zombie counts."""
    tasks = Path(f"/proc/{os.getpid()}/task")
    found = [int(pid) for task in tasks.glob("*/children") for pid in task.read_text().split()]
    return [pid for pid in found if b"collectors.probes.processes" in Path(f"/proc/{pid}/cmdline").read_bytes()]
