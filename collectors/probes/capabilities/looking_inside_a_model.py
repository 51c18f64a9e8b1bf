"""Looking inside a model: the values of a layer taken at every call, while the model's answer stays what it is."""

from typing import Any

import numpy as np

from collectors.probes.model import Evidence, Mode, Probe, cannot, expect

INPUTS = (1.0, 10.0)
WIDTH = 8
DOUBLE, TRIPLE = 2 * np.eye(WIDTH, dtype="float32"), 3 * np.eye(WIDTH, dtype="float32")
"""The model is a product with the one, which is the layer inside, and with the other."""


def pytorch(mode: Mode) -> Evidence:
    """A forward hook on the layer, put there before the model is compiled, as torch.compile wants it."""
    import torch

    model = torch.nn.Sequential(torch.nn.Linear(WIDTH, WIDTH, bias=False), torch.nn.Linear(WIDTH, WIDTH, bias=False))
    model.load_state_dict({"0.weight": torch.tensor(DOUBLE), "1.weight": torch.tensor(TRIPLE)})
    seen: dict[str, torch.Tensor] = {}
    model[0].register_forward_hook(lambda *called: seen.update(hidden=called[-1]))
    call = mode.wrap(model)

    def one(x: Any) -> tuple[float, float]:
        with torch.no_grad():
            output = call(torch.tensor(x))
        return float(output[0, 0]), float(seen.pop("hidden")[0, 0])

    return _taken("a forward hook", one)


def tensorflow(mode: Mode) -> Evidence:
    """tf.py_function around a function that notes the value."""
    import tensorflow as tf

    seen = []

    def model(x: Any) -> Any:
        hidden = x @ DOUBLE
        tf.py_function(lambda value: seen.append(float(value[0, 0])), [hidden], [])
        return hidden @ TRIPLE

    call = mode.wrap(model)

    def one(x: Any) -> tuple[float, float]:
        with cannot(tf.errors.InvalidArgumentError, saying="EagerPyFunc"):
            output = call(tf.constant(x))
        return float(output[0, 0]), seen.pop()

    return _taken("tf.py_function", one)


def jax(mode: Mode) -> Evidence:
    """jax.debug.callback with a function that notes the value."""
    import jax
    from jax import numpy as jnp

    seen: list[float] = []

    def model(x: Any) -> Any:
        hidden = x @ DOUBLE
        jax.debug.callback(lambda value: seen.append(float(value[0, 0])), hidden)
        return hidden @ TRIPLE

    call = mode.wrap(model)

    def one(x: Any) -> tuple[float, float]:
        output = float(call(jnp.array(x))[0, 0])
        jax.effects_barrier()
        return output, seen.pop()

    return _taken("jax.debug.callback", one)


def keras(mode: Mode) -> Evidence:
    """A model of the same layers with the layer's output as a second one."""
    import keras

    inside = keras.layers.Dense(WIDTH, use_bias=False, name="inside")
    last = keras.layers.Dense(WIDTH, use_bias=False)
    model = keras.Sequential([keras.Input((WIDTH,)), inside, last])
    model.set_weights([DOUBLE, TRIPLE])
    call = mode.wrap(keras.Model(model.inputs, [model.outputs[0], model.get_layer("inside").output]))

    def one(x: Any) -> tuple[float, float]:
        output, hidden = map(keras.ops.convert_to_numpy, call(keras.ops.convert_to_tensor(x)))
        return float(output[0, 0]), float(hidden[0, 0])

    return _taken("a model with one more output", one)


def _taken(by: str, one: Any) -> Evidence:
    found = [one(np.full((WIDTH, WIDTH), value, "float32")) for value in INPUTS]
    evidence = {"by": by, "outputs": [output for output, _ in found], "inside": [inside for _, inside in found]}
    expect(evidence["outputs"] == [6.0, 60.0], f"watched, the model gives {evidence['outputs']}", **evidence)
    expect(evidence["inside"] == [2.0, 20.0], f"inside was seen {evidence['inside']}, not 2 and 20", **evidence)
    return evidence


PROBE = Probe(
    slug="looking_inside_a_model",
    title="Looking inside a model",
    axis="debugging",
    question="Can the values of a layer inside a model be taken at every call in this mode?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
)
