"""Every variant installed here, at the tiny size, against the float64 reference; each framework is started once."""

import contextlib
import getpass
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from collectors.bench.preparation import write_reference
from collectors.bench.process import Child, Launch
from collectors.bench.registry import VARIANTS, WORKLOADS
from collectors.bench.sides import side_of
from collectors.bench.spec import BenchSpec
from collectors.bench.variants import Variant, availability, interpreter
from collectors.bench.workload import Gap

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 300.0
LAUNCH = Launch(
    *("collectors.bench.registry", "cpu", "matched", 1, ()),
    {"OMP_NUM_THREADS": "1", "NPROC": "1", "CUDA_VISIBLE_DEVICES": "", "JAX_PLATFORMS": "cpu"}
    # kept from one run of the tests to the next: compiling is most of what they cost
    | {"TORCHINDUCTOR_CACHE_DIR": str(Path(tempfile.gettempdir()) / f"framescope-tests-inductor-{getpass.getuser()}")},
)  # fmt: skip
EAGER_LAYERS = {("torch.compile", slug) for slug in ("lstm", "gru", "ragged_lstm")}
"""Where a compiled variant is known to run eager code: Dynamo leaves recurrent layers alone."""
COMPILED_LONG = ("resnet18_train_step", "resnet50_inference", "transformer_train_step", "lstm_train_step")
COSTLY = {
    *(
        (variant, slug)
        for variant in ("torch.compile", "tensorflow.xla", "keras.jax", "keras.tensorflow")
        for slug in (*COMPILED_LONG, "cnn_train_step")
        if (variant, slug) != ("keras.tensorflow", "transformer_train_step")  # it has no side for it
    ),
    *((variant, "tree_by_depth") for variant in ("torch.compile", "tensorflow.xla")),
    ("tensorflow.function", "resnet50_inference"),
    *((variant, "import_time") for variant in ("keras.tensorflow", "keras.torch")),
}
"""Compiled or imported for long, with --whole only: smaller models have the same layers, other variants run these."""
UNCOMPILED = {workload.slug for workload in WORKLOADS if workload.modes is not None}

pytestmark = pytest.mark.frameworks


@contextlib.contextmanager
def _child(variant: str, python: str) -> Iterator[Child]:
    with tempfile.TemporaryDirectory() as scratch:  # for what a child leaves behind when it is ended
        child = Child(replace(LAUNCH, environment={**LAUNCH.environment, "TMPDIR": scratch}), variant, python)
        try:
            yield child
        finally:
            child.end()


