"""The Jacobian of a function of many variables."""

from typing import Any

import numpy as np

from collectors.probes.model import Evidence, Gap, Mode, Probe, expect

MATRIX = np.array([[1, 2], [0, -1], [3, 1]], np.float32)
AT = np.array([0.5, -1.0], np.float32)
EXPECTED = 2 * (MATRIX @ AT)[:, None] * MATRIX
"""The Jacobian of (matrix · x)², element by element, by hand."""


def pytorch(mode: Mode) -> Evidence:
    """torch.func.jacrev and torch.func.jacfwd."""
    import torch

    matrix, at = torch.from_numpy(MATRIX), torch.from_numpy(AT)
    ways = {"jacrev": torch.func.jacrev, "jacfwd": torch.func.jacfwd}
    return _right({name: mode.wrap(way(lambda x: (matrix @ x) ** 2))(at) for name, way in ways.items()})


def tensorflow(mode: Mode) -> Evidence:
    """tf.GradientTape.jacobian."""
    import tensorflow as tf

    def jacobian(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.linalg.matvec(tf.constant(MATRIX), x) ** 2
        return tape.jacobian(y, x)

    return _right({"GradientTape.jacobian": mode.wrap(jacobian)(tf.constant(AT))})


def jax(mode: Mode) -> Evidence:
    """jax.jacrev and jax.jacfwd."""
    import jax

    ways = {"jacrev": jax.jacrev, "jacfwd": jax.jacfwd}
    return _right({name: mode.wrap(way(lambda x: (MATRIX @ x) ** 2))(AT) for name, way in ways.items()})


def _right(found: dict[str, Any]) -> Evidence:
    shapes = {name: tuple(each.shape) for name, each in found.items()}
    expect(set(shapes.values()) == {EXPECTED.shape}, f"the shapes are {shapes}, not {EXPECTED.shape}")
    errors = {name: float(np.abs(np.asarray(each) - EXPECTED).max()) for name, each in found.items()}
    expect(max(errors.values()) < 1e-4, f"off by {max(errors.values()):g}", largest_error=errors)
    return {"largest_error": errors}


PROBE = Probe(
    slug="jacobian",
    title="The Jacobian of a function",
    axis="gradients",
    question="Can the whole Jacobian of a function be had in this mode by one call?",
    sides={
        "pytorch": pytorch,
        "tensorflow": tensorflow,
        "jax": jax,
        "keras": Gap("Keras gives no derivative of a function: that is its backend's"),
    },
)
