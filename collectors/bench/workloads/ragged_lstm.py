"""LSTM over sequences of different lengths: each one's state at its own end, as each framework's own means have it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench.cells import Floats, jax_lstm, numpy_lstm
from collectors.bench.keras_steps import forward
from collectors.bench.workload import Arrays, Prepared, Shape, Workload

NAMES = ("sequences", "lengths", "kernel", "recurrent", "bias")  # gates: input, forget, cell, output


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw padded sequences (batch, time, features), lengths spread from time/4 to time, and an LSTM's weights."""
    batch, time, features, hidden = (shape[name] for name in ("batch", "time", "features", "hidden"))
    scale = np.float32(hidden**-0.5)
    lengths = rng.permutation(_lengths(batch, time))
    sequences = rng.standard_normal((batch, time, features), dtype=np.float32)
    sequences[np.arange(time) >= lengths[:, None]] = 0
    return {
        "sequences": sequences,
        "lengths": lengths,
        "kernel": rng.standard_normal((features, 4 * hidden), dtype=np.float32) * scale,
        "recurrent": rng.standard_normal((hidden, 4 * hidden), dtype=np.float32) * scale,
        "bias": rng.standard_normal(4 * hidden, dtype=np.float32) * scale,
    }


def _lengths(batch: int, time: int) -> NDArray[np.int64]:
    return np.linspace(time / 4, time, batch).round().astype(np.int64)


