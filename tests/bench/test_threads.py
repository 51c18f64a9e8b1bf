"""Whether each framework computes on as many threads as it was given, by what the kernel counts of each thread."""

import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from collectors.bench import environment, machine
from collectors.bench.preparation import write_reference
from collectors.bench.process import Child
from collectors.bench.registry import VARIANTS, WORKLOADS
from collectors.bench.spec import BenchSpec
from collectors.bench.variants import availability, interpreter

LIMIT_S = 300.0
WORK_S = 0.6
MATMUL = next(workload for workload in WORKLOADS if workload.slug == "matmul")
SPEC = BenchSpec(("matmul",))
VARIANT = {variant.slug: variant for variant in VARIANTS}

pytestmark = [
    pytest.mark.frameworks,
    pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="this system does not count threads by processor"),
    pytest.mark.skipif(len(machine.processors()) < 2, reason="with one processor any number of threads is one"),
]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        launch = environment.launch(SPEC, Path(name))
        helper = Child(launch, "reference", sys.executable)
        assert write_reference(MATMUL, "medium", Path(name) / "matmul.npz", helper, SPEC) is None
        helper.end()
        yield Path(name)


def _ticks(pid: int) -> dict[str, int]:
    found = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        fields = (task / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        found[task.name] = int(fields[11]) + int(fields[12])
    return found


def _work(child: Child) -> list[float]:
    """Multiply for a while; give the share of the processor time that each thread took, the largest first."""
    before, end = _ticks(child.pid), time.monotonic() + WORK_S
    while time.monotonic() < end or sum(_ticks(child.pid).values()) - sum(before.values()) < 30:
        child.ask("throughput", LIMIT_S, calls=4)
    used = [ticks - before.get(thread, 0) for thread, ticks in _ticks(child.pid).items()]
    return sorted((ticks / sum(used) for ticks in used), reverse=True)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("slug", ["torch.eager", "tensorflow.function", "jax.jit", "numpy"])
def test_a_framework_computes_on_the_threads_it_was_given_and_says_so(slug: str, threads: int, folder: Path) -> None:
    variant = VARIANT[slug]
    if not (state := availability(variant)).available:
        pytest.skip(str(state.why_not))
    launch = environment.launch(replace(SPEC, threads=threads), folder)
    launch = replace(launch, cpus=tuple(machine.processors()))  # so that nothing but the setting holds it back
    child = Child(launch, slug, interpreter(variant))
    try:
        child.ask("start", LIMIT_S)
        child.ask("prepare", LIMIT_S, workload="matmul", path=str(folder / "matmul.npz"))
        shares = _work(child)
        facts: dict[str, Any] = child.ask("passport", LIMIT_S)["facts"]
    finally:
        child.end()
    assert facts["threads"] == threads
    assert facts["inter_op_threads"] in (1, None)
    if threads == 1:
        assert shares[0] > 0.85, shares
    else:
        assert shares[0] < 0.8, shares
        assert shares[1] > 0.15, shares
