"""Fourier transform of real rows, forward."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench import sides
from collectors.bench.workload import Arrays, Prepared, Shape, Workload


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw real rows (rows, n)."""
    return {"x": rng.standard_normal((shape["rows"], shape["n"]), dtype=np.float32)}


def _parts(spectrum: Any) -> NDArray[Any]:
    spectrum = np.asarray(spectrum)
    return np.stack([spectrum.real, spectrum.imag])


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Transform in float64; real and imaginary parts (2, rows, n/2 + 1)."""
    return _parts(np.fft.rfft(arrays["x"])).astype(np.float64)


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """torch.fft.rfft."""
    import torch

    x = torch.from_numpy(arrays["x"]).to(device)
    return Prepared(lambda x: torch.fft.rfft(x), (x,), lambda out: _parts(out.cpu().numpy()))


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """tf.signal.rfft."""
    import tensorflow as tf

    return Prepared(lambda x: tf.signal.rfft(x), (tf.constant(arrays["x"]),), lambda out: _parts(out.numpy()))


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """jax.numpy.fft.rfft."""
    from jax import numpy as jnp

    return Prepared(lambda x: jnp.fft.rfft(x), (jnp.asarray(arrays["x"]),), _parts)


def keras(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the backend takes a visible GPU by itself
    """keras.ops.rfft, which gives real and imaginary parts apart."""
    from keras import ops

    def result(out: Any) -> NDArray[Any]:
        return np.stack([ops.convert_to_numpy(part) for part in out])

    return Prepared(lambda x: ops.rfft(x), (ops.convert_to_tensor(arrays["x"]),), result)


def numpy(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # NumPy has one device
    """numpy.fft.rfft, in the precision NumPy takes for float32."""
    prepared = sides.numpy(np.fft.rfft, arrays["x"])
    return Prepared(prepared.step, prepared.arguments, _parts)


WORKLOAD = Workload(
    slug="fft",
    title="Fourier transform of real rows",
    category="operator",
    sizes={
        "tiny": {"rows": 4, "n": 64},
        "small": {"rows": 128, "n": 4096},
        "medium": {"rows": 512, "n": 16_384},
        "large": {"rows": 1024, "n": 65_536},
    },
    default_size="small",
    seed=15,
    inputs=inputs,
    reference=reference,
    # half of a complex transform's 5 n log2 n (the customary count), since the input is real
    flops=lambda shape: int(2.5 * shape["rows"] * shape["n"] * math.log2(shape["n"])),
    bytes_moved=lambda shape: shape["rows"] * (4 * shape["n"] + 8 * (shape["n"] // 2 + 1)),
    tolerance={"float32": 1e-5, "tf32": 1e-5},
    frameworks={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras, "numpy": numpy},
    memory=lambda shape: 48 * shape["rows"] * shape["n"],
)
