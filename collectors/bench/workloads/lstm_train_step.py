"""Training step of an LSTM classifier: forward through time, backward and Adam; ten classes from the last state."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench import training
from collectors.bench.autodiff import Value, sigmoid, tanh
from collectors.bench.cells import jax_lstm
from collectors.bench.keras_steps import training as keras_training
from collectors.bench.workload import Arrays, Prepared, Shape, Workload

CLASSES = 10
NAMES = ["kernel", "recurrent", "bias", "dense", "dense_bias"]  # gates: input, forget, cell, output
OPTIMISER = training.Adam()


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw sequences x (batch, time, features), labels, an LSTM's weights and a dense layer (hidden, 10)."""
    batch, time, features, hidden = (shape[name] for name in ("batch", "time", "features", "hidden"))
    sizes = {"kernel": (features, 4 * hidden), "recurrent": (hidden, 4 * hidden), "bias": (4 * hidden,)}
    sizes |= {"dense": (hidden, CLASSES), "dense_bias": (CLASSES,)}
    scale = np.float32(hidden**-0.5)
    return {
        "x": rng.standard_normal((batch, time, features), dtype=np.float32),
        "y": rng.integers(0, CLASSES, batch).astype(np.int64),
        **{name: rng.standard_normal(size, dtype=np.float32) * scale for name, size in sizes.items()},
    }


def _forward(p: Any, x: NDArray[Any]) -> Value:
    hidden = p["recurrent"].array.shape[0]
    h = c = Value(np.zeros((len(x), hidden)))
    for t in range(x.shape[1]):
        z = Value(x[:, t]) @ p["kernel"] + h @ p["recurrent"] + p["bias"]
        i, f, g, o = (z[:, k * hidden : (k + 1) * hidden] for k in range(4))
        c = sigmoid(f) * c + sigmoid(i) * tanh(g)
        h = sigmoid(o) * tanh(c)
    logits: Value = h @ p["dense"] + p["dense_bias"]
    return logits


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Train three steps in float64 and give the change of every parameter."""
    return training.reference(arrays, NAMES, _forward, OPTIMISER)


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """torch.nn.LSTM, torch.nn.Linear and torch.optim.Adam; the second of PyTorch's two biases stays out of it."""
    import torch
    from torch import nn

    hidden = len(arrays["recurrent"])
    lstm, dense = nn.LSTM(len(arrays["kernel"]), hidden, batch_first=True), nn.Linear(hidden, CLASSES)
    ours = [lstm.weight_ih_l0, lstm.weight_hh_l0, lstm.bias_ih_l0, dense.weight, dense.bias]
    with torch.no_grad():
        lstm.bias_hh_l0.zero_().requires_grad_(False)
        for name, parameter in zip(NAMES, ours, strict=True):
            parameter.copy_(torch.from_numpy(arrays[name].T))
    nn.ModuleList([lstm, dense]).to(device)

    def forward(x: Any) -> Any:
        return dense(lstm(x)[0][:, -1])

    def result(_: Any) -> NDArray[Any]:
        after = zip(NAMES, (p.detach().cpu().numpy().T for p in ours), strict=True)
        return training.change(arrays, dict(after), NAMES)

    x, y = (torch.from_numpy(arrays[n]).to(device) for n in ("x", "y"))
    return training.pytorch(forward, ours, OPTIMISER, x, y, result, implementation="torch.nn.LSTM, torch.nn.Linear")


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """tf.keras.layers.LSTM, the layer TensorFlow ships, and a gradient tape."""
    import tensorflow as tf

    layer = tf.keras.layers.LSTM(len(arrays["recurrent"]))
    layer.build(arrays["x"].shape)
    layer.set_weights([arrays[n] for n in NAMES[:3]])
    own = dict(zip(NAMES[:3], (v.value for v in layer.trainable_variables), strict=True))

    def forward(p: Any, x: Any) -> Any:
        return layer(x) @ p["dense"] + p["dense_bias"]

    def result(after: Any) -> NDArray[Any]:
        return training.change(arrays, after, NAMES)

    p = own | {n: arrays[n] for n in NAMES[3:]}
    facts = {"implementation": "tf.keras.layers.LSTM, tf.matmul"}
    return training.tensorflow(forward, p, OPTIMISER, arrays["x"], arrays["y"], result, **facts)


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """jax.lax.scan over the cell and jax.value_and_grad."""
    from jax import lax
    from jax import numpy as jnp

    def forward(p: Any, x: Any, carried: Any) -> Any:
        def cell(carry: Any, projected: Any) -> Any:
            return jax_lstm(projected, carry[0], carry[1], p["recurrent"]), None

        zeros = jnp.zeros((x.shape[0], p["recurrent"].shape[0]), x.dtype)
        (h, _), _ = lax.scan(cell, (zeros, zeros), jnp.swapaxes(x @ p["kernel"] + p["bias"], 0, 1))
        return h @ p["dense"] + p["dense_bias"], carried

    def result(after: Any) -> NDArray[Any]:
        return training.change(arrays, after, NAMES)

    p = {n: arrays[n] for n in NAMES}
    facts = {"implementation": "jax.lax.scan over a cell"}
    return training.jax(forward, p, OPTIMISER, arrays["x"], arrays["y"], result, **facts)


