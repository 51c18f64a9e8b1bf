"""StableHLO: a model as text in the exchange form of the XLA compilers, with its matrix product by name."""

import re

import numpy as np

from collectors.probes.model import Evidence, Gap, Mode, NotHere, Probe, expect

WEIGHT = np.linspace(-1, 1, 12, dtype="float32").reshape(3, 4)


def tensorflow(mode: Mode) -> Evidence:
    """experimental_get_compiler_ir of a tf.function for XLA."""
    import tensorflow as tf

    model = tf.function(lambda x: tf.nn.relu(x @ WEIGHT), jit_compile=True)
    return _listed("tf.function", model.experimental_get_compiler_ir(tf.ones((2, 3)))(stage="stablehlo"))


def jax(mode: Mode) -> Evidence:
    """The module of jax.export."""
    import jax
    from jax import export
    from jax import numpy as jnp

    program = export.export(jax.jit(lambda x: jax.nn.relu(x @ WEIGHT)))(jnp.ones((2, 3)))
    return _listed("jax.export", program.mlir_module())


def keras(mode: Mode) -> Evidence:
    """By the backend's own means, from a function that calls the model."""
    import keras

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, activation="relu")])
    x = keras.ops.ones((2, 3))
    if mode.backend == "tensorflow":
        import tensorflow as tf

        compiled = tf.function(model, jit_compile=True)
        return _listed("tf.function", compiled.experimental_get_compiler_ir(x)(stage="stablehlo"))
    if mode.backend == "torch":
        raise NotHere("on torch StableHLO comes from PyTorch/XLA alone, which is not asked")
    import jax

    return _listed("jax.jit", jax.jit(model).lower(x).as_text())


def _listed(by: str, text: str) -> Evidence:
    operations = sorted(set(re.findall(r"= stablehlo\.(\w+)", text)))
    for names in ({"dot", "dot_general"}, {"maximum"}):
        expect(
            bool(names & set(operations)), f"none of the operations is one of {sorted(names)}", operations=operations
        )
    return {"by": by, "operations": operations}


PROBE = Probe(
    slug="stablehlo",
    title="StableHLO",
    axis="export",
    question="Can a model be had as StableHLO, with its operations by name?",
    sides={
        "tensorflow": tensorflow,
        "jax": jax,
        "keras": keras,
        "pytorch": Gap("PyTorch writes no StableHLO; PyTorch/XLA does, a project of its own"),
    },
    any_mode="the text is made by its own call",
)
