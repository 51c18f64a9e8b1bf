"""Cold caches in every framework installed here: other memory in each call, the same layout, nothing compiled."""

import json
import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from collectors.bench.registry import VARIANTS
from collectors.bench.variants import Variant, availability, interpreter
from tests.bench.rotating import WORKLOADS
from tests.bench.test_frameworks import LAUNCH

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.frameworks


@cache
def rotated(module: str, python: str) -> tuple[dict[str, dict[str, Any]], str]:
    """What the variants on `module` did that this interpreter can run, and what their process said beside it."""
    able = [v for v in VARIANTS if v.modules[-1] == module and interpreter(v) == python and availability(v).available]
    with tempfile.TemporaryDirectory() as scratch:  # for what compilers leave behind
        done = subprocess.run(
            [python, "-m", "tests.bench.rotating", module, *(variant.slug for variant in able)],
            cwd=ROOT,
            env=os.environ | LAUNCH.environment | {"TMPDIR": scratch},
            capture_output=True,
            text=True,
            check=False,
        )
    lines = [line.partition(" ") for line in done.stdout.splitlines()]
    slugs = {variant.slug for variant in able}
    return {slug: json.loads(told) for slug, _, told in lines if slug in slugs}, done.stderr[-4000:]


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda v: v.slug)
def test_every_framework_rotates_other_memory_and_compiles_nothing_for_it(variant: Variant) -> None:
    state = availability(variant)
    if not state.available:
        pytest.skip(str(state.why_not))
    found, said = rotated(variant.modules[-1], interpreter(variant))
    assert variant.slug in found, said
    told = found[variant.slug]
    assert 2 <= len(told) <= len(WORKLOADS)
    for slug, seen in told.items():
        assert seen["places"] == seen["sets"] * seen["arrays"], f"{slug}: two sets share memory"
        assert seen["strides"] == 1, f"{slug}: a copy has another layout"
        assert seen["new_graphs"] == 0, f"{slug}: compiled again for a copy"
        assert seen["error"] <= seen["tolerance"], f"{slug}: a copy gives another result"
