"""A registry for tests: the nap of `fakes`, in variants that say they run on a GPU; the work is NumPy's."""

import os
from dataclasses import replace
from typing import Any

from collectors.bench.adapters import numpy as numpy_adapter
from collectors.bench.adapters.base import Setting, UnavailableError
from collectors.bench.variants import Variant
from tests.bench import fakes


class Adapter(numpy_adapter.Adapter):
    """NumPy, which takes its device for a GPU where the mode is not `without`, as a build without CUDA is."""

    def __init__(self, setting: Setting) -> None:
        if setting.mode == "without":
            raise UnavailableError("a build without CUDA")
        super().__init__(replace(setting, device="cpu"))
        self.setting = setting

    def peak_bytes(self) -> int | None:
        return 1_000

    def reserved_bytes(self) -> int | None:
        return 2_000

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"device_name": f"GPU {os.environ['CUDA_VISIBLE_DEVICES']}", "precision": "float32"}


WORKLOADS = (fakes.WORKLOADS[0],)
VARIANTS = tuple(
    Variant(f"gpu.{mode}", "numpy", mode, False, "numpy", ("numpy",), "tests.bench.fakes_gpu")
    for mode in ("one", "two", "without")
)
