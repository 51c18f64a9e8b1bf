"""Checkpoint: the weights of a stack of square layers written to a file and read back."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench.workload import Arrays, Gap, Prepared, Shape, Workload

FACTS = {
    "inside_the_clock": "writing and reading a file in the temporary folder, not forced from the cache to the disk"
}


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw as many (n, n) weights as there are layers."""
    n = shape["n"]
    return {f"layer{i}": rng.standard_normal((n, n), dtype=np.float32) for i in range(shape["layers"])}


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Give what was saved: (layers, n, n)."""
    return np.stack([arrays[name] for name in arrays]).astype(np.float64)


def _folder() -> Path:
    """Make a folder for the file; it lies in the run's own temporary folder and goes with it."""
    return Path(tempfile.mkdtemp(prefix="checkpoint-"))


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """torch.save and torch.load of a state dict."""
    import torch

    folder = _folder()

    def step(state: Any) -> Any:
        file = folder / "model.pt"
        torch.save(state, file)
        return torch.load(file, weights_only=True, map_location=device)

    state = {name: torch.from_numpy(a).to(device) for name, a in arrays.items()}
    facts = FACTS | {"implementation": "torch.save, torch.load(weights_only=True)"}
    return Prepared(step, (state,), lambda out: np.stack([out[n].cpu().numpy() for n in arrays]), facts=facts)


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """tf.train.Checkpoint.write and read."""
    import tensorflow as tf

    folder = _folder()
    variables = {name: tf.Variable(a) for name, a in arrays.items()}
    checkpoint = tf.train.Checkpoint(**variables)

    def step() -> Any:
        path = checkpoint.write(str(folder / "model"))
        checkpoint.read(path).assert_consumed()
        return [v.read_value() for v in variables.values()]

    facts = FACTS | {"implementation": "tf.train.Checkpoint.write, read"}
    return Prepared(step, (), lambda out: np.stack([v.numpy() for v in out]), facts=facts)


def keras(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the backend takes a visible GPU by itself
    """keras.Model.save_weights and load_weights."""
    import keras

    folder = _folder()
    n = len(arrays["layer0"])
    model = keras.Sequential([keras.Input((n,)), *(keras.layers.Dense(n, use_bias=False) for _ in arrays)])
    model.set_weights(list(arrays.values()))

    def step() -> Any:
        file = str(folder / "model.weights.h5")
        model.save_weights(file)
        model.load_weights(file)
        return [v.value for v in model.trainable_variables]

    def result(out: Any) -> NDArray[Any]:
        return np.stack([keras.ops.convert_to_numpy(v) for v in out])

    return Prepared(step, (), result, facts=FACTS | {"implementation": "keras.Model.save_weights, load_weights (HDF5)"})


def numpy(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # NumPy has one device
    """numpy.savez and numpy.load."""
    named: dict[str, Any] = dict(arrays)
    folder = _folder()

    def step() -> Any:
        file = folder / "model.npz"
        np.savez(file, **named)
        with np.load(file) as data:
            return [data[name] for name in arrays]

    return Prepared(step, (), lambda out: np.stack(out), facts=FACTS | {"implementation": "numpy.savez, numpy.load"})


WORKLOAD = Workload(
    slug="checkpoint",
    title="Save and load of a checkpoint",
    category="memory",
    sizes={
        "tiny": {"layers": 2, "n": 16},
        "small": {"layers": 8, "n": 256},
        "medium": {"layers": 16, "n": 1024},
        "large": {"layers": 32, "n": 2048},
    },
    default_size="small",
    seed=23,
    inputs=inputs,
    reference=reference,
    flops=lambda shape: 0,  # noqa: ARG005  # copies
    bytes_moved=lambda shape: 2 * 4 * shape["layers"] * shape["n"] ** 2,  # written once, read once
    tolerance={"float32": 0.0, "tf32": 0.0},
    frameworks={
        "pytorch": pytorch,
        "tensorflow": tensorflow,
        "jax": Gap("JAX has no checkpoint format of its own; its documentation sends to Orbax, another package"),
        "keras": keras,
        "numpy": numpy,
    },
    modes="a file is not compiled",
    cold=Gap("most of the time goes into the file, which the system keeps in memory whatever the inputs are"),
)
