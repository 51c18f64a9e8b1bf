"""Determinism on demand: a switch by which results repeat bit by bit, and what cannot is refused."""

from typing import Any

import numpy as np

from collectors.probes.model import Evidence, Mode, Probe, expect

X = np.random.default_rng(0).normal(size=(64, 32)).astype(np.float32)


def pytorch(mode: Mode) -> Evidence:
    """torch.use_deterministic_algorithms; Tensor.put_ has no deterministic way, and its documentation says so."""
    import torch

    torch.use_deterministic_algorithms(True)

    def step() -> bytes:
        torch.manual_seed(0)
        weight = torch.randn(32, 16, requires_grad=True)
        torch.nn.functional.dropout(torch.from_numpy(X) @ weight, 0.5).square().sum().backward()
        assert weight.grad is not None
        return bytes(weight.grad.numpy().tobytes())

    def put() -> None:
        torch.zeros(4).put_(torch.tensor([1, 1]), torch.tensor([1.0, 2.0]))

    switch = "torch.use_deterministic_algorithms(True)"
    return _deterministic(switch, [step(), step()], put, RuntimeError, "deterministic")


def tensorflow(mode: Mode) -> Evidence:
    """tf.config.experimental.enable_op_determinism; random numbers without a seed are refused."""
    import tensorflow as tf

    tf.config.experimental.enable_op_determinism()

    def step() -> bytes:
        tf.random.set_seed(0)
        weight = tf.Variable(tf.random.normal((32, 16)))
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.nn.dropout(tf.constant(X) @ weight, 0.5) ** 2)
        return bytes(tape.gradient(loss, weight).numpy().tobytes())

    runs = [step(), step()]
    tf.random.set_seed(None)
    switch = "tf.config.experimental.enable_op_determinism()"
    return _deterministic(switch, runs, lambda: tf.random.normal((2,)), RuntimeError, "Random ops require a seed")


def jax(mode: Mode) -> Evidence:
    """JAX's settings searched for such a switch: it has none, though what it computes may well repeat."""
    import jax

    def step() -> bytes:
        weight = jax.random.normal(jax.random.key(0), (32, 16))
        return np.asarray(jax.grad(lambda w: ((X @ w) ** 2).sum())(weight)).tobytes()

    return _no_switch(sorted(jax.config.values), step)


def keras(mode: Mode) -> Evidence:
    """keras.config and keras.utils searched for such a switch: Keras leaves it to its backend."""
    import keras

    def step() -> bytes:
        keras.utils.set_random_seed(0)
        model = keras.Sequential([keras.Input((32,)), keras.layers.Dense(16), keras.layers.Dropout(0.5)])
        model.compile("sgd", "mse", run_eagerly=True)
        model.train_on_batch(X, np.zeros((64, 16), "float32"))
        return b"".join(each.tobytes() for each in model.get_weights())

    return _no_switch([*dir(keras.config), *dir(keras.utils)], step)


def _deterministic(switch: str, runs: list[bytes], refused: Any, error: type[Exception], saying: str) -> Evidence:
    expect(runs[0] == runs[1], "two runs differ in their bits", switch=switch)
    said = None
    try:
        refused()
    except error as refusal:
        said = str(refusal)
    seen = {"switch": switch, "refused": said}
    expect(said is not None and saying in said, "what cannot be deterministic was done without a word", **seen)
    return seen


def _no_switch(names: list[str], step: Any) -> Evidence:
    """Look for a setting by its name, and note whether two runs repeat without one."""
    found = [name for name in names if "determinis" in name.lower()]
    seen = {"settings": found, "searched": len(names), "repeats_unasked": step() == step()}
    expect(bool(found), f"none of its {len(names)} settings asks for determinism", **seen)
    return seen


PROBE = Probe(
    slug="deterministic_operations",
    title="Determinism on demand",
    axis="reproducibility",
    question="Is there a switch by which results repeat bit by bit, and operations that cannot are refused?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
    any_mode="the switch is one for the whole process",
    fresh=True,
)
