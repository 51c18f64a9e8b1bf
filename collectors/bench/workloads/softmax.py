"""Softmax over the rows of a matrix: a maximum, an exponential and a sum, bound by memory."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench import sides
from collectors.bench.workload import Arrays, Prepared, Shape, Workload

COLUMNS = 1024


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw (rows, 1024) from the standard normal distribution."""
    return {"x": rng.standard_normal((shape["rows"], COLUMNS), dtype=np.float32)}


def _softmax(x: NDArray[Any]) -> NDArray[Any]:
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    shares: NDArray[Any] = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Take shares of exponentials in float64."""
    return _softmax(arrays["x"]).astype(np.float64)


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """torch.softmax."""
    import torch

    return sides.pytorch(lambda x: torch.softmax(x, dim=-1), arrays["x"], device=device)


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """tf.nn.softmax."""
    import tensorflow as tf

    return sides.tensorflow(lambda x: tf.nn.softmax(x), arrays["x"])


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """jax.nn.softmax."""
    import jax

    return sides.jax(lambda x: jax.nn.softmax(x), arrays["x"])


def keras(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the backend takes a visible GPU by itself
    """keras.ops.softmax."""
    from keras import ops

    return sides.keras(lambda x: ops.softmax(x), arrays["x"])


def numpy(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # NumPy has one device
    """Maximum, exponential and sum written out."""
    return sides.numpy(_softmax, arrays["x"], implementation="written out")


WORKLOAD = Workload(
    slug="softmax",
    title="Softmax over rows",
    category="operator",
    sizes={"tiny": {"rows": 8}, "small": {"rows": 512}, "medium": {"rows": 4096}, "large": {"rows": 65536}},
    default_size="small",
    seed=8,
    inputs=inputs,
    reference=reference,
    flops=lambda shape: 5 * COLUMNS * shape["rows"],  # maximum, difference, exponential, sum, division
    bytes_moved=lambda shape: 2 * 4 * COLUMNS * shape["rows"],
    tolerance={"float32": 1e-5, "tf32": 1e-5},
    frameworks={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras, "numpy": numpy},
)
