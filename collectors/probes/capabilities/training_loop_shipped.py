"""A training loop that comes with the library: a model fitted by one call."""

from typing import Any

import numpy as np

from collectors.probes.model import Evidence, Mode, Probe, cannot, expect, needs

X = np.linspace(-1, 1, 32, dtype=np.float32).reshape(32, 1)


def pytorch(mode: Mode) -> Evidence:
    """A torch.nn.Module asked for `fit`: PyTorch has the parts of a loop, and no loop."""
    import torch

    with cannot(AttributeError, saying="'fit'"):
        fit = torch.nn.Linear(1, 1).fit
    return {"fit": str(fit)}


def tensorflow(mode: Mode) -> Evidence:
    """tf.keras, which is the installed Keras by TensorFlow's name."""
    needs("keras")
    import tensorflow as tf

    return _fitted(tf.keras)


def jax(mode: Mode) -> Evidence:
    """JAX's public modules searched for something that fits or trains: it has none."""
    import jax
    from jax import nn
    from jax import numpy as jnp

    names = sorted(name for module in (jax, nn, jnp, jax.lax) for name in dir(module))
    found = [name for name in names if name in ("fit", "train", "Trainer", "train_step")]
    expect(bool(found), f"none of the {len(names)} public names of jax is a training loop", searched=len(names))
    return {"found": found}


def keras(mode: Mode) -> Evidence:
    """Model.fit."""
    import keras

    return _fitted(keras)


def _fitted(keras: Any) -> Evidence:
    """Fit a line, and see the loss go down by much."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    model.compile(keras.optimizers.SGD(0.5), "mse")
    losses = model.fit(X, 2 * X + 1, batch_size=8, epochs=4, shuffle=False, verbose=0).history["loss"]
    return _learnt(losses)


def _learnt(losses: list[float]) -> Evidence:
    expect(losses[-1] < 0.1 * losses[0], f"the losses of the epochs are {losses}", losses=losses)
    return {"losses": losses}


PROBE = Probe(
    slug="training_loop_shipped",
    title="A training loop in the library",
    axis="training",
    question="Can a model be fitted to data by one call of the library itself?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
    any_mode="it is the question whether there is such a loop",
)
