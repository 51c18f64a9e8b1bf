"""Per-sample gradients: the gradient of each sample's loss, at once instead of one by one."""

from typing import Any

import numpy as np

from collectors.probes.model import Evidence, Gap, Mode, Probe, expect

WEIGHTS = np.array([1.0, -2.0, 0.5], np.float32)
SAMPLES = np.array([[1, 2, 3], [0, 1, 0], [2, 0, 2], [1, 1, 1]], np.float32)
EXPECTED = 2 * (SAMPLES @ WEIGHTS)[:, None] * SAMPLES
"""The gradient of (weights · sample)² with respect to the weights, by hand."""


def pytorch(mode: Mode) -> Evidence:
    """torch.func.vmap of torch.func.grad."""
    import torch

    def loss(weights: torch.Tensor, sample: torch.Tensor) -> torch.Tensor:
        return (weights @ sample) ** 2

    gradients = mode.wrap(torch.func.vmap(torch.func.grad(loss), in_dims=(None, 0)))
    return _each(gradients(torch.from_numpy(WEIGHTS), torch.from_numpy(SAMPLES)))


def tensorflow(mode: Mode) -> Evidence:
    """tf.GradientTape.jacobian of the losses, which is vectorised."""
    import tensorflow as tf

    def gradients(weights: Any, samples: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(weights)
            losses = tf.linalg.matvec(samples, weights) ** 2
        return tape.jacobian(losses, weights)

    return _each(mode.wrap(gradients)(tf.constant(WEIGHTS), tf.constant(SAMPLES)))


def jax(mode: Mode) -> Evidence:
    """jax.vmap of jax.grad."""
    import jax

    gradients = jax.vmap(jax.grad(lambda weights, sample: (weights @ sample) ** 2), in_axes=(None, 0))
    return _each(mode.wrap(gradients)(WEIGHTS, SAMPLES))


def _each(gradients: Any) -> Evidence:
    found = np.asarray(gradients)
    expect(found.shape == EXPECTED.shape, f"the gradients have shape {found.shape}, not {EXPECTED.shape}")
    off = float(np.abs(found - EXPECTED).max())
    expect(off < 1e-4, f"the gradients are off by {off:g}", largest_error=off)
    return {"shape": list(found.shape), "largest_error": off}


PROBE = Probe(
    slug="per_sample_gradients",
    title="Per-sample gradients",
    axis="gradients",
    question="Can the gradient of each sample's loss be had in one vectorised call?",
    sides={
        "pytorch": pytorch,
        "tensorflow": tensorflow,
        "jax": jax,
        "keras": Gap("Keras gives no derivative of a function: that is its backend's"),
    },
)
