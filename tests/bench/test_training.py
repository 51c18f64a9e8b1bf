"""References of the networks: against another writing of them, published sizes, and an optimiser's first steps."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from collectors.bench import resnet, resnet_sides, training, transformer
from collectors.bench.autodiff import Value
from collectors.bench.workload import Workload
from collectors.bench.workloads import (
    lstm,
    lstm_train_step,
    mlp_train_step,
    resnet18_train_step,
    resnet50_inference,
    transformer_block,
    transformer_train_step,
)

TRAINED: tuple[tuple[Workload, Callable[[Any], list[str]]], ...] = (
    (mlp_train_step.WORKLOAD, lambda _: mlp_train_step.NAMES),
    (lstm_train_step.WORKLOAD, lambda _: lstm_train_step.NAMES),
    (transformer_train_step.WORKLOAD, transformer_train_step._names),
    (resnet18_train_step.WORKLOAD, resnet.trained),
)


def _wide(workload: Workload) -> dict[str, NDArray[Any]]:
    return {n: a.astype(float) if a.dtype.kind == "f" else a for n, a in workload.make_inputs("tiny").items()}


def _line(p: Any, x: NDArray[Any]) -> Value:
    """Two classes told apart by one parameter: logits (0, w·x), so that the derivative is known."""
    logits: Value = Value(np.array([[0.0, 1.0]]) * x) * p["w"]
    return logits


@pytest.mark.parametrize("optimiser", [training.Sgd(0.1, 0.9), training.Adam(), training.Adam(decay=0.1)])
def test_optimisers_against_their_formulas_one_number_at_a_time(optimiser: training.Optimiser) -> None:
    arrays = {"x": np.array([[2.0]]), "y": np.array([1]), "w": np.array([0.5])}
    w, m, v = 0.5, 0.0, 0.0
    for t in (1, 2, 3):
        g = -2.0 / (1 + np.exp(2.0 * w))
        if isinstance(optimiser, training.Sgd):
            m = 0.9 * m + g
            w -= 0.1 * m
            continue
        w *= 1 - 1e-3 * optimiser.decay
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        w -= 1e-3 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    found = training.reference(arrays, ["w"], _line, optimiser)
    np.testing.assert_allclose(found, [w - 0.5], rtol=1e-9)


@pytest.mark.parametrize(("workload", "names"), TRAINED, ids=[w.slug for w, _ in TRAINED])
def test_three_steps_move_every_parameter(workload: Workload, names: Callable[[Any], list[str]]) -> None:
    arrays = _wide(workload)
    moved = workload.make_reference(arrays)
    start = 0
    for name in names(arrays):
        part = moved[start : start + arrays[name].size]
        assert np.isfinite(part).all()
        assert np.abs(part).max() > 0, name
        start += arrays[name].size
    assert start == moved.size


def test_lstm_classifier_is_the_lstm_and_a_dense_layer() -> None:
    arrays = _wide(lstm_train_step.WORKLOAD)
    states = lstm.reference({"sequences": arrays["x"], **{n: arrays[n] for n in ("kernel", "recurrent", "bias")}})
    logits = lstm_train_step._forward({n: Value(arrays[n]) for n in lstm_train_step.NAMES}, arrays["x"])
    expected = states[:, -1] @ arrays["dense"] + arrays["dense_bias"]
    np.testing.assert_allclose(logits.array, expected, rtol=1e-12)


def test_transformer_block_against_numpys_own_writing() -> None:
    arrays = _wide(transformer_block.WORKLOAD)
    other = transformer.block(arrays, arrays["x"], transformer.numpy())
    np.testing.assert_allclose(transformer_block.reference(arrays), other, rtol=1e-10, atol=1e-12)


def test_causal_attention_does_not_look_ahead() -> None:
    arrays = _wide(transformer_block.WORKLOAD)
    use, p = transformer.float64(), {n: Value(a) for n, a in arrays.items()}
    later = arrays["x"].copy()
    later[:, 4:] += 1.0
    one, other = (transformer.block(p, Value(x), use, causal=True).array for x in (arrays["x"], later))
    np.testing.assert_array_equal(one[:, :4], other[:, :4])
    assert not np.allclose(one[:, 4:], other[:, 4:])
    free = transformer.block(p, Value(later), use).array
    assert not np.allclose(one[:, :4], free[:, :4])


def test_transformer_parameters_are_as_many_as_counted() -> None:
    shape = transformer_train_step.WORKLOAD.sizes["tiny"]
    arrays = transformer_train_step.WORKLOAD.make_inputs("tiny")
    total = sum(arrays[name].size for name in transformer_train_step._names(arrays))
    assert transformer_train_step._parameters(shape) == total
    assert set(transformer.KERAS_ORDER) == set(transformer.weights(64, "", np.random.default_rng(0)))


# Parameters as torchvision's documentation gives them for its weights, and its GFLOPS, which are multiply-adds.
@pytest.mark.parametrize(
    ("plan", "parameters", "multiply_adds"),
    [
        (resnet.Plan((2, 2, 2, 2), bottleneck=False, width=64, classes=1000), 11_689_512, 1.81e9),
        (resnet.Plan((3, 4, 6, 3), bottleneck=True, width=64, classes=1000), 25_557_032, 4.09e9),
    ],
    ids=["resnet18", "resnet50"],
)
def test_residual_networks_have_the_published_size(plan: resnet.Plan, parameters: int, multiply_adds: float) -> None:
    found = resnet.count(plan, 1, 224)
    sizes = {n: int(np.prod(s)) for n, s in found.parameters.items() if not n.endswith(resnet.STATISTICS)}
    assert sum(sizes.values()) == parameters
    assert found.multiplications == pytest.approx(multiply_adds, rel=0.005)


def test_without_its_blocks_a_residual_network_is_its_stem_and_shortcuts() -> None:
    plan = resnet.Plan((1, 1, 1, 1), bottleneck=False, width=4, classes=3)
    rng = np.random.default_rng(0)
    p = {n: a.astype(float) for n, a in resnet.weights(plan, rng).items()}
    for name in p:
        if "_last_norm" in name and name.endswith(("gamma", "beta", "mean")):
            p[name] = np.zeros_like(p[name])
    images = rng.standard_normal((2, 32, 32, 3))
    use = resnet_sides.float64({n: Value(a) for n, a in p.items()}, training=False)

    def norm(x: NDArray[Any], layer: str) -> NDArray[Any]:
        mean, variance = p[f"{layer}/moving_mean"], p[f"{layer}/moving_variance"]
        scaled: NDArray[Any] = (x - mean) / np.sqrt(variance + resnet.EPSILON) * p[f"{layer}/gamma"]
        shifted: NDArray[Any] = scaled + p[f"{layer}/beta"]
        return shifted

    x = use.pool(use.relu(Value(norm(use.conv(Value(images), "stem", 7, 4, 2).array, "stem_norm")))).array
    assert x.shape == (2, 8, 8, 4)
    for stage in (1, 2, 3):
        x = norm(x[:, ::2, ::2] @ p[f"s{stage}b0_shortcut/kernel"][0, 0], f"s{stage}b0_shortcut_norm")
        x = np.maximum(x, 0)
    expected = x.mean(axis=(1, 2)) @ p["dense/kernel"] + p["dense/bias"]
    np.testing.assert_allclose(resnet.network(Value(images), plan, use).array, expected, rtol=1e-10)


def test_kernels_turn_and_turn_back() -> None:
    arrays = resnet50_inference.WORKLOAD.make_inputs("tiny")
    for name in resnet.trained(arrays):
        turned = resnet.channels_last(resnet.channels_first(name, arrays[name]))
        np.testing.assert_array_equal(turned, arrays[name])
