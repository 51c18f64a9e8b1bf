"""A training loop written by hand: three steps of gradient descent, against the same in NumPy."""

from typing import Any

import numpy as np

from collectors.probes.model import Evidence, Mode, Probe, expect

X = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.5], [-2.0, 1.0]], np.float32)
Y = np.array([[1.0], [0.0], [2.0], [-1.0]], np.float32)
STEPS, RATE = 3, 0.1


def pytorch(mode: Mode) -> Evidence:
    """A loss in this mode, backward(), and torch.optim.SGD."""
    import torch

    weight = torch.zeros(2, 1, requires_grad=True)
    loss = mode.wrap(lambda x, y: ((x @ weight - y) ** 2).mean())
    optimizer = torch.optim.SGD([weight], lr=RATE)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        value = loss(torch.from_numpy(X), torch.from_numpy(Y))
        value.backward()
        optimizer.step()
        losses.append(float(value))
    return _trained(weight.detach().numpy(), losses)


def tensorflow(mode: Mode) -> Evidence:
    """tf.GradientTape and assign_sub in a function of this mode."""
    import tensorflow as tf

    weight = tf.Variable(tf.zeros((2, 1)))

    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x @ weight - y) ** 2)
        weight.assign_sub(RATE * tape.gradient(loss, weight))
        return loss

    call = mode.wrap(step)
    losses = [float(call(tf.constant(X), tf.constant(Y))) for _ in range(STEPS)]
    return _trained(weight.numpy(), losses)


def jax(mode: Mode) -> Evidence:
    """jax.value_and_grad, and parameters that go in and come out."""
    import jax
    from jax import numpy as jnp

    def step(weight: Any, x: Any, y: Any) -> Any:
        loss, slope = jax.value_and_grad(lambda w: ((x @ w - y) ** 2).mean())(weight)
        return weight - RATE * slope, loss

    call, weight, losses = mode.wrap(step), jnp.zeros((2, 1)), []
    for _ in range(STEPS):
        weight, loss = call(weight, X, Y)
        losses.append(float(loss))
    return _trained(np.asarray(weight), losses)


def keras(mode: Mode) -> Evidence:
    """A Keras layer in a loop written with its backend, as the guides of keras.io have it for each."""
    import keras

    layer = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
    layer.build((None, 2))
    loop = {"tensorflow": _on_tensorflow, "torch": _on_torch, "jax": _on_jax}[mode.backend]
    losses = loop(mode, layer)
    return _trained(keras.ops.convert_to_numpy(layer.kernel), losses)


def _on_tensorflow(mode: Mode, layer: Any) -> list[float]:
    import keras
    import tensorflow as tf

    optimizer = keras.optimizers.SGD(RATE)
    optimizer.build(layer.trainable_variables)

    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((layer(x) - y) ** 2)
        optimizer.apply(tape.gradient(loss, layer.trainable_weights), layer.trainable_weights)
        return loss

    call = mode.wrap(step)
    return [float(call(tf.constant(X), tf.constant(Y))) for _ in range(STEPS)]


def _on_torch(mode: Mode, layer: Any) -> list[float]:
    import keras
    import torch

    optimizer = torch.optim.SGD(layer.parameters(), lr=RATE)
    loss = mode.wrap(lambda x, y: ((layer(x) - y) ** 2).mean())
    x, y = keras.ops.convert_to_tensor(X), keras.ops.convert_to_tensor(Y)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        value = loss(x, y)
        value.backward()
        optimizer.step()
        losses.append(float(value))
    return losses


def _on_jax(mode: Mode, layer: Any) -> list[float]:
    import jax
    import keras

    optimizer = keras.optimizers.SGD(RATE)
    optimizer.build(layer.trainable_variables)

    def loss(weights: Any, x: Any, y: Any) -> Any:
        found, _ = layer.stateless_call(weights, [], x)
        return ((found - y) ** 2).mean()

    def step(weights: Any, state: Any, x: Any, y: Any) -> Any:
        value, slopes = jax.value_and_grad(loss)(weights, x, y)
        return value, *optimizer.stateless_apply(state, slopes, weights)

    call, losses = mode.wrap(step), []
    weights, state = ([each.value for each in held] for held in (layer.trainable_variables, optimizer.variables))
    for _ in range(STEPS):
        value, weights, state = call(weights, state, X, Y)
        losses.append(float(value))
    layer.kernel.assign(weights[0])
    return losses


def _trained(weight: Any, losses: list[float]) -> Evidence:
    """Compare weight and losses with the same steps in float64."""
    by_hand, exact = np.zeros((2, 1)), []
    for _ in range(STEPS):
        off = X @ by_hand - Y
        exact.append(float((off**2).mean()))
        by_hand = by_hand - RATE * 2 * X.T @ off / len(X)
    seen = {"losses": losses, "weight": np.asarray(weight).ravel().tolist()}
    expect(np.allclose(losses, exact, atol=1e-4), f"the losses are {losses}, not {exact}", **seen)
    expect(np.allclose(weight, by_hand, atol=1e-4), f"the weight is {seen['weight']}, not {by_hand.ravel()}", **seen)
    return seen


PROBE = Probe(
    slug="custom_training_loop",
    title="A training loop written by hand",
    axis="training",
    question="Does a training step that is written out come, in this mode, to the numbers worked out with NumPy?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
)
