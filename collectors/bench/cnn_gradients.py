"""The small CNN's loss and gradients by hand, in NumPy: what `cnn_train_step` is checked against."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from collectors.bench.workload import Arrays


def gradients(p: Arrays, images: NDArray[Any], labels: NDArray[Any]) -> tuple[float, dict[str, NDArray[Any]]]:
    """Give the mean cross-entropy of one batch and its derivative by every parameter, by hand."""
    columns1, before1 = _convolve(images, p["kernel1"], p["bias1"])
    pooled1, winner1 = _pool(np.maximum(before1, 0))
    columns2, before2 = _convolve(pooled1, p["kernel2"], p["bias2"])
    pooled2, winner2 = _pool(np.maximum(before2, 0))
    flat = pooled2.reshape(len(images), -1)
    hidden = flat @ p["dense1"] + p["bias3"]
    active = np.maximum(hidden, 0)
    logits = active @ p["dense2"] + p["bias4"]
    logits = logits - logits.max(axis=1, keepdims=True)
    logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    rows = np.arange(len(labels))
    d_logits = np.exp(logs)
    d_logits[rows, labels] -= 1
    d_logits /= len(labels)
    d_hidden = (d_logits @ p["dense2"].T) * (hidden > 0)
    d_before2 = _unpool((d_hidden @ p["dense1"].T).reshape(pooled2.shape), winner2, before2.shape) * (before2 > 0)
    d_pooled1 = _unconvolve(d_before2, p["kernel2"])
    d_before1 = _unpool(d_pooled1, winner1, before1.shape) * (before1 > 0)
    return -float(logs[rows, labels].mean()), {
        "kernel1": np.tensordot(columns1, d_before1, ([0, 1, 2], [0, 1, 2])),
        "bias1": d_before1.sum(axis=(0, 1, 2)),
        "kernel2": np.tensordot(columns2, d_before2, ([0, 1, 2], [0, 1, 2])),
        "bias2": d_before2.sum(axis=(0, 1, 2)),
        "dense1": flat.T @ d_hidden,
        "bias3": d_hidden.sum(axis=0),
        "dense2": active.T @ d_logits,
        "bias4": d_logits.sum(axis=0),
    }


def _convolve(x: NDArray[Any], kernel: NDArray[Any], bias: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Give the windows (batch, row, column, 3, 3, in) and the convolution (batch, row, column, out)."""
    windows = sliding_window_view(x, (3, 3), axis=(1, 2)).transpose(0, 1, 2, 4, 5, 3)
    return windows, np.tensordot(windows, kernel, 3) + bias


def _unconvolve(d: NDArray[Any], kernel: NDArray[Any]) -> NDArray[Any]:
    """Give the derivative by a convolution's input: the full convolution with the turned kernel."""
    padded = np.pad(d, ((0, 0), (2, 2), (2, 2), (0, 0)))
    return _convolve(padded, kernel[::-1, ::-1].transpose(0, 1, 3, 2), np.zeros(kernel.shape[2]))[1]


def _pool(x: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Give the largest of each whole 2×2 block, and which of the four it was."""
    batch, rows, columns, channels = x.shape
    r, c = rows // 2, columns // 2
    blocks = x[:, : 2 * r, : 2 * c].reshape(batch, r, 2, c, 2, channels).transpose(0, 1, 3, 5, 2, 4)
    flat = blocks.reshape(batch, r, c, channels, 4)
    return flat.max(axis=-1), flat.argmax(axis=-1)


def _unpool(d: NDArray[Any], winner: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """Send each derivative back to the place that won; rows and columns that fitted no block get none."""
    batch, r, c, channels = d.shape
    spread = np.zeros((*d.shape, 4))
    np.put_along_axis(spread, winner[..., None], d[..., None], axis=-1)
    back = np.zeros(shape)
    blocks = spread.reshape(batch, r, c, channels, 2, 2).transpose(0, 1, 4, 2, 5, 3)
    back[:, : 2 * r, : 2 * c] = blocks.reshape(batch, 2 * r, 2 * c, channels)
    return back
