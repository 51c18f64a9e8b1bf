"""Top-k: the 64 largest of every row and where they are, largest first."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench import sides
from collectors.bench.workload import Arrays, Prepared, Shape, Workload

COLUMNS, K = 4096, 64


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw (rows, 4096) from the standard normal distribution."""
    return {"x": rng.standard_normal((shape["rows"], COLUMNS), dtype=np.float32)}


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Sort, and give the largest twice: they are compared with the values and with what the places hold."""
    largest = np.sort(arrays["x"], axis=1)[:, : -K - 1 : -1]
    return np.stack([largest, largest]).astype(np.float64)


def _checked(arrays: Arrays, values: Any, places: Any) -> NDArray[Any]:
    return np.stack([np.asarray(values), np.take_along_axis(arrays["x"], np.asarray(places), axis=1)])


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """torch.topk."""
    import torch

    x = torch.from_numpy(arrays["x"]).to(device)
    step = lambda x: tuple(torch.topk(x, K))  # noqa: E731  # one line per framework
    return Prepared(step, (x,), lambda out: _checked(arrays, out[0].cpu(), out[1].cpu()))


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """tf.math.top_k."""
    import tensorflow as tf

    step = lambda x: tuple(tf.math.top_k(x, K))  # noqa: E731  # as above
    return Prepared(step, (tf.constant(arrays["x"]),), lambda out: _checked(arrays, *out))


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """jax.lax.top_k."""
    from jax import lax
    from jax import numpy as jnp

    return Prepared(lambda x: lax.top_k(x, K), (jnp.asarray(arrays["x"]),), lambda out: _checked(arrays, *out))


def keras(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the backend takes a visible GPU by itself
    """keras.ops.top_k."""
    from keras import ops

    def result(out: Any) -> NDArray[Any]:
        return _checked(arrays, ops.convert_to_numpy(out[0]), ops.convert_to_numpy(out[1]))

    return Prepared(lambda x: tuple(ops.top_k(x, K)), (ops.convert_to_tensor(arrays["x"]),), result)


def numpy(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # NumPy has one device
    """numpy.argpartition, then a sort of the 64."""

    def step(x: NDArray[Any]) -> Any:
        places = np.argpartition(x, -K, axis=1)[:, -K:]
        values = np.take_along_axis(x, places, axis=1)
        order = np.argsort(-values, axis=1)
        return np.take_along_axis(values, order, axis=1), np.take_along_axis(places, order, axis=1)

    prepared = sides.numpy(step, arrays["x"], implementation="argpartition and a sort of the part")
    return Prepared(prepared.step, prepared.arguments, lambda out: _checked(arrays, *out), facts=prepared.facts)


WORKLOAD = Workload(
    slug="top_k",
    title="The 64 largest of 4096",
    category="operator",
    sizes={"tiny": {"rows": 4}, "small": {"rows": 64}, "medium": {"rows": 512}, "large": {"rows": 8192}},
    default_size="small",
    seed=14,
    inputs=inputs,
    reference=reference,
    flops=lambda shape: shape["rows"] * COLUMNS,  # one comparison of each value, the least there can be
    bytes_moved=lambda shape: shape["rows"] * (4 * COLUMNS + 8 * K),
    tolerance={"float32": 0.0, "tf32": 0.0},
    frameworks={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras, "numpy": numpy},
    memory=lambda shape: 24 * shape["rows"] * COLUMNS,  # input, float64 copy, sorted copy
)
