"""A transformer block, normalised before each part, and the operations each framework gives it.

Two workloads share it. The block itself is written once, with the operators all arrays have; what a framework has a
function of its own for (normalisation, attention, GELU in its tanh form) is in its `Operations`, side by side.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench import autodiff
from collectors.bench.autodiff import Value
from collectors.bench.workload import Arrays

EPSILON = 1e-5
HEAD = 32
"""The width of a head."""


@dataclass(frozen=True)
class Operations:
    """What the block needs of a framework.

    norm: (x, scale, shift) over the last axis. gelu: in its tanh form.
    attend: (q, k, v, causal) from (batch, time, width) each to the same, with heads of 32.
    """

    norm: Callable[[Any, Any, Any], Any]
    attend: Callable[[Any, Any, Any, bool], Any]
    gelu: Callable[[Any], Any]


def weights(width: int, prefix: str, rng: np.random.Generator) -> dict[str, NDArray[np.float32]]:
    """Draw a block's parameters: kernels (in, out) scaled by their fan-in, no biases where attention cancels them."""
    drawn: dict[str, NDArray[np.float32]] = {}
    for name in ("norm1", "norm2"):
        drawn[f"{name}_scale"] = 1 + rng.standard_normal(width, dtype=np.float32) * np.float32(0.1)
        drawn[f"{name}_shift"] = rng.standard_normal(width, dtype=np.float32) * np.float32(0.1)
    sizes = dict.fromkeys(("query", "key", "value", "out"), (width, width))
    for name, size in {**sizes, "up": (width, 4 * width), "down": (4 * width, width)}.items():
        drawn[name] = rng.standard_normal(size, dtype=np.float32) * np.float32(size[0] ** -0.5)
    drawn["up_bias"] = rng.standard_normal(4 * width, dtype=np.float32) * np.float32(0.1)
    drawn["down_bias"] = rng.standard_normal(width, dtype=np.float32) * np.float32(0.1)
    return {prefix + name: array for name, array in drawn.items()}


def block(p: Any, x: Any, use: Operations, prefix: str = "", *, causal: bool = False) -> Any:
    """Give x + attention(norm(x)), then that + perceptron(norm(that)) (Xiong et al. 2020)."""
    h = use.norm(x, p[prefix + "norm1_scale"], p[prefix + "norm1_shift"])
    q, k, v = (h @ p[prefix + name] for name in ("query", "key", "value"))
    x = x + use.attend(q, k, v, causal) @ p[prefix + "out"]
    h = use.norm(x, p[prefix + "norm2_scale"], p[prefix + "norm2_shift"])
    h = use.gelu(h @ p[prefix + "up"] + p[prefix + "up_bias"])
    return x + h @ p[prefix + "down"] + p[prefix + "down_bias"]


