"""The residual networks' operations in float64 and in each framework, side by side.

Convolutions pad alike on both sides, whatever a framework's default for an even size and a stride of two.
"""

from typing import Any

import numpy as np

from collectors.bench import autodiff, autodiff_images
from collectors.bench.autodiff import Value
from collectors.bench.resnet import EPSILON, KEEP, STATISTICS, Operations, Plan, network
from collectors.bench.workload import Arrays


def float64(p: Any, *, training: bool) -> Operations:
    """The reference's own, over autodiff's values; running statistics are read, never renewed."""

    def norm(x: Value, layer: str) -> Value:
        if training:
            x = autodiff.normalise(x, (0, 1, 2), EPSILON)
        else:
            mean, variance = (p[f"{layer}/{name}"].array for name in STATISTICS)
            root = np.sqrt(variance + EPSILON)
            x = x * Value(1 / root) + Value(-mean / root)
        result: Value = x * p[f"{layer}/gamma"] + p[f"{layer}/beta"]
        return result

    return Operations(
        lambda x, layer, side, _, stride: autodiff_images.conv(x, p[f"{layer}/kernel"], stride, side // 2),
        norm,
        autodiff.relu,
        lambda x, y: x + y,
        lambda x: autodiff_images.max_pool(x, 3, 2, 1),
        lambda x: x.mean((1, 2)),
        lambda x, layer, _: x @ p[f"{layer}/kernel"] + p[f"{layer}/bias"],
    )


def pytorch(p: Any, *, training: bool) -> Operations:
    """torch.nn.functional, channels first; kernels (out, in, rows, columns)."""
    from torch.nn import functional as f

    def norm(x: Any, layer: str) -> Any:
        gamma, beta, mean, variance = (p[f"{layer}/{name}"] for name in ("gamma", "beta", *STATISTICS))
        return f.batch_norm(x, mean, variance, gamma, beta, training, 1 - KEEP, EPSILON)

    return Operations(
        lambda x, layer, side, _, stride: f.conv2d(x, p[f"{layer}/kernel"], stride=stride, padding=side // 2),
        norm,
        f.relu,
        lambda x, y: x + y,
        lambda x: f.max_pool2d(x, 3, 2, 1),
        lambda x: x.mean((2, 3)),
        lambda x, layer, _: f.linear(x, p[f"{layer}/kernel"], p[f"{layer}/bias"]),
    )


def tensorflow(p: Any, statistics: Any, *, training: bool) -> Operations:
    """tf.nn, channels last; `statistics` are variables that training renews."""
    import tensorflow as tf

    def norm(x: Any, layer: str) -> Any:
        gamma, beta = p[f"{layer}/gamma"], p[f"{layer}/beta"]
        kept = [statistics[f"{layer}/{name}"] for name in STATISTICS]
        normalise = tf.compat.v1.nn.fused_batch_norm
        if not training:
            return normalise(x, gamma, beta, *kept, epsilon=EPSILON, is_training=False)[0]
        x, *seen = normalise(x, gamma, beta, epsilon=EPSILON, is_training=True)
        for old, new in zip(kept, seen, strict=True):
            old.assign_sub((1 - KEEP) * (old - new))
        return x

    def conv(x: Any, layer: str, side: int, _: int, stride: int) -> Any:
        around = [side // 2] * 2
        return tf.nn.conv2d(x, p[f"{layer}/kernel"], stride, [[0, 0], around, around, [0, 0]])

    return Operations(
        conv,
        norm,
        tf.nn.relu,
        lambda x, y: x + y,
        lambda x: tf.nn.max_pool2d(tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]]), 3, 2, "VALID"),
        lambda x: tf.reduce_mean(x, (1, 2)),
        lambda x, layer, _: x @ p[f"{layer}/kernel"] + p[f"{layer}/bias"],
    )


def jax(p: Any, statistics: Any, renewed: dict[str, Any] | None = None) -> Operations:
    """jax.lax, channels last; with `renewed` it trains, and puts the renewed statistics there."""
    from jax import lax, nn
    from jax import numpy as jnp

    def norm(x: Any, layer: str) -> Any:
        names = [f"{layer}/{name}" for name in STATISTICS]
        mean, variance = (statistics[name] for name in names)
        if renewed is not None:
            seen = (jnp.mean(x, (0, 1, 2)), jnp.var(x, (0, 1, 2)))
            renewed.update({n: KEEP * statistics[n] + (1 - KEEP) * s for n, s in zip(names, seen, strict=True)})
            mean, variance = seen
        return (x - mean) * (lax.rsqrt(variance + EPSILON) * p[f"{layer}/gamma"]) + p[f"{layer}/beta"]

    def conv(x: Any, layer: str, side: int, _: int, stride: int) -> Any:
        layout = ("NHWC", "HWIO", "NHWC")
        around = [(side // 2, side // 2)] * 2
        return lax.conv_general_dilated(x, p[f"{layer}/kernel"], (stride, stride), around, dimension_numbers=layout)

    def pool(x: Any) -> Any:
        around = ((0, 0), (1, 1), (1, 1), (0, 0))
        return lax.reduce_window(x, -jnp.inf, lax.max, (1, 3, 3, 1), (1, 2, 2, 1), around)

    return Operations(
        conv,
        norm,
        nn.relu,
        lambda x, y: x + y,
        pool,
        lambda x: jnp.mean(x, (1, 2)),
        lambda x, layer, _: x @ p[f"{layer}/kernel"] + p[f"{layer}/bias"],
    )


def keras_layers() -> Operations:
    """keras.layers, channels last, over symbolic tensors."""
    from keras import layers

    def conv(x: Any, layer: str, side: int, channels: int, stride: int) -> Any:
        x = layers.ZeroPadding2D(side // 2)(x) if side > 1 else x
        return layers.Conv2D(channels, side, stride, use_bias=False, name=layer)(x)

    return Operations(
        conv,
        lambda x, layer: layers.BatchNormalization(momentum=KEEP, epsilon=EPSILON, name=layer)(x),
        lambda x: layers.ReLU()(x),
        lambda x, y: layers.Add()([x, y]),
        lambda x: layers.MaxPooling2D(3, 2)(layers.ZeroPadding2D(1)(x)),
        lambda x: layers.GlobalAveragePooling2D()(x),
        lambda x, layer, classes: layers.Dense(classes, name=layer)(x),
    )


def keras_model(plan: Plan, arrays: Arrays) -> Any:
    """Give the Keras model with these parameters."""
    import keras

    images = keras.Input(arrays["x"].shape[1:])
    model = keras.Model(images, network(images, plan, keras_layers()))
    for variable in model.variables:
        variable.assign(arrays[variable.path])
    return model
