"""Going on from a checkpoint: a fresh process loads weights and optimiser, and its next step is the one to come."""

from typing import Any

import numpy as np

from collectors.probes.afresh import afresh
from collectors.probes.model import Evidence, Mode, Probe, expect

IN_TORCH = """
import json, torch
layer = torch.nn.Linear(3, 2)
adam = torch.optim.Adam(layer.parameters(), lr=0.1)
kept = torch.load("checkpoint.pt")
layer.load_state_dict(kept["layer"])
adam.load_state_dict(kept["adam"])
layer(torch.arange(6.0).reshape(2, 3)).square().sum().backward()
adam.step()
print(json.dumps(layer.weight.tolist()))
"""

IN_TENSORFLOW = """
import json, tensorflow as tf
weight, speed = tf.Variable(tf.zeros((3, 2))), tf.Variable(tf.zeros((3, 2)))
tf.train.Checkpoint(weight=weight, speed=speed).read("checkpoint").assert_consumed()
with tf.GradientTape() as tape:
    loss = tf.reduce_sum((tf.reshape(tf.range(6.0), (2, 3)) @ weight) ** 2)
speed.assign(0.9 * speed + tape.gradient(loss, weight))
weight.assign_sub(0.01 * speed)
print(json.dumps(weight.numpy().tolist()))
"""

IN_JAX = """
import json, numpy as np, jax
from jax import numpy as jnp
kept = np.load("checkpoint.npz")
weight, speed = jnp.asarray(kept["weight"]), jnp.asarray(kept["speed"])
speed = 0.9 * speed + jax.grad(lambda weight: ((jnp.arange(6.0).reshape(2, 3) @ weight) ** 2).sum())(weight)
print(json.dumps((weight - 0.01 * speed).tolist()))
"""

IN_KERAS = """
import json, keras, numpy as np
model = keras.models.load_model("checkpoint.keras")
model.train_on_batch(np.arange(6.0).reshape(2, 3), np.zeros((2, 2)))
print(json.dumps(np.asarray(model.get_weights()[0]).tolist()))
"""


def pytorch(mode: Mode) -> Evidence:
    """torch.save of both state_dicts; the optimiser is Adam."""
    import torch

    layer = torch.nn.Linear(3, 2)
    adam = torch.optim.Adam(layer.parameters(), lr=0.1)

    def step() -> None:
        adam.zero_grad()
        layer(torch.arange(6.0).reshape(2, 3)).square().sum().backward()
        adam.step()

    def save() -> None:
        torch.save({"layer": layer.state_dict(), "adam": adam.state_dict()}, "checkpoint.pt")

    return _gone_on(step, save, lambda: layer.weight.tolist(), IN_TORCH)


def tensorflow(mode: Mode) -> Evidence:
    """tf.train.Checkpoint of the variables; the optimiser is gradient descent with momentum, by hand."""
    import tensorflow as tf

    weight, speed = tf.Variable(tf.ones((3, 2))), tf.Variable(tf.zeros((3, 2)))

    def step() -> None:
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum((tf.reshape(tf.range(6.0), (2, 3)) @ weight) ** 2)
        speed.assign(0.9 * speed + tape.gradient(loss, weight))
        weight.assign_sub(0.01 * speed)

    def save() -> None:
        tf.train.Checkpoint(weight=weight, speed=speed).write("checkpoint")

    return _gone_on(step, save, lambda: weight.numpy().tolist(), IN_TENSORFLOW)


def jax(mode: Mode) -> Evidence:
    """numpy.savez of the arrays, as JAX keeps its state in arrays; momentum by hand."""
    import jax
    from jax import numpy as jnp

    state = {"weight": jnp.ones((3, 2)), "speed": jnp.zeros((3, 2))}
    gradient = jax.grad(lambda weight: ((jnp.arange(6.0).reshape(2, 3) @ weight) ** 2).sum())

    def step() -> None:
        state["speed"] = 0.9 * state["speed"] + gradient(state["weight"])
        state["weight"] = state["weight"] - 0.01 * state["speed"]

    def save() -> None:
        np.savez("checkpoint.npz", weight=state["weight"], speed=state["speed"])

    return _gone_on(step, save, lambda: state["weight"].tolist(), IN_JAX)


def keras(mode: Mode) -> Evidence:
    """Model.save in Keras's own format, optimiser included; the optimiser is Adam."""
    import keras

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.compile(keras.optimizers.Adam(0.1), "mse", run_eagerly=True)
    x, y = np.arange(6.0).reshape(2, 3), np.zeros((2, 2))

    def step() -> None:
        model.train_on_batch(x, y)

    return _gone_on(
        step,
        lambda: model.save("checkpoint.keras"),
        lambda: np.asarray(model.get_weights()[0]).tolist(),
        IN_KERAS,
    )


def _gone_on(step: Any, save: Any, weight: Any, program: str) -> Evidence:
    """Save after two steps, take the third here and in a fresh process, and compare the weights."""
    step()
    step()
    save()
    before = np.array(weight())
    step()
    wanted, found = np.array(weight()), np.array(afresh(program))
    apart, moved = float(np.abs(wanted - found).max()), float(np.abs(wanted - before).max())
    evidence = {"the_step_moves_by": moved, "greatest_difference": apart}
    assert moved > 1e-3
    expect(apart < 1e-5 * max(1.0, moved), f"the third step comes out {apart:g} apart", **evidence)
    return evidence


PROBE = Probe(
    slug="checkpoint_resume",
    title="Going on from a checkpoint",
    axis="reproducibility",
    question="Does a fresh process that loads weights and optimiser take the very step that was to come?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
    any_mode="a checkpoint is written and read between steps",
)
