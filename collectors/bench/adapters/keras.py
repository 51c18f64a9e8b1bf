"""Keras on one of its backends, compiled as Keras itself would with `jit_compile="auto"`."""

import importlib
import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from collectors.bench.adapters.base import Adapter as Backend
from collectors.bench.adapters.base import Setting

_ADAPTERS = {"tensorflow": "tensorflow", "torch": "pytorch", "jax": "jax"}
_MODES = {
    # backend: (what its adapter does where Keras resolves jit_compile to False, and where to True)
    "tensorflow": ("function", "xla"),
    "torch": ("eager", "compile"),
    "jax": ("jit", "jit"),
}


class Adapter:
    """Keras; the mode names the backend, whose own adapter does what depends on it."""

    def __init__(self, setting: Setting) -> None:
        backend = setting.mode
        os.environ["KERAS_BACKEND"] = backend
        module = importlib.import_module(f"collectors.bench.adapters.{_ADAPTERS[backend]}")
        self.backend: Backend = module.Adapter(replace(setting, mode=_MODES[backend][0]))
        import keras

        self.keras, self.name = keras, backend
        self.jit = _resolved(keras)
        self.backend.setting = replace(setting, mode=_MODES[backend][self.jit])

    def wrap(self, step: Callable[..., Any]) -> Callable[..., Any]:
        """Give `step` as Keras would run it in `predict`: traced, compiled or eager, by backend."""
        return self.backend.wrap(step)

    def wait(self, outputs: Any) -> None:
        """Wait as the backend does."""
        self.backend.wait(outputs)

    def copy(self, value: Any) -> Any:
        """Copy the backend's tensors."""
        return self.backend.copy(value)

    def compilations(self) -> int:
        """Count the backend's graphs."""
        return self.backend.compilations()

    def reset_peak(self) -> None:
        """Start the peak of the backend's allocator anew."""
        self.backend.reset_peak()

    def reserved_bytes(self) -> int | None:
        """Give what the backend's allocator took from the device."""
        return self.backend.reserved_bytes()

    def peak_bytes(self) -> int | None:
        """Give the peak of the backend's allocator."""
        return self.backend.peak_bytes()

    def facts(self) -> dict[str, Any]:
        """Give the backend's facts, its version under its own name, and the jit setting Keras resolved."""
        facts = self.backend.facts()
        return facts | {
            "version": self.keras.version(),
            "backend": self.name,
            "backend_version": facts["version"],
            "jit_compile": {"asked": "auto", "resolved": self.jit},
            "image_data_format": self.keras.config.image_data_format(),
        }


def _resolved(keras: Any) -> bool:
    """Ask a small compiled model what `jit_compile="auto"` became; it depends on backend and device."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(loss="mse")
    return bool(model.jit_compile)
