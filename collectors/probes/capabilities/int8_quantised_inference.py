"""int8 inference: a small model whose weights become numbers of eight bits, and whose outputs stay near."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from collectors.probes.model import Evidence, Mode, Probe, expect, needs

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(16, 32)).astype(np.float32)
FIRST = (RANDOM.normal(size=(32, 64)) / 6).astype(np.float32)
SECOND = (RANDOM.normal(size=(64, 8)) / 8).astype(np.float32)
TOLERANCE = 0.05
"""Of the norm: each of two layers rounds its inputs and its weights to 127 steps of their largest."""


def pytorch(mode: Mode) -> Evidence:
    """quantize_ of torchao, to which the documentation of torch.ao.quantization sends its readers."""
    needs("torchao")
    import torch
    from torchao.quantization import Int8DynamicActivationInt8WeightConfig, quantize_

    model = torch.nn.Sequential(
        torch.nn.Linear(32, 64, bias=False), torch.nn.ReLU(), torch.nn.Linear(64, 8, bias=False)
    )
    with torch.no_grad():
        for layer, weight in ((model[0], FIRST), (model[2], SECOND)):
            layer.weight.copy_(torch.from_numpy(weight.T.copy()))
        quantize_(model, Int8DynamicActivationInt8WeightConfig())
        found = model(torch.from_numpy(X))
    return _near("torchao", [str(model[n].weight.qdata.dtype).removeprefix("torch.") for n in (0, 2)], found.numpy())


def tensorflow(mode: Mode) -> Evidence:
    """tf.lite.TFLiteConverter with a representative data set, run by the interpreter of LiteRT."""
    needs("ai_edge_litert")
    import tensorflow as tf
    from ai_edge_litert.interpreter import Interpreter

    class Model(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec((16, 32))])
        def __call__(self, x: Any) -> Any:
            return tf.nn.relu(x @ tf.constant(FIRST)) @ tf.constant(SECOND)

    def samples() -> Iterator[list[Any]]:
        yield [X]

    model = Model()
    converter = tf.lite.TFLiteConverter.from_concrete_functions([model.__call__.get_concrete_function()], model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = samples
    interpreter = Interpreter(model_content=converter.convert())
    interpreter.allocate_tensors()
    (given,), (taken,) = interpreter.get_input_details(), interpreter.get_output_details()
    interpreter.set_tensor(given["index"], X)
    interpreter.invoke()
    shapes = {FIRST.T.shape, SECOND.T.shape}
    held = [each for each in interpreter.get_tensor_details() if tuple(each["shape"]) in shapes]
    return _near("LiteRT", [np.dtype(each["dtype"]).name for each in held], interpreter.get_tensor(taken["index"]))


def jax(mode: Mode) -> Evidence:
    """By hand, as JAX has no quantiser: rounded to int8, multiplied by jax.lax.dot into int32, and scaled back."""
    import jax
    from jax import numpy as jnp

    def rounded(x: Any, axis: int) -> Any:
        scale = jnp.abs(x).max(axis, keepdims=True) / 127
        return jnp.round(x / scale).astype(jnp.int8), scale

    def dense(x: Any, weight: Any, scale: Any) -> Any:
        values, by = rounded(x, 1)
        return jax.lax.dot(values, weight, preferred_element_type=jnp.int32) * by * scale

    layers = [rounded(jnp.asarray(weight), 0) for weight in (FIRST, SECOND)]
    found = jax.jit(lambda x: dense(jax.nn.relu(dense(x, *layers[0])), *layers[1]))(X)
    return _near("by hand", [weight.dtype.name for weight, _ in layers], np.asarray(found))


def keras(mode: Mode) -> Evidence:
    """Model.quantize("int8")."""
    import keras

    first = keras.layers.Dense(64, activation="relu", use_bias=False)
    model = keras.Sequential([keras.Input((32,)), first, keras.layers.Dense(8, use_bias=False)])
    model.set_weights([FIRST, SECOND])
    model.quantize("int8")
    kinds = [keras.backend.standardize_dtype(layer._kernel.dtype) for layer in model.layers]
    return _near('Model.quantize("int8")', kinds, keras.ops.convert_to_numpy(model(X)))


def _near(how: str, weights: list[str], found: Any) -> Evidence:
    exact = np.maximum(X.astype(np.float64) @ FIRST, 0) @ SECOND
    off = float(np.linalg.norm(found - exact) / np.linalg.norm(exact))
    seen = {"how": how, "weights": weights, "relative_error": off}
    expect(weights == ["int8", "int8"], f"the weights are {weights}", **seen)
    expect(off < TOLERANCE, f"the outputs are off by {off:.1%}", **seen)
    expect(off > 0, "the outputs are those of float32: nothing was rounded", **seen)
    return seen


PROBE = Probe(
    slug="int8_quantised_inference",
    title="Inference in int8",
    axis="numbers",
    question="Can a model run with weights of int8, its outputs near to those in float32?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
    any_mode="what is made is a model of another kind, run as its maker runs it",
)
