"""float8: numbers of eight bits, rounded as their format says, and a matrix product of them."""

from typing import Any

import numpy as np

from collectors.probes.model import Evidence, Mode, Probe, cannot, expect

GIVEN = [0.1, 1.05, 17.0, 300.0, -0.4]
ROUNDED = [0.1015625, 1.0, 16.0, 288.0, -0.40625]
"""By hand: three bits of mantissa, ties to even (e4m3fn; Micikevicius et al., FP8 Formats for Deep Learning, 2022)."""
LEFT, RIGHT = [[1.0, 2.0], [3.0, 0.5]], [[2.0, 1.0], [2.0, 4.0]]
PRODUCT = [[6.0, 9.0], [7.0, 5.0]]
"""Exact in eight bits, as are the factors."""


def pytorch(mode: Mode) -> Evidence:
    """torch.float8_e4m3fn and torch.nn.functional.scaled_mm."""
    import torch
    from torch.nn.functional import ScalingType, scaled_mm

    kind, one = torch.float8_e4m3fn, torch.tensor(1.0)
    left = torch.zeros(16, 16)
    left[:2, :2] = torch.tensor(LEFT)
    right = torch.zeros(16, 16)
    right[:2, :2] = torch.tensor(RIGHT)

    def product(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        whole = ScalingType.TensorWise
        return scaled_mm(x, y.t().contiguous().t(), one, whole, one, whole, output_dtype=torch.float32)

    rounded = mode.wrap(lambda x: x.to(kind).float())(torch.tensor(GIVEN))
    return _right(kind, rounded.tolist(), mode.wrap(product)(left.to(kind), right.to(kind))[:2, :2].tolist())


def tensorflow(mode: Mode) -> Evidence:
    """tf.dtypes.experimental.float8_e4m3fn and tf.matmul."""
    import tensorflow as tf

    kind = tf.dtypes.experimental.float8_e4m3fn
    rounded = mode.wrap(lambda x: tf.cast(tf.cast(x, kind), tf.float32))(tf.constant(GIVEN))
    _stored(kind, rounded.numpy().tolist())
    left, right = (tf.cast(tf.constant(each), kind) for each in (LEFT, RIGHT))
    product = mode.wrap(lambda x, y: tf.matmul(x, y))
    with cannot(tf.errors.InvalidArgumentError, TypeError, saying="list of allowed values"):
        found = product(left, right)
    return _right(kind, rounded.numpy().tolist(), tf.cast(found, tf.float32).numpy().tolist())


def jax(mode: Mode) -> Evidence:
    """jnp.float8_e4m3fn and jnp.matmul."""
    from jax import numpy as jnp

    kind = jnp.dtype(jnp.float8_e4m3fn)
    rounded = mode.wrap(lambda x: x.astype(kind).astype(jnp.float32))(jnp.asarray(GIVEN))
    product = mode.wrap(jnp.matmul)(jnp.asarray(LEFT, kind), jnp.asarray(RIGHT, kind))
    return _right(kind, rounded.tolist(), np.asarray(product, np.float32).tolist())


def keras(mode: Mode) -> Evidence:
    """The dtype float8_e4m3fn of keras.ops, and keras.ops.matmul."""
    from keras import ops

    def cast(x: Any) -> Any:
        return ops.cast(ops.cast(x, "float8_e4m3fn"), "float32")

    rounded = ops.convert_to_numpy(mode.wrap(cast)(ops.convert_to_tensor(GIVEN, "float32"))).tolist()
    left, right = (ops.cast(ops.convert_to_tensor(each, "float32"), "float8_e4m3fn") for each in (LEFT, RIGHT))
    _stored(left.dtype, rounded)
    product = mode.wrap(lambda x, y: ops.matmul(x, y))
    with cannot(ValueError, saying="no implicit conversions from float8"):
        found = product(left, right)
    return _right(left.dtype, rounded, ops.convert_to_numpy(ops.cast(found, "float32")).tolist())


def _stored(kind: Any, rounded: list[float]) -> None:
    name = getattr(kind, "name", str(kind)).removeprefix("torch.")
    assert name == "float8_e4m3fn", name
    expect(rounded == ROUNDED, f"{GIVEN} became {rounded}, not {ROUNDED}", rounded=rounded)


def _right(kind: Any, rounded: list[float], product: list[list[float]]) -> Evidence:
    _stored(kind, rounded)
    expect(product == PRODUCT, f"the product is {product}, not {PRODUCT}", product=product)
    return {"rounded": rounded, "product": product}


PROBE = Probe(
    slug="float8",
    title="Numbers of eight bits (float8)",
    axis="numbers",
    question="Are values rounded to float8 (e4m3fn) as the format says, and can two matrices of them be multiplied?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
)
