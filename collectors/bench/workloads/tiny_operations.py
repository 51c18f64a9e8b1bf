"""A thousand tiny operations: x ← x · ½ + b on sixteen numbers, where the cost is the framework's own per call."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench import sides
from collectors.bench.workload import Arrays, Prepared, Shape, Workload

WIDTH = 16


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw x and b (16,); `pairs` says how often a product and a sum follow one another."""
    drawn = {name: rng.standard_normal(WIDTH, dtype=np.float32) for name in ("x", "b")}
    return drawn | {"half": np.full(WIDTH, 0.5, np.float32), "pairs": np.array(shape["operations"] // 2)}


def _repeated(pairs: int) -> Any:
    """Give the step: nothing but operators, so that the same loop serves every framework."""

    def step(x: Any, half: Any, b: Any) -> Any:
        for _ in range(pairs):
            x = x * half + b
        return x

    return step


def _step(arrays: Arrays) -> Any:
    return _repeated(int(arrays["pairs"]))


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Sum the geometric series: x/2ⁿ + 2b · (1 − 1/2ⁿ)."""
    left: float = 0.5 ** int(arrays["pairs"])
    result: NDArray[np.float64] = arrays["x"] * left + 2 * arrays["b"] * (1 - left)
    return result


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """Operators of torch.Tensor."""
    return sides.pytorch(_step(arrays), arrays["x"], arrays["half"], arrays["b"], device=device)


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """Operators of tf.Tensor."""
    return sides.tensorflow(_step(arrays), arrays["x"], arrays["half"], arrays["b"])


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """Operators of jax.Array."""
    return sides.jax(_step(arrays), arrays["x"], arrays["half"], arrays["b"])


def keras(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the backend takes a visible GPU by itself
    """keras.ops.add and keras.ops.multiply."""
    from keras import ops

    def step(x: Any, half: Any, b: Any) -> Any:
        for _ in range(int(arrays["pairs"])):
            x = ops.add(ops.multiply(x, half), b)
        return x

    return sides.keras(step, arrays["x"], arrays["half"], arrays["b"])


def numpy(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # NumPy has one device
    """Operators of numpy.ndarray."""
    return sides.numpy(_step(arrays), arrays["x"], arrays["half"], arrays["b"])


WORKLOAD = Workload(
    slug="tiny_operations",
    title="A thousand tiny operations",
    category="dispatch",
    sizes={
        "tiny": {"operations": 50},
        "small": {"operations": 1000},
        "medium": {"operations": 2000},
        "large": {"operations": 4000},
    },
    default_size="small",
    seed=16,
    inputs=inputs,
    reference=reference,
    flops=lambda shape: WIDTH * shape["operations"],
    bytes_moved=lambda shape: 3 * 4 * WIDTH * shape["operations"],  # each operation reads two and writes one
    tolerance={"float32": 1e-5, "tf32": 1e-5},
    frameworks={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras, "numpy": numpy},
)
