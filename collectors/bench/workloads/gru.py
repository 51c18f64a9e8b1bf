"""GRU layer, forward: a batch of sequences through one layer, every time step's output kept."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench.cells import Floats, sigmoid
from collectors.bench.keras_steps import forward
from collectors.bench.workload import Arrays, Prepared, Shape, Workload

# The kernels' columns hold the gates in the order update, reset, candidate, which is Keras's; PyTorch has reset,
# update, candidate in transposed kernels. The reset gate acts after the recurrent product, as in both by default.
NAMES = ("sequences", "kernel", "recurrent", "bias", "recurrent_bias")


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw sequences (batch, time, features), kernels (features or hidden, 3 hidden) and two biases (3 hidden,)."""
    batch, time, features, hidden = (shape[name] for name in ("batch", "time", "features", "hidden"))
    scale = np.float32(hidden**-0.5)
    return {
        "sequences": rng.standard_normal((batch, time, features), dtype=np.float32),
        "kernel": rng.standard_normal((features, 3 * hidden), dtype=np.float32) * scale,
        "recurrent": rng.standard_normal((hidden, 3 * hidden), dtype=np.float32) * scale,
        "bias": rng.standard_normal(3 * hidden, dtype=np.float32) * scale,
        "recurrent_bias": rng.standard_normal(3 * hidden, dtype=np.float32) * scale,
    }


def _layer(sequences: Floats, kernel: Floats, recurrent: Floats, bias: Floats, recurrent_bias: Floats) -> Floats:
    batch, time, _ = sequences.shape
    h: Floats = np.zeros((batch, recurrent.shape[0]), sequences.dtype)
    outputs = np.empty((batch, time, recurrent.shape[0]), sequences.dtype)
    projected = sequences @ kernel + bias
    for t in range(time):
        z, r, n = np.split(projected[:, t], 3, axis=1)
        rz, rr, rn = np.split(h @ recurrent + recurrent_bias, 3, axis=1)
        update = sigmoid(z + rz)
        h = update * h + (1 - update) * np.tanh(n + sigmoid(r + rr) * rn)
        outputs[:, t] = h
    return outputs


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Run the layer in float64 (Cho et al. 2014, with the reset gate after the product as in cuDNN)."""
    return _layer(*(arrays[n] for n in NAMES)).astype(np.float64)


def _reset_first(columns: NDArray[Any]) -> NDArray[Any]:
    z, r, n = np.split(columns, 3, axis=-1)
    return np.ascontiguousarray(np.concatenate([r, z, n], axis=-1).T)


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """torch.nn.GRU."""
    import torch

    layer = torch.nn.GRU(arrays["kernel"].shape[0], arrays["recurrent"].shape[0], batch_first=True)
    theirs = {"weight_ih_l0": "kernel", "weight_hh_l0": "recurrent", "bias_ih_l0": "bias"}
    theirs |= {"bias_hh_l0": "recurrent_bias"}
    layer.load_state_dict({name: torch.from_numpy(_reset_first(arrays[ours])) for name, ours in theirs.items()})
    layer.to(device).requires_grad_(False)
    facts = {"implementation": "torch.nn.GRU", "layout": "batch first"}
    sequences = torch.from_numpy(arrays["sequences"]).to(device)
    return Prepared(lambda x: layer(x)[0], (sequences,), lambda out: out.cpu().numpy(), facts=facts)


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """tf.keras.layers.GRU, the layer TensorFlow ships."""
    import tensorflow as tf

    layer = tf.keras.layers.GRU(arrays["recurrent"].shape[0], return_sequences=True)
    layer.build(arrays["sequences"].shape)
    layer.set_weights([arrays["kernel"], arrays["recurrent"], np.stack([arrays["bias"], arrays["recurrent_bias"]])])
    facts = {"implementation": "tf.keras.layers.GRU", "layout": "batch first"}
    sequences = tf.constant(arrays["sequences"])
    return Prepared(lambda x: layer(x), (sequences,), lambda out: out.numpy(), facts=facts)


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """jax.lax.scan over the cell: JAX itself ships no GRU layer."""
    from jax import lax
    from jax import numpy as jnp
    from jax.nn import sigmoid

    def step(sequences: Any, kernel: Any, recurrent: Any, bias: Any, recurrent_bias: Any) -> Any:
        def cell(h: Any, projected: Any) -> Any:
            z, r, n = jnp.split(projected, 3, axis=1)
            rz, rr, rn = jnp.split(h @ recurrent + recurrent_bias, 3, axis=1)
            z = sigmoid(z + rz)
            h = z * h + (1 - z) * jnp.tanh(n + sigmoid(r + rr) * rn)
            return h, h

        zeros = jnp.zeros((sequences.shape[0], recurrent.shape[0]), sequences.dtype)
        projected = jnp.swapaxes(sequences @ kernel + bias, 0, 1)
        return jnp.swapaxes(lax.scan(cell, zeros, projected)[1], 0, 1)

    arguments = tuple(jnp.asarray(arrays[n]) for n in NAMES)
    facts = {"implementation": "jax.lax.scan over a cell", "layout": "batch first"}
    return Prepared(step, arguments, np.asarray, facts=facts)


def keras(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the backend takes a visible GPU by itself
    """keras.layers.GRU."""
    import keras

    layer = keras.layers.GRU(arrays["recurrent"].shape[0], return_sequences=True)
    layer.build(arrays["sequences"].shape)
    layer.set_weights([arrays["kernel"], arrays["recurrent"], np.stack([arrays["bias"], arrays["recurrent_bias"]])])
    return forward(layer, arrays["sequences"], implementation="keras.layers.GRU", layout="batch first")


def numpy(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # NumPy has one device
    """A Python loop over time steps, in float32."""
    facts = {"implementation": "a Python loop over the cell", "layout": "batch first"}
    return Prepared(_layer, tuple(arrays[n] for n in NAMES), np.asarray, facts=facts)


def _flops(shape: Shape) -> int:
    """Count the matrix products alone: 2 · batch · time · (features + hidden) · 3 hidden."""
    return 6 * shape["batch"] * shape["time"] * (shape["features"] + shape["hidden"]) * shape["hidden"]


def _bytes(shape: Shape) -> int:
    """Count sequences and weights read once, outputs written once."""
    features, hidden = shape["features"], shape["hidden"]
    return 4 * (shape["batch"] * shape["time"] * (features + hidden) + 3 * hidden * (features + hidden + 2))


WORKLOAD = Workload(
    slug="gru",
    title="GRU layer, forward",
    category="layer",
    sizes={
        "tiny": {"batch": 2, "time": 5, "features": 8, "hidden": 16},
        "small": {"batch": 16, "time": 32, "features": 64, "hidden": 128},
        "medium": {"batch": 32, "time": 64, "features": 128, "hidden": 256},
        "large": {"batch": 64, "time": 128, "features": 256, "hidden": 512},
    },
    default_size="small",
    seed=18,
    inputs=inputs,
    reference=reference,
    flops=_flops,
    bytes_moved=_bytes,
    tolerance={"float32": 1e-5, "tf32": 5e-3},
    frameworks={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras, "numpy": numpy},
    # the projected sequences in float64, with and without the bias, come on top of inputs, copies and outputs
    memory=lambda shape: 4 * _bytes(shape) + 56 * shape["batch"] * shape["time"] * shape["hidden"],
)
