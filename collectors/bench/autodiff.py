"""Reverse-mode differentiation in NumPy's float64: what training steps are checked against.

Only what the references need, each operation with its derivative beside it. Tests hold every one against finite
differences; nothing of this is ever timed.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Pull = Callable[[Array], Array]


class Value:
    """An array in a computation; `backward` fills `grad`, the derivative of the last result by it.

    parents: what it was computed from, each with the function from this derivative to the parent's.
    """

    def __init__(self, array: Array, *parents: "tuple[Value, Pull]") -> None:
        self.array, self.parents = array, parents
        self.grad: Array | None = None

    def __add__(self, other: "Value | float") -> "Value":
        """Add, with NumPy's broadcasting."""
        if not isinstance(other, Value):
            return Value(self.array + other, (self, lambda d: d))
        pulls = ((self, lambda d: _fit(d, self.array)), (other, lambda d: _fit(d, other.array)))
        return Value(self.array + other.array, *pulls)

    def __mul__(self, other: "Value | float") -> "Value":
        """Multiply, with NumPy's broadcasting."""
        if not isinstance(other, Value):
            return Value(self.array * other, (self, lambda d: d * other))
        pulls = (
            (self, lambda d: _fit(d * other.array, self.array)),
            (other, lambda d: _fit(d * self.array, other.array)),
        )
        return Value(self.array * other.array, *pulls)

    def __matmul__(self, other: "Value") -> "Value":
        """Multiply matrices, the leading axes broadcast."""
        left = (self, lambda d: _fit(d @ np.swapaxes(other.array, -1, -2), self.array))
        right = (other, lambda d: _fit(_transposed_product(self.array, d, other.array.ndim), other.array))
        return Value(self.array @ other.array, left, right)

    def __getitem__(self, place: Any) -> "Value":
        """Take a part, or rows by number; what is taken twice gets both derivatives."""

        def pull(d: Array) -> Array:
            back = np.zeros_like(self.array)
            np.add.at(back, place, d)
            return back

        return Value(self.array[place], (self, pull))

    def reshape(self, *shape: int) -> "Value":
        """Give the same numbers in another shape."""
        return Value(self.array.reshape(shape), (self, lambda d: d.reshape(self.array.shape)))

    def transpose(self, *axes: int) -> "Value":
        """Give the axes in another order."""
        back = np.argsort(axes)
        return Value(self.array.transpose(axes), (self, lambda d: d.transpose(back)))

    def mean(self, axes: tuple[int, ...]) -> "Value":
        """Average over some axes."""
        shape = [1 if axis in axes else size for axis, size in enumerate(self.array.shape)]
        count = self.array.size // max(1, int(np.prod(shape)))
        spread = (self, lambda d: np.broadcast_to(d.reshape(shape) / count, self.array.shape))
        return Value(self.array.mean(axis=axes), spread)


def _transposed_product(left: Array, d: Array, ndim: int) -> Array:
    """Give leftᵀ · d; where the right factor was one matrix, over all leading axes at once."""
    if ndim == 2:
        return left.reshape(-1, left.shape[-1]).T @ d.reshape(-1, d.shape[-1])
    return np.swapaxes(left, -1, -2) @ d


def _fit(d: Array, like: Array) -> Array:
    """Sum a derivative over the axes along which its operand was broadcast."""
    extra = d.ndim - like.ndim
    axes = (*range(extra), *(extra + i for i, size in enumerate(like.shape) if size == 1 and d.shape[extra + i] > 1))
    return d.sum(axis=axes).reshape(like.shape) if axes else d


def backward(result: Value) -> None:
    """Set `grad` of everything that `result`, a single number, was computed from."""
    order: list[Value] = []
    seen: set[int] = set()
    waiting: list[tuple[Value, bool]] = [(result, False)]
    while waiting:
        value, done = waiting.pop()
        if done:
            order.append(value)
        elif id(value) not in seen:
            seen.add(id(value))
            waiting += [(value, True), *((parent, False) for parent, _ in value.parents)]
    result.grad = np.ones_like(result.array)
    for value in reversed(order):
        assert value.grad is not None  # noqa: S101  # every value here leads to the result
        for parent, pull in value.parents:
            share = pull(value.grad)
            parent.grad = share if parent.grad is None else parent.grad + share
        if value.parents:
            value.grad = None  # only the leaves are asked, and activations are large


def relu(x: Value) -> Value:
    """Give max(x, 0)."""
    return Value(np.maximum(x.array, 0), (x, lambda d: d * (x.array > 0)))


def tanh(x: Value) -> Value:
    """Give the hyperbolic tangent."""
    y = np.tanh(x.array)
    return Value(y, (x, lambda d: d * (1 - y * y)))


def sigmoid(x: Value) -> Value:
    """Give 1 / (1 + e⁻ˣ)."""
    y = 1 / (1 + np.exp(-x.array))
    return Value(y, (x, lambda d: d * y * (1 - y)))


def gelu(x: Value) -> Value:
    """Give the tanh form of GELU (Hendrycks and Gimpel 2016)."""
    return x * 0.5 * (tanh((x + x * x * x * 0.044715) * float(np.sqrt(2 / np.pi))) + 1.0)


def softmax(x: Value) -> Value:
    """Give shares of exponentials over the last axis."""
    powers = np.exp(x.array - x.array.max(axis=-1, keepdims=True))
    y = powers / powers.sum(axis=-1, keepdims=True)
    return Value(y, (x, lambda d: y * (d - (d * y).sum(axis=-1, keepdims=True))))


def normalise(x: Value, axes: tuple[int, ...], epsilon: float) -> Value:
    """Take away the mean over `axes` and divide by the root of the biased variance plus epsilon."""
    root = np.sqrt(x.array.var(axis=axes, keepdims=True) + epsilon)
    y = (x.array - x.array.mean(axis=axes, keepdims=True)) / root

    def pull(d: Array) -> Array:
        back: Array = (d - d.mean(axis=axes, keepdims=True) - y * (d * y).mean(axis=axes, keepdims=True)) / root
        return back

    return Value(y, (x, pull))


def concatenate(values: Sequence[Value], axis: int) -> Value:
    """Join along an axis."""
    ends = np.cumsum([v.array.shape[axis] for v in values])
    starts = [0, *ends[:-1]]

    def taker(start: int, end: int) -> Pull:
        return lambda d: np.take(d, range(start, end), axis=axis)

    pulls = ((v, taker(int(s), int(e))) for v, s, e in zip(values, starts, ends, strict=True))
    return Value(np.concatenate([v.array for v in values], axis=axis), *pulls)


def cross_entropy(logits: Value, labels: Array) -> Value:
    """Give the mean cross-entropy of logits (rows, classes) against integer labels (rows,)."""
    shifted = logits.array - logits.array.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(labels))

    def pull(d: Array) -> Array:
        back: Array = np.exp(logs)
        back[rows, labels] -= 1
        back *= d / len(labels)
        return back

    return Value(np.asarray(-logs[rows, labels].mean()), (logits, pull))
