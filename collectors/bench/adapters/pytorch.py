"""PyTorch: eager, and torch.compile with its default backend."""

from collections.abc import Callable
from typing import Any

import numpy as np

from collectors.bench.adapters.base import Setting, UnavailableError, copied


class Adapter:
    """PyTorch in one execution mode."""

    def __init__(self, setting: Setting) -> None:
        import torch

        self.setting, self.torch = setting, torch
        if setting.device == "cuda" and not torch.cuda.is_available():
            raise UnavailableError("torch.cuda.is_available() is false: no CUDA device, or a build without CUDA")
        if setting.threads is not None:
            torch.set_num_threads(setting.threads)
            torch.set_num_interop_threads(1)
        if setting.matched:
            torch.set_float32_matmul_precision("highest")
            torch.backends.cudnn.allow_tf32 = False

    def wrap(self, step: Callable[..., Any]) -> Callable[..., Any]:
        """Give `step` itself, or compiled."""
        wrapped: Callable[..., Any] = self.torch.compile(step) if self.setting.mode == "compile" else step
        return wrapped

    def wait(self, outputs: Any) -> None:  # noqa: ARG002  # the stream knows
        """Wait for the stream that makes the outputs; on a CPU a call returns when it is done."""
        if self.setting.device == "cuda":
            self.torch.cuda.current_stream().synchronize()

    def copy(self, value: Any) -> Any:
        """Clone every tensor, which keeps its strides, and copy every array of the host."""
        return copied(value, self._copy)

    def _copy(self, leaf: Any) -> Any:
        if isinstance(leaf, np.ndarray):
            return leaf.copy(order="K")
        if self.torch.is_tensor(leaf):
            return leaf.detach().clone().requires_grad_(leaf.requires_grad)
        return leaf

    def compilations(self) -> int:
        """Count the graphs Dynamo compiled."""
        if self.setting.mode != "compile":
            return 0
        from torch._dynamo.utils import counters

        return int(counters["stats"]["unique_graphs"])

    def reset_peak(self) -> None:
        """Start the CUDA allocator's peaks anew."""
        if self.setting.device == "cuda":
            self.torch.cuda.reset_peak_memory_stats()

    def reserved_bytes(self) -> int | None:
        """Give the peak of what the CUDA allocator took from the device."""
        return int(self.torch.cuda.max_memory_reserved()) if self.setting.device == "cuda" else None

    def peak_bytes(self) -> int | None:
        """Give the peak of what tensors took of the CUDA allocator."""
        return int(self.torch.cuda.max_memory_allocated()) if self.setting.device == "cuda" else None

    def facts(self) -> dict[str, Any]:
        """Give what PyTorch says is in force."""
        torch = self.torch
        cuda = self.setting.device == "cuda"
        facts = {
            "version": torch.__version__,
            "device_name": torch.cuda.get_device_name() if cuda else "cpu",
            "threads": torch.get_num_threads(),
            "threads_from": "torch.get_num_threads",
            "inter_op_threads": torch.get_num_interop_threads(),
            "precision": self._precision(),
            "precision_settings": {
                "float32_matmul_precision": torch.get_float32_matmul_precision(),
                "cudnn.allow_tf32": bool(torch.backends.cudnn.allow_tf32),
            },
            "onednn": bool(torch.backends.mkldnn.is_available()),
            "build": "MKL" if torch.backends.mkl.is_available() else "no MKL",
        }
        if cuda:
            facts |= {"cuda": torch.version.cuda, "cudnn_benchmark": bool(torch.backends.cudnn.benchmark)}
        if self.setting.mode == "compile":
            from torch._dynamo.utils import counters

            facts["graph_breaks"] = sum(counters["graph_break"].values())
        return facts

    def _precision(self) -> str:
        torch = self.torch
        highest = torch.get_float32_matmul_precision() == "highest"
        if self.setting.device == "cpu":
            return "float32" if highest else "reduced float32"
        old = torch.cuda.get_device_capability()[0] < 8  # no TF32 before Ampere
        return "float32" if old or (highest and not torch.backends.cudnn.allow_tf32) else "tf32"
