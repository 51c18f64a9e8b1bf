"""Depthwise convolution: 3×3, each channel with its own kernel, padded to the same size, forward."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from collectors.bench import layout, sides
from collectors.bench.workload import Arrays, Gap, Prepared, Shape, Workload


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw images (batch, side, side, channels) and a kernel (3, 3, channels, 1)."""
    batch, side, channels = (shape[name] for name in ("batch", "side", "channels"))
    return {
        "images": rng.standard_normal((batch, side, side, channels), dtype=np.float32),
        "kernel": rng.standard_normal((3, 3, channels, 1), dtype=np.float32),
    }


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Multiply every channel's 3×3 windows with its kernel in float64."""
    padded = np.pad(arrays["images"], ((0, 0), (1, 1), (1, 1), (0, 0)))
    windows = sliding_window_view(padded, (3, 3), axis=(1, 2))  # (batch, row, column, channel, 3, 3)
    result: NDArray[np.float64] = np.einsum("brcnij,ijn->brcn", windows, arrays["kernel"][..., 0])
    return result


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """torch.nn.functional.conv2d with a group per channel; NCHW, where matched NHWC in memory."""
    import torch
    from torch.nn.functional import conv2d

    images = torch.from_numpy(np.ascontiguousarray(arrays["images"].transpose(0, 3, 1, 2))).to(device)
    kernel = torch.from_numpy(np.ascontiguousarray(arrays["kernel"].transpose(2, 3, 0, 1))).to(device)
    images, kernel, name = layout.images(images, kernel)
    groups = len(arrays["kernel"][0, 0])

    def result(out: Any) -> NDArray[Any]:
        turned: NDArray[Any] = out.cpu().numpy().transpose(0, 2, 3, 1)
        return turned

    step = lambda x, k: conv2d(x, k, padding="same", groups=groups)  # noqa: E731  # one line per framework
    return Prepared(step, (images, kernel), result, facts={"layout": name})


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """tf.nn.depthwise_conv2d."""
    import tensorflow as tf

    step = lambda x, k: tf.nn.depthwise_conv2d(x, k, [1, 1, 1, 1], "SAME")  # noqa: E731  # as above
    return sides.tensorflow(step, arrays["images"], arrays["kernel"], layout="NHWC")


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """jax.lax.conv_general_dilated with a feature group per channel."""
    from jax import lax

    groups = len(arrays["kernel"][0, 0])

    def step(x: Any, k: Any) -> Any:
        layout = ("NHWC", "HWIO", "NHWC")
        return lax.conv_general_dilated(x, k, (1, 1), "SAME", dimension_numbers=layout, feature_group_count=groups)

    kernel = arrays["kernel"].transpose(0, 1, 3, 2)
    return sides.jax(step, arrays["images"], kernel, layout="NHWC")


def keras(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the backend takes a visible GPU by itself
    """keras.ops.depthwise_conv, channels last."""
    from keras import ops

    step = lambda x, k: ops.depthwise_conv(x, k, 1, "same", data_format="channels_last")  # noqa: E731  # as above
    return sides.keras(step, arrays["images"], arrays["kernel"], layout="NHWC")


def _values(shape: Shape) -> int:
    return shape["batch"] * shape["side"] ** 2 * shape["channels"]


WORKLOAD = Workload(
    slug="depthwise_conv",
    title="Depthwise convolution 3×3",
    category="operator",
    sizes={
        "tiny": {"batch": 2, "side": 8, "channels": 4},
        "small": {"batch": 8, "side": 28, "channels": 96},
        "medium": {"batch": 16, "side": 56, "channels": 128},
        "large": {"batch": 64, "side": 56, "channels": 512},
    },
    default_size="small",
    seed=7,
    inputs=inputs,
    reference=reference,
    flops=lambda shape: 2 * 9 * _values(shape),  # the products of every window, edges included
    bytes_moved=lambda shape: 4 * (2 * _values(shape) + 9 * shape["channels"]),
    tolerance={"float32": 1e-5, "tf32": 5e-3},
    frameworks={
        "pytorch": pytorch,
        "tensorflow": tensorflow,
        "jax": jax,
        "keras": keras,
        "numpy": Gap("NumPy has no convolution of images"),
    },
    memory=lambda shape: 64 * _values(shape),  # inputs, their float64 copies padded and not, the result twice
)
