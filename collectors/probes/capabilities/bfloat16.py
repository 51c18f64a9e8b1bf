"""bfloat16: a matrix product in it, whose result is as exact as the type allows."""

from typing import Any

import numpy as np

from collectors.probes.model import Evidence, Mode, Probe, expect

LEFT = np.linspace(0, 1, 32, dtype=np.float32).reshape(4, 8)
RIGHT = np.linspace(1, 2, 24, dtype=np.float32).reshape(8, 3)
TOLERANCE = 0.02
"""Eight bits of mantissa are rounded three times: the factors and the result."""


def pytorch(mode: Mode) -> Evidence:
    """torch.bfloat16."""
    import torch

    left, right = (torch.from_numpy(each).bfloat16() for each in (LEFT, RIGHT))
    product = mode.wrap(torch.matmul)(left, right)
    return _close(product.dtype, product.float().numpy())


def tensorflow(mode: Mode) -> Evidence:
    """tf.bfloat16."""
    import tensorflow as tf

    left, right = (tf.cast(each, tf.bfloat16) for each in (LEFT, RIGHT))
    product = mode.wrap(lambda x, y: tf.matmul(x, y))(left, right)
    return _close(product.dtype.name, tf.cast(product, tf.float32).numpy())


def jax(mode: Mode) -> Evidence:
    """jnp.bfloat16."""
    from jax import numpy as jnp

    left, right = (jnp.asarray(each, jnp.bfloat16) for each in (LEFT, RIGHT))
    product = mode.wrap(jnp.matmul)(left, right)
    return _close(product.dtype, np.asarray(product, np.float32))


def keras(mode: Mode) -> Evidence:
    """The dtype bfloat16 of keras.ops."""
    from keras import ops

    left, right = (ops.cast(each, "bfloat16") for each in (LEFT, RIGHT))
    product = mode.wrap(lambda x, y: ops.matmul(x, y))(left, right)
    return _close(product.dtype, ops.convert_to_numpy(ops.cast(product, "float32")))


def _close(dtype: Any, product: Any) -> Evidence:
    name = getattr(dtype, "name", str(dtype)).removeprefix("torch.")
    exact = LEFT.astype(np.float64) @ RIGHT
    off = float(np.linalg.norm(product - exact) / np.linalg.norm(exact))
    expect(name == "bfloat16", f"the product is {name}", dtype=name)
    expect(off < TOLERANCE, f"the product is off by {off:.2%}", relative_error=off)
    return {"dtype": name, "relative_error": off}


PROBE = Probe(
    slug="bfloat16",
    title="bfloat16",
    axis="numbers",
    question="Does a matrix product in bfloat16 give a bfloat16 result as exact as that type allows?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
)
