"""Sizes inferred: layers that are told their outputs only, and take their input's size from the first batch."""

from typing import Any

from collectors.probes.model import Evidence, Gap, Mode, Probe, expect, needs

SHAPES = [[5, 4], [4], [4, 2], [2]]
"""Of kernels and biases, as features in by features out: five features, then four, then two."""


def pytorch(mode: Mode) -> Evidence:
    """torch.nn.LazyLinear."""
    import torch

    model = torch.nn.Sequential(torch.nn.LazyLinear(4), torch.nn.ReLU(), torch.nn.LazyLinear(2))
    before = [isinstance(each, torch.nn.UninitializedParameter) for each in model.parameters()]
    model(torch.ones(3, 5))
    return _inferred(not all(before), [list(each.shape)[::-1] for each in model.parameters()])


def tensorflow(mode: Mode) -> Evidence:
    """tf.keras.layers, which are the installed Keras by TensorFlow's name."""
    needs("keras")
    import tensorflow as tf

    return _of_keras(tf.keras, tf.ones((3, 5)))


def keras(mode: Mode) -> Evidence:
    """keras.layers.Dense."""
    import keras

    return _of_keras(keras, keras.ops.ones((3, 5)))


def _of_keras(keras: Any, batch: Any) -> Evidence:
    model = keras.Sequential([keras.layers.Dense(4, activation="relu"), keras.layers.Dense(2)])
    known = bool(model.weights)
    model(batch)
    return _inferred(known, [list(each.shape) for each in model.weights])


def _inferred(known: bool, shapes: list[list[int]]) -> Evidence:
    assert not known, "the sizes were known before the first batch"
    expect(shapes == SHAPES, f"the sizes became {shapes}, not {SHAPES}", shapes=shapes)
    return {"shapes": shapes}


PROBE = Probe(
    slug="sizes_inferred",
    title="Layers that need no input size",
    axis="training",
    question="Do layers that were told no input size take it from the first batch?",
    sides={
        "pytorch": pytorch,
        "tensorflow": tensorflow,
        "keras": keras,
        "jax": Gap("JAX has functions and no layers; the libraries upon it have them"),
    },
    any_mode="layers are made before any mode plays a part",
)
