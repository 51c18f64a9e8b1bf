"""NumPy in without a copy: a tensor that lies where the array lies."""

from typing import Any

import numpy as np

from collectors.probes.model import Evidence, Mode, Probe, cannot, expect

SIZE = 4096


def pytorch(mode: Mode) -> Evidence:
    """torch.from_numpy."""
    import torch

    return _shared({"torch.from_numpy": torch.from_numpy})


def tensorflow(mode: Mode) -> Evidence:
    """tf.convert_to_tensor and tf.experimental.dlpack.from_dlpack."""
    import tensorflow as tf

    return _shared({
        "tf.convert_to_tensor": tf.convert_to_tensor,
        "tf.experimental.dlpack.from_dlpack": lambda array: tf.experimental.dlpack.from_dlpack(array.__dlpack__()),
    })  # fmt: skip


def jax(mode: Mode) -> Evidence:
    """jnp.asarray and jnp.from_dlpack, which is asked to refuse rather than to copy."""
    from jax import numpy as jnp

    with cannot(ValueError, saying="copy"):
        return _shared({"jnp.asarray": jnp.asarray, "jnp.from_dlpack": lambda a: jnp.from_dlpack(a, copy=False)})


def keras(mode: Mode) -> Evidence:
    """keras.ops.convert_to_tensor."""
    from keras import ops

    return _shared({"keras.ops.convert_to_tensor": ops.convert_to_tensor})


def _aligned() -> Any:
    """An array of float32 that begins at a multiple of 64 bytes, as every library here can take over."""
    raw = np.zeros(SIZE * 4 + 64, np.uint8)
    start = -raw.ctypes.data % 64
    return raw[start : start + SIZE * 4].view(np.float32)


def _shared(ways: dict[str, Any]) -> Evidence:
    """Change the array after the tensor was made, and read the tensor: one that shares memory shows the change."""
    shares = {}
    for name, way in ways.items():
        array = _aligned()
        tensor = way(array)
        array[7] = 42
        shares[name] = float(tensor[7]) == 42
    expect(any(shares.values()), f"{' and '.join(shares)} copied the array", shares_memory=shares)
    return {"shares_memory": shares, "bytes": SIZE * 4}


PROBE = Probe(
    slug="numpy_in_without_copy",
    title="From NumPy without a copy",
    axis="interchange",
    question="Can a tensor be made of a NumPy array without copying it?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
    any_mode="arrays come in before anything runs",
)
