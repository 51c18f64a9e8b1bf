"""The code that is shown is the code that ran: each side, what it rests on, and how it is wrapped and waited for."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from collectors.bench import sides, source_code, training
from collectors.bench.registry import VARIANTS, WORKLOADS, load
from collectors.bench.runner import run
from collectors.bench.source_code import MOST_LINES, of_workload, text
from collectors.bench.spec import BenchSpec
from collectors.bench.workload import Gap, Prepared, Workload
from collectors.bench.workloads import mlp_train_step

ROOT = Path(__file__).resolve().parents[2]
LONGEST_TEXT = 100_000


def workload(slug: str) -> Workload:
    return load("collectors.bench.registry").workload(slug)


def defined(code: str) -> list[str]:
    """Name what is defined at the left edge."""
    lines = [line for line in code.splitlines() if line.startswith(("def ", "class "))]
    return [line.split()[1].partition("(")[0].rstrip(":") for line in lines]


def test_a_side_stands_first_then_what_it_rests_on_then_the_adapter() -> None:
    code = of_workload(mlp_train_step.WORKLOAD, VARIANTS)["pytorch"]
    assert defined(code) == ["pytorch", "pytorch", "change", "Sgd", "wrap", "wait"]
    assert "stepper.zero_grad()" in code
    assert "OPTIMISER = Sgd(rate=0.05, momentum=0.9)\n" in code
    assert code.startswith("# collectors.bench.workloads.mlp_train_step\n")
    assert "# collectors.bench.training\ndef change(" in code
    assert "# collectors.bench.adapters.pytorch: Adapter.wait\n" in code
    assert "torch.compile(step)" in code
    assert "its source is not at hand" not in code


def test_an_import_inside_a_side_is_not_taken_for_the_side_of_that_name() -> None:
    code = of_workload(workload("elementwise"), VARIANTS)["jax"]
    assert defined(code) == ["jax", "jax", "wrap", "wait"]
    assert "numpy.exp" not in code


def test_every_side_that_is_asked_for_is_told_and_no_gap() -> None:
    for each in WORKLOADS:
        found = of_workload(each, VARIANTS)
        assert set(found) == {name for name, side in each.frameworks.items() if not isinstance(side, Gap)}
        for name, code in found.items():
            assert len(code.splitlines()) <= MOST_LINES, (each.slug, name)
            assert len(code) <= LONGEST_TEXT
            compile(code, each.slug, "exec")
            assert "not at hand" not in code
    only = [v for v in VARIANTS if v.slug in ("torch.compile", "keras.jax")]
    assert set(of_workload(workload("matmul"), only)) == {"pytorch", "keras"}


def test_keras_shows_the_adapters_of_the_backends_that_were_asked_for() -> None:
    def keras(*slugs: str) -> str:
        return of_workload(workload("matmul"), [v for v in VARIANTS if v.slug in slugs])["keras"]

    assert "jax.block_until_ready" in keras("keras.jax")
    assert "torch.compile" not in keras("keras.jax")
    assert all(word in keras("keras.jax", "keras.torch") for word in ("block_until_ready", "torch.compile"))


def test_no_framework_is_imported_for_it() -> None:
    code = """
import sys
from collectors.bench.registry import VARIANTS, WORKLOADS
from collectors.bench.source_code import of_workload
assert all(of_workload(each, VARIANTS) for each in WORKLOADS)
print(sorted({"torch", "tensorflow", "jax", "keras"} & sys.modules.keys()))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_is_too_long_is_cut_at_whole_functions_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_code, "MOST_LINES", 60)
    code = of_workload(mlp_train_step.WORKLOAD, VARIANTS)["pytorch"]
    assert defined(code)[0] == "pytorch"
    assert defined(code)[-2:] == ["wrap", "wait"]
    assert code.count("# left out here, of what these rest on: ") == 1
    compile(code, "cut", "exec")


def test_closures_are_followed_and_a_side_without_source_says_so() -> None:
    helper = training.change

    def side(arrays: Any, device: str) -> Prepared:
        return sides.numpy(helper, arrays["x"])

    assert defined(text(side)) == ["side", "change", "numpy"]
    made: dict[str, Any] = {}
    exec("def side(arrays, device): return None", made)  # noqa: S102  # code without a file
    assert "not at hand" in text(made["side"])


def test_a_run_carries_the_code_of_what_it_measured() -> None:
    spec = BenchSpec(("matmul",), ("numpy",), size="tiny", threads=1, seconds=30, max_rounds=2)
    events: list[dict[str, Any]] = []
    document = run(spec, events.append)
    assert document["code"] == {"matmul": of_workload(workload("matmul"), [v for v in VARIANTS if v.slug == "numpy"])}
    assert events[0]["document"]["code"] == {}
    json.dumps(document, allow_nan=False)


def test_an_adapter_that_cannot_be_imported_is_said_and_the_others_are_told() -> None:
    broken = replace(VARIANTS[0], slug="broken", adapter="tests.bench.broken")
    code = text(workload("matmul").frameworks[broken.framework], [broken, VARIANTS[0]])
    assert "# tests.bench.broken: not at hand, as it cannot be imported: libfake.so.2" in code
    assert defined(code)[-2:] == ["wrap", "wait"]
