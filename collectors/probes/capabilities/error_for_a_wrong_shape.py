"""The error for a wrong shape: whether it says which layer it is, and both shapes.

The layer's name is written in none of the lines that raise, so that an error that merely quotes them does not name it.
"""

import re
from typing import Any

from collectors.probes.model import Evidence, Mode, Probe, expect

LAYER, GIVEN, WANTED = "decoder", 153, 171
"""The second layer takes WANTED numbers and is given GIVEN."""


def pytorch(mode: Mode) -> Evidence:
    """Two torch.nn.Linear in a named Sequential."""
    from collections import OrderedDict

    import torch

    layers = OrderedDict({"encoder": torch.nn.Linear(3, GIVEN), LAYER: torch.nn.Linear(WANTED, 2)})
    call = mode.wrap(torch.nn.Sequential(layers))
    return _judged(lambda: call(torch.ones(11, 3)))


def tensorflow(mode: Mode) -> Evidence:
    """Two tf.Module with a name and a name scope each."""
    import tensorflow as tf

    class Dense(tf.Module):
        def __init__(self, rows: int, columns: int, name: str) -> None:
            super().__init__(name=name)
            self.weight = tf.Variable(tf.ones((rows, columns)), name="weight")

        @tf.Module.with_name_scope
        def __call__(self, x: Any) -> Any:
            return x @ self.weight

    first, second = Dense(3, GIVEN, "encoder"), Dense(WANTED, 2, LAYER)
    call = mode.wrap(lambda x: second(first(x)))
    return _judged(lambda: call(tf.ones((11, 3))))


def jax(mode: Mode) -> Evidence:
    """Two products, each under jax.named_scope."""
    import jax
    from jax import numpy as jnp

    weights = {"encoder": jnp.ones((3, GIVEN)), LAYER: jnp.ones((WANTED, 2))}

    def model(weights: Any, x: Any) -> Any:
        for name in ("encoder", LAYER):
            with jax.named_scope(name):
                x = x @ weights[name]
        return x

    call = mode.wrap(model)
    return _judged(lambda: call(weights, jnp.ones((11, 3))))


def keras(mode: Mode) -> Evidence:
    """Two keras.layers.Dense with names, the second built for another width."""
    import keras
    import numpy as np

    first, second = keras.layers.Dense(GIVEN, name="encoder"), keras.layers.Dense(2, name=LAYER)
    first.build((None, 3))
    second.build((None, WANTED))
    call = mode.wrap(lambda x: second(first(x)))
    return _judged(lambda: call(keras.ops.convert_to_tensor(np.ones((11, 3), "float32"))))


def _judged(call: Any) -> Evidence:
    """Read the whole message as a user sees it, of the error and of those it came from."""
    try:
        call()
    except Exception as error:  # noqa: BLE001  # whatever it is called, its words are what is judged
        said = f"{type(error).__name__}: {error}"
    else:
        raise AssertionError("a matrix product of 153 by 171 raised nothing")
    numbers = set(map(int, re.findall(r"\d+", said)))
    found = {"layer": LAYER in said, "given": GIVEN in numbers, "wanted": WANTED in numbers, "says": said}
    missing = [words for name, words in WORDS.items() if not found[name]]
    expect(not missing, f"the message does not name {' nor '.join(missing)}", **found)
    return found


WORDS = {"layer": "the layer", "given": "the shape it was given", "wanted": "the shape it wants"}

PROBE = Probe(
    slug="error_for_a_wrong_shape",
    title="The error for a wrong shape",
    axis="debugging",
    question="Does the error for a layer given a wrong shape name the layer and both shapes?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
)
