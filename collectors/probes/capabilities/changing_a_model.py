"""Changing a model while it runs: a layer added between two calls takes part in the next one."""

from typing import Any

from collectors.probes.model import Evidence, Mode, Probe, expect


def pytorch(mode: Mode) -> Evidence:
    """Append a module to a torch.nn.Sequential whose calls run in this mode."""
    import torch

    class Double(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return 2 * x

    model = torch.nn.Sequential(Double())
    call, x = mode.wrap(model), torch.ones(3)
    return _changed(lambda: float(call(x)[0]), lambda: model.append(Double()))


def tensorflow(mode: Mode) -> Evidence:
    """Append a layer to the list a tf.Module goes through."""
    import tensorflow as tf

    class Model(tf.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = [lambda x: 2 * x]

        def __call__(self, x: Any) -> Any:
            for layer in self.layers:
                x = layer(x)
            return x

    model = Model()
    call, x = mode.wrap(model), tf.ones(3)
    return _changed(lambda: float(call(x)[0]), lambda: model.layers.append(lambda x: 2 * x))


def jax(mode: Mode) -> Evidence:
    """A model is a function and its parameters: append a layer's parameters to the list that goes in."""
    from jax import numpy as jnp

    def model(parameters: list[Any], x: Any) -> Any:
        for factor in parameters:
            x = factor * x
        return x

    call, x, parameters = mode.wrap(model), jnp.ones(3), [jnp.array(2.0)]
    return _changed(lambda: float(call(parameters, x)[0]), lambda: parameters.append(jnp.array(2.0)))


def keras(mode: Mode) -> Evidence:
    """Add a layer to a keras.Sequential that predicted before."""
    import keras
    import numpy as np

    model = keras.Sequential([keras.Input((3,)), keras.layers.Rescaling(2.0)])
    model.compile(run_eagerly=mode.eager, jit_compile=not mode.eager and mode.backend != "tensorflow")
    x = np.ones((1, 3), "float32")
    return _changed(lambda: float(model.predict(x, verbose=0)[0, 0]), lambda: model.add(keras.layers.Rescaling(2.0)))


def _changed(call: Any, change: Any) -> Evidence:
    before = [call(), call()]
    change()
    after = call()
    expect(before == [2.0, 2.0], f"the model doubles, and gave {before} for 1", before=before)
    seen = {"before": before[0], "after": after}
    expect(
        after == 4.0, f"with a second doubling the answer to 1 is {after:g}: the call did not see the change", **seen
    )
    return seen


PROBE = Probe(
    slug="changing_a_model",
    title="Changing a model while it runs",
    axis="graph",
    question="Does a layer that is added between two calls in this mode take part in the next call?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
)
