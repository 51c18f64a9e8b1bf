"""New shapes: how often a compiled function is compiled anew for batches of sizes it has not seen."""

from typing import Any

from collectors.probes.model import Evidence, Gap, Mode, Probe, expect

SIZES = (3, 5, 7, 11, 13, 17, 19, 23)
MOST = 2
"""One for the first size, and one more for all others."""


def pytorch(mode: Mode) -> Evidence:
    """torch.compile as it comes; Dynamo counts the graphs."""
    import torch

    call = mode.wrap(lambda x: torch.relu(x) * 2)
    return _few(lambda size: call(torch.ones(size, 4)), _graphs)


def tensorflow(mode: Mode) -> Evidence:
    """tf.function as it comes, which counts its traces; and what it does when it is told that the size varies."""
    import tensorflow as tf

    call: Any = mode.wrap(lambda x: tf.nn.relu(x) * 2)
    told = tf.function(lambda x: tf.nn.relu(x) * 2, input_signature=[tf.TensorSpec((None, 4))])
    for size in SIZES:
        told(tf.ones((size, 4)))
    seen = {"traces_when_told": told.experimental_get_tracing_count()}
    return _few(lambda size: call(tf.ones((size, 4))), call.experimental_get_tracing_count, seen)


def jax(mode: Mode) -> Evidence:
    """jax.jit as it comes; Python goes through the function when it is traced, and then only."""
    import jax
    from jax import numpy as jnp

    traced: list[Any] = []

    def function(x: Any) -> Any:
        traced.append(x.shape)
        return jax.nn.relu(x) * 2

    call = mode.wrap(function)
    return _few(lambda size: call(jnp.ones((size, 4))), lambda: len(traced))


def keras(mode: Mode) -> Evidence:
    """Model.predict_on_batch; Python goes through the layer when it is traced; on torch Dynamo counts the graphs.

    Dynamo compiles anew when a list that a function appends to has grown, so that on torch the layer has none.
    """
    import keras
    import numpy as np

    traced: list[Any] = []

    class Counted(keras.Layer):
        def call(self, x: Any) -> Any:
            traced.append(x.shape)
            return keras.ops.relu(x) * 2

    layer, count = (keras.layers.ReLU(), _graphs) if mode.backend == "torch" else (Counted(), lambda: len(traced))
    model = keras.Sequential([keras.Input((4,)), layer])
    model.compile(jit_compile=mode.backend != "tensorflow")
    return _few(lambda size: model.predict_on_batch(np.ones((size, 4), "float32")), count)


def _graphs() -> int:
    """Count what Dynamo compiled in this process so far."""
    from torch._dynamo.utils import counters

    return int(counters["stats"]["unique_graphs"])


def _few(call: Any, count: Any, seen: Evidence | None = None) -> Evidence:
    """Call with each size, and note those at which something was compiled: one size may need several graphs."""
    compiled_at = []
    for size in SIZES:
        before = count()
        call(size)
        if count() > before:
            compiled_at.append(size)
    if not compiled_at:
        raise AssertionError("nothing was compiled")
    found = {"sizes": list(SIZES), "compiled_at": compiled_at, **(seen or {})}
    expect(len(compiled_at) <= MOST, f"compiled anew at {len(compiled_at)} of {len(SIZES)} sizes", **found)
    return found


EAGER = Gap("nothing is compiled in eager mode")

PROBE = Probe(
    slug="new_shapes_without_compiling",
    title="New shapes, compiled once",
    axis="graph",
    question="Does a compiled function take batches of eight sizes, untold that they vary, and compile at two at most?",
    sides={
        "pytorch": pytorch,
        "pytorch.eager": EAGER,
        "tensorflow": tensorflow,
        "tensorflow.eager": EAGER,
        "jax": jax,
        "jax.eager": EAGER,
        "keras": keras,
        "keras.eager": EAGER,
    },
)
