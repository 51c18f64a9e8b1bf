"""Attention: softmax(q kᵀ / √d) v over all heads at once, forward, without a mask."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench import sides
from collectors.bench.workload import Arrays, Prepared, Shape, Workload

DEPTH = 64
NAMES = ("q", "k", "v")


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw queries, keys and values (batch, heads, time, 64)."""
    size = (shape["batch"], shape["heads"], shape["time"], DEPTH)
    return {name: rng.standard_normal(size, dtype=np.float32) for name in NAMES}


def _attend(q: NDArray[Any], k: NDArray[Any], v: NDArray[Any]) -> NDArray[Any]:
    scores = q @ np.swapaxes(k, -1, -2) * q.dtype.type(DEPTH**-0.5)
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    result: NDArray[Any] = shares / shares.sum(axis=-1, keepdims=True) @ v
    return result


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Attend in float64, sequence by sequence (Vaswani et al. 2017, equation 1)."""
    sequences = zip(*(arrays[n] for n in NAMES), strict=True)
    return np.stack([_attend(q, k, v) for q, k, v in sequences]).astype(np.float64)


def _time_first(arrays: Arrays) -> list[NDArray[Any]]:
    """Give (batch, time, heads, 64), the layout JAX and Keras take."""
    return [np.ascontiguousarray(arrays[n].transpose(0, 2, 1, 3)) for n in NAMES]


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """torch.nn.functional.scaled_dot_product_attention."""
    from torch.nn.functional import scaled_dot_product_attention as attend

    step = lambda q, k, v: attend(q, k, v)  # noqa: E731  # one line per framework
    return sides.pytorch(step, *(arrays[n] for n in NAMES), device=device, layout="batch, heads, time, depth")


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """tf.matmul and tf.nn.softmax: TensorFlow has no function of its own for it."""
    import tensorflow as tf

    def step(q: Any, k: Any, v: Any) -> Any:
        return tf.matmul(tf.nn.softmax(tf.matmul(q, k, transpose_b=True) * DEPTH**-0.5), v)

    facts = {"layout": "batch, heads, time, depth", "implementation": "tf.matmul, tf.nn.softmax"}
    return sides.tensorflow(step, *(arrays[n] for n in NAMES), **facts)


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """jax.nn.dot_product_attention."""
    from jax.nn import dot_product_attention as attend

    prepared = sides.jax(lambda q, k, v: attend(q, k, v), *_time_first(arrays), layout="batch, time, heads, depth")
    return Prepared(prepared.step, prepared.arguments, lambda out: np.asarray(out).transpose(0, 2, 1, 3),
                    facts=prepared.facts)  # fmt: skip


def keras(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the backend takes a visible GPU by itself
    """keras.ops.dot_product_attention."""
    from keras import ops

    step = lambda q, k, v: ops.dot_product_attention(q, k, v)  # noqa: E731  # as above
    prepared = sides.keras(step, *_time_first(arrays), layout="batch, time, heads, depth")
    return Prepared(prepared.step, prepared.arguments, lambda out: ops.convert_to_numpy(out).transpose(0, 2, 1, 3),
                    facts=prepared.facts)  # fmt: skip


def numpy(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # NumPy has one device
    """numpy.matmul and softmax written out."""
    facts = {"layout": "batch, heads, time, depth", "implementation": "written out"}
    return sides.numpy(_attend, *(arrays[n] for n in NAMES), **facts)


def _heads(shape: Shape) -> int:
    return shape["batch"] * shape["heads"]


WORKLOAD = Workload(
    slug="attention",
    title="Attention",
    category="layer",
    sizes={
        "tiny": {"batch": 2, "heads": 2, "time": 8},
        "small": {"batch": 4, "heads": 4, "time": 128},
        "medium": {"batch": 8, "heads": 8, "time": 256},
        "large": {"batch": 8, "heads": 16, "time": 1024},
    },
    default_size="small",
    seed=19,
    inputs=inputs,
    reference=reference,
    flops=lambda shape: 4 * _heads(shape) * shape["time"] ** 2 * DEPTH,  # the two products alone
    # queries, keys, values and the result; the scores need not leave the processor
    bytes_moved=lambda shape: 4 * 4 * _heads(shape) * shape["time"] * DEPTH,
    tolerance={"float32": 1e-5, "tf32": 5e-3},
    frameworks={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras, "numpy": numpy},
    # four arrays in float32 and float64; the scores, twice, in float32
    memory=lambda shape: _heads(shape) * shape["time"] * (48 * DEPTH + 20 * shape["time"]),
)
