"""Higher derivatives: the third derivative of a function that runs in this mode."""

from typing import Any

from collectors.probes.model import Evidence, Gap, Mode, Probe, cannot, expect

AT = 2.0
THIRD = 24 * AT
"""The third derivative of x⁴."""


def power(x: Any) -> Any:
    """x⁴, by products."""
    return x * x * x * x


def pytorch(mode: Mode) -> Evidence:
    """torch.autograd.grad three times, with create_graph."""
    import torch

    function, x = mode.wrap(power), torch.tensor(AT, requires_grad=True)
    value = function(x)
    with cannot(RuntimeError, saying="double backward"):
        for _ in range(3):
            (value,) = torch.autograd.grad(value, x, create_graph=True)
    return _third(float(value))


def tensorflow(mode: Mode) -> Evidence:
    """Three GradientTapes, one in another."""
    import tensorflow as tf

    function, x = mode.wrap(power), tf.Variable(AT)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as middle:
            with tf.GradientTape() as inner:
                value = function(x)
            value = inner.gradient(value, x)
        value = middle.gradient(value, x)
    return _third(float(outer.gradient(value, x)))


def jax(mode: Mode) -> Evidence:
    """jax.grad three times."""
    import jax

    return _third(float(jax.grad(jax.grad(jax.grad(mode.wrap(power))))(AT)))


def _third(value: float) -> Evidence:
    expect(abs(value - THIRD) < 1e-3, f"the third derivative of x⁴ at {AT:g} is {value}, not {THIRD:g}", value=value)
    return {"value": value}


PROBE = Probe(
    slug="higher_derivatives",
    title="Higher derivatives",
    axis="gradients",
    question="Can a function that runs in this mode be differentiated three times?",
    sides={
        "pytorch": pytorch,
        "tensorflow": tensorflow,
        "jax": jax,
        "keras": Gap("Keras gives no derivative of a function: that is its backend's"),
    },
)