def float64() -> Operations:
    """The reference's own, over autodiff's values."""

    def attend(q: Value, k: Value, v: Value, causal: bool) -> Value:
        batch, time, width = q.array.shape
        q, k, v = (x.reshape(batch, time, width // HEAD, HEAD).transpose(0, 2, 1, 3) for x in (q, k, v))
        scores = q @ k.transpose(0, 1, 3, 2) * HEAD**-0.5
        if causal:
            scores = scores + Value(np.where(np.tri(time, dtype=bool), 0.0, -1e30))
        return (autodiff.softmax(scores) @ v).transpose(0, 2, 1, 3).reshape(batch, time, width)

    return Operations(lambda x, a, b: autodiff.normalise(x, (-1,), EPSILON) * a + b, attend, autodiff.gelu)


def pytorch() -> Operations:
    """torch.nn.functional."""
    from torch.nn import functional as f

    def attend(q: Any, k: Any, v: Any, causal: bool) -> Any:
        batch, time, width = q.shape
        q, k, v = (x.view(batch, time, width // HEAD, HEAD).transpose(1, 2) for x in (q, k, v))
        mixed = f.scaled_dot_product_attention(q, k, v, is_causal=causal)
        return mixed.transpose(1, 2).reshape(batch, time, width)

    norm = lambda x, a, b: f.layer_norm(x, x.shape[-1:], a, b, EPSILON)  # noqa: E731  # one line per framework
    return Operations(norm, attend, lambda x: f.gelu(x, approximate="tanh"))


def tensorflow() -> Operations:
    """tf.nn, whose moments stand for the normalisation and whose softmax for the attention it does not have."""
    import tensorflow as tf

    def norm(x: Any, scale: Any, shift: Any) -> Any:
        mean, variance = tf.nn.moments(x, [-1], keepdims=True)
        return tf.nn.batch_normalization(x, mean, variance, shift, scale, EPSILON)

    def attend(q: Any, k: Any, v: Any, causal: bool) -> Any:
        batch, time, width = q.shape
        q, k, v = (tf.transpose(tf.reshape(x, (batch, time, width // HEAD, HEAD)), (0, 2, 1, 3)) for x in (q, k, v))
        scores = tf.matmul(q, k, transpose_b=True) * HEAD**-0.5
        if causal:
            scores = tf.where(tf.linalg.band_part(tf.ones((time, time), tf.bool), -1, 0), scores, scores.dtype.min)
        return tf.reshape(tf.transpose(tf.nn.softmax(scores) @ v, (0, 2, 1, 3)), (batch, time, width))

    return Operations(norm, attend, lambda x: tf.nn.gelu(x, approximate=True))


def jax() -> Operations:
    """jax.nn."""
    from jax import nn

    def attend(q: Any, k: Any, v: Any, causal: bool) -> Any:
        heads = (x.reshape(*x.shape[:2], -1, HEAD) for x in (q, k, v))
        return nn.dot_product_attention(*heads, is_causal=causal).reshape(q.shape)

    norm = lambda x, a, b: nn.standardize(x, axis=-1, epsilon=EPSILON) * a + b  # noqa: E731  # as above
    return Operations(norm, attend, lambda x: nn.gelu(x, approximate=True))


def numpy() -> Operations:
    """Written out, in float32."""

    def norm(x: NDArray[Any], scale: NDArray[Any], shift: NDArray[Any]) -> NDArray[Any]:
        root = np.sqrt(x.var(axis=-1, keepdims=True) + x.dtype.type(EPSILON))
        result: NDArray[Any] = (x - x.mean(axis=-1, keepdims=True)) / root * scale + shift
        return result

    def attend(q: NDArray[Any], k: NDArray[Any], v: NDArray[Any], _: bool) -> NDArray[Any]:
        batch, time, width = q.shape
        q, k, v = (x.reshape(batch, time, width // HEAD, HEAD).transpose(0, 2, 1, 3) for x in (q, k, v))
        scores = q @ k.transpose(0, 1, 3, 2) * q.dtype.type(HEAD**-0.5)
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        mixed = shares / shares.sum(axis=-1, keepdims=True) @ v
        joined: NDArray[Any] = mixed.transpose(0, 2, 1, 3).reshape(batch, time, width)
        return joined

    def gelu(x: NDArray[Any]) -> NDArray[Any]:
        one, cube, root = (x.dtype.type(c) for c in (0.5, 0.044715, np.sqrt(2 / np.pi)))
        result: NDArray[Any] = x * one * (np.tanh((x + x * x * x * cube) * root) + x.dtype.type(1))
        return result

    return Operations(norm, attend, gelu)


def keras_block(x: Any, *, causal: bool) -> Any:
    """Apply the block's layers to a symbolic tensor; `keras_weights` gives their weights in the layers' order."""
    from keras import activations, layers

    width = x.shape[-1]
    h = layers.LayerNormalization(epsilon=EPSILON)(x)
    attention = layers.MultiHeadAttention(width // HEAD, HEAD, use_bias=False)
    x = x + attention(h, h, use_causal_mask=causal)
    h = layers.LayerNormalization(epsilon=EPSILON)(x)
    h = layers.Dense(4 * width, activation=lambda x: activations.gelu(x, approximate=True))(h)
    return x + layers.Dense(width)(h)


KERAS_ORDER = (
    *("norm1_scale", "norm1_shift", "query", "key", "value", "out"),
    *("norm2_scale", "norm2_shift", "up", "up_bias", "down", "down_bias"),
)


def keras_weights(arrays: Arrays, prefix: str = "") -> list[NDArray[Any]]:
    """Give a block's weights in Keras's order and shapes: its attention keeps the heads apart."""
    width = len(arrays[prefix + "query"])
    shapes = dict.fromkeys(("query", "key", "value"), (width, width // HEAD, HEAD))
    shapes["out"] = (width // HEAD, HEAD, width)
    return [arrays[prefix + n].reshape(shapes.get(n, arrays[prefix + n].shape)) for n in KERAS_ORDER]


def product_flops(batch: int, time: int, width: int) -> int:
    """Count a block's products, forward: twelve width × width kernels per token, and the two of attention."""
    return 2 * batch * time * (12 * width**2 + 2 * time * width)


def parameters(width: int) -> int:
    """Count a block's parameters."""
    return 12 * width**2 + 9 * width


def activations(batch: int, time: int, width: int) -> int:
    """Count the numbers a block's forward pass makes, the scores of attention included."""
    return batch * time * (50 * width + 4 * (width // HEAD) * time)
