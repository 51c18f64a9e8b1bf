"""A custom gradient: a function that is differentiated as its author says."""

from typing import Any

from collectors.probes.model import Evidence, Mode, Probe, expect

AT, SAID = 2.0, 5.0
"""The function squares, and says that its derivative is SAID."""


def pytorch(mode: Mode) -> Evidence:
    """torch.autograd.Function."""
    import torch

    class Square(torch.autograd.Function):
        @staticmethod
        def forward(context: Any, x: torch.Tensor) -> torch.Tensor:
            return x * x

        @staticmethod
        def backward(context: Any, upstream: torch.Tensor) -> torch.Tensor:
            return upstream * SAID

    x = torch.tensor(AT, requires_grad=True)
    value = mode.wrap(lambda x: Square.apply(x) + 1)(x)
    value.backward()
    assert x.grad is not None
    return _followed(float(value), float(x.grad))


def tensorflow(mode: Mode) -> Evidence:
    """tf.custom_gradient."""
    import tensorflow as tf

    @tf.custom_gradient
    def square(x: Any) -> Any:
        return x * x, lambda upstream: upstream * SAID

    x = tf.Variable(AT)
    with tf.GradientTape() as tape:
        value = mode.wrap(lambda x: square(x) + 1)(tf.convert_to_tensor(x))
    return _followed(float(value), float(tape.gradient(value, x)))


def jax(mode: Mode) -> Evidence:
    """jax.custom_vjp."""
    import jax

    @jax.custom_vjp
    def square(x: Any) -> Any:
        return x * x

    square.defvjp(lambda x: (x * x, None), lambda _, upstream: (upstream * SAID,))
    value, slope = jax.value_and_grad(mode.wrap(lambda x: square(x) + 1))(AT)
    return _followed(float(value), float(slope))


def keras(mode: Mode) -> Evidence:
    """keras.ops.custom_gradient in a layer, seen by how far one step of SGD moves its weight."""
    import keras
    import numpy as np
    from keras import ops

    @ops.custom_gradient
    def square(x: Any) -> Any:
        def slope(*arguments: Any, upstream: Any = None) -> Any:
            return ops.multiply(arguments[-1] if upstream is None else upstream, SAID)

        return ops.multiply(x, x), slope

    class Squared(keras.Layer):
        def build(self, shape: Any) -> None:
            self.weight = self.add_weight(shape=(), initializer=keras.initializers.Constant(AT))

        def call(self, x: Any) -> Any:
            return x * 0 + square(ops.multiply(self.weight, 1.0)) + 1

    model = keras.Sequential([keras.Input((1,)), Squared()])
    compiled = not mode.eager and mode.backend != "tensorflow"
    model.compile(keras.optimizers.SGD(1.0), lambda _, y: y, run_eagerly=mode.eager, jit_compile=compiled)
    value = float(model.train_on_batch(np.ones((1, 1), "float32"), np.ones((1, 1), "float32")))
    return _followed(value, AT - float(ops.convert_to_numpy(model.trainable_weights[0].value)))


def _followed(value: float, slope: float) -> Evidence:
    if value != AT * AT + 1:
        raise AssertionError(f"2² + 1 came out as {value}")
    expect(abs(slope - SAID) < 1e-5, f"the derivative is {slope}, not the {SAID:g} that was said", slope=slope)
    return {"value": value, "slope": slope}


PROBE = Probe(
    slug="custom_gradient",
    title="A custom gradient",
    axis="gradients",
    question="Can a function be given a derivative of its author's own, which differentiation in this mode then uses?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
)
