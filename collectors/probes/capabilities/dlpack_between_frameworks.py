"""DLPack between frameworks: a tensor handed to another framework without a copy."""

from typing import Any

from collectors.probes.model import Evidence, Gap, Mode, Probe, expect, needs


def pytorch(mode: Mode) -> Evidence:
    """From PyTorch to JAX."""
    needs("jax")
    import torch
    from jax import numpy as jnp

    given = torch.arange(4096, dtype=torch.float32)
    taken = jnp.from_dlpack(given)
    return _same("JAX", given.data_ptr(), taken.unsafe_buffer_pointer(), float(taken[7]))


def jax(mode: Mode) -> Evidence:
    """From JAX to PyTorch."""
    needs("torch")
    import torch
    from jax import numpy as jnp

    given = jnp.arange(4096, dtype=jnp.float32)
    taken = torch.from_dlpack(given)
    return _same("PyTorch", given.unsafe_buffer_pointer(), taken.data_ptr(), float(taken[7]))


def tensorflow(mode: Mode) -> Evidence:
    """From TensorFlow to PyTorch, and the same memory back."""
    needs("torch")
    import tensorflow as tf
    import torch

    given = tf.range(4096, dtype=tf.float32)
    taken = torch.from_dlpack(tf.experimental.dlpack.to_dlpack(given))
    taken[7] = 700.0
    return _same("PyTorch", 700.0, float(given[7]), 7.0)


def _same(to: str, given: Any, taken: Any, seventh: float) -> Evidence:
    if seventh != 7.0:
        raise AssertionError(f"the seventh element arrived as {seventh}")
    expect(given == taken, f"{to} holds a copy")
    return {"to": to}


PROBE = Probe(
    slug="dlpack_between_frameworks",
    title="A tensor handed on by DLPack",
    axis="interchange",
    question="Can a tensor be handed to another framework through DLPack without copying it?",
    sides={
        "pytorch": pytorch,
        "tensorflow": tensorflow,
        "jax": jax,
        "keras": Gap("a Keras tensor is its backend's own tensor: see the backend"),
    },
    any_mode="tensors change hands between calls",
    fresh=True,
)
