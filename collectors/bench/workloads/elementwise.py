"""Element-wise chain: y = x + σ(x) · tanh(a·x + b), which a compiler can fuse into one pass over memory."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench import sides
from collectors.bench.workload import Arrays, Prepared, Shape, Workload


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw three rows of n values."""
    return {name: rng.standard_normal(shape["n"], dtype=np.float32) for name in ("x", "a", "b")}


def _chain(x: NDArray[Any], a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
    result: NDArray[Any] = x + 1 / (1 + np.exp(-x)) * np.tanh(a * x + b)
    return result


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Compute the chain in float64."""
    return _chain(arrays["x"], arrays["a"], arrays["b"]).astype(np.float64)


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """torch.sigmoid, torch.tanh and operators."""
    import torch

    step = lambda x, a, b: x + torch.sigmoid(x) * torch.tanh(a * x + b)  # noqa: E731  # one line per framework
    return sides.pytorch(step, arrays["x"], arrays["a"], arrays["b"], device=device)


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """tf.sigmoid, tf.tanh and operators."""
    import tensorflow as tf

    step = lambda x, a, b: x + tf.sigmoid(x) * tf.tanh(a * x + b)  # noqa: E731  # as above
    return sides.tensorflow(step, arrays["x"], arrays["a"], arrays["b"])


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """jax.nn.sigmoid, jax.numpy.tanh and operators."""
    import jax
    from jax import numpy as jnp

    step = lambda x, a, b: x + jax.nn.sigmoid(x) * jnp.tanh(a * x + b)  # noqa: E731  # as above
    return sides.jax(step, arrays["x"], arrays["a"], arrays["b"])


def keras(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the backend takes a visible GPU by itself
    """keras.ops.sigmoid, keras.ops.tanh and operators."""
    from keras import ops

    step = lambda x, a, b: x + ops.sigmoid(x) * ops.tanh(a * x + b)  # noqa: E731  # as above
    return sides.keras(step, arrays["x"], arrays["a"], arrays["b"])


def numpy(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # NumPy has one device
    """numpy.exp, numpy.tanh and operators."""
    return sides.numpy(_chain, arrays["x"], arrays["a"], arrays["b"])


WORKLOAD = Workload(
    slug="elementwise",
    title="Element-wise chain",
    category="operator",
    sizes={"tiny": {"n": 1000}, "small": {"n": 1_000_000}, "medium": {"n": 8_000_000}, "large": {"n": 64_000_000}},
    default_size="small",
    seed=11,
    inputs=inputs,
    reference=reference,
    flops=lambda shape: 6 * shape["n"],  # σ and tanh count as one each
    bytes_moved=lambda shape: 4 * 4 * shape["n"],
    tolerance={"float32": 1e-5, "tf32": 1e-5},
    frameworks={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras, "numpy": numpy},
)
