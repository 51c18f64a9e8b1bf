"""JAX: every step under jax.jit."""

import importlib.metadata
from collections.abc import Callable
from typing import Any

import numpy as np

from collectors.bench.adapters.base import Setting, UnavailableError, copied, schedulable, threads_named


class Adapter:
    """JAX, jit-compiled."""

    def __init__(self, setting: Setting) -> None:
        import jax

        self.setting, self.jax = setting, jax
        self.functions: list[Any] = []
        if setting.matched:
            jax.config.update("jax_default_matmul_precision", "float32")
        try:
            self.device = jax.devices()[0]
        except (RuntimeError, AssertionError) as error:  # the latter where the CUDA plugin is not installed
            why = str(error) or "the platform is not part of this installation"
            raise UnavailableError(f"jax.devices() found no {setting.device}: {why}") from error
        if (self.device.platform == "cpu") != (setting.device == "cpu"):
            raise UnavailableError(f"JAX took the {self.device.platform}, not the {setting.device}")

    def wrap(self, step: Callable[..., Any]) -> Callable[..., Any]:
        """Give `step` under jax.jit."""
        function = self.jax.jit(step)
        self.functions.append(function)
        wrapped: Callable[..., Any] = function
        return wrapped

    def wait(self, outputs: Any) -> None:
        """Block until the outputs are ready; JAX returns before they are, on a CPU too."""
        self.jax.block_until_ready(outputs)

    def copy(self, value: Any) -> Any:
        """Copy every array, of the device or of the host."""
        return copied(value, self._copy)

    def _copy(self, leaf: Any) -> Any:
        if isinstance(leaf, np.ndarray):
            return leaf.copy(order="K")
        return self.jax.numpy.array(leaf, copy=True) if isinstance(leaf, self.jax.Array) else leaf

    def compilations(self) -> int:
        """Count the compiled versions of the wrapped functions."""
        return sum(int(f._cache_size()) for f in self.functions)

    def reset_peak(self) -> None:
        """JAX cannot; the process is fresh, and the peak that of all it did on the device."""

    def peak_bytes(self) -> int | None:
        """Give the device allocator's peak; a CPU keeps none."""
        return self._statistic("peak_bytes_in_use")

    def reserved_bytes(self) -> int | None:
        """Give the peak of what XLA's pool took from the device, where this version tells it."""
        return self._statistic("peak_pool_bytes")

    def _statistic(self, name: str) -> int | None:
        """Give one of the device's statistics; a plugin may put -1 for what it does not know."""
        told = (self.device.memory_stats() or {}).get(name)
        return None if told is None or told < 0 else int(told)

    def facts(self) -> dict[str, Any]:
        """Give what JAX says is in force; the threads are those of XLA's pool, counted."""
        pool = threads_named("tf_XLAEigen")
        setting = self.jax.config.jax_default_matmul_precision
        return {
            "version": self.jax.__version__,
            "jaxlib": importlib.metadata.version("jaxlib"),
            "device_name": self.device.device_kind,
            "threads": pool or schedulable(),
            "threads_from": "the tf_XLAEigen threads counted" if pool else "the processors of the affinity",
            "inter_op_threads": None,
            "precision": self._precision(setting),
            "precision_settings": {"jax_default_matmul_precision": setting},
            "onednn": None,
        }

    def _precision(self, setting: str | None) -> str:
        """Read the mode: on a CPU always float32; on a GPU XLA takes TF32 unless told float32."""
        if self.setting.device == "cpu" or setting in ("float32", "highest"):
            return "float32"
        capability = getattr(self.device, "compute_capability", "8.0")
        return "tf32" if float(capability) >= 8 else "float32"
