"""A program in a process of its own: what comes back, what is an error, and that nothing stays behind."""

import os
import subprocess
import time
from pathlib import Path

import pytest

from collectors.probes.afresh import afresh


def test_the_last_line_comes_back_and_what_was_printed_before_does_not_matter() -> None:
    said = afresh("import sys; print('noise'); print('[1, \"' + sys.argv[1] + '\"]')", "two")
    assert said == [1, "two"]


def test_it_is_another_process_in_the_same_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "left.txt").write_text("read me", encoding="utf-8")
    program = "import json, os, sys; print(json.dumps([os.getpid(), open('left.txt').read(), 'pytest' in sys.modules]))"
    process, text, knows_pytest = afresh(program)
    assert process != os.getpid()
    assert (text, knows_pytest) == ("read me", False)


@pytest.mark.parametrize("program", ["raise SystemExit(3)", "import os; os.abort()", "1 / 0"])
def test_a_program_that_breaks_off_is_an_error(program: str) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        afresh(program)


@pytest.mark.parametrize("program", ["pass", "print('no JSON')"])
def test_a_program_that_says_nothing_readable_is_an_error(program: str) -> None:
    with pytest.raises(ValueError, match="Expecting value"):
        afresh(program)


def test_a_program_that_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    program = "import os, pathlib, time; pathlib.Path('pid').write_text(str(os.getpid())); time.sleep(600)"
    with pytest.raises(subprocess.TimeoutExpired):
        afresh(program, limit_s=5)
    if (tmp_path / "pid").exists():  # on a busy machine it may not have come so far
        assert _is_gone(int((tmp_path / "pid").read_text(encoding="utf-8")))


def _is_gone(process: int) -> bool:
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False
