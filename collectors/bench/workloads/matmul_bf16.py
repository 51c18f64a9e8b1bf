"""Matrix product in bfloat16: two square matrices whose values bfloat16 holds exactly, and a bfloat16 result."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench.workload import Arrays, Gap, Prepared, Shape, Workload

FACTS = {"precision": "bfloat16"}


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw two n by n matrices, rounded to bfloat16 so that every framework multiplies the same numbers."""
    n = shape["n"]
    return {name: rounded(rng.standard_normal((n, n), dtype=np.float32)) for name in ("left", "right")}


def rounded(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Round to the nearest bfloat16, ties to even: the upper 16 bits of a float32."""
    bits = x.view(np.uint32)
    up = np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))
    return ((bits + up) & np.uint32(0xFFFF0000)).view(np.float32)


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Multiply in float64."""
    product: NDArray[np.float64] = arrays["left"] @ arrays["right"]
    return product


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """torch.matmul of torch.bfloat16."""
    import torch

    tensors = tuple(torch.from_numpy(arrays[n]).to(device, torch.bfloat16) for n in ("left", "right"))
    return Prepared(torch.matmul, tensors, lambda out: out.float().cpu().numpy(), facts=FACTS)


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """tf.matmul of tf.bfloat16."""
    import tensorflow as tf

    tensors = tuple(tf.cast(arrays[n], tf.bfloat16) for n in ("left", "right"))
    return Prepared(lambda a, b: tf.matmul(a, b), tensors, lambda out: tf.cast(out, tf.float32).numpy(), facts=FACTS)


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """jax.numpy.matmul of jax.numpy.bfloat16."""
    import jax.numpy as jnp

    tensors = tuple(jnp.asarray(arrays[n], jnp.bfloat16) for n in ("left", "right"))
    return Prepared(lambda a, b: jnp.matmul(a, b), tensors, lambda out: np.asarray(out, np.float32), facts=FACTS)


def keras(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the backend takes a visible GPU by itself
    """keras.ops.matmul of bfloat16."""
    from keras import ops

    def result(out: Any) -> NDArray[Any]:
        widened: NDArray[Any] = ops.convert_to_numpy(ops.cast(out, "float32"))
        return widened

    tensors = tuple(ops.convert_to_tensor(arrays[n], "bfloat16") for n in ("left", "right"))
    return Prepared(lambda a, b: ops.matmul(a, b), tensors, result, facts=FACTS)


WORKLOAD = Workload(
    slug="matmul_bf16",
    title="Matrix product in bfloat16",
    category="operator",
    sizes={"tiny": {"n": 64}, "small": {"n": 512}, "medium": {"n": 1024}, "large": {"n": 8192}},
    default_size="small",
    seed=4,
    inputs=inputs,
    reference=reference,
    flops=lambda shape: 2 * shape["n"] ** 3,
    bytes_moved=lambda shape: 3 * 2 * shape["n"] ** 2,
    tolerance={"bfloat16": 1e-2},
    frameworks={
        "pytorch": pytorch,
        "tensorflow": tensorflow,
        "jax": jax,
        "keras": keras,
        "numpy": Gap("NumPy has no bfloat16"),
    },
    memory=lambda shape: 40 * shape["n"] ** 2,  # two inputs and the product, in float32 and in float64
)
