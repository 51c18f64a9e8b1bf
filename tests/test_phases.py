"""The two phases of `make test`: what measures runs alone, and what takes longest is begun first."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ALONE, LONGEST

ROOT = Path(__file__).resolve().parents[1]
MEASURES, LOOKS = f"tests/{ALONE[-1]}", "tests/bench/test_units.py"


def collected(*words: str) -> list[str]:
    """The files of the tests that are run, in their order."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--collect-only", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return list(dict.fromkeys(line.partition("::")[0] for line in done.stdout.splitlines() if "::" in line))


@pytest.mark.parametrize("named", [ALONE, LONGEST])
def test_every_file_that_is_named_exists_and_is_named_once(named: tuple[str, ...]) -> None:
    assert all((ROOT / "tests" / place).is_file() for place in named)
    assert len(set(named)) == len(named)


@pytest.mark.parametrize(("words", "found"), [("alone", MEASURES), ("not alone", LOOKS)])
def test_a_file_that_measures_is_run_alone_and_no_other(words: str, found: str) -> None:
    assert collected("-m", words, MEASURES, LOOKS) == [found]


def test_the_files_that_take_longest_come_first_in_their_order() -> None:
    asked = [LOOKS, f"tests/{LONGEST[-1]}", f"tests/{LONGEST[-2]}"]
    assert collected(*asked) == asked[::-1]
