"""The layers' and dynamic workloads' references against one number, one step or one tree at a time."""

import math
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from collectors.bench import trees
from collectors.bench.workload import Gap, Prepared, Workload
from collectors.bench.workloads import (
    attention,
    checkpoint,
    control_flow,
    gru,
    host_copy,
    import_time,
    lstm,
    ragged_lstm,
    tiny_operations,
    tree_by_depth,
    tree_by_node,
)


def _numpy(workload: Workload, inputs: Any) -> Prepared:
    side = workload.frameworks["numpy"]
    assert not isinstance(side, Gap)
    return side(inputs, "cpu")


def test_tiny_operations_against_doing_them() -> None:
    inputs = tiny_operations.WORKLOAD.make_inputs("tiny")
    x, b = inputs["x"].astype(float), inputs["b"].astype(float)
    for _ in range(25):
        x = x * 0.5 + b
    np.testing.assert_allclose(tiny_operations.WORKLOAD.make_reference(inputs), x, rtol=1e-13)


@pytest.mark.parametrize("size", control_flow.WORKLOAD.sizes)
def test_control_flow_ends_after_the_steps_asked_for_and_stays_in_32_bits(size: str) -> None:
    inputs = control_flow.WORKLOAD.make_inputs(size)
    state, total, steps, largest = int(inputs["start"]), 0, 0, 0
    while state != int(inputs["stop"]):
        total += state if state % 2 else -state
        largest = max(largest, abs(total), state * control_flow.FACTOR + control_flow.INCREMENT)
        state = (state * control_flow.FACTOR + control_flow.INCREMENT) % control_flow.MODULUS
        steps += 1
    assert steps == control_flow.WORKLOAD.sizes[size]["steps"]
    assert largest < 2**31
    assert control_flow.WORKLOAD.make_reference(inputs).tolist() == [total]


def test_gru_against_one_number_at_a_time() -> None:
    shape = {"batch": 2, "time": 3, "features": 4, "hidden": 5}
    arrays = gru.inputs(shape, np.random.default_rng(0))
    x, kernel, recurrent, bias, recurrent_bias = (arrays[n].astype(float) for n in gru.NAMES)
    found = gru.WORKLOAD.make_reference(arrays)
    for b in range(2):
        h = [0.0] * 5
        for t in range(3):
            z = [bias[j] + sum(x[b, t, i] * kernel[i, j] for i in range(4)) for j in range(15)]
            r = [recurrent_bias[j] + sum(h[i] * recurrent[i, j] for i in range(5)) for j in range(15)]
            update = [1 / (1 + math.exp(-z[j] - r[j])) for j in range(5)]
            reset = [1 / (1 + math.exp(-z[5 + j] - r[5 + j])) for j in range(5)]
            new = [math.tanh(z[10 + j] + reset[j] * r[10 + j]) for j in range(5)]
            h = [update[j] * h[j] + (1 - update[j]) * new[j] for j in range(5)]
            np.testing.assert_allclose(found[b, t], h, rtol=1e-12)


def test_attention_against_one_query_at_a_time() -> None:
    inputs = attention.WORKLOAD.make_inputs("tiny")
    q, k, v = (inputs[name][1, 0].astype(float) for name in attention.NAMES)
    powers = [math.exp(q[3] @ key / 8) for key in k]
    naive = sum(power * value for power, value in zip(powers, v, strict=True)) / sum(powers)
    np.testing.assert_allclose(attention.WORKLOAD.make_reference(inputs)[1, 0, 3], naive, rtol=1e-12)


def test_ragged_lstm_gives_what_the_lstm_has_at_each_end() -> None:
    inputs = ragged_lstm.WORKLOAD.make_inputs("tiny")
    whole = lstm.WORKLOAD.make_reference({n: a for n, a in inputs.items() if n != "lengths"})
    found = ragged_lstm.WORKLOAD.make_reference(inputs)
    assert sorted(inputs["lengths"]) == [2, 4, 6, 8]
    for row, length in enumerate(inputs["lengths"]):
        assert not inputs["sequences"][row, length:].any()
        np.testing.assert_allclose(found[row], whole[row, length - 1], rtol=1e-13)
    assert ragged_lstm.WORKLOAD.flops(ragged_lstm.WORKLOAD.sizes["tiny"]) == 20 * 2 * (8 + 16) * 4 * 16


def _state(arrays: Any, node: int) -> NDArray[Any]:
    count = len(arrays["leaves"])
    if node < count:
        return np.asarray(arrays["leaves"][node], np.float64)
    left, right = (_state(arrays, int(arrays[side][node - count])) for side in ("left", "right"))
    state: NDArray[Any] = np.tanh(np.concatenate([left, right]) @ arrays["kernel"] + arrays["bias"])
    return state


def _leaves(arrays: Any, node: int) -> list[int]:
    count = len(arrays["leaves"])
    if node < count:
        return [node]
    return [leaf for side in ("left", "right") for leaf in _leaves(arrays, int(arrays[side][node - count]))]


def test_trees_against_recursion_and_every_tree_has_its_own_leaves() -> None:
    inputs = tree_by_node.WORKLOAD.make_inputs("tiny")
    for number, root in enumerate(inputs["roots"]):
        assert _leaves(inputs, int(root)) == list(range(number * 5, number * 5 + 5))
        found = tree_by_node.WORKLOAD.make_reference(inputs)[number]
        np.testing.assert_allclose(found, _state(inputs, int(root)), rtol=1e-6)
    assert trees.inner_nodes(trees.SIZES["tiny"]) == len(inputs["left"])


@pytest.mark.parametrize("size", ["tiny", "small"])
def test_levels_hold_every_inner_node_once_and_need_only_earlier_ones(size: str) -> None:
    inputs = tree_by_depth.WORKLOAD.make_inputs(size)
    levels, known = trees.by_depth(inputs), len(inputs["leaves"])
    for left, right in levels.pairs:
        assert max(left.max(), right.max()) < known
        known += len(left)
    assert known == len(inputs["leaves"]) + len(inputs["left"])
    assert len(levels.pairs) < len(inputs["left"]) / 2


def test_both_tree_workloads_compute_the_same() -> None:
    node, depth = tree_by_node.WORKLOAD, tree_by_depth.WORKLOAD
    inputs = node.make_inputs("small")
    for name, array in depth.make_inputs("small").items():
        np.testing.assert_array_equal(array, inputs[name])
    one, other = _numpy(node, inputs), _numpy(depth, inputs)
    np.testing.assert_allclose(one.step(*one.arguments), other.step(*other.arguments), rtol=1e-4, atol=1e-6)


def test_copies_and_files_give_back_what_went_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    inputs = checkpoint.WORKLOAD.make_inputs("tiny")
    saved = _numpy(checkpoint.WORKLOAD, inputs)
    np.testing.assert_array_equal(saved.result(saved.step()), checkpoint.WORKLOAD.make_reference(inputs))
    assert list(tmp_path.rglob("model.npz"))
    assert checkpoint.WORKLOAD.make_reference(inputs).shape == (2, 16, 16)
    inputs = host_copy.WORKLOAD.make_inputs("tiny")
    np.testing.assert_array_equal(host_copy.WORKLOAD.make_reference(inputs), inputs["x"])


def test_an_import_runs_in_as_many_fresh_interpreters_as_asked() -> None:
    inputs = import_time.WORKLOAD.make_inputs("small")
    prepared = _numpy(import_time.WORKLOAD, inputs)
    np.testing.assert_array_equal(prepared.result(prepared.step()), import_time.WORKLOAD.make_reference(inputs))
    assert len(prepared.result(prepared.step())) == 2
