"""ONNX: a model exported with an open batch, passed by ONNX's checker and run by ONNX Runtime."""

from collections.abc import Callable
from typing import Any

import numpy as np

from collectors.probes.model import Evidence, Mode, Probe, expect, needs

WEIGHT = np.linspace(-1, 1, 12, dtype="float32").reshape(3, 4)
FILE = "model.onnx"


def pytorch(mode: Mode) -> Evidence:
    """torch.onnx.export by way of torch.export."""
    needs("onnxscript")
    needs("onnxruntime")
    import torch

    class Model(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.tensor(WEIGHT))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.relu(x @ self.weight)

    shapes = {"x": {0: "batch"}}
    torch.onnx.export(Model().eval(), (torch.ones(3, 3),), FILE, dynamo=True, dynamic_shapes=shapes, verbose=False)
    return _run()


def tensorflow(mode: Mode) -> Evidence:
    """tf2onnx of a tf.function."""
    needs("tf2onnx")
    needs("onnxruntime")
    import tensorflow as tf
    import tf2onnx

    model = tf.function(lambda x: tf.nn.relu(x @ WEIGHT))
    signature = [tf.TensorSpec((None, 3), tf.float32, name="x")]
    tf2onnx.convert.from_function(model, input_signature=signature, output_path=FILE)
    return _run()


def jax(mode: Mode) -> Evidence:
    """jax2onnx, which Keras goes by as well; JAX itself writes no ONNX."""
    needs("jax2onnx")
    needs("onnxruntime")
    import importlib

    import jax

    importlib.import_module("jax2onnx").to_onnx(
        lambda x: jax.nn.relu(x @ WEIGHT), inputs=[("B", 3)], return_mode="file", output_path=FILE
    )
    return _run()


def keras(mode: Mode) -> Evidence:
    """Model.export with the format of ONNX, by way of the backend."""
    needs({"tensorflow": "onnx", "torch": "onnxscript", "jax": "jax2onnx"}[mode.backend])
    needs("onnxruntime")
    import keras

    dense = keras.layers.Dense(4, activation="relu")
    model = keras.Sequential([keras.Input((3,)), dense])
    dense.set_weights([WEIGHT, np.zeros(4, "float32")])
    model(np.ones((1, 3), "float32"))
    model.export(FILE, format="onnx", verbose=False)
    return _run()


def _run() -> Evidence:
    import onnx
    import onnxruntime

    onnx.checker.check_model(FILE)
    session = onnxruntime.InferenceSession(FILE, providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()
    operations = sorted({node.op_type for node in onnx.load(FILE).graph.node})
    return _same(given.shape, operations, lambda x: session.run(None, {given.name: x})[0])


def _same(shape: list[Any], operations: list[str], run: Callable[[Any], Any]) -> Evidence:
    evidence: dict[str, Any] = {"operations": operations, "shape": [str(length) for length in shape]}
    expect(not isinstance(shape[0], int), f"the batch is fixed to {shape[0]}", **evidence)
    inputs = [np.arange(rows * 3, dtype="float32").reshape(rows, 3) / 10 for rows in (2, 5)]
    furthest = max(float(np.abs(np.maximum(x @ WEIGHT, 0) - run(x)).max()) for x in inputs)
    evidence["greatest_difference"] = furthest
    expect(furthest < 1e-5, f"in ONNX Runtime it differs by {furthest:g}", **evidence)
    return evidence


PROBE = Probe(
    slug="onnx_export",
    title="Export to ONNX",
    axis="export",
    question="Does a model exported to ONNX with an open batch give the same numbers in ONNX Runtime?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
    any_mode="exporting is a call of its own, which captures the model itself",
)
