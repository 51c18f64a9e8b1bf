"""Transformer block, forward: attention and a perceptron, each after a normalisation and added to its input."""

import numpy as np
from numpy.typing import NDArray

from collectors.bench import sides, transformer
from collectors.bench.autodiff import Value
from collectors.bench.keras_steps import forward
from collectors.bench.workload import Arrays, Prepared, Shape, Workload

FACTS = {"layout": "batch, time, width", "heads": f"of {transformer.HEAD}"}


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw x (batch, time, width) and a block's parameters."""
    batch, time, width = (shape[name] for name in ("batch", "time", "width"))
    return {"x": rng.standard_normal((batch, time, width), dtype=np.float32), **transformer.weights(width, "", rng)}


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Run the block in float64, sequence by sequence."""
    p = {name: Value(a) for name, a in arrays.items() if name != "x"}
    use = transformer.float64()
    return np.concatenate([transformer.block(p, Value(x[None]), use).array for x in arrays["x"]])


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """torch.nn.functional: layer_norm, scaled_dot_product_attention, gelu."""
    names, use = list(arrays), transformer.pytorch()
    step = lambda *a: transformer.block(dict(zip(names, a, strict=True)), a[0], use)  # noqa: E731  # as in the others
    return sides.pytorch(step, *arrays.values(), device=device, **FACTS)


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """tf.nn: moments, softmax, gelu."""
    names, use = list(arrays), transformer.tensorflow()
    step = lambda *a: transformer.block(dict(zip(names, a, strict=True)), a[0], use)  # noqa: E731  # as in the others
    return sides.tensorflow(step, *arrays.values(), **FACTS)


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """jax.nn: standardize, dot_product_attention, gelu."""
    names, use = list(arrays), transformer.jax()
    step = lambda *a: transformer.block(dict(zip(names, a, strict=True)), a[0], use)  # noqa: E731  # as in the others
    return sides.jax(step, *arrays.values(), **FACTS)


def keras(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the backend takes a visible GPU by itself
    """keras.layers: LayerNormalization, MultiHeadAttention, Dense."""
    import keras

    x = keras.Input(arrays["x"].shape[1:])
    model = keras.Model(x, transformer.keras_block(x, causal=False))
    model.set_weights(transformer.keras_weights(arrays))
    return forward(model, arrays["x"], call=None, implementation="keras.layers", **FACTS)


def numpy(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # NumPy has one device
    """numpy.matmul; normalisation, softmax and GELU written out."""
    names, use = list(arrays), transformer.numpy()
    step = lambda *a: transformer.block(dict(zip(names, a, strict=True)), a[0], use)  # noqa: E731  # as in the others
    return sides.numpy(step, *arrays.values(), implementation="written out", **FACTS)


def _size(shape: Shape) -> tuple[int, int, int]:
    return shape["batch"], shape["time"], shape["width"]


def _bytes(shape: Shape) -> int:
    """Count the input and the parameters read once, the output written once."""
    batch, time, width = _size(shape)
    return 4 * (2 * batch * time * width + transformer.parameters(width))


def _memory(shape: Shape) -> int:
    """Count all activations in float32, those of one sequence in float64, parameters in both, input and output."""
    batch, time, width = _size(shape)
    one = transformer.activations(1, time, width)
    return (4 * batch + 8) * one + 12 * transformer.parameters(width) + 20 * batch * time * width


WORKLOAD = Workload(
    slug="transformer_block",
    title="Transformer block, forward",
    category="layer",
    sizes={
        "tiny": {"batch": 2, "time": 6, "width": 64},
        "small": {"batch": 4, "time": 128, "width": 256},
        "medium": {"batch": 8, "time": 256, "width": 512},
        "large": {"batch": 8, "time": 1024, "width": 1024},
    },
    default_size="small",
    seed=27,
    inputs=inputs,
    reference=reference,
    flops=lambda shape: transformer.product_flops(*_size(shape)),  # the products alone
    bytes_moved=_bytes,
    tolerance={"float32": 1e-5, "tf32": 5e-3},
    frameworks={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras, "numpy": numpy},
    memory=_memory,
)
