"""A registry for tests: a workload that sleeps, and variants that behave, crash, hang, lie or recompile."""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench.adapters import numpy as numpy_adapter
from collectors.bench.adapters.base import Setting, UnavailableError
from collectors.bench.variants import Variant
from collectors.bench.workload import Arrays, Gap, Prepared, Workload

NAP_S = 0.002
SLUMBER_S = 0.15
HARMLESS_CALLS = 60  # a variant that misbehaves later passes its check and its calibration first


class Adapter(numpy_adapter.Adapter):
    """NumPy, with the mode's flaw put into every step."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.mode, self.calls = setting.mode, 0
        self.earlier = _earlier(setting.mode)
        _compile_into_the_cache(setting.mode)
        print(f"{setting.mode} says hello on standard output", flush=True)
        if setting.mode == "absent":
            raise UnavailableError("this device was never built")
        if setting.mode == "fatal":
            os.abort()
        if setting.mode == "asleep":
            time.sleep(600)
        if setting.mode == "once" and self.earlier:
            raise RuntimeError("it starts but once")

    def wrap(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def flawed(*arguments: Any) -> Any:
            self.calls += 1
            time.sleep(NAP_S * (self.earlier % 2) if self.mode == "moody" else 0)
            outputs = step(*arguments)
            return FLAWS[self.mode](outputs, self.calls)

        return flawed

    def compilations(self) -> int:
        return self.calls if self.mode == "recompile" else 1

    def facts(self) -> dict[str, Any]:
        strange = self.mode == "threads" or (self.mode == "fickle" and self.earlier)
        return super().facts() | ({"threads": 99} if strange else {})


def _compile_into_the_cache(mode: str) -> None:
    """Leave something where compilers do, and break where an earlier process's is found: a first call is a cold one."""
    if "TORCHINDUCTOR_CACHE_DIR" in os.environ:
        (Path(os.environ["TORCHINDUCTOR_CACHE_DIR"]) / mode).mkdir(parents=True, exist_ok=False)


def _earlier(mode: str) -> int:
    """Count the processes of this mode that the run started before this one."""
    for count in range(100):
        try:
            (Path(tempfile.gettempdir()) / f"{mode}-{count}").touch(exist_ok=False)
        except FileExistsError:
            continue
        return count
    raise AssertionError("too many processes for a test")


def _slow(outputs: Any, _: int) -> Any:
    time.sleep(NAP_S)
    return outputs


def _slumber(outputs: Any, _: int) -> Any:
    time.sleep(SLUMBER_S)
    return outputs


def _crash(outputs: Any, calls: int) -> Any:
    if calls > HARMLESS_CALLS:
        print("something broke deep inside", file=sys.stderr, flush=True)
        os.abort()
    return outputs


def _hang(outputs: Any, calls: int) -> Any:
    if calls > HARMLESS_CALLS:
        time.sleep(600)
    return outputs


def _memory(outputs: Any, calls: int) -> Any:
    raise MemoryError("asked for a yottabyte")


FLAWS: dict[str, Callable[[Any, int], Any]] = {
    "plain": lambda outputs, _: outputs,
    "threads": lambda outputs, _: outputs,
    "recompile": lambda outputs, _: outputs,
    "lazy": lambda outputs, _: outputs,
    "once": lambda outputs, _: outputs,
    "fickle": lambda outputs, _: outputs,
    "moody": lambda outputs, _: outputs,
    "slumber": _slumber,
    "wrong": lambda outputs, _: outputs * 1.001,
    "nan": lambda outputs, _: outputs * np.nan,
    "slow": _slow,
    "crash": _crash,
    "hang": _hang,
    "memory": _memory,
}


def _numpy(arrays: Arrays, device: str) -> Prepared:
    def step(x: NDArray[Any]) -> NDArray[Any]:
        time.sleep(NAP_S)
        doubled: NDArray[Any] = x + x
        return doubled

    return Prepared(step, (arrays["x"],), np.asarray, facts={"layout": "a row"})


def _nap(slug: str) -> Workload:
    return Workload(
        slug=slug,
        title="A nap",
        category="test",
        sizes={"tiny": {"n": 10}, "big": {"n": 10**7}, "huge": {"n": 10**14}},
        default_size="tiny",
        seed=0,
        inputs=lambda shape, rng: {"x": rng.standard_normal(shape["n"], dtype=np.float32)},
        reference=lambda arrays: 2 * arrays["x"],
        flops=lambda shape: shape["n"],
        bytes_moved=lambda shape: 8 * shape["n"],
        tolerance={"float32": 1e-5},
        frameworks={"numpy": _numpy, "nothing": Gap("there is nothing to run")},
        memory=lambda shape: 0,  # so that huge is tried and fails where a wrong estimate would
    )


def _variant(mode: str, *, framework: str = "numpy", module: str = "numpy", compiled: bool = False) -> Variant:
    return Variant(f"fake.{mode}", framework, mode, compiled, module, (module,), "tests.bench.fakes")


WORKLOADS = (_nap("nap"), _nap("siesta"))
VARIANTS = (
    *(_variant(mode) for mode in FLAWS if mode != "lazy"),
    _variant("lazy", compiled=True),
    _variant("absent"),
    _variant("fatal"),
    _variant("asleep"),
    replace(_variant("broken"), adapter="tests.bench.broken"),
    _variant("gap", framework="nothing"),
    _variant("missing", module="no_such_framework"),
)
