"""The page on adding a workload: its example works, and what it names exists."""

import re
from pathlib import Path

import numpy as np
import pytest

import collectors.bench
from collectors.bench.workload import Gap, Workload, relative_error

PAGE = Path(__file__).resolve().parents[2] / "docs" / "adding-a-workload.md"


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def test_the_example_is_a_workload_that_is_right(page: str) -> None:
    names: dict[str, Workload] = {}
    code = re.findall(r"```python\n(.*?)```", page, re.DOTALL)[0]
    exec(compile(code, str(PAGE), "exec"), names)  # noqa: S102  # our own page
    workload = names["WORKLOAD"]
    inputs = workload.make_inputs("tiny")
    side = workload.frameworks["numpy"]
    assert not isinstance(side, Gap)
    prepared = side(inputs, "cpu")
    result = prepared.result(prepared.step(*prepared.arguments))
    np.testing.assert_allclose(result.sum(axis=1), 1, rtol=1e-6)
    assert relative_error(result, workload.make_reference(inputs)) < workload.tolerance["float32"]


def test_every_file_the_page_names_exists(page: str) -> None:
    folder = Path(collectors.bench.__file__).parent
    named = set(re.findall(r"`([a-z_]+\.py)`", page))
    assert len(named) >= 8
    assert {name for name in named if not any(folder.rglob(name))} == set()
