"""Import time: fresh interpreters that import the framework, do one small sum with it, and end."""

import subprocess
import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench.workload import Arrays, Gap, Prepared, Shape, Workload

LIMIT_S = 120.0
FACTS = {"inside_the_clock": "start and end of the interpreters; files come from the page cache after the first"}


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw the number to double; `starts` interpreters are started one after the other."""
    return {"number": rng.integers(1, 100, 1).astype(np.int64), "starts": np.array(shape["starts"])}


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Double the number, once per start."""
    return np.repeat(2.0 * arrays["number"], int(arrays["starts"]))


def _prepare(arrays: Arrays, code: str) -> Prepared:
    """Give the step that runs `code` with {} replaced by the number, and reads what it prints."""
    command = [sys.executable, "-c", code.format(int(arrays["number"][0]))]

    def step() -> Any:
        starts = range(int(arrays["starts"]))
        return [subprocess.run(command, capture_output=True, check=True, timeout=LIMIT_S).stdout for _ in starts]

    def result(out: Any) -> NDArray[Any]:
        return np.array([float(text.split()[-1]) for text in out])

    return Prepared(step, (), result, facts=FACTS | {"implementation": code})


def pytorch(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the sum is done on the processor
    """Import torch."""
    return _prepare(arrays, "import torch; print(float(torch.tensor({0}) + torch.tensor({0})))")


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """Import tensorflow."""
    return _prepare(arrays, "import tensorflow as tf; print(float(tf.constant({0}) + tf.constant({0})))")


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """Import jax.numpy."""
    return _prepare(arrays, "from jax import numpy as jnp; print(float(jnp.array({0}) + jnp.array({0})))")


def keras(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the backend takes a visible GPU by itself
    """Import keras, which imports its backend."""
    return _prepare(arrays, "from keras import ops; print(float(ops.add({0}, {0})))")


def numpy(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # NumPy has one device
    """Import numpy."""
    return _prepare(arrays, "import numpy as np; print(float(np.add({0}, {0})))")


WORKLOAD = Workload(
    slug="import_time",
    title="Import of the framework",
    category="start",
    sizes={"tiny": {"starts": 1}, "small": {"starts": 2}, "medium": {"starts": 4}, "large": {"starts": 8}},
    default_size="tiny",
    seed=24,
    inputs=inputs,
    reference=reference,
    flops=lambda shape: 0,  # noqa: ARG005  # nothing to count
    bytes_moved=lambda shape: 0,  # noqa: ARG005  # nothing to count
    tolerance={"float32": 0.0, "tf32": 0.0},
    frameworks={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras, "numpy": numpy},
    modes="an import is not compiled",
    cold=Gap("an import takes no inputs that could be taken from copies"),
    memory=lambda shape: 10**9,  # noqa: ARG005  # one interpreter with a framework at a time
)
