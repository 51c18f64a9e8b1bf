"""Layer normalisation over the last axis, with scale and shift, forward."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench import sides
from collectors.bench.workload import Arrays, Prepared, Shape, Workload

COLUMNS = 1024
EPSILON = 1e-5


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw (rows, 1024), and a scale and a shift (1024,)."""
    return {
        "x": rng.standard_normal((shape["rows"], COLUMNS), dtype=np.float32),
        "scale": rng.standard_normal(COLUMNS, dtype=np.float32),
        "shift": rng.standard_normal(COLUMNS, dtype=np.float32),
    }


def _normalise(x: NDArray[Any], scale: NDArray[Any], shift: NDArray[Any]) -> NDArray[Any]:
    mean = x.mean(axis=-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(axis=-1, keepdims=True)
    result: NDArray[Any] = (x - mean) / np.sqrt(variance + x.dtype.type(EPSILON)) * scale + shift
    return result


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Normalise in float64 (Ba, Kiros and Hinton 2016)."""
    return _normalise(arrays["x"], arrays["scale"], arrays["shift"]).astype(np.float64)


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """torch.nn.functional.layer_norm."""
    from torch.nn.functional import layer_norm

    x, scale, shift = arrays["x"], arrays["scale"], arrays["shift"]
    return sides.pytorch(lambda x, a, b: layer_norm(x, (COLUMNS,), a, b, EPSILON), x, scale, shift, device=device)


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """tf.keras.layers.LayerNormalization, the layer TensorFlow ships."""
    import tensorflow as tf

    layer = tf.keras.layers.LayerNormalization(epsilon=EPSILON)
    layer.build(arrays["x"].shape)
    layer.set_weights([arrays["scale"], arrays["shift"]])
    return sides.tensorflow(lambda x: layer(x), arrays["x"], implementation="tf.keras.layers.LayerNormalization")


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """jax.nn.standardize, then scale and shift."""
    from jax.nn import standardize

    x, scale, shift = arrays["x"], arrays["scale"], arrays["shift"]
    return sides.jax(lambda x, a, b: standardize(x, axis=-1, epsilon=EPSILON) * a + b, x, scale, shift)


def keras(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the backend takes a visible GPU by itself
    """keras.ops.layer_normalization."""
    from keras import ops

    x, scale, shift = arrays["x"], arrays["scale"], arrays["shift"]
    return sides.keras(lambda x, a, b: ops.layer_normalization(x, a, b, axis=-1, epsilon=EPSILON), x, scale, shift)


def numpy(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # NumPy has one device
    """Mean and variance written out."""
    return sides.numpy(_normalise, arrays["x"], arrays["scale"], arrays["shift"], implementation="written out")


WORKLOAD = Workload(
    slug="layer_norm",
    title="Layer normalisation",
    category="operator",
    sizes={"tiny": {"rows": 8}, "small": {"rows": 512}, "medium": {"rows": 4096}, "large": {"rows": 65536}},
    default_size="small",
    seed=9,
    inputs=inputs,
    reference=reference,
    # mean, difference, square, mean, division by the root, scale, shift; the root itself is once per row
    flops=lambda shape: 7 * COLUMNS * shape["rows"],
    bytes_moved=lambda shape: 4 * COLUMNS * (2 * shape["rows"] + 2),
    tolerance={"float32": 1e-5, "tf32": 1e-5},
    frameworks={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras, "numpy": numpy},
)
