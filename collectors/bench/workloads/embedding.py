"""Embedding: rows of a table by number, a copy at random places."""

import numpy as np
from numpy.typing import NDArray

from collectors.bench import sides
from collectors.bench.workload import Arrays, Prepared, Shape, Workload


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw a table (words, width) and numbers of words (tokens,)."""
    words, width, tokens = (shape[name] for name in ("words", "width", "tokens"))
    return {
        "table": rng.standard_normal((words, width), dtype=np.float32),
        "tokens": rng.integers(0, words, tokens).astype(np.int64),
    }


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Copy the rows."""
    rows: NDArray[np.float64] = arrays["table"][arrays["tokens"]]
    return rows


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """torch.nn.functional.embedding."""
    from torch.nn.functional import embedding

    return sides.pytorch(lambda t, n: embedding(n, t), arrays["table"], arrays["tokens"], device=device)


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """tf.nn.embedding_lookup."""
    import tensorflow as tf

    return sides.tensorflow(lambda t, n: tf.nn.embedding_lookup(t, n), arrays["table"], arrays["tokens"])


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """Indexing an array, as JAX's own examples embed."""
    return sides.jax(lambda t, n: t[n], arrays["table"], arrays["tokens"])


def keras(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the backend takes a visible GPU by itself
    """keras.ops.take, which keras.layers.Embedding calls."""
    from keras import ops

    return sides.keras(lambda t, n: ops.take(t, n, axis=0), arrays["table"], arrays["tokens"])


def numpy(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # NumPy has one device
    """numpy.take."""
    return sides.numpy(lambda t, n: np.take(t, n, axis=0), arrays["table"], arrays["tokens"])


WORKLOAD = Workload(
    slug="embedding",
    title="Embedding lookup",
    category="operator",
    sizes={
        "tiny": {"words": 100, "width": 16, "tokens": 50},
        "small": {"words": 20_000, "width": 256, "tokens": 4096},
        "medium": {"words": 50_000, "width": 512, "tokens": 16_384},
        "large": {"words": 250_000, "width": 1024, "tokens": 131_072},
    },
    default_size="small",
    seed=12,
    inputs=inputs,
    reference=reference,
    flops=lambda shape: 0,  # noqa: ARG005  # a copy
    bytes_moved=lambda shape: shape["tokens"] * (8 + 2 * 4 * shape["width"]),
    tolerance={"float32": 0.0, "tf32": 0.0},
    frameworks={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras, "numpy": numpy},
    memory=lambda shape: 4 * shape["width"] * (4 * shape["words"] + 3 * shape["tokens"]),
)
