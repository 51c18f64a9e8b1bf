"""Matrix product: two square float32 matrices, the operation all layers come down to."""

import numpy as np
from numpy.typing import NDArray

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

    left, right = (torch.from_numpy(arrays[name]).to(device) for name in ("left", "right"))
    return Prepared(torch.matmul, (left, right), lambda out: out.cpu().numpy())


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """tf.matmul."""
    import tensorflow as tf

    left, right = (tf.constant(arrays[name]) for name in ("left", "right"))
    return Prepared(lambda a, b: tf.matmul(a, b), (left, right), lambda out: out.numpy())


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """jax.numpy.matmul."""
    import jax.numpy as jnp

    left, right = (jnp.asarray(arrays[name]) for name in ("left", "right"))
    return Prepared(lambda a, b: jnp.matmul(a, b), (left, right), np.asarray)


def numpy(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # NumPy has one device
    """numpy.matmul."""
    return Prepared(np.matmul, (arrays["left"], arrays["right"]), np.asarray)


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
    frameworks={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "numpy": numpy},
)
