"""Which variants can run here, asked without importing a framework; and what the coordinator itself imports."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from collectors.bench import environment, listing, machine, variants
from collectors.bench.lane import Lane, Process
from collectors.bench.registry import VARIANTS, load
from collectors.bench.result import passport
from collectors.bench.sides import side_of
from collectors.bench.spec import BenchSpec
from collectors.bench.variants import availability, interpreter
from collectors.bench.workload import Gap

ROOT = Path(__file__).resolve().parents[2]
NUMPY = next(v for v in VARIANTS if v.slug == "numpy")
COMPILE = next(v for v in VARIANTS if v.slug == "torch.compile")

IMPORTED = """
import sys
before = set(sys.modules)
import collectors.bench.__main__, collectors.bench.runner
from collectors.bench import listing
listing.workloads(), listing.variants()
roots = {name.partition(".")[0] for name in set(sys.modules) - before}
print(sorted(roots - set(sys.stdlib_module_names) - {"cython_runtime"}))
"""


def test_the_coordinator_imports_numpy_and_the_standard_library_alone() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTED], cwd=ROOT, capture_output=True, text=True, check=True)
    foreign = set(json.loads(done.stdout.replace("'", '"')))
    assert {name for name in foreign if not name.startswith("_cython")} == {"collectors", "numpy"}


def test_numpy_is_always_there() -> None:
    found = availability(NUMPY)
    assert (found.available, found.why_not, found.version) == (True, None, np.__version__)
    assert found.python == sys.executable


def test_a_missing_framework_is_named_with_what_to_install() -> None:
    missing = replace(NUMPY, slug="x.eager", framework="x", module="no_such_module", distributions=("x-cpu", "x"))
    found = availability(missing)
    assert not found.available
    assert found.why_not is not None
    assert "no_such_module is not installed" in found.why_not
    assert "pip install x-cpu" in found.why_not


def test_keras_needs_its_backend_too() -> None:
    keras = next(v for v in VARIANTS if v.slug == "keras.torch")
    found = availability(replace(keras, module="numpy", distributions=("numpy",), backend="no_such_backend"))
    assert found.why_not is not None
    assert "no_such_backend is not installed" in found.why_not


def test_where_modes_play_no_part_the_eager_variant_stands_for_the_compiled_one() -> None:
    by_slug = {v.slug: v for v in VARIANTS}
    workload = replace(load("collectors.bench.registry").workload("matmul"), modes="a copy is not compiled")
    workload = replace(workload, gaps={"torch.eager": Gap("said of this variant alone")})
    sides = {slug: side_of(variant, workload) for slug, variant in by_slug.items()}
    gaps = {slug: side.reason for slug, side in sides.items() if isinstance(side, Gap)}
    assert set(gaps) == {"torch.eager", "torch.compile", "tensorflow.function", "tensorflow.xla"}
    assert gaps["torch.eager"] == "said of this variant alone"
    assert "a copy is not compiled; torch.eager is measured" in gaps["torch.compile"]


def test_the_passport_says_whose_backend_and_clock_it_was_and_whether_compiling_was_asked_for() -> None:
    resolved = {"facts": {"graphs": 0, "backend": "jax", "inside_the_clock": "both copies"}}
    lane = Lane(next(v for v in VARIANTS if v.slug == "keras.jax"), processes=[Process(resolved=resolved)])
    launch = environment.launch(BenchSpec(("matmul",)), Path("/nowhere"))
    assert launch.environment["KERAS_BACKEND"] == "tensorflow"
    found = load("collectors.bench.registry")
    copied, product = (passport(lane, found.workload(slug), launch) for slug in ("host_copy", "matmul"))
    assert copied["environment"]["KERAS_BACKEND"] == "jax"
    assert copied["inside_the_clock"] == "both copies"
    assert copied["jit"] == {"asked": False, "on": False, "graphs": 0, "why": None}
    assert product["jit"]["asked"]
    assert "compiled nothing here" in product["jit"]["why"]


def test_any_of_the_distributions_gives_the_version() -> None:
    renamed = replace(NUMPY, distributions=("numpy-of-another-name", "numpy"))
    assert availability(renamed).version == np.__version__


def test_another_interpreter_is_asked_where_one_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = tmp_path / "python"
    other.symlink_to(Path(sys.executable).resolve())
    monkeypatch.setenv("FRAMESCOPE_PYTHON_NUMPY", str(other))
    assert interpreter("numpy") == str(other)
    assert interpreter("jax") == sys.executable
    found = availability(NUMPY)
    assert found.python == str(other)
    assert found.available or "is not installed" in str(found.why_not)


@pytest.mark.parametrize(
    ("set_to", "chosen"),
    [
        ({}, None),
        ({"PYTORCH": "/p"}, "/p"),
        ({"PYTORCH": "/p", "KERAS": "/k"}, "/k"),
        ({"PYTORCH": "/p", "KERAS": "/k", "KERAS_TORCH": "/kt"}, "/kt"),
        ({"TENSORFLOW": "/t", "KERAS_JAX": "/kj", "TORCH": "/x"}, None),
        ({"KERAS_TORCH": "", "KERAS": "/k"}, "/k"),
    ],
)
def test_keras_has_an_interpreter_for_each_backend(set_to: dict[str, str], chosen: str | None) -> None:
    environment = {f"FRAMESCOPE_PYTHON_{name}": value for name, value in set_to.items()}
    keras = next(v for v in VARIANTS if v.slug == "keras.torch")
    assert interpreter(keras, environment) == (chosen or sys.executable)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/home/ada/envs/tf", "~/envs/tf"),
        ("/Users/ada/envs/tf", "~/envs/tf"),
        ("C:\\Users\\ada\\tf", "~\\tf"),
        ("/srv/people/ada/tf", "~/tf"),
        ("/srv/people/adam/tf", "/srv/people/adam/tf"),
        ("/opt/tf", "/opt/tf"),
    ],
)
def test_the_passport_names_nobodys_home(path: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/srv/people/ada")
    assert variants.without_home(path) == shown


def test_the_setting_that_names_a_broken_interpreter_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_PYTHON_JAX", "/no/such/python")
    why = str(availability(next(v for v in VARIANTS if v.slug == "keras.jax")).why_not)
    assert "/no/such/python (FRAMESCOPE_PYTHON_JAX) did not answer" in why


def test_an_interpreter_that_is_not_there_is_a_reason_not_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_PYTHON_NUMPY", "/no/such/python")
    found = availability(NUMPY)
    assert not found.available
    assert "/no/such/python (FRAMESCOPE_PYTHON_NUMPY) did not answer" in str(found.why_not)


def test_torch_compile_on_a_cpu_needs_a_compiler(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    present = replace(COMPILE, module="numpy", distributions=("numpy",))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)
    assert "C++ compiler" in str(availability(present).why_not)
    compiler = tmp_path / "g++"
    compiler.write_text("#!/bin/sh\n")
    compiler.chmod(0o755)
    assert availability(present).available


def test_the_lists_have_what_the_command_promises() -> None:
    assert {"workload", "sizes", "category", "flops", "bytes"} <= set(listing.workloads()[0])
    matmul, *_ = [row for row in listing.workloads() if row["workload"] == "matmul_bf16"]
    assert matmul["gaps"] == {"numpy": "NumPy has no bfloat16"}
    assert matmul["memory"]["tiny"] == 40 * 64**2
    rows = listing.variants()
    assert [row["variant"] for row in rows] == [variant.slug for variant in VARIANTS]
    assert all({"variant", "available", "why_not", "version"} <= set(row) for row in rows)
    assert all(row["available"] == (row["why_not"] is None) for row in rows)


def test_children_get_one_thread_count_everywhere_or_none(tmp_path: Path) -> None:
    matched = environment.launch(BenchSpec(("matmul",), threads=1), tmp_path)
    assert {matched.environment[name] for name in environment.THREAD_VARIABLES} == {"1"}
    assert len(matched.cpus) == 1
    defaults = environment.launch(BenchSpec(("matmul",), preset="defaults"), tmp_path)
    assert not set(environment.THREAD_VARIABLES) & set(defaults.environment)
    assert (defaults.threads, defaults.cpus) == (None, ())
    assert str(tmp_path) not in str(environment.shown(matched))


def test_free_memory_is_what_the_system_or_a_control_group_leaves(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = {"/proc/meminfo": "MemTotal: 9 kB\nMemAvailable:   2000 kB"}
    monkeypatch.setattr(machine, "_read", lambda path: told.get(str(path)))
    assert machine.memory_free() == 2_048_000
    told |= {"/sys/fs/cgroup/memory.max": "max", "/sys/fs/cgroup/memory.current": "500"}
    assert machine.memory_free() == 2_048_000
    told["/sys/fs/cgroup/memory.max"] = "1500"
    assert machine.memory_free() == 1000
    told.clear()
    assert machine.memory_free() is None


def test_the_machine_is_described_from_the_standard_library() -> None:
    described = machine.describe()
    assert described["processors"] == len(described["affinity"]) == len(machine.processors())
    assert 1 <= described["physical_cores"] <= described["processors"]
    assert json.loads(json.dumps(described)) == described


@pytest.mark.skipif(not Path("/proc/stat").exists(), reason="there is no /proc/stat here")
def test_others_on_the_processors_are_noticed_and_our_own_children_are_not() -> None:
    spin = "import time\nwhile time.process_time() < 0.6: pass"
    with subprocess.Popen([sys.executable, "-c", spin]) as busy:
        before, before_known = machine.use([]), machine.use([busy.pid])
        os.waitid(os.P_PID, busy.pid, os.WEXITED | os.WNOWAIT)
        after, after_known = machine.use([]), machine.use([busy.pid])
    reaped = machine.use([])
    uses = (before, before_known, after, after_known, reaped)
    assert all(use is not None for use in uses)
    others, ours, ours_ended = (
        machine.disturbance(*pair)["others_share"] * (pair[1].total - pair[0].total)
        for pair in ((before, after), (before_known, after_known), (before_known, reaped))
        if pair[0] is not None and pair[1] is not None
    )
    assert others - ours > 0.4
    assert others - ours_ended > 0.4
    assert machine.disturbance(None, after) == {"others_share": None, "stolen_share": None, "busy": None}


def test_every_slug_is_named_once() -> None:
    found = load("collectors.bench.registry")
    assert found.variants == variants.VARIANTS
    for things in (found.variants, found.workloads):
        slugs = [thing.slug for thing in things]
        assert len(slugs) == len(set(slugs))
