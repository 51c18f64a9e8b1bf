"""In-place updates: one element of a tensor is changed where it lies."""

from typing import Any

from collectors.probes.model import Evidence, Mode, Probe, cannot, expect


def pytorch(mode: Mode) -> Evidence:
    """Assignment to an element of a tensor."""
    import torch

    def change(x: torch.Tensor) -> torch.Tensor:
        x[1] = 5.0
        return x

    x = torch.zeros(3)
    mode.wrap(change)(x)
    return _changed("torch.Tensor", x.tolist())


def tensorflow(mode: Mode) -> Evidence:
    """`assign` on an element of a tf.Variable; a tf.Tensor cannot be changed."""
    import tensorflow as tf

    variable = tf.Variable([0.0, 0.0, 0.0])
    mode.wrap(lambda: variable[1].assign(5.0))()
    return _changed("tf.Variable", variable.numpy().tolist())


def jax(mode: Mode) -> Evidence:
    """Assignment to an element of a jax.Ref; an array refuses it."""
    import jax
    from jax import numpy as jnp

    def change(ref: Any) -> None:
        ref[1] = 5.0

    ref = jax.new_ref(jnp.zeros(3))
    mode.wrap(change)(ref)
    return _changed("jax.Ref", ref[...].tolist())


def keras(mode: Mode) -> Evidence:
    """Assignment to an element of a keras.Variable, which takes whole values only."""
    import keras

    variable: Any = keras.Variable([0.0, 0.0, 0.0])
    with cannot(TypeError, saying="does not support item assignment"):
        variable[1] = 5.0
    return _changed("keras.Variable", keras.ops.convert_to_numpy(variable).tolist())


def _changed(kind: str, found: list[float]) -> Evidence:
    expect(found == [0.0, 5.0, 0.0], f"the {kind} became {found}", kind=kind, found=found)
    return {"kind": kind, "found": found}


PROBE = Probe(
    slug="in_place_update",
    title="Changing a tensor in place",
    axis="data",
    question="Can one element of a tensor, or of what the framework has for values that change, be set by itself?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
)
