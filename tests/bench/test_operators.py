"""The operators' references against one number at a time, and their counts against counting."""

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from collectors.bench.workloads import (
    batched_matmul,
    conv2d,
    depthwise_conv,
    elementwise,
    embedding,
    fft,
    gather_scatter,
    layer_norm,
    matmul_bf16,
    reduction,
    softmax,
    top_k,
)

RNG = np.random.default_rng


def _windows(image: NDArray[Any]) -> list[tuple[int, int, NDArray[Any]]]:
    padded = np.zeros((image.shape[0] + 2, image.shape[1] + 2, image.shape[2]))
    padded[1:-1, 1:-1] = image
    return [(r, c, padded[r : r + 3, c : c + 3]) for r in range(image.shape[0]) for c in range(image.shape[1])]


def test_rounding_to_bfloat16_takes_the_nearest_and_ties_to_even() -> None:
    step = 2.0**-7  # between neighbours above 1
    given = np.array([1, 1 + 0.4 * step, 1 + 0.6 * step, 1 + 0.5 * step, 1 + 1.5 * step, -3.14159], np.float32)
    np.testing.assert_array_equal(matmul_bf16.rounded(given), [1, 1, 1 + step, 1, 1 + 2 * step, -3.140625])


@pytest.mark.parametrize("workload", [matmul_bf16.WORKLOAD, batched_matmul.WORKLOAD], ids=lambda w: w.slug)
def test_products_against_sums(workload: Any) -> None:
    inputs = workload.make_inputs("tiny")
    left, right = (inputs[name].astype(float) for name in ("left", "right"))
    found = workload.make_reference(inputs)
    for place in ((0, 0, 0), (1, 3, 2)):
        row, column = (left[place[0]], right[place[0]]) if left.ndim == 3 else (left, right)
        naive = sum(row[place[1], k] * column[k, place[2]] for k in range(row.shape[1]))
        assert (found[place] if left.ndim == 3 else found[place[1:]]) == pytest.approx(naive, rel=1e-12)
    assert workload.flops(workload.sizes["tiny"]) == found.size * 2 * left.shape[-1]


def test_conv2d_against_windows() -> None:
    arrays = conv2d.inputs({"batch": 2, "side": 4, "channels": 3}, RNG(0))
    found = conv2d.WORKLOAD.make_reference(arrays)
    kernel = arrays["kernel"].astype(float)
    for b, image in enumerate(arrays["images"].astype(float)):
        for r, c, window in _windows(image):
            naive = [sum((window * kernel[..., o]).ravel()) for o in range(3)]
            np.testing.assert_allclose(found[b, r, c], naive, rtol=1e-12)


def test_depthwise_conv_against_windows() -> None:
    arrays = depthwise_conv.inputs({"batch": 2, "side": 4, "channels": 3}, RNG(0))
    found = depthwise_conv.WORKLOAD.make_reference(arrays)
    for b, image in enumerate(arrays["images"].astype(float)):
        for r, c, window in _windows(image):
            naive = [sum((window[..., n] * arrays["kernel"][..., n, 0]).ravel()) for n in range(3)]
            np.testing.assert_allclose(found[b, r, c], naive, rtol=1e-6)


def test_softmax_against_exponentials() -> None:
    inputs = softmax.WORKLOAD.make_inputs("tiny")
    row = [math.exp(v) for v in inputs["x"][3].tolist()]
    np.testing.assert_allclose(softmax.WORKLOAD.make_reference(inputs)[3], [v / sum(row) for v in row], rtol=1e-12)


def test_layer_norm_gives_rows_the_mean_and_spread_asked_for() -> None:
    arrays = dict(layer_norm.WORKLOAD.make_inputs("tiny"))
    arrays |= {"scale": np.full(1024, 2.0), "shift": np.full(1024, 5.0)}
    rows = layer_norm.reference(arrays)
    variance = arrays["x"].astype(float).var(axis=1)
    np.testing.assert_allclose(rows.mean(axis=1), 5, rtol=1e-6)
    np.testing.assert_allclose(rows.var(axis=1), 4 * variance / (variance + layer_norm.EPSILON), rtol=1e-6)


def test_reduction_against_an_exact_sum() -> None:
    inputs = reduction.WORKLOAD.make_inputs("tiny")
    exact = [math.fsum(row) for row in inputs["x"].tolist()]
    np.testing.assert_allclose(reduction.WORKLOAD.make_reference(inputs), exact, rtol=1e-14)


def test_elementwise_against_the_formula() -> None:
    inputs = elementwise.WORKLOAD.make_inputs("tiny")
    x, a, b = (float(inputs[name][7]) for name in ("x", "a", "b"))
    naive = x + 1 / (1 + math.exp(-x)) * math.tanh(a * x + b)
    assert elementwise.WORKLOAD.make_reference(inputs)[7] == pytest.approx(naive, rel=1e-13)


def test_embedding_copies_the_rows_named() -> None:
    inputs = embedding.WORKLOAD.make_inputs("tiny")
    found = embedding.WORKLOAD.make_reference(inputs)
    for place, token in enumerate(inputs["tokens"]):
        np.testing.assert_array_equal(found[place], inputs["table"][token])


def test_gather_scatter_against_edges_one_by_one() -> None:
    inputs = gather_scatter.WORKLOAD.make_inputs("tiny")
    total = np.zeros((20, 8))
    for source, target in zip(inputs["sources"], inputs["targets"], strict=True):
        total[target] += inputs["rows"][source]
    np.testing.assert_allclose(gather_scatter.WORKLOAD.make_reference(inputs), total, rtol=1e-6)


def test_top_k_against_sorting() -> None:
    inputs = top_k.WORKLOAD.make_inputs("tiny")
    values, held = top_k.WORKLOAD.make_reference(inputs)
    assert values[2].tolist() == sorted(inputs["x"][2].tolist(), reverse=True)[:64]
    np.testing.assert_array_equal(values, held)


def test_fft_against_the_sum_of_waves() -> None:
    inputs = fft.WORKLOAD.make_inputs("tiny")
    x = inputs["x"][1].astype(float)
    found = fft.WORKLOAD.make_reference(inputs)[:, 1]
    for k in (0, 5, 32):
        angles = 2 * math.pi * k * np.arange(64) / 64
        np.testing.assert_allclose(found[:, k], [x @ np.cos(angles), -x @ np.sin(angles)], rtol=1e-9, atol=1e-12)