def _last_states(sequences: Floats, lengths: NDArray[Any], kernel: Floats, recurrent: Floats, bias: Floats) -> Floats:
    """Sort by length, so that the sequences still running are a slice that shrinks."""
    order = np.argsort(-lengths, kind="stable")
    sequences, ordered = sequences[order], lengths[order]
    h = np.zeros((len(lengths), recurrent.shape[0]), sequences.dtype)
    c = np.zeros_like(h)
    for t in range(int(ordered[0])):
        running = int(np.count_nonzero(ordered > t))
        projected = sequences[:running, t] @ kernel + bias
        h[:running], c[:running] = numpy_lstm(projected, h[:running], c[:running], recurrent)
    states = np.empty_like(h)
    states[order] = h
    return states


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Run every sequence to its own end in float64."""
    return _last_states(*(arrays[n] for n in NAMES)).astype(np.float64)


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """torch.nn.LSTM over a packed sequence; the lengths stay on the host, where packing wants them."""
    import torch
    from torch.nn.utils.rnn import pack_padded_sequence

    layer = torch.nn.LSTM(arrays["kernel"].shape[0], arrays["recurrent"].shape[0], batch_first=True)
    bias = torch.from_numpy(arrays["bias"])
    weights = {f"weight_{to}_l0": torch.from_numpy(arrays[n].T) for to, n in (("ih", "kernel"), ("hh", "recurrent"))}
    layer.load_state_dict(weights | {"bias_ih_l0": bias, "bias_hh_l0": torch.zeros_like(bias)})
    layer.to(device).requires_grad_(False)

    def step(sequences: Any, lengths: Any) -> Any:
        packed = pack_padded_sequence(sequences, lengths, batch_first=True, enforce_sorted=False)
        return layer(packed)[1][0][0]

    arguments = (torch.from_numpy(arrays["sequences"]).to(device), torch.from_numpy(arrays["lengths"]))
    facts = {"implementation": "torch.nn.LSTM over pack_padded_sequence"}
    return Prepared(step, arguments, lambda out: out.cpu().numpy(), facts=facts)


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """tf.keras.layers.LSTM with a mask."""
    import tensorflow as tf

    layer = tf.keras.layers.LSTM(arrays["recurrent"].shape[0])
    layer.build(arrays["sequences"].shape)
    layer.set_weights([arrays["kernel"], arrays["recurrent"], arrays["bias"]])

    def step(sequences: Any, lengths: Any) -> Any:
        return layer(sequences, mask=tf.sequence_mask(lengths, sequences.shape[1]))

    arguments = (tf.constant(arrays["sequences"]), tf.constant(arrays["lengths"]))
    return Prepared(step, arguments, lambda out: out.numpy(), facts={"implementation": "tf.keras.layers.LSTM, mask"})


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """jax.lax.scan over the cell, which keeps the state of a sequence that has ended."""
    from jax import lax
    from jax import numpy as jnp

    def step(sequences: Any, lengths: Any, kernel: Any, recurrent: Any, bias: Any) -> Any:
        def cell(carry: Any, now: Any) -> Any:
            t, projected = now
            running = (t < lengths)[:, None]
            new = jax_lstm(projected, carry[0], carry[1], recurrent)
            return tuple(jnp.where(running, n, o) for n, o in zip(new, carry, strict=True)), None

        zeros = jnp.zeros((sequences.shape[0], recurrent.shape[0]), sequences.dtype)
        projected = jnp.swapaxes(sequences @ kernel + bias, 0, 1)
        return lax.scan(cell, (zeros, zeros), (jnp.arange(sequences.shape[1]), projected))[0][0]

    arguments = tuple(jnp.asarray(arrays[n]) for n in NAMES)
    return Prepared(step, arguments, np.asarray, facts={"implementation": "jax.lax.scan over a cell, mask"})


def keras(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the backend takes a visible GPU by itself
    """keras.layers.LSTM with a mask."""
    import keras
    from keras import ops

    layer = keras.layers.LSTM(arrays["recurrent"].shape[0])
    layer.build(arrays["sequences"].shape)
    layer.set_weights([arrays["kernel"], arrays["recurrent"], arrays["bias"]])

    def call(layer: Any, sequences: Any, lengths: Any) -> Any:
        return layer(sequences, mask=ops.arange(sequences.shape[1]) < lengths[:, None])

    lengths = arrays["lengths"].astype(np.int32)
    return forward(layer, arrays["sequences"], lengths, call=call, implementation="keras.layers.LSTM, mask")


def numpy(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # NumPy has one device
    """A Python loop over time steps and the sequences still running, in float32."""
    facts = {"implementation": "a Python loop over the sequences still running"}
    return Prepared(_last_states, tuple(arrays[n] for n in NAMES), np.asarray, facts=facts)


def _steps(shape: Shape) -> int:
    """Count the time steps that are in a sequence; those of the padding need not be computed."""
    return int(_lengths(shape["batch"], shape["time"]).sum())


def _bytes(shape: Shape) -> int:
    """Count the unpadded sequences and the weights read once, the last states written once."""
    features, hidden = shape["features"], shape["hidden"]
    return 4 * (_steps(shape) * features + shape["batch"] * hidden + 4 * hidden * (features + hidden + 1))


def _memory(shape: Shape) -> int:
    """Count the padded sequences in float32 and twice in float64, their projection, and the weights."""
    features, hidden = shape["features"], shape["hidden"]
    return shape["batch"] * shape["time"] * (20 * features + 16 * hidden) + 4 * _bytes(shape)


WORKLOAD = Workload(
    slug="ragged_lstm",
    title="LSTM over sequences of different lengths",
    category="dynamic",
    sizes={
        "tiny": {"batch": 4, "time": 8, "features": 8, "hidden": 16},
        "small": {"batch": 16, "time": 32, "features": 64, "hidden": 128},
        "medium": {"batch": 32, "time": 64, "features": 128, "hidden": 256},
        "large": {"batch": 64, "time": 128, "features": 256, "hidden": 512},
    },
    default_size="small",
    seed=20,
    inputs=inputs,
    reference=reference,
    flops=lambda shape: 8 * _steps(shape) * (shape["features"] + shape["hidden"]) * shape["hidden"],
    bytes_moved=_bytes,
    tolerance={"float32": 1e-5, "tf32": 5e-3},
    frameworks={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras, "numpy": numpy},
    memory=_memory,
)
