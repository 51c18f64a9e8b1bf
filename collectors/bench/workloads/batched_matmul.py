"""Batched matrix product: many small float32 products at once, as between the heads of attention."""

import numpy as np
from numpy.typing import NDArray

from collectors.bench import sides
from collectors.bench.workload import Arrays, Prepared, Shape, Workload

DEPTH = 64


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw (batch, n, 64) and (batch, 64, n) from the standard normal distribution."""
    batch, n = shape["batch"], shape["n"]
    return {
        "left": rng.standard_normal((batch, n, DEPTH), dtype=np.float32),
        "right": rng.standard_normal((batch, DEPTH, n), dtype=np.float32),
    }


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Multiply in float64."""
    product: NDArray[np.float64] = arrays["left"] @ arrays["right"]
    return product


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """torch.bmm."""
    import torch

    return sides.pytorch(torch.bmm, arrays["left"], arrays["right"], device=device)


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """tf.matmul."""
    import tensorflow as tf

    return sides.tensorflow(lambda a, b: tf.matmul(a, b), arrays["left"], arrays["right"])


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """jax.numpy.matmul."""
    import jax.numpy as jnp

    return sides.jax(lambda a, b: jnp.matmul(a, b), arrays["left"], arrays["right"])


def keras(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the backend takes a visible GPU by itself
    """keras.ops.matmul."""
    from keras import ops

    return sides.keras(lambda a, b: ops.matmul(a, b), arrays["left"], arrays["right"])


def numpy(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # NumPy has one device
    """numpy.matmul."""
    return sides.numpy(np.matmul, arrays["left"], arrays["right"])


WORKLOAD = Workload(
    slug="batched_matmul",
    title="Batched matrix product",
    category="operator",
    sizes={
        "tiny": {"batch": 2, "n": 16},
        "small": {"batch": 32, "n": 128},
        "medium": {"batch": 96, "n": 256},
        "large": {"batch": 384, "n": 1024},
    },
    default_size="small",
    seed=5,
    inputs=inputs,
    reference=reference,
    flops=lambda shape: 2 * shape["batch"] * shape["n"] ** 2 * DEPTH,
    bytes_moved=lambda shape: 4 * shape["batch"] * shape["n"] * (2 * DEPTH + shape["n"]),
    tolerance={"float32": 1e-5, "tf32": 5e-3},
    frameworks={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras, "numpy": numpy},
)
