"""LiteRT: a model converted to a .tflite file and run by LiteRT's interpreter, as on a phone."""

from pathlib import Path
from typing import Any

import numpy as np

from collectors.probes.model import Evidence, Mode, Probe, cannot, expect, needs

WEIGHT = np.linspace(-1, 1, 12, dtype="float32").reshape(3, 4)
FILE = Path("model.tflite")


def pytorch(mode: Mode) -> Evidence:
    """litert_torch, the converter of LiteRT's own makers."""
    needs("litert_torch")
    needs("ai_edge_litert")
    import importlib

    import torch

    class Model(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.tensor(WEIGHT))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.relu(x @ self.weight)

    converter = importlib.import_module("litert_torch")
    converter.convert(Model().eval(), (torch.ones(1, 3),)).export(str(FILE))
    return _run()


def tensorflow(mode: Mode) -> Evidence:
    """tf.lite.TFLiteConverter on a concrete function."""
    needs("ai_edge_litert")
    import tensorflow as tf

    return _converted(tf.function(lambda x: tf.nn.relu(x @ WEIGHT)))


def jax(mode: Mode) -> Evidence:
    """jax2tf and TensorFlow's converter, as the converter's own words have it."""
    needs("tensorflow")
    needs("ai_edge_litert")
    import jax
    import tensorflow as tf
    from jax.experimental import jax2tf

    model = jax2tf.convert(lambda x: jax.nn.relu(x @ WEIGHT), with_gradient=False)
    return _converted(tf.function(model, autograph=False))


def keras(mode: Mode) -> Evidence:
    """Model.export with the format of LiteRT, which Keras has for TensorFlow and torch."""
    if mode.backend == "torch":
        needs("litert_torch")
    needs("ai_edge_litert")
    import keras

    dense = keras.layers.Dense(4, activation="relu")
    model = keras.Sequential([keras.Input((3,)), dense])
    dense.set_weights([WEIGHT, np.zeros(4, "float32")])
    with cannot(ValueError, saying="requires TensorFlow or PyTorch backend"):
        model.export(str(FILE), format="litert", verbose=False)
    return _run()


def _converted(model: Any) -> Evidence:
    import tensorflow as tf

    concrete = model.get_concrete_function(tf.TensorSpec((1, 3), tf.float32, name="x"))
    FILE.write_bytes(tf.lite.TFLiteConverter.from_concrete_functions([concrete], model).convert())
    return _run()


def _run() -> Evidence:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(FILE))
    interpreter.allocate_tensors()
    (given,), (taken,) = interpreter.get_input_details(), interpreter.get_output_details()
    x = np.array([[0.1, 0.2, 0.3]], "float32")
    interpreter.set_tensor(given["index"], x)
    interpreter.invoke()
    return _same(x, interpreter.get_tensor(taken["index"]), FILE.stat().st_size)


def _same(x: Any, output: Any, size: int) -> Evidence:
    furthest = float(np.abs(np.maximum(x @ WEIGHT, 0) - output).max())
    evidence = {"bytes": size, "greatest_difference": furthest}
    expect(furthest < 1e-5, f"in LiteRT it differs by {furthest:g}", **evidence)
    return evidence


PROBE = Probe(
    slug="litert_conversion",
    title="Conversion to LiteRT",
    axis="export",
    question="Does a model converted to LiteRT give the same numbers in LiteRT's interpreter?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
    any_mode="converting is a call of its own, which captures the model itself",
)
