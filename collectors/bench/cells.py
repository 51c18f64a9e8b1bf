"""Recurrent cells written out, for the frameworks that ship none: the same formulas in NumPy and in JAX."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]


def sigmoid(x: Floats) -> Floats:
    """Give 1 / (1 + e⁻ˣ)."""
    y: Floats = 1 / (1 + np.exp(-x))
    return y


def numpy_lstm(projected: Floats, h: Floats, c: Floats, recurrent: Floats) -> tuple[Floats, Floats]:
    """Give h and c after one step; the columns hold the gates input, forget, cell, output."""
    i, f, g, o = np.split(projected + h @ recurrent, 4, axis=1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def jax_lstm(projected: Any, h: Any, c: Any, recurrent: Any) -> tuple[Any, Any]:
    """Give h and c after one step; the columns hold the gates input, forget, cell, output."""
    import jax
    from jax import numpy as jnp

    i, f, g, o = jnp.split(projected + h @ recurrent, 4, axis=1)
    c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
    return jax.nn.sigmoid(o) * jnp.tanh(c), c
