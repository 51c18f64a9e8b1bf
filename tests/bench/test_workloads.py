"""The workloads against naive computations: references, counts, and that every file is registered."""

import math
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from collectors.bench import workloads
from collectors.bench.cnn_gradients import gradients
from collectors.bench.registry import VARIANTS
from collectors.bench.workload import Gap, Workload, relative_error
from collectors.bench.workloads import WORKLOADS, cnn_train_step, lstm, matmul

NOTHING_TO_COUNT = {"embedding", "control_flow", "host_copy", "checkpoint", "import_time"}
"""Workloads that compute nothing, or touch no memory to speak of."""
PYTHON_OWN_BYTES = 100_000
"""What small references hold in Python objects, which no estimate counts."""
every = pytest.mark.parametrize("workload", WORKLOADS, ids=lambda w: w.slug)


def test_every_file_is_registered_under_its_own_name() -> None:
    folder = Path(workloads.__file__).parent
    files = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert {workload.slug for workload in WORKLOADS} == files
    assert len(WORKLOADS) == len(files)


@every
def test_every_framework_has_a_side_or_says_why_not(workload: Workload) -> None:
    assert set(workload.frameworks) == {variant.framework for variant in VARIANTS}
    for side in workload.frameworks.values():
        assert not isinstance(side, Gap) or len(side.reason) > 20


@every
def test_sizes_grow_and_counts_with_them(workload: Workload) -> None:
    assert list(workload.sizes) == ["tiny", "small", "medium", "large"]
    assert workload.default_size in workload.sizes
    for count in (workload.flops, workload.bytes_moved):
        counts = [count(shape) for shape in workload.sizes.values()]
        assert counts == sorted(set(counts)) or (counts == [0] * 4 and workload.slug in NOTHING_TO_COUNT)


