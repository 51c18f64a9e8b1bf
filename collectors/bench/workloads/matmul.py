"""Matrix product: two square float32 matrices, the operation all layers come down to."""

import numpy as np
from numpy.typing import NDArray

from collectors.bench import sides
from collectors.bench.workload import Arrays, Prepared, Shape, Workload


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw two n by n matrices from the standard normal distribution."""
    n = shape["n"]
    return {name: rng.standard_normal((n, n), dtype=np.float32) for name in ("left", "right")}


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Multiply in float64."""
    product: NDArray[np.float64] = arrays["left"] @ arrays["right"]
    return product


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """torch.matmul."""
    import torch

    return sides.pytorch(torch.matmul, arrays["left"], arrays["right"], device=device)


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
    slug="matmul",
    title="Matrix product",
    category="operator",
    sizes={"tiny": {"n": 64}, "small": {"n": 512}, "medium": {"n": 1024}, "large": {"n": 4096}},
    default_size="small",
    seed=1,
    inputs=inputs,
    reference=reference,
    flops=lambda shape: 2 * shape["n"] ** 3,
    bytes_moved=lambda shape: 3 * 4 * shape["n"] ** 2,
    tolerance={"float32": 1e-5, "tf32": 5e-3},
    frameworks={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras, "numpy": numpy},
)
