"""Training step of a perceptron with two hidden layers: forward, backward and SGD with momentum; 784 in, 10 out."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench import training
from collectors.bench.autodiff import Value, relu
from collectors.bench.keras_steps import training as keras_training
from collectors.bench.workload import Arrays, Prepared, Shape, Workload

FEATURES, CLASSES = 784, 10
NAMES = ["kernel1", "bias1", "kernel2", "bias2", "kernel3", "bias3"]
OPTIMISER = training.Sgd(rate=0.05, momentum=0.9)


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw x (batch, 784), labels, and three dense layers with kernels (in, out)."""
    batch, width = shape["batch"], shape["width"]
    arrays: dict[str, NDArray[Any]] = {
        "x": rng.standard_normal((batch, FEATURES), dtype=np.float32),
        "y": rng.integers(0, CLASSES, batch).astype(np.int64),
    }
    for i, (before, after) in enumerate([(FEATURES, width), (width, width), (width, CLASSES)], start=1):
        scale = np.float32(math.sqrt(2 / before))
        arrays[f"kernel{i}"] = rng.standard_normal((before, after), dtype=np.float32) * scale
        arrays[f"bias{i}"] = rng.standard_normal(after, dtype=np.float32) * np.float32(0.05)
    return arrays


def _forward(p: Any, x: Any, relu: Any) -> Any:
    x = relu(x @ p["kernel1"] + p["bias1"])
    x = relu(x @ p["kernel2"] + p["bias2"])
    return x @ p["kernel3"] + p["bias3"]


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Train three steps in float64 and give the change of every parameter."""
    return training.reference(arrays, NAMES, lambda p, x: _forward(p, Value(x), relu), OPTIMISER)


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """torch.nn.Linear, torch.nn.ReLU and torch.optim.SGD."""
    import torch
    from torch import nn

    width = len(arrays["bias1"])
    dense = [nn.Linear(FEATURES, width), nn.Linear(width, width), nn.Linear(width, CLASSES)]
    model = nn.Sequential(dense[0], nn.ReLU(), dense[1], nn.ReLU(), dense[2])
    with torch.no_grad():
        for name, parameter in zip(NAMES, model.parameters(), strict=True):
            parameter.copy_(torch.from_numpy(arrays[name].T))  # a bias has one axis and stays
    model.to(device)

    def result(_: Any) -> NDArray[Any]:
        after = zip(NAMES, (p.detach().cpu().numpy().T for p in model.parameters()), strict=True)
        return training.change(arrays, dict(after), NAMES)

    x, y = (torch.from_numpy(arrays[n]).to(device) for n in ("x", "y"))
    return training.pytorch(model, model.parameters(), OPTIMISER, x, y, result, implementation="torch.nn")


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """tf.matmul, tf.nn.relu and a gradient tape."""
    import tensorflow as tf

    def result(after: Any) -> NDArray[Any]:
        return training.change(arrays, after, NAMES)

    p = {n: arrays[n] for n in NAMES}
    forward = lambda p, x: _forward(p, x, tf.nn.relu)  # noqa: E731  # one line per framework
    return training.tensorflow(forward, p, OPTIMISER, arrays["x"], arrays["y"], result, implementation="tf.nn")


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """jax.numpy.matmul, jax.nn.relu and jax.value_and_grad."""
    from jax import nn

    def result(after: Any) -> NDArray[Any]:
        return training.change(arrays, after, NAMES)

    p = {n: arrays[n] for n in NAMES}
    forward = lambda p, x, carried: (_forward(p, x, nn.relu), carried)  # noqa: E731  # as above
    return training.jax(forward, p, OPTIMISER, arrays["x"], arrays["y"], result, implementation="jax.numpy, jax.nn")


def keras(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the backend takes a visible GPU by itself
    """keras.Sequential of keras.layers.Dense, through train_on_batch."""
    import keras
    from keras.layers import Dense

    width = len(arrays["bias1"])
    dense = [Dense(width, activation="relu"), Dense(width, activation="relu"), Dense(CLASSES)]
    model = keras.Sequential([keras.Input((FEATURES,)), *dense])
    model.set_weights([arrays[n] for n in NAMES])
    optimiser = training.keras_optimiser(OPTIMISER)
    return keras_training(model, optimiser, (arrays["x"], arrays["y"]),
                          lambda w: training.change(arrays, dict(zip(NAMES, w, strict=True)), NAMES))  # fmt: skip


def _weights(shape: Shape) -> int:
    return FEATURES * shape["width"] + shape["width"] ** 2 + shape["width"] * CLASSES


def _flops(shape: Shape) -> int:
    """Count products: forward, by weight, and (but for the first layer) by input."""
    return 2 * shape["batch"] * (3 * _weights(shape) - FEATURES * shape["width"])


WORKLOAD = Workload(
    slug="mlp_train_step",
    title="Training step of a perceptron",
    category="training step",
    sizes={
        "tiny": {"batch": 4, "width": 16},
        "small": {"batch": 64, "width": 256},
        "medium": {"batch": 128, "width": 1024},
        "large": {"batch": 512, "width": 4096},
    },
    default_size="small",
    seed=25,
    inputs=inputs,
    reference=reference,
    flops=_flops,
    # the input read once; parameters and their momentum read and written once
    bytes_moved=lambda shape: 4 * (shape["batch"] * FEATURES + 4 * (_weights(shape) + 2 * shape["width"] + CLASSES)),
    tolerance={"float32": 1e-3, "tf32": 5e-2},
    frameworks={
        "pytorch": pytorch,
        "tensorflow": tensorflow,
        "jax": jax,
        "keras": keras,
        "numpy": training.NUMPY_GAP,
    },
    check_calls=training.STEPS,
    # parameters, momentum, second moments, gradients and copies in float64; activations a few times over
    memory=lambda shape: 80 * _weights(shape) + 60 * shape["batch"] * (FEATURES + 4 * shape["width"]) + 400_000,
)
