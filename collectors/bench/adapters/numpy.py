"""NumPy: calls its BLAS directly; the baseline that needs no framework."""

import os
from collections.abc import Callable
from typing import Any

import numpy as np

from collectors.bench.adapters.base import Setting, UnavailableError, copied, schedulable


class Adapter:
    """NumPy; there is one execution mode."""

    def __init__(self, setting: Setting) -> None:
        if setting.device != "cpu":
            raise UnavailableError(f"NumPy has no {setting.device} device")
        self.setting = setting

    def wrap(self, step: Callable[..., Any]) -> Callable[..., Any]:
        """Give `step` itself."""
        return step

    def wait(self, outputs: Any) -> None:
        """Return: a call is done when it returns."""

    def copy(self, value: Any) -> Any:
        """Copy every array."""
        return copied(value, lambda a: a.copy(order="K") if isinstance(a, np.ndarray) else a)

    def compilations(self) -> int:
        """Nothing is compiled."""
        return 0

    def reset_peak(self) -> None:
        """There is no count."""

    def peak_bytes(self) -> int | None:
        """Memory is the process's."""
        return None

    def reserved_bytes(self) -> int | None:
        """Memory is the process's."""
        return None

    def facts(self) -> dict[str, Any]:
        """Give what is in force; NumPy cannot be asked its threads, so they are what its BLAS was told at start."""
        named = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
        told = next((os.environ[name] for name in named if os.environ.get(name, "").isdigit()), None)
        config: dict[str, Any] = np.show_config(mode="dicts")  # type: ignore[assignment]  # a dict in this mode
        blas = config.get("Build Dependencies", {}).get("blas", {})
        return {
            "version": np.__version__,
            "device_name": "cpu",
            "threads": min(int(told), schedulable()) if told else schedulable(),
            "threads_from": "the environment" if told else "the processors of the affinity",
            "inter_op_threads": None,
            "precision": "float32",
            "precision_settings": {},
            "onednn": None,
            "build": {"blas": blas.get("name"), "blas_version": blas.get("version")},
        }
