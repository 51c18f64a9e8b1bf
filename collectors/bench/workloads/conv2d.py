"""Convolution: 3×3, as many channels out as in, padded to the same size, forward."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from collectors.bench import layout, sides
from collectors.bench.workload import Arrays, Gap, Prepared, Shape, Workload


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw images (batch, side, side, channels) and a kernel (3, 3, in, out) scaled by its fan-in."""
    batch, side, channels = (shape[name] for name in ("batch", "side", "channels"))
    scale = np.float32((9 * channels) ** -0.5)
    return {
        "images": rng.standard_normal((batch, side, side, channels), dtype=np.float32),
        "kernel": rng.standard_normal((3, 3, channels, channels), dtype=np.float32) * scale,
    }


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Multiply every 3×3 window with the kernel in float64, image by image to spare memory."""
    padded = np.pad(arrays["images"], ((0, 0), (1, 1), (1, 1), (0, 0)))
    windows = sliding_window_view(padded, (3, 3), axis=(1, 2))  # (batch, row, column, in, 3, 3)
    kernel = arrays["kernel"].transpose(2, 0, 1, 3)
    return np.stack([np.tensordot(window, kernel, 3) for window in windows]).astype(np.float64)


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """torch.nn.functional.conv2d; NCHW, where matched NHWC in memory."""
    import torch
    from torch.nn.functional import conv2d

    images = torch.from_numpy(np.ascontiguousarray(arrays["images"].transpose(0, 3, 1, 2))).to(device)
    kernel = torch.from_numpy(np.ascontiguousarray(arrays["kernel"].transpose(3, 2, 0, 1))).to(device)
    images, kernel, name = layout.images(images, kernel)

    def result(out: Any) -> NDArray[Any]:
        turned: NDArray[Any] = out.cpu().numpy().transpose(0, 2, 3, 1)
        return turned

    return Prepared(lambda x, k: conv2d(x, k, padding="same"), (images, kernel), result, facts={"layout": name})


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """tf.nn.conv2d."""
    import tensorflow as tf

    step = lambda x, k: tf.nn.conv2d(x, k, 1, "SAME")  # noqa: E731  # one line per framework
    return sides.tensorflow(step, arrays["images"], arrays["kernel"], layout="NHWC")


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """jax.lax.conv_general_dilated."""
    from jax import lax

    def step(x: Any, k: Any) -> Any:
        return lax.conv_general_dilated(x, k, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))

    return sides.jax(step, arrays["images"], arrays["kernel"], layout="NHWC")


def keras(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the backend takes a visible GPU by itself
    """keras.ops.conv, channels last."""
    from keras import ops

    step = lambda x, k: ops.conv(x, k, 1, "same", data_format="channels_last")  # noqa: E731  # as above
    return sides.keras(step, arrays["images"], arrays["kernel"], layout="NHWC")


def _values(shape: Shape) -> int:
    return shape["batch"] * shape["side"] ** 2 * shape["channels"]


WORKLOAD = Workload(
    slug="conv2d",
    title="Convolution 3×3",
    category="operator",
    sizes={
        "tiny": {"batch": 2, "side": 8, "channels": 4},
        "small": {"batch": 8, "side": 28, "channels": 64},
        "medium": {"batch": 16, "side": 56, "channels": 64},
        "large": {"batch": 32, "side": 56, "channels": 256},
    },
    default_size="small",
    seed=6,
    inputs=inputs,
    reference=reference,
    flops=lambda shape: 2 * 9 * shape["channels"] * _values(shape),  # the products of every window, edges included
    bytes_moved=lambda shape: 4 * (2 * _values(shape) + 9 * shape["channels"] ** 2),
    tolerance={"float32": 1e-5, "tf32": 5e-3},
    frameworks={
        "pytorch": pytorch,
        "tensorflow": tensorflow,
        "jax": jax,
        "keras": keras,
        "numpy": Gap("NumPy has no convolution of images"),
    },
    # inputs, their float64 copies, the result twice; the windows of one image
    memory=lambda shape: 64 * _values(shape) + 8 * 9 * _values(shape) // shape["batch"],
)
