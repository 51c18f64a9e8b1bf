"""LSTM layer, forward: a batch of sequences through one layer, every time step's output kept."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench.cells import Floats, jax_lstm, numpy_lstm
from collectors.bench.keras_steps import forward
from collectors.bench.workload import Arrays, Prepared, Shape, Workload

# The kernels' columns hold the gates in the order input, forget, cell, output. PyTorch and Keras use that order too;
# PyTorch keeps the transposed kernels and two biases that are added.


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw sequences (batch, time, features), kernels (features or hidden, 4 hidden) and the bias (4 hidden,)."""
    batch, time, features, hidden = (shape[name] for name in ("batch", "time", "features", "hidden"))
    scale = np.float32(hidden**-0.5)
    return {
        "sequences": rng.standard_normal((batch, time, features), dtype=np.float32),
        "kernel": rng.standard_normal((features, 4 * hidden), dtype=np.float32) * scale,
        "recurrent": rng.standard_normal((hidden, 4 * hidden), dtype=np.float32) * scale,
        "bias": rng.standard_normal(4 * hidden, dtype=np.float32) * scale,
    }


def _layer(sequences: Floats, kernel: Floats, recurrent: Floats, bias: Floats) -> Floats:
    batch, time, _ = sequences.shape
    hidden = recurrent.shape[0]
    h = c = np.zeros((batch, hidden), sequences.dtype)
    outputs = np.empty((batch, time, hidden), sequences.dtype)
    projected = sequences @ kernel + bias
    for t in range(time):
        h, c = numpy_lstm(projected[:, t], h, c, recurrent)
        outputs[:, t] = h
    return outputs


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Run the layer in float64 (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000)."""
    return _layer(*(arrays[n] for n in ("sequences", "kernel", "recurrent", "bias"))).astype(np.float64)


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """torch.nn.LSTM."""
    import torch

    sequences = torch.from_numpy(arrays["sequences"]).to(device)
    layer = torch.nn.LSTM(arrays["kernel"].shape[0], arrays["recurrent"].shape[0], batch_first=True)
    bias = torch.from_numpy(arrays["bias"])
    layer.load_state_dict(
        {
            "weight_ih_l0": torch.from_numpy(arrays["kernel"].T),
            "weight_hh_l0": torch.from_numpy(arrays["recurrent"].T),
            "bias_ih_l0": bias,
            "bias_hh_l0": torch.zeros_like(bias),
        }
    )
    layer.to(device).requires_grad_(False)
    facts = {"implementation": "torch.nn.LSTM", "layout": "batch first"}
    return Prepared(lambda x: layer(x)[0], (sequences,), lambda out: out.cpu().numpy(), facts=facts)


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """tf.keras.layers.LSTM, the layer TensorFlow ships."""
    import tensorflow as tf

    sequences = tf.constant(arrays["sequences"])
    layer = tf.keras.layers.LSTM(arrays["recurrent"].shape[0], return_sequences=True)
    layer.build(sequences.shape)
    layer.set_weights([arrays["kernel"], arrays["recurrent"], arrays["bias"]])
    facts = {"implementation": "tf.keras.layers.LSTM", "layout": "batch first"}
    return Prepared(lambda x: layer(x), (sequences,), lambda out: out.numpy(), facts=facts)


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """jax.lax.scan over the cell: JAX itself ships no LSTM layer."""
    from jax import lax
    from jax import numpy as jnp

    def step(sequences: Any, kernel: Any, recurrent: Any, bias: Any) -> Any:
        def cell(carry: Any, projected: Any) -> Any:
            h, c = jax_lstm(projected, carry[0], carry[1], recurrent)
            return (h, c), h

        zeros = jnp.zeros((sequences.shape[0], recurrent.shape[0]), sequences.dtype)
        projected = jnp.swapaxes(sequences @ kernel + bias, 0, 1)
        return jnp.swapaxes(lax.scan(cell, (zeros, zeros), projected)[1], 0, 1)

    arguments = tuple(jnp.asarray(arrays[n]) for n in ("sequences", "kernel", "recurrent", "bias"))
    facts = {"implementation": "jax.lax.scan over a cell", "layout": "batch first"}
    return Prepared(step, arguments, np.asarray, facts=facts)


def keras(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the backend takes a visible GPU by itself
    """keras.layers.LSTM."""
    import keras

    layer = keras.layers.LSTM(arrays["recurrent"].shape[0], return_sequences=True)
    layer.build(arrays["sequences"].shape)
    layer.set_weights([arrays["kernel"], arrays["recurrent"], arrays["bias"]])
    return forward(layer, arrays["sequences"], implementation="keras.layers.LSTM", layout="batch first")


def numpy(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # NumPy has one device
    """A Python loop over time steps, in float32."""
    arguments = tuple(arrays[n] for n in ("sequences", "kernel", "recurrent", "bias"))
    facts = {"implementation": "a Python loop over the cell", "layout": "batch first"}
    return Prepared(_layer, arguments, np.asarray, facts=facts)


def _flops(shape: Shape) -> int:
    """Count the matrix products alone: 2 · batch · time · (features + hidden) · 4 hidden."""
    return 8 * shape["batch"] * shape["time"] * (shape["features"] + shape["hidden"]) * shape["hidden"]


def _bytes(shape: Shape) -> int:
    """Count sequences and weights read once, outputs written once."""
    features, hidden = shape["features"], shape["hidden"]
    return 4 * (shape["batch"] * shape["time"] * (features + hidden) + 4 * hidden * (features + hidden + 1))


WORKLOAD = Workload(
    slug="lstm",
    title="LSTM layer, forward",
    category="layer",
    sizes={
        "tiny": {"batch": 2, "time": 5, "features": 8, "hidden": 16},
        "small": {"batch": 16, "time": 32, "features": 64, "hidden": 128},
        "medium": {"batch": 32, "time": 64, "features": 128, "hidden": 256},
        "large": {"batch": 64, "time": 128, "features": 256, "hidden": 512},
    },
    default_size="small",
    seed=2,
    inputs=inputs,
    reference=reference,
    flops=_flops,
    bytes_moved=_bytes,
    tolerance={"float32": 1e-5, "tf32": 5e-3},
    frameworks={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras, "numpy": numpy},
    # the projected sequences in float64, with and without the bias, come on top of inputs, copies and outputs
    memory=lambda shape: 4 * _bytes(shape) + 72 * shape["batch"] * shape["time"] * shape["hidden"],
)
