"""Convolution and pooling for the float64 references, channels last, with their derivatives."""

import numpy as np

from collectors.bench.autodiff import Array, Value


def conv(x: Value, kernel: Value, stride: int, padding: int) -> Value:
    """Convolve images (batch, row, column, in) with (rows, columns, in, out), `padding` zeros on every side."""
    k = kernel.array
    padded = np.pad(x.array, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    rows, columns = ((padded.shape[1 + i] - k.shape[i]) // stride + 1 for i in (0, 1))
    places = [(i, j, _part(padded, i, j, stride, rows, columns)) for i, j in np.ndindex(*k.shape[:2])]
    out = np.zeros((len(padded), rows, columns, k.shape[3]))
    for i, j, part in places:
        out += part @ k[i, j]

    def by_images(d: Array) -> Array:
        back = np.zeros_like(padded)
        for i, j in np.ndindex(*k.shape[:2]):
            _part(back, i, j, stride, rows, columns)[...] += d @ k[i, j].T
        end = tuple(slice(padding, size - padding) for size in padded.shape[1:3])
        return back[:, end[0], end[1]]

    def by_kernel(d: Array) -> Array:
        back = np.empty_like(k)
        for i, j, part in places:
            back[i, j] = np.tensordot(part, d, ([0, 1, 2], [0, 1, 2]))
        return back

    return Value(out, (x, by_images), (kernel, by_kernel))


def max_pool(x: Value, side: int, stride: int, padding: int) -> Value:
    """Give the largest of every window; of equal ones the first gets the derivative. The edge never wins."""
    around = ((0, 0), (padding, padding), (padding, padding), (0, 0))
    padded = np.pad(x.array, around, constant_values=-np.inf)
    rows, columns = ((padded.shape[1 + i] - side) // stride + 1 for i in (0, 1))
    parts = np.stack([_part(padded, i, j, stride, rows, columns) for i, j in np.ndindex(side, side)])
    winner = parts.argmax(axis=0)

    def pull(d: Array) -> Array:
        back = np.zeros_like(padded)
        for number, (i, j) in enumerate(np.ndindex(side, side)):
            _part(back, i, j, stride, rows, columns)[...] += d * (winner == number)
        return back[:, padding : padded.shape[1] - padding, padding : padded.shape[2] - padding]

    return Value(parts.max(axis=0), (x, pull))


def _part(images: Array, row: int, column: int, stride: int, rows: int, columns: int) -> Array:
    """View what lies at one place of every window: (batch, rows, columns, channels)."""
    return images[:, row : row + stride * rows : stride, column : column + stride * columns : stride]
