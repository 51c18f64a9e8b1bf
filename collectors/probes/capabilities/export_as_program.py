"""A model exported as a program: another process runs it that has neither the model's class nor its code."""

from typing import Any

import numpy as np

from collectors.probes.afresh import afresh
from collectors.probes.model import Evidence, Mode, Probe, expect, needs

WEIGHT = np.linspace(-1, 1, 12, dtype="float32").reshape(3, 4)
BATCHES = (2, 5)

IN_TORCH = """
import json, torch
program = torch.export.load("model.pt2").module()
inputs = [torch.arange(rows * 3.0).reshape(rows, 3) / 10 for rows in (2, 5)]
print(json.dumps([program(x).tolist() for x in inputs]))
"""

IN_TENSORFLOW = """
import json, tensorflow as tf
program = tf.saved_model.load("model")
run = program.serve if hasattr(program, "serve") else program
inputs = [tf.reshape(tf.range(rows * 3.0), (rows, 3)) / 10 for rows in (2, 5)]
print(json.dumps([run(x).numpy().tolist() for x in inputs]))
"""

IN_JAX = """
import json, pathlib
from jax import export, numpy as jnp
program = export.deserialize(bytearray(pathlib.Path("model.bin").read_bytes()))
inputs = [jnp.arange(rows * 3.0).reshape(rows, 3) / 10 for rows in (2, 5)]
print(json.dumps([program.call(x).tolist() for x in inputs]))
"""


def pytorch(mode: Mode) -> Evidence:
    """torch.export with a dynamic batch, saved and loaded."""
    import torch

    class Model(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.tensor(WEIGHT))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.relu(x @ self.weight)

    shapes = {"x": {0: torch.export.Dim("batch")}}
    program = torch.export.export(Model().eval(), (torch.ones(3, 3),), dynamic_shapes=shapes)
    torch.export.save(program, "model.pt2")
    return _compared("torch.export", afresh(IN_TORCH))


def tensorflow(mode: Mode) -> Evidence:
    """A SavedModel of a tf.Module, its call a tf.function with an open batch."""
    import tensorflow as tf

    class Model(tf.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = tf.Variable(WEIGHT)

        @tf.function(input_signature=[tf.TensorSpec((None, 3), tf.float32, name="x")])
        def __call__(self, x: Any) -> Any:
            return tf.nn.relu(x @ self.weight)

    tf.saved_model.save(Model(), "model")
    return _compared("SavedModel", afresh(IN_TENSORFLOW))


def jax(mode: Mode) -> Evidence:
    """jax.export with a symbolic batch, serialised."""
    from pathlib import Path

    import jax
    from jax import export
    from jax import numpy as jnp

    (batch,) = export.symbolic_shape("batch")
    model = jax.jit(lambda x: jax.nn.relu(x @ WEIGHT))
    program = export.export(model)(jax.ShapeDtypeStruct((batch, 3), jnp.float32))
    Path("model.bin").write_bytes(program.serialize())
    return _compared("jax.export", afresh(IN_JAX))


def keras(mode: Mode) -> Evidence:
    """Model.export: an ExportedProgram on torch, a SavedModel on the others."""
    import keras

    dense = keras.layers.Dense(4, activation="relu")
    model = keras.Sequential([keras.Input((3,)), dense])
    dense.set_weights([WEIGHT, np.zeros(4, "float32")])
    if mode.backend == "torch":
        import torch

        model.export("model.pt2", format="torch", dynamic_shapes={0: torch.export.Dim("batch")}, verbose=False)
        return _compared("ExportedProgram", afresh(IN_TORCH))
    needs("tensorflow")
    model.export("model", format="tf_saved_model", verbose=False)
    return _compared("SavedModel", afresh(IN_TENSORFLOW))


def _compared(written: str, found: list[Any]) -> Evidence:
    inputs = [np.arange(rows * 3.0).reshape(rows, 3) / 10 for rows in BATCHES]
    furthest = max(float(np.abs(np.maximum(x @ WEIGHT, 0) - y).max()) for x, y in zip(inputs, found, strict=True))
    expect(furthest < 1e-5, f"run elsewhere it differs by {furthest:g}", greatest_difference=furthest)
    return {"written": written, "batches": BATCHES, "greatest_difference": furthest}


PROBE = Probe(
    slug="export_as_program",
    title="A model exported as a program",
    axis="export",
    question="Does a fresh process run the exported model without its Python code, at more than one batch size?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
    any_mode="exporting is a call of its own, which captures the model itself",
)
