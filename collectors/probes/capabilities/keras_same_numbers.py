"""The same numbers from Keras on each backend: a small network with given weights against the same in NumPy."""

import math
from typing import Any

import numpy as np

from collectors.probes.model import Evidence, Gap, Mode, Probe, expect

OTHER = Gap("is a backend: the question is whether Keras gives the same upon each")
RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(2, 7, 7, 2)).astype(np.float32)
KERNEL, BIAS = RANDOM.normal(size=(3, 3, 2, 4)).astype(np.float32), RANDOM.normal(size=4).astype(np.float32)
SCALE, SHIFT, MEAN, SPREAD = (RANDOM.uniform(0.5, 2, size=4).astype(np.float32) for _ in range(4))
DENSE, LAST = RANDOM.normal(size=(4, 3)).astype(np.float32), RANDOM.normal(size=3).astype(np.float32)
EPSILON = 1e-3


def keras(mode: Mode) -> Evidence:
    """Conv2D with stride 2 and padding "same", BatchNormalization, gelu, pooling, and a Dense with softmax."""
    import keras

    model = keras.Sequential(
        [
            keras.Input((7, 7, 2)),
            keras.layers.Conv2D(4, 3, strides=2, padding="same"),
            keras.layers.BatchNormalization(epsilon=EPSILON),
            keras.layers.Activation("gelu"),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    model.set_weights([KERNEL, BIAS, SCALE, SHIFT, MEAN, SPREAD, DENSE, LAST])
    model.compile(run_eagerly=mode.eager, jit_compile=not mode.eager and mode.backend != "tensorflow")
    return _same(model.predict_on_batch(X))


def by_hand() -> Any:
    """Give the network's result in float64: the padding is 1 on each side of 7, so that stride 2 gives 4."""
    padded = np.pad(X.astype(np.float64), ((0, 0), (1, 1), (1, 1), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))[:, ::2, ::2]
    found = np.einsum("bijcuv,uvco->bijo", windows, KERNEL) + BIAS
    found = (found - MEAN) / np.sqrt(SPREAD + EPSILON) * SCALE + SHIFT
    found = found / 2 * (1 + np.vectorize(math.erf)(found / math.sqrt(2)))
    powers = np.exp(found.mean(axis=(1, 2)) @ DENSE + LAST)
    return powers / powers.sum(axis=1, keepdims=True)


def _same(found: Any) -> Evidence:
    exact = by_hand()
    off = float(np.abs(np.asarray(found) - exact).max())
    seen = {"largest_error": off, "outputs": np.asarray(found, np.float64).round(5).tolist()}
    expect(off < 1e-4, f"the outputs are off by {off:.2g} from those of NumPy", **seen)
    return seen


PROBE = Probe(
    slug="keras_same_numbers",
    title="Same numbers, any backend",
    axis="compatibility",
    question="Does a Keras model with given weights give, on this backend, the numbers that NumPy gives?",
    sides={"keras": keras, "pytorch": OTHER, "tensorflow": OTHER, "jax": OTHER},
)
