"""Reduction: the sum of every row of a matrix, bound by memory."""

import numpy as np
from numpy.typing import NDArray

from collectors.bench import sides
from collectors.bench.workload import Arrays, Prepared, Shape, Workload

COLUMNS = 4096


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw (rows, 4096) between 0 and 1."""
    return {"x": rng.random((shape["rows"], COLUMNS), dtype=np.float32)}


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Add in float64."""
    total: NDArray[np.float64] = arrays["x"].sum(axis=1)
    return total


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """torch.sum."""
    import torch

    return sides.pytorch(lambda x: torch.sum(x, dim=1), arrays["x"], device=device)


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """tf.reduce_sum."""
    import tensorflow as tf

    return sides.tensorflow(lambda x: tf.reduce_sum(x, axis=1), arrays["x"])


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """jax.numpy.sum."""
    import jax.numpy as jnp

    return sides.jax(lambda x: jnp.sum(x, axis=1), arrays["x"])


def keras(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the backend takes a visible GPU by itself
    """keras.ops.sum."""
    from keras import ops

    return sides.keras(lambda x: ops.sum(x, axis=1), arrays["x"])


def numpy(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # NumPy has one device
    """numpy.sum."""
    return sides.numpy(lambda x: np.sum(x, axis=1), arrays["x"])


WORKLOAD = Workload(
    slug="reduction",
    title="Sum of rows",
    category="operator",
    sizes={"tiny": {"rows": 8}, "small": {"rows": 256}, "medium": {"rows": 4096}, "large": {"rows": 65536}},
    default_size="small",
    seed=10,
    inputs=inputs,
    reference=reference,
    flops=lambda shape: shape["rows"] * (COLUMNS - 1),
    bytes_moved=lambda shape: 4 * shape["rows"] * (COLUMNS + 1),
    tolerance={"float32": 1e-5, "tf32": 1e-5},
    frameworks={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras, "numpy": numpy},
)
