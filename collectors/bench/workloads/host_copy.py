"""Host–device copy: an array of the host to the device and back."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench.workload import Arrays, Gap, Prepared, Shape, Workload

FACTS = {"inside_the_clock": "both copies; on a CPU a framework may share the host's memory instead of copying"}


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw n numbers."""
    return {"x": rng.standard_normal(shape["n"], dtype=np.float32)}


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Give what went in."""
    return arrays["x"].astype(np.float64)


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """torch.Tensor.to, which copies even on a CPU as asked, and torch.Tensor.cpu."""
    import torch

    step = lambda x: torch.from_numpy(x).to(device, copy=True).cpu().numpy()  # noqa: E731  # one line per framework
    return Prepared(step, (arrays["x"],), np.asarray, facts=FACTS)


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """tf.identity on the device, and tf.Tensor.numpy."""
    import tensorflow as tf

    return Prepared(lambda x: tf.identity(x).numpy(), (arrays["x"],), np.asarray, facts=FACTS)


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """jax.device_put and jax.device_get."""
    import jax

    return Prepared(lambda x: jax.device_get(jax.device_put(x)), (arrays["x"],), np.asarray, facts=FACTS)


def keras(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the backend takes a visible GPU by itself
    """keras.ops.convert_to_tensor and keras.ops.convert_to_numpy."""
    from keras import ops

    def step(x: Any) -> Any:
        return ops.convert_to_numpy(ops.convert_to_tensor(x))

    return Prepared(step, (arrays["x"],), np.asarray, facts=FACTS)


WORKLOAD = Workload(
    slug="host_copy",
    title="Copy from the host to the device and back",
    category="memory",
    sizes={"tiny": {"n": 1000}, "small": {"n": 1_000_000}, "medium": {"n": 16_000_000}, "large": {"n": 128_000_000}},
    default_size="small",
    seed=22,
    inputs=inputs,
    reference=reference,
    flops=lambda shape: 0,  # noqa: ARG005  # a copy
    bytes_moved=lambda shape: 2 * 2 * 4 * shape["n"],  # read and written, there and back
    tolerance={"float32": 0.0, "tf32": 0.0},
    frameworks={
        "pytorch": pytorch,
        "tensorflow": tensorflow,
        "jax": jax,
        "keras": keras,
        "numpy": Gap("NumPy knows no device to copy to"),
    },
    modes="a copy is not compiled",
    memory=lambda shape: 24 * shape["n"],
)
