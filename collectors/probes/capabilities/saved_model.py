"""SavedModel: written with a signature, read back from its files, and run by the names of the signature."""

from typing import Any

import numpy as np

from collectors.probes.model import Evidence, Gap, Mode, Probe, expect, needs

WEIGHT = np.linspace(-1, 1, 12, dtype="float32").reshape(3, 4)


def tensorflow(mode: Mode) -> Evidence:
    """tf.saved_model.save of a tf.Module with its call as the signature."""
    import tensorflow as tf

    class Model(tf.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = tf.Variable(WEIGHT)

        @tf.function(input_signature=[tf.TensorSpec((None, 3), tf.float32, name="x")])
        def __call__(self, x: Any) -> Any:
            return tf.nn.relu(x @ self.weight)

    model = Model()
    tf.saved_model.save(model, "model", signatures=model.__call__)
    return _read_back()


def jax(mode: Mode) -> Evidence:
    """jax.experimental.jax2tf.convert with an open batch, saved by TensorFlow."""
    needs("tensorflow")
    import jax
    import tensorflow as tf
    from jax.experimental import jax2tf

    converted = jax2tf.convert(
        lambda x: jax.nn.relu(x @ WEIGHT), polymorphic_shapes=["(batch, 3)"], with_gradient=False
    )
    module = tf.Module()
    signature = [tf.TensorSpec((None, 3), tf.float32, name="x")]
    module.run = tf.function(converted, autograph=False, input_signature=signature)
    tf.saved_model.save(module, "model", signatures=module.run)
    return _read_back()


def keras(mode: Mode) -> Evidence:
    """Model.export as a SavedModel; on torch Keras goes by torch_xla."""
    needs("tensorflow")
    if mode.backend == "torch":
        needs("torch_xla")
    import keras

    dense = keras.layers.Dense(4, activation="relu")
    model = keras.Sequential([keras.Input((3,)), dense])
    dense.set_weights([WEIGHT, np.zeros(4, "float32")])
    model.export("model", format="tf_saved_model", verbose=False)
    return _read_back()


def _read_back() -> Evidence:
    """Read the files again and call the signature as a server does, by the names it has in them."""
    import tensorflow as tf

    signatures = tf.saved_model.load("model").signatures
    expect("serving_default" in signatures, f"it has the signatures {list(signatures)}", signatures=list(signatures))
    run = signatures["serving_default"]
    (name,) = run.structured_input_signature[1]
    x = np.arange(15, dtype="float32").reshape(5, 3) / 10
    (output,) = run(**{name: tf.constant(x)}).values()
    return _same(x, output.numpy(), signatures=list(signatures), input=name)


def _same(x: Any, output: Any, **seen: Any) -> Evidence:
    furthest = float(np.abs(np.maximum(x @ WEIGHT, 0) - output).max())
    evidence = {**seen, "batch": len(x), "greatest_difference": furthest}
    expect(furthest < 1e-5, f"read back it differs by {furthest:g}", **evidence)
    return evidence


PROBE = Probe(
    slug="saved_model",
    title="SavedModel",
    axis="export",
    question="Can a model be written as a SavedModel with a signature that can be read back and run?",
    sides={
        "tensorflow": tensorflow,
        "jax": jax,
        "keras": keras,
        "pytorch": Gap("PyTorch writes no SavedModel; the way there is PyTorch/XLA, a project of its own"),
    },
    any_mode="a SavedModel is written by its own call",
)