def keras(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the backend takes a visible GPU by itself
    """keras.layers.LSTM and keras.layers.Dense, through train_on_batch."""
    import keras
    from keras import layers

    lstm, dense = layers.LSTM(len(arrays["recurrent"])), layers.Dense(CLASSES)
    model = keras.Sequential([keras.Input(arrays["x"].shape[1:]), lstm, dense])
    model.set_weights([arrays[n] for n in NAMES])
    optimiser = training.keras_optimiser(OPTIMISER)
    return keras_training(model, optimiser, (arrays["x"], arrays["y"]),
                          lambda w: training.change(arrays, dict(zip(NAMES, w, strict=True)), NAMES))  # fmt: skip


def _flops(shape: Shape) -> int:
    """Count products: forward, by weight, and by state; by the sequences and the first state none is needed."""
    features, hidden = shape["features"], shape["hidden"]
    lstm = 4 * hidden * (shape["time"] * (2 * features + 3 * hidden) - hidden)
    return 2 * shape["batch"] * (lstm + 3 * hidden * CLASSES)


def _weights(shape: Shape) -> int:
    return 4 * shape["hidden"] * (shape["features"] + shape["hidden"] + 1) + (shape["hidden"] + 1) * CLASSES


def _memory(shape: Shape) -> int:
    """Count some forty arrays of states per time step in float64, and the parameters ten times."""
    states = shape["batch"] * shape["time"] * (shape["hidden"] * 40 + shape["features"] * 3)
    return 8 * states + 80 * _weights(shape) + 400_000


WORKLOAD = Workload(
    slug="lstm_train_step",
    title="Training step of an LSTM classifier",
    category="training step",
    sizes={
        "tiny": {"batch": 4, "time": 5, "features": 8, "hidden": 16},
        "small": {"batch": 16, "time": 32, "features": 64, "hidden": 128},
        "medium": {"batch": 32, "time": 64, "features": 128, "hidden": 256},
        "large": {"batch": 64, "time": 128, "features": 256, "hidden": 512},
    },
    default_size="small",
    seed=26,
    inputs=inputs,
    reference=reference,
    flops=_flops,
    # sequences read once; parameters and both moments read and written once
    bytes_moved=lambda shape: 4 * (shape["batch"] * shape["time"] * shape["features"] + 6 * _weights(shape)),
    # Adam divides by the root of the second moment: where a gradient is all rounding, so is its whole update.
    tolerance={"float32": 5e-3, "tf32": 1e-1},
    frameworks={
        "pytorch": pytorch,
        "tensorflow": tensorflow,
        "jax": jax,
        "keras": keras,
        "numpy": training.NUMPY_GAP,
    },
    check_calls=training.STEPS,
    memory=_memory,
)