@every
def test_the_estimate_of_memory_covers_the_reference(workload: Workload) -> None:
    tracemalloc.start()
    try:
        workload.make_reference(workload.make_inputs("small"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < workload.memory_needed("small") + PYTHON_OWN_BYTES
    needed = [workload.memory_needed(size) for size in workload.sizes]
    assert needed == sorted(needed)
    assert needed[-1] < 64e9


@every
def test_inputs_are_the_same_every_time_and_single_precision(workload: Workload) -> None:
    first, second = workload.make_inputs("tiny"), workload.make_inputs("tiny")
    for name, array in first.items():
        assert array.dtype in (np.float32, np.int64)
        np.testing.assert_array_equal(array, second[name])


@every
def test_the_reference_is_float64_and_leaves_the_inputs_alone(workload: Workload) -> None:
    inputs = workload.make_inputs("tiny")
    before = {name: array.copy() for name, array in inputs.items()}
    assert workload.make_reference(inputs).dtype == np.float64
    for name, array in inputs.items():
        np.testing.assert_array_equal(array, before[name])


def test_matmul_against_three_loops() -> None:
    arrays = matmul.inputs({"n": 5}, np.random.default_rng(0))
    left, right = arrays["left"].astype(float), arrays["right"].astype(float)
    naive = [[sum(left[i, k] * right[k, j] for k in range(5)) for j in range(5)] for i in range(5)]
    np.testing.assert_allclose(matmul.WORKLOAD.make_reference(arrays), naive, rtol=1e-13)
    assert matmul.WORKLOAD.flops({"n": 5}) == 5 * 5 * (5 + 5)


def test_lstm_against_one_number_at_a_time() -> None:
    shape = {"batch": 2, "time": 3, "features": 4, "hidden": 5}
    arrays = lstm.inputs(shape, np.random.default_rng(0))
    np.testing.assert_allclose(lstm.WORKLOAD.make_reference(arrays), _lstm_by_hand(shape, arrays), rtol=1e-12)


def _lstm_by_hand(shape: dict[str, int], arrays: Any) -> NDArray[np.float64]:
    x, kernel, recurrent, bias = (arrays[n].astype(float) for n in ("sequences", "kernel", "recurrent", "bias"))
    hidden = shape["hidden"]
    outputs = np.zeros((shape["batch"], shape["time"], hidden))
    for b in range(shape["batch"]):
        h, c = [0.0] * hidden, [0.0] * hidden
        for t in range(shape["time"]):
            z = [
                bias[j]
                + sum(x[b, t, i] * kernel[i, j] for i in range(shape["features"]))
                + sum(h[i] * recurrent[i, j] for i in range(hidden))
                for j in range(4 * hidden)
            ]
            for j in range(hidden):
                gate = [1 / (1 + math.exp(-z[j + k * hidden])) for k in (0, 1, 3)]
                c[j] = gate[1] * c[j] + gate[0] * math.tanh(z[j + 2 * hidden])
                outputs[b, t, j] = gate[2] * math.tanh(c[j])
            h = list(outputs[b, t])
    return outputs


@pytest.fixture(scope="module")
def cnn() -> dict[str, NDArray[Any]]:
    arrays = cnn_train_step.inputs({"batch": 2}, np.random.default_rng(0))
    return {name: a.astype(float) if a.dtype == np.float32 else a for name, a in arrays.items()}


def _loss(arrays: dict[str, NDArray[Any]]) -> float:
    """Give the loss with every convolution and pooling written as a loop over places."""
    total = 0.0
    for image, label in zip(arrays["images"], arrays["labels"], strict=True):
        x = image
        for number in (1, 2):
            kernel, bias = arrays[f"kernel{number}"], arrays[f"bias{number}"]
            size = x.shape[0] - 2
            places = [(r, c) for r in range(size) for c in range(size)]
            conv = np.array([np.tensordot(x[r : r + 3, c : c + 3], kernel, 3) + bias for r, c in places])
            conv = np.maximum(conv, 0).reshape(size, size, -1)
            half = range(0, size - 1, 2)
            x = np.array([[conv[r : r + 2, c : c + 2].max(axis=(0, 1)) for c in half] for r in half])
        hidden = np.maximum(x.ravel() @ arrays["dense1"] + arrays["bias3"], 0)
        logits = hidden @ arrays["dense2"] + arrays["bias4"]
        total += math.log(sum(math.exp(z) for z in logits)) - logits[label]
    return total / len(arrays["labels"])


def test_cnn_loss_against_loops(cnn: dict[str, NDArray[Any]]) -> None:
    assert gradients(cnn, cnn["images"], cnn["labels"])[0] == pytest.approx(_loss(cnn), rel=1e-12)


@pytest.mark.parametrize("name", cnn_train_step.SHAPES)
def test_cnn_gradients_against_finite_differences(cnn: dict[str, NDArray[Any]], name: str) -> None:
    exact = gradients(cnn, cnn["images"], cnn["labels"])[1][name]
    step = 1e-6
    for place in np.random.default_rng(1).choice(exact.size, 3):
        moved = []
        for sign in (1, -1):
            shifted = cnn | {name: cnn[name].copy()}
            shifted[name].ravel()[place] += sign * step
            moved.append(gradients(shifted, cnn["images"], cnn["labels"])[0])
        assert exact.ravel()[place] == pytest.approx((moved[0] - moved[1]) / (2 * step), rel=1e-4, abs=1e-8)


def test_cnn_reference_takes_adams_first_steps(cnn: dict[str, NDArray[Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cnn_train_step, "STEPS", 1)
    gradient = gradients(cnn, cnn["images"], cnn["labels"])[1]
    flat = np.concatenate([gradient[name].ravel() for name in cnn_train_step.SHAPES])
    np.testing.assert_allclose(
        cnn_train_step.reference(cnn), -cnn_train_step.RATE * flat / (np.abs(flat) + 1e-8), rtol=1e-6, atol=1e-12
    )


def test_channels_turn_and_turn_back(cnn: dict[str, NDArray[Any]]) -> None:
    parameters = {name: cnn[name] for name in cnn_train_step.SHAPES}
    back = cnn_train_step._channels_last(cnn_train_step._channels_first(parameters))
    for name, array in parameters.items():
        np.testing.assert_array_equal(back[name], array)


def test_relative_error_is_a_share_of_the_reference() -> None:
    assert relative_error(np.array([3.0, 4.5]), np.array([3.0, 4.0])) == pytest.approx(0.1)
    with pytest.raises(ValueError, match="shape"):
        relative_error(np.zeros(3), np.ones(2))
    with pytest.raises(ValueError, match="all zero"):
        relative_error(np.ones(2), np.zeros(2))