@pytest.fixture(scope="module")
def references(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("references")
    paths = {workload.slug: folder / f"{workload.slug}.npz" for workload in WORKLOADS}
    with _child("reference", interpreter("numpy")) as helper:
        for workload in WORKLOADS:
            assert write_reference(workload, "tiny", paths[workload.slug], helper, BenchSpec((workload.slug,))) is None
    return paths


@pytest.fixture(scope="module", params=VARIANTS, ids=lambda v: v.slug)
def variant(request: pytest.FixtureRequest) -> Variant:
    found: Variant = request.param
    state = availability(found)
    if not state.available:
        pytest.skip(str(state.why_not))
    return found


@pytest.fixture(scope="module")
def answers(variant: Variant, references: dict[str, Path], request: pytest.FixtureRequest) -> dict[str, dict[str, Any]]:
    """What one child of the variant says of every workload it has a side for."""
    left_out = set() if request.config.getoption("--whole") else COSTLY
    found = {}
    with _child(variant.slug, interpreter(variant)) as child:
        child.ask("start", LIMIT_S)
        for workload in WORKLOADS:
            if isinstance(side_of(variant, workload), Gap) or (variant.slug, workload.slug) in left_out:
                continue
            asked: dict[str, Any] = {"workload": workload.slug, "path": str(references[workload.slug])}
            # the end of another process cannot come too early, and looking for it would import everything once more
            asked |= {"guard_wait": False} if workload.slug == "import_time" else {}
            prepared = child.ask("prepare", LIMIT_S, **asked)
            graphs = _repeat(child, prepared["first_call_s"]) if workload.modes is None else {"later": 0}
            found[workload.slug] = prepared | graphs | child.ask("passport", LIMIT_S)
    return found


def _repeat(child: Child, first_call_s: float) -> dict[str, int]:
    """Call again, and again after an empty call; give the graphs that came of it."""
    calls = 3 if first_call_s < 1 else 1
    first = child.ask("latency", LIMIT_S, calls=calls)["compilations"]
    child.ask("null", LIMIT_S)
    return {"later": child.ask("throughput", LIMIT_S, calls=calls)["compilations"] - first}


def test_what_is_left_out_exists_and_each_workload_is_run_by_every_framework() -> None:
    """Leaving out is for time: no framework with a side for a workload goes without it."""
    sides = {(v, w.slug) for v in VARIANTS for w in WORKLOADS if not isinstance(side_of(v, w), Gap)}
    assert {(v.slug, slug) for v, slug in sides} >= COSTLY
    run = {(v.framework, slug) for v, slug in sides if (v.slug, slug) not in COSTLY}
    assert run == {(v.framework, slug) for v, slug in sides}


def test_results_agree_with_the_reference(variant: Variant, answers: dict[str, dict[str, Any]]) -> None:
    assert len(answers) >= 20
    for slug, answer in answers.items():
        assert answer["relative_error"] <= answer["tolerance"], (variant.slug, slug)
        # an error of exactly zero would mean that the reference was compared with itself
        assert answer["relative_error"] > 0 or answer["tolerance"] == 0 or variant.slug == "numpy", slug


def test_the_passport_says_one_thread_and_full_precision(variant: Variant, answers: dict[str, dict[str, Any]]) -> None:
    for slug, answer in answers.items():
        facts = answer["facts"]
        assert facts["threads"] == 1
        assert facts["precision"] == ("bfloat16" if slug.endswith("bf16") else "float32")
        assert facts["version"].startswith(str(availability(variant).version))


def test_keras_says_its_backend_and_what_its_jit_setting_became(
    variant: Variant, answers: dict[str, dict[str, Any]]
) -> None:
    told = [answer["facts"] for answer in answers.values()]
    if variant.framework != "keras":
        assert not any("backend" in facts for facts in told)
        return
    assert {facts["backend"] for facts in told} == {variant.backend}
    assert told[0]["jit_compile"] == {"asked": "auto", "resolved": variant.backend == "jax"}


def test_compiled_variants_compile_and_only_once(variant: Variant, answers: dict[str, dict[str, Any]]) -> None:
    for slug, answer in answers.items():
        compiles = variant.compiled and (variant.slug, slug) not in EAGER_LAYERS and slug not in UNCOMPILED
        assert (answer["facts"]["graphs"] > 0) == compiles, slug
        assert answer["later"] == 0


FLOPS = """
import contextlib, json, sys
import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode
from collectors.bench.registry import WORKLOADS
from collectors.bench.workload import Gap
torch.set_num_threads(1)
counts = {}
for workload in WORKLOADS:
    side = workload.frameworks["pytorch"]
    if isinstance(side, Gap) or workload.modes is not None:
        continue
    prepared = side(workload.make_inputs("tiny"), "cpu")
    # the counter sees products only where no fused kernel hides them
    with torch.backends.mkldnn.flags(enabled=False), sdpa_kernel(SDPBackend.MATH):
        with FlopCounterMode(display=False) as counter:
            prepared.step(*prepared.arguments)
    counts[workload.slug] = counter.get_total_flops()
print(json.dumps(counts))
"""


@pytest.mark.skipif(interpreter("pytorch") != sys.executable, reason="PyTorch lives in another environment")
@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch is not installed")
def test_products_are_counted_as_pytorchs_own_counter_counts_them() -> None:
    environment = {**os.environ, **LAUNCH.environment, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", FLOPS], env=environment, capture_output=True, text=True, check=True)
    counted = {slug: flops for slug, flops in json.loads(done.stdout).items() if flops}
    assert len(counted) >= 17
    assert counted == {w.slug: w.flops(w.sizes["tiny"]) for w in WORKLOADS if w.slug in counted}
