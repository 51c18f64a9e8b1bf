"""The gradient of a loop: backwards through a loop in one graph whose number of steps depends on the data."""

from typing import Any

from collectors.probes.model import Evidence, Gap, Mode, Probe, cannot, expect

AT, BOUND, STEPS = 1.5, 10.0, 5
"""1.5 is multiplied by itself while under 10: after five steps it is 1.5^6 = 11.4, whose slope is 6 · 1.5^5."""
MOST = 32
"""XLA asks for the most steps that there can be, to make room for what the way back needs."""


def pytorch(mode: Mode) -> Evidence:
    """torch.while_loop, compiled with fullgraph=True, which refuses to leave the graph."""
    import torch
    from torch._higher_order_ops.while_loop import while_loop

    def function(x: torch.Tensor) -> torch.Tensor:
        return while_loop(lambda held, _: held < BOUND, lambda held, by: (held * by, by.clone()), (x, x.clone()))[0]

    x = torch.tensor(AT, requires_grad=True)
    compiled = torch.compile(function, fullgraph=True)
    with cannot(torch._dynamo.exc.Unsupported, RuntimeError, NotImplementedError, saying="while_loop"):
        value = compiled(x)
        value.backward()
    assert x.grad is not None
    return _right(float(value), float(x.grad))


def tensorflow(mode: Mode) -> Evidence:
    """tf.while_loop under tf.GradientTape."""
    import tensorflow as tf

    def both(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = tf.while_loop(lambda held: held < BOUND, lambda held: (held * x,), (x,), maximum_iterations=MOST)[0]
        return value, tape.gradient(value, x)

    step, x = mode.wrap(both), tf.constant(AT)
    with cannot(tf.errors.InvalidArgumentError, tf.errors.UnimplementedError, saying="XLA"):
        value, slope = step(x)
    return _right(float(value), float(slope))


def jax(mode: Mode) -> Evidence:
    """jax.lax.while_loop under jax.value_and_grad; forwards JAX does differentiate it."""
    import jax
    from jax import lax

    def function(x: Any) -> Any:
        return lax.while_loop(lambda held: held < BOUND, lambda held: held * x, x)

    forwards = float(jax.jacfwd(function)(AT))
    assert abs(forwards - (STEPS + 1) * AT**STEPS) < 1e-2
    step = mode.wrap(jax.value_and_grad(function))
    with cannot(ValueError, saying="Reverse-mode differentiation does not work for lax.while_loop"):
        value, slope = step(AT)
    return _right(float(value), float(slope))


def keras(mode: Mode) -> Evidence:
    """keras.ops.while_loop in a layer that is trained for one step."""
    import keras
    import numpy as np
    from keras import ops

    class Grown(keras.Layer):
        def build(self, shape: Any) -> None:
            self.weight = self.add_weight(shape=(), initializer=keras.initializers.Constant(AT))

        def call(self, x: Any) -> Any:
            start = ops.multiply(self.weight, 1.0)
            return x * 0 + ops.while_loop(lambda held: held < BOUND, lambda held: (held * start,), (start,))[0]

    model = keras.Sequential([keras.Input((1,)), Grown()])
    model.compile(keras.optimizers.SGD(1.0), lambda _, y: y, jit_compile=mode.backend != "tensorflow")
    ones = np.ones((1, 1), "float32")
    if mode.backend == "torch":
        import torch

        layer, whole = model.layers[0], torch.compile(model, fullgraph=True)
        with cannot(torch._dynamo.exc.Unsupported, torch._dynamo.exc.UserError):
            value = whole(ops.convert_to_tensor(ones))
        value.sum().backward()
        return _right(float(value), float(layer.weight.value.grad))
    with cannot(ValueError, saying="Reverse-mode differentiation does not work for lax.while_loop"):
        value = float(model.train_on_batch(ones, ones))
    return _right(value, AT - float(ops.convert_to_numpy(model.trainable_weights[0].value)))


def _right(value: float, slope: float) -> Evidence:
    seen = {"value": value, "slope": slope}
    expect(abs(value - AT ** (STEPS + 1)) < 1e-3, f"the loop ended at {value:g}, not {AT ** (STEPS + 1):g}", **seen)
    exact = (STEPS + 1) * AT**STEPS
    expect(abs(slope - exact) < 1e-2, f"the gradient is {slope:g}, not {exact:g}", **seen)
    return seen


EAGER = Gap("nothing is captured in eager mode: Python runs the loop, and each step is differentiated by itself")

PROBE = Probe(
    slug="operations_at_scale_of_a_loop",
    title="A loop's gradient in one graph",
    axis="gradients",
    question="Does the gradient, backwards, go through a loop in one graph whose number of steps the data decide?",
    sides={
        "pytorch": pytorch,
        "pytorch.eager": EAGER,
        "tensorflow": tensorflow,
        "tensorflow.eager": EAGER,
        "jax": jax,
        "jax.eager": EAGER,
        "keras": keras,
        "keras.eager": EAGER,
    },
)
