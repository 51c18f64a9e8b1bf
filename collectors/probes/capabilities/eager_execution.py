"""Eager execution: an operation gives its value at once."""

from collectors.probes.model import Evidence, Mode, Probe, expect


def pytorch(mode: Mode) -> Evidence:
    """Add, and use the value in a Python condition."""
    import torch

    return _seen(torch.tensor([1.0, 2.0]) * 3 + 1)


def tensorflow(mode: Mode) -> Evidence:
    """Add, and use the value in a Python condition."""
    import tensorflow as tf

    return _seen(tf.constant([1.0, 2.0]) * 3 + 1)


def jax(mode: Mode) -> Evidence:
    """Add, and use the value in a Python condition."""
    from jax import numpy as jnp

    return _seen(jnp.array([1.0, 2.0]) * 3 + 1)


def keras(mode: Mode) -> Evidence:
    """Add, and use the value in a Python condition."""
    from keras import ops

    return _seen(ops.add(ops.multiply(ops.convert_to_tensor([1.0, 2.0]), 3), 1))


def _seen(result: object) -> Evidence:
    """Look at the second element as Python sees it, without asking anything of the framework first."""
    value = float(result[1])  # type: ignore[index]  # a tensor of any framework
    expect(value == 7.0, f"the second element reads {value}, not 7", value=value)
    return {"value": value, "type": type(result).__name__}


PROBE = Probe(
    slug="eager_execution",
    title="Eager execution",
    axis="graph",
    question="Does an operation give its value at once, with neither a graph nor a session?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
    any_mode="it is the question whether there is an eager mode",
)
