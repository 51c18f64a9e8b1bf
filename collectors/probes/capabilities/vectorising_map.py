"""A vectorising map: a function of one sample becomes one of a batch, without a loop."""

from typing import Any

import numpy as np

from collectors.probes.model import Evidence, Mode, Probe, expect

ROWS = np.arange(12, dtype=np.float32).reshape(4, 3)


def pytorch(mode: Mode) -> Evidence:
    """torch.func.vmap."""
    import torch

    return _mapped(mode, torch.func.vmap, torch.from_numpy(ROWS), lambda row: (row * row).sum())


def tensorflow(mode: Mode) -> Evidence:
    """tf.vectorized_map."""
    import tensorflow as tf

    def lift(function: Any) -> Any:
        return lambda rows: tf.vectorized_map(function, rows, fallback_to_while_loop=False)

    return _mapped(mode, lift, tf.constant(ROWS), lambda row: tf.reduce_sum(row * row))


def jax(mode: Mode) -> Evidence:
    """jax.vmap."""
    import jax
    from jax import numpy as jnp

    return _mapped(mode, jax.vmap, jnp.asarray(ROWS), lambda row: (row * row).sum())


def keras(mode: Mode) -> Evidence:
    """keras.ops.vectorized_map."""
    from keras import ops

    def lift(function: Any) -> Any:
        return lambda rows: ops.vectorized_map(function, rows)

    return _mapped(mode, lift, ops.convert_to_tensor(ROWS), lambda row: ops.sum(row * row))


def _mapped(mode: Mode, lift: Any, rows: Any, squares: Any) -> Evidence:
    """Map the sum of squares over four rows, and count how often Python went into it."""
    shapes = []

    def counted(row: Any) -> Any:
        shapes.append(tuple(row.shape))
        return squares(row)

    found = np.asarray(mode.wrap(lift(counted))(rows))
    np.testing.assert_allclose(found, (ROWS * ROWS).sum(axis=1))
    seen = {"calls_of_the_function": len(shapes), "shape_in_it": list(shapes[0]) if shapes else None}
    expect(len(shapes) < len(ROWS), f"the function was called {len(shapes)} times for {len(ROWS)} rows", **seen)
    return seen


PROBE = Probe(
    slug="vectorising_map",
    title="A vectorising map (vmap)",
    axis="gradients",
    question="Can a function of one sample be run over a batch in this mode without a loop over it?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
)
