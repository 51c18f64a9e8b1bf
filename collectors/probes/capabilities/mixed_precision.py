"""Mixed precision: products in bfloat16, parameters and their gradients in float32."""

from typing import Any

import numpy as np

from collectors.probes.model import Evidence, Mode, Probe, expect

X, W = np.ones((4, 8), np.float32), np.full((8, 2), 0.5, np.float32)


def pytorch(mode: Mode) -> Evidence:
    """torch.autocast around an unchanged model."""
    import torch

    x, weight = torch.from_numpy(X), torch.from_numpy(W).clone().requires_grad_()
    step = mode.wrap(lambda x: x @ weight)
    with torch.autocast("cpu", torch.bfloat16):
        product = step(x)
    product.float().sum().backward()
    assert weight.grad is not None
    return _mixed("torch.autocast", product=product.dtype, weight=weight.dtype, gradient=weight.grad.dtype)


def tensorflow(mode: Mode) -> Evidence:
    """Casts by hand: TensorFlow's own switch is the policy of tf.keras."""
    import tensorflow as tf

    weight = tf.Variable(W)
    step = mode.wrap(lambda x: tf.cast(x, tf.bfloat16) @ tf.cast(weight, tf.bfloat16))
    with tf.GradientTape() as tape:
        product = step(tf.constant(X))
        loss = tf.reduce_sum(tf.cast(product, tf.float32))
    gradient = tape.gradient(loss, weight)
    return _mixed("casts by hand", product=product.dtype, weight=weight.dtype, gradient=gradient.dtype)


def jax(mode: Mode) -> Evidence:
    """Casts by hand: JAX itself has no switch."""
    import jax
    from jax import numpy as jnp

    def loss(weight: Any, x: Any) -> Any:
        product = x.astype(jnp.bfloat16) @ weight.astype(jnp.bfloat16)
        return product.astype(jnp.float32).sum(), product

    weight = jnp.asarray(W)
    gradient, product = mode.wrap(jax.grad(loss, has_aux=True))(weight, X)
    return _mixed("casts by hand", product=product.dtype, weight=weight.dtype, gradient=gradient.dtype)


def keras(mode: Mode) -> Evidence:
    """The dtype policy `mixed_bfloat16`, and a training step that is too small for a weight in bfloat16."""
    import keras

    layer = keras.layers.Dense(2, dtype="mixed_bfloat16")
    model = keras.Sequential([keras.Input((8,)), layer])
    compiled = not mode.eager and mode.backend != "tensorflow"
    model.compile(keras.optimizers.SGD(1e-4), "mse", run_eagerly=mode.eager, jit_compile=compiled)
    layer.kernel.assign(W)
    model.train_on_batch(X, np.ones((4, 2), "float32"))
    moved = float(np.abs(keras.ops.convert_to_numpy(layer.kernel) - W).max())
    expect(0 < moved < 2**-9, f"the training step moved a weight of 0.5 by {moved:g}", moved=moved)
    product = keras.ops.convert_to_tensor(layer(X))
    return _mixed("dtype policy mixed_bfloat16", product=product.dtype, weight=layer.kernel.dtype)


def _mixed(how: str, **types: Any) -> Evidence:
    named = {name: getattr(found, "name", str(found)).removeprefix("torch.") for name, found in types.items()}
    wanted = {"product": "bfloat16", "weight": "float32", "gradient": "float32"}
    met = all(wanted[name] == found for name, found in named.items())
    expect(met, f"the types are {named}", how=how, **named)
    return {"how": how, **named}


PROBE = Probe(
    slug="mixed_precision",
    title="Mixed precision",
    axis="numbers",
    question="Does a training step compute its product in bfloat16 while weights and gradients stay in float32?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
)
