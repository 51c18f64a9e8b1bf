"""Every operation of the references' differentiation against finite differences."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from collectors.bench.autodiff import (
    Value,
    backward,
    concatenate,
    cross_entropy,
    gelu,
    normalise,
    relu,
    sigmoid,
    softmax,
    tanh,
)
from collectors.bench.autodiff_images import conv, max_pool

STEP = 1e-6
CASES: dict[str, tuple[tuple[tuple[int, ...], ...], Callable[..., Value]]] = {
    "sum": (((3, 4), (4,)), lambda x, y: x + y + 2.0),
    "product": (((3, 4), (3, 1)), lambda x, y: x * y * 3.0),
    "same twice": (((3, 4),), lambda x: x * x + x),
    "matrix product": (((3, 4), (4, 2)), lambda x, y: x @ y),
    "batched product": (((2, 3, 4), (2, 4, 5)), lambda x, y: x @ y),
    "batch times matrix": (((2, 3, 4), (4, 5)), lambda x, y: x @ y),
    "part": (((3, 6),), lambda x: x[:, 2:4]),
    "rows twice": (((5, 2),), lambda x: x[np.array([1, 3, 1])]),
    "reshape": (((3, 4),), lambda x: x.reshape(2, 6) * x.reshape(2, 6)),
    "transpose": (((2, 3, 4),), lambda x: x.transpose(2, 0, 1) * 2.0),
    "mean": (((2, 3, 4),), lambda x: x.mean((0, 2))),
    "relu": (((3, 4),), relu),
    "tanh": (((3, 4),), tanh),
    "sigmoid": (((3, 4),), sigmoid),
    "gelu": (((3, 4),), gelu),
    "softmax": (((3, 4),), softmax),
    "normalise": (((3, 4, 2),), lambda x: normalise(x, (0, 1), 1e-3)),
    "concatenate": (((3, 2), (3, 4)), lambda x, y: concatenate([x, y, x], 1)),
    "cross-entropy": (((3, 4),), lambda x: cross_entropy(x, np.array([0, 3, 1]))),
    "convolution": (((2, 5, 6, 3), (3, 3, 3, 2)), lambda x, k: conv(x, k, 1, 1)),
    "strided convolution": (((2, 6, 7, 2), (3, 3, 2, 2)), lambda x, k: conv(x, k, 2, 1)),
    "wide convolution": (((1, 8, 8, 1), (7, 7, 1, 2)), lambda x, k: conv(x, k, 2, 3)),
    "pooling": (((2, 5, 6, 2),), lambda x: max_pool(x, 3, 2, 1)),
}


@pytest.mark.parametrize("case", CASES)
def test_derivatives_against_finite_differences(case: str) -> None:
    shapes, operation = CASES[case]
    rng = np.random.default_rng(0)
    given = [rng.standard_normal(shape) for shape in shapes]
    weights = rng.standard_normal(operation(*map(Value, given)).array.shape)
    values = [Value(array) for array in given]
    backward(_total(operation(*values), weights))
    for number, value in enumerate(values):
        assert value.grad is not None
        assert value.grad.shape == value.array.shape
        for place in rng.choice(value.array.size, min(6, value.array.size), replace=False):
            moved = [_moved(operation, given, weights, number, place, sign * STEP) for sign in (1, -1)]
            numeric = (moved[0] - moved[1]) / (2 * STEP)
            assert value.grad.ravel()[place] == pytest.approx(numeric, rel=1e-5, abs=1e-8)


def _total(value: Value, weights: NDArray[Any]) -> Value:
    weighted = value * Value(weights)
    return weighted.mean(tuple(range(weights.ndim)))


def _moved(
    operation: Callable[..., Value], given: list[NDArray[Any]], weights: Any, number: int, place: int, by: float
) -> float:
    arrays = [array.copy() for array in given]
    arrays[number].ravel()[place] += by
    return float(_total(operation(*map(Value, arrays)), weights).array)


def test_convolution_against_windows() -> None:
    rng = np.random.default_rng(1)
    images, kernel = rng.standard_normal((2, 7, 8, 3)), rng.standard_normal((3, 3, 3, 4))
    found = conv(Value(images), Value(kernel), 2, 1).array
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)))
    assert found.shape == (2, 4, 4, 4)
    for row, column in np.ndindex(4, 4):
        window = padded[1, 2 * row : 2 * row + 3, 2 * column : 2 * column + 3]
        np.testing.assert_allclose(found[1, row, column], np.tensordot(window, kernel, 3), rtol=1e-12)


def test_pooling_ignores_the_edge() -> None:
    images = -np.arange(1.0, 17.0).reshape(1, 4, 4, 1)
    assert max_pool(Value(images), 3, 2, 1).array[0, ..., 0].tolist() == [[-1, -2], [-5, -6]]
