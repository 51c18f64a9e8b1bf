"""A matrix product and a copy in each framework that can find a ceiling; each imports its framework when it is made."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any, Protocol

Call = Callable[[], Any]


class Side(Protocol):
    """One framework's product and copy."""

    def precise(self, mode: str) -> contextlib.AbstractContextManager[Any]:
        """Have float32 products done in `mode` within; `bfloat16` is a matter of the matrices."""

    def product(self, n: int, mode: str) -> Call:
        """Give the product of two n by n matrices on the device."""

    def copy(self, count: int) -> Call:
        """Give what reads and writes `count` float32 numbers once each."""


class PyTorch:
    """torch.mm and copy_, into memory that is there."""

    def __init__(self, device: str) -> None:
        import torch

        self.torch, self.device = torch, device

    @contextlib.contextmanager
    def precise(self, mode: str) -> Iterator[None]:
        """Set the precision of float32 products, and set it back."""
        before = self.torch.get_float32_matmul_precision()
        self.torch.set_float32_matmul_precision("high" if mode == "tf32" else "highest")
        try:
            yield
        finally:
            self.torch.set_float32_matmul_precision(before)

    def product(self, n: int, mode: str) -> Call:
        """torch.mm."""
        kind = self.torch.bfloat16 if mode == "bfloat16" else self.torch.float32
        left, right = (self.torch.randn(n, n, device=self.device).to(kind) for _ in range(2))
        out = self.torch.empty_like(left)
        return lambda: self.torch.mm(left, right, out=out)

    def copy(self, count: int) -> Call:
        """Tensor.copy_."""
        source = self.torch.ones(count, device=self.device)
        target = self.torch.zeros(count, device=self.device)
        return lambda: target.copy_(source)


class Jax:
    """jax.numpy.matmul, compiled; and an addition, as XLA leaves a copy of nothing out."""

    def __init__(self, device: str) -> None:  # noqa: ARG002  # the platform was chosen at start
        import jax

        self.jax = jax

    def precise(self, mode: str) -> contextlib.AbstractContextManager[Any]:
        """Set the precision of the products traced within."""
        told: contextlib.AbstractContextManager[Any] = self.jax.default_matmul_precision(
            "tensorfloat32" if mode == "tf32" else "float32"
        )
        return told

    def product(self, n: int, mode: str) -> Call:
        """jax.numpy.matmul."""
        kind = self.jax.numpy.bfloat16 if mode == "bfloat16" else self.jax.numpy.float32
        left, right = (self.jax.random.normal(self.jax.random.key(k), (n, n)).astype(kind) for k in range(2))
        function = self.jax.jit(lambda a, b: self.jax.numpy.matmul(a, b))
        return lambda: function(left, right)

    def copy(self, count: int) -> Call:
        """One is added."""
        source = self.jax.numpy.ones(count)
        function = self.jax.jit(lambda x: x + 1)
        return lambda: function(source)


class TensorFlow:
    """tf.matmul; and an addition, as tf.identity copies nothing."""

    def __init__(self, device: str) -> None:  # noqa: ARG002  # a visible GPU is used by itself
        import tensorflow as tf

        self.tf = tf

    @contextlib.contextmanager
    def precise(self, mode: str) -> Iterator[None]:
        """Allow TF32 or not, and set it back."""
        switch = self.tf.config.experimental
        before = switch.tensor_float_32_execution_enabled()
        switch.enable_tensor_float_32_execution(mode == "tf32")
        try:
            yield
        finally:
            switch.enable_tensor_float_32_execution(before)

    def product(self, n: int, mode: str) -> Call:
        """tf.matmul."""
        kind = self.tf.bfloat16 if mode == "bfloat16" else self.tf.float32
        left, right = (self.tf.cast(self.tf.random.normal((n, n)), kind) for _ in range(2))
        return lambda: self.tf.matmul(left, right)

    def copy(self, count: int) -> Call:
        """One is added."""
        source = self.tf.ones(count)
        return lambda: source + 1


FRAMEWORKS: dict[str, Callable[[str], Side]] = {"pytorch": PyTorch, "jax": Jax, "tensorflow": TensorFlow}


def side_for(framework: str, device: str) -> Side:
    """Give the framework's side on `device`, which its adapter has set up already."""
    return FRAMEWORKS[framework](device)
