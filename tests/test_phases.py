"""The two phases of `make test`: what measures runs alone, and what takes longest is begun first."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ALONE, LONGEST

ROOT = Path(__file__).resolve().parents[1]
MEASURES, LOOKS = f"tests/{ALONE[0]}", "tests/bench/test_units.py"


@pytest.mark.parametrize("named", [ALONE, LONGEST])
def test_every_file_that_is_named_exists_and_is_named_once(named: tuple[str, ...]) -> None:
    assert all((ROOT / "tests" / place).is_file() for place in named)
    assert len(set(named)) == len(named)


def test_what_measures_is_left_to_run_alone_and_what_takes_longest_comes_first() -> None:
    files = [MEASURES, LOOKS, f"tests/{LONGEST[-1]}", f"tests/{LONGEST[-2]}"]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--collect-only", "-m", "not alone"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    done = subprocess.run([*command, *files], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    found = [line.partition("::")[0] for line in done.stdout.splitlines() if "::" in line]
    assert list(dict.fromkeys(found)) == [files[3], files[2], LOOKS]
