"""Every probe on the frameworks installed here, against what is known of their versions."""

import getpass
import tempfile
from pathlib import Path
from typing import Any

import pytest

from collectors.probes.model import Gap
from collectors.probes.registry import PROBES, TARGETS
from collectors.probes.runner import run
from collectors.probes.spec import ProbeSpec
from tests.probes.known import FAILS, SLOW, VERSIONS

pytestmark = pytest.mark.frameworks

CELLS = [(probe, target, mode) for probe in PROBES for target in TARGETS for mode in probe.modes(target.modes)]
INDUCTOR = Path(tempfile.gettempdir()) / f"framescope-tests-inductor-{getpass.getuser()}"
"""Kept from one run of the tests to the next: compiling is most of what they cost."""


@pytest.fixture(scope="module")
def results(request: pytest.FixtureRequest) -> dict[tuple[str, str, str], dict[str, Any]]:
    """All of them, the slow ones with --whole only, once, without second looks, in processes that serve many checks."""
    without = frozenset() if request.config.getoption("--whole") else SLOW
    kept = {"TORCHINDUCTOR_CACHE_DIR": str(INDUCTOR)}
    spec = ProbeSpec(again=False, limit_s=300, environment=kept, without=without)
    document = run(spec)
    return {(row["capability"], row["system"], row["mode"]): row for row in document["results"]}


@pytest.mark.parametrize(
    ("probe", "target", "mode"), CELLS, ids=[f"{probe.slug}-{target.slug}-{mode}" for probe, target, mode in CELLS]
)
def test_a_probe_comes_to_what_is_known(results: Any, probe: Any, target: Any, mode: str) -> None:
    if (probe.slug, target.slug, mode) not in results:
        pytest.skip("slow: looked at with --whole")
    found = results[probe.slug, target.slug, mode]
    if found["state"] == "not_run":
        pytest.skip(found["message"])
    cell = (probe.slug, target.slug, mode)
    known = "fail" if cell in FAILS else "pass"
    if isinstance(probe.side(target.framework, mode), Gap):
        known = "not_applicable"
    told = f"{found['message']}\n{found['output']}\nknown of {VERSIONS}, seen on {found['versions']}"
    assert found["state"] == known, told


def test_every_cell_that_is_named_exists_and_a_slow_one_is_but_one_of_its_row() -> None:
    cells = {(probe.slug, target.slug, mode) for probe, target, mode in CELLS}
    assert set(FAILS) | SLOW <= cells
    asked = {(probe.slug, target.slug, mode) for probe, target, mode in CELLS if callable(_side(probe, target, mode))}
    assert {slug for slug, _, _ in SLOW} <= {slug for slug, _, _ in asked - SLOW}


def _side(probe: Any, target: Any, mode: str) -> Any:
    return probe.side(target.framework, mode)


def test_each_answer_comes_with_its_code_and_a_fail_with_what_was_seen(results: Any) -> None:
    for row in results.values():
        if row["state"] in ("pass", "fail"):
            assert row["code"].startswith("def ")
            assert row["evidence"], row["capability"]
        if row["state"] == "fail":
            assert row["message"]


def test_what_the_evidence_measures_is_what_the_framework_did(results: Any) -> None:
    def of(capability: str, system: str, mode: str) -> Any:
        found = results[capability, system, mode]
        if found["state"] == "not_run":
            pytest.skip(found["message"])
        return found["evidence"]

    assert of("new_shapes_without_compiling", "pytorch", "compile")["compiled_at"] == [3, 5]
    assert len(of("new_shapes_without_compiling", "jax", "jit")["compiled_at"]) == 8
    assert of("new_shapes_without_compiling", "tensorflow", "function")["traces_when_told"] == 1
    assert of("debugger_in_a_model", "tensorflow", "eager")["shown"] == [2.0, 20.0]
    assert of("debugger_in_a_model", "jax", "jit")["stops"] == 0
    assert of("numpy_out_without_copy", "keras.torch", "any")["shares_memory"] == {
        "keras.ops.convert_to_numpy": False,
        "np.asarray": True,
    }
    assert of("export_as_program", "jax", "any")["batches"] == [2, 5]
    assert of("torchscript", "pytorch", "any")["deprecated"] is True
    assert of("saved_model", "tensorflow", "any")["signatures"] == ["serving_default"]
    assert "SqrtBackward0" in of("finding_a_nan", "pytorch", "eager")["says"]


def test_a_missing_compiler_is_an_error_and_no_fail(tmp_path: Path) -> None:
    without = {"CXX": "/nowhere/g++", "TORCHINDUCTOR_CACHE_DIR": str(tmp_path)}
    capability, system = "new_shapes_without_compiling", "pytorch"
    rows = run(ProbeSpec((capability,), (system,), again=False, limit_s=300, environment=without))["results"]
    (found,) = (row for row in rows if row["mode"] == "compile")
    if found["state"] == "not_run":
        pytest.skip(found["message"])
    assert found["state"] == "error"
    assert "InvalidCxxCompiler" in found["message"]
