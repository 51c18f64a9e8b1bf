"""TensorFlow: eager, tf.function, and tf.function compiled by XLA."""

from collections.abc import Callable
from typing import Any

import numpy as np

from collectors.bench.adapters.base import Setting, UnavailableError, copied, schedulable


class Adapter:
    """TensorFlow in one execution mode."""

    def __init__(self, setting: Setting) -> None:
        import tensorflow as tf

        self.setting, self.tf = setting, tf
        self.functions: list[Any] = []
        if setting.device == "cuda" and not tf.config.list_physical_devices("GPU"):
            raise UnavailableError("tf.config.list_physical_devices('GPU') is empty: no GPU, or a build without CUDA")
        if setting.threads is not None:
            tf.config.threading.set_intra_op_parallelism_threads(setting.threads)
            tf.config.threading.set_inter_op_parallelism_threads(1)
        if setting.matched:
            tf.config.experimental.enable_tensor_float_32_execution(False)
        if not tf.config.experimental.get_synchronous_execution():
            raise UnavailableError("TensorFlow runs eager operations asynchronously here, and its CPU wait is not sure")

    def wrap(self, step: Callable[..., Any]) -> Callable[..., Any]:
        """Give `step` itself, traced, or compiled by XLA."""
        if self.setting.mode == "eager":
            return step
        function = self.tf.function(step, jit_compile=True if self.setting.mode == "xla" else None)
        self.functions.append(function)
        wrapped: Callable[..., Any] = function
        return wrapped

    def wait(self, outputs: Any) -> None:
        """Wait for the device; on a CPU a view of the tensor's own memory, which exists once it is computed."""
        if self.setting.device == "cuda":
            self.tf.test.experimental.sync_devices()
            return
        tf = self.tf
        for tensor in tf.nest.flatten(outputs):
            if isinstance(tensor, tf.Variable):
                memoryview(tensor.value())
            elif tf.is_tensor(tensor):  # a Keras loop gives Python numbers
                # the buffer protocol has no bfloat16
                memoryview(tf.bitcast(tensor, tf.uint16) if tensor.dtype == tf.bfloat16 else tensor)

    def copy(self, value: Any) -> Any:
        """Copy every tensor and every array of the host."""
        return copied(value, self._copy)

    def _copy(self, leaf: Any) -> Any:
        if isinstance(leaf, np.ndarray):
            return leaf.copy(order="K")
        if self.tf.is_tensor(leaf):
            return self.tf.raw_ops.DeepCopy(x=leaf)  # tf.identity gives the same memory again
        return leaf

    def compilations(self) -> int:
        """Count the traces of the wrapped functions."""
        return sum(int(f.experimental_get_tracing_count()) for f in self.functions)

    def reset_peak(self) -> None:
        """Start the GPU allocator's peak anew."""
        if self.setting.device == "cuda":
            self.tf.config.experimental.reset_memory_stats("GPU:0")

    def reserved_bytes(self) -> int | None:
        """TensorFlow does not say what its pool took."""
        return None

    def peak_bytes(self) -> int | None:
        """Give the GPU allocator's peak: what TensorFlow used, not what it reserved."""
        if self.setting.device != "cuda":
            return None
        return int(self.tf.config.experimental.get_memory_info("GPU:0")["peak"])

    def facts(self) -> dict[str, Any]:
        """Give what TensorFlow says is in force; its getters answer 0 for `as many as there are processors`."""
        tf = self.tf
        intra = tf.config.threading.get_intra_op_parallelism_threads()
        inter = tf.config.threading.get_inter_op_parallelism_threads()
        tf32 = bool(tf.config.experimental.tensor_float_32_execution_enabled())
        return {
            "version": tf.__version__,
            "device_name": self._device().get("device_name", self.setting.device),
            "threads": intra or schedulable(),
            "threads_from": "tf.config.threading" if intra else "0 (automatic): the processors of the affinity",
            "inter_op_threads": inter or schedulable(),
            "precision": "tf32" if tf32 and self._has_tf32() else "float32",
            "precision_settings": {"tensor_float_32_execution": tf32},
            "onednn": self._onednn(),
            "build": {k: str(v) for k, v in tf.sysconfig.get_build_info().items() if "version" in k},
        }

    def _device(self) -> dict[str, Any]:
        if self.setting.device != "cuda":
            return {}
        gpu = self.tf.config.list_physical_devices("GPU")[0]
        details: dict[str, Any] = self.tf.config.experimental.get_device_details(gpu)
        return details

    def _has_tf32(self) -> bool:
        """Say whether the device can do TF32 at all: a CPU and a GPU before Ampere (8.0) cannot."""
        return self.setting.device == "cuda" and self._device().get("compute_capability", (8, 0))[0] >= 8

    def _onednn(self) -> bool | None:
        """Ask the switch behind TF_ENABLE_ONEDNN_OPTS; it is not public, and None is said where it is gone."""
        try:
            from tensorflow.python.util import _pywrap_util_port
        except ImportError:
            return None
        return bool(_pywrap_util_port.IsMklEnabled())
