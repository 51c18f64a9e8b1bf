"""Each probe can fail: handed what a framework without the capability would give, its expectation is not met."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from collectors.probes import capabilities
from collectors.probes.capabilities import (
    bfloat16,
    changing_a_model,
    complex_numbers,
    control_flow_in_one_graph,
    custom_gradient,
    data_dependent_control_flow,
    data_parallel_two_processes,
    debugger_in_a_model,
    devices_listed,
    dlpack_between_frameworks,
    eager_execution,
    error_for_a_wrong_shape,
    graph_capture,
    higher_derivatives,
    jacobian,
    keras_same_numbers,
    mixed_precision,
    model_parallel,
    new_shapes_without_compiling,
    numpy_in_without_copy,
    numpy_out_without_copy,
    per_sample_gradients,
    ragged_tensors,
    reproducible_random_numbers,
    sharded_data_loading,
    sparse_matrices,
    vectorising_map,
)
from collectors.probes.model import CannotDo, Mode, NotHere
from tests.probes import wrong as further
from tests.probes.leaving import LEAVING, PARTS

PLAIN = Mode("eager", "numpy", "", lambda function: function)
NEVER_LOOKS_AGAIN = Mode("function", "numpy", "", lambda function: lambda x: 21.0 if float(x) == 10 else 3.0)
STEPS = data_dependent_control_flow.STARTS
PRODUCT = bfloat16.LEFT @ bfloat16.RIGHT
GRADIENTS = per_sample_gradients.EXPECTED
POWER, SLOPES = 78.125, np.array([59.0, 95.5, -59.0, 7.0])
"""Of the signal's power and its gradient, by hand: 2 x² |X|², and 4 x |X|² with the real part of 4 F*(x² X)."""


def _raises(message: str) -> Callable[[], None]:
    def call() -> None:
        raise ValueError(message)

    return call


def _counter() -> Callable[[], int]:
    """A count that is higher whenever it is looked at: something is compiled at every call."""
    counts = iter(range(1000))
    return lambda: next(counts)


def _loop(function: Any) -> Any:
    return lambda rows: np.array([function(row) for row in rows])


WRONG: dict[str, tuple[Callable[[], Any], str]] = {
    "eager_execution": (lambda: eager_execution._seen([1, 2]), "reads 2.0, not 7"),
    "graph_capture": (lambda: graph_capture._listed(["MatMul", "Relu"]), "none of the operations"),
    "data_dependent_control_flow": (lambda: data_dependent_control_flow._counted(lambda start: 1), "the steps are"),
    "control_flow_in_one_graph": (lambda: control_flow_in_one_graph._counted(lambda start: 0), "the steps are"),
    "changing_a_model": (lambda: changing_a_model._changed(lambda: 2.0, lambda: None), "did not see the change"),
    "new_shapes_without_compiling": (
        lambda: new_shapes_without_compiling._few(lambda size: None, _counter()),
        "compiled anew at 8 of 8 sizes",
    ),
    "debugger_in_a_model": (lambda: debugger_in_a_model._stepped(NEVER_LOOKS_AGAIN, np.float64), "never stopped"),
    "error_for_a_wrong_shape": (
        lambda: error_for_a_wrong_shape._judged(_raises("decoder takes 171")),
        "does not name the shape it was given",
    ),
    "higher_derivatives": (lambda: higher_derivatives._third(0.0), "is 0.0, not 48"),
    "custom_gradient": (lambda: custom_gradient._followed(5.0, 4.0), "the derivative is 4.0"),
    "per_sample_gradients": (lambda: per_sample_gradients._each(GRADIENTS.sum(axis=0)), "have shape"),
    "vectorising_map": (
        lambda: vectorising_map._mapped(PLAIN, _loop, vectorising_map.ROWS, lambda row: (row * row).sum()),
        "called 4 times for 4 rows",
    ),
    "jacobian": (lambda: jacobian._right({"jacrev": jacobian.EXPECTED[:, :1]}), "the shapes are"),
    "mixed_precision": (
        lambda: mixed_precision._mixed("x", product=np.dtype("float32"), weight=np.dtype("float32")),
        "the types are",
    ),
    "bfloat16": (lambda: bfloat16._close(np.dtype("float32"), PRODUCT), "the product is float32"),
    "complex_numbers": (lambda: complex_numbers._right(1.0, np.zeros(4)), "the results are off"),
    "sparse_matrices": (lambda: sparse_matrices._right(np.zeros((4, 2)), np.zeros((3, 2))), "the product is wrong"),
    "ragged_tensors": (lambda: ragged_tensors._right("x", ragged_tensors.SUMS, 9), "the rows are padded"),
    "reproducible_random_numbers": (
        lambda: reproducible_random_numbers._repeats(lambda seed: np.random.default_rng().random(5).tolist()),
        "the same seed gave other numbers",
    ),
    "numpy_in_without_copy": (lambda: numpy_in_without_copy._shared({"np.array": np.array}), "copied the array"),
    "numpy_out_without_copy": (
        lambda: numpy_out_without_copy._shared(None, 0, {"np.full": lambda: np.full(4096, 2.0)}),
        "copied the tensor",
    ),
    "dlpack_between_frameworks": (lambda: dlpack_between_frameworks._same("JAX", 1, 2, 7.0), "JAX holds a copy"),
    **LEAVING,
    **further.WRONG,
}
"""By probe: its expectation, met with what is not the capability, and what it then says."""


@pytest.mark.parametrize("slug", WRONG)
def test_a_probe_can_fail(slug: str) -> None:
    wrong, says = WRONG[slug]
    with pytest.raises(CannotDo, match=says):
        wrong()


def test_every_probe_was_seen_to_be_able_to_fail() -> None:
    assert set(WRONG) == {probe.slug for probe in capabilities.PROBES}


def test_what_is_right_passes() -> None:
    assert per_sample_gradients._each(GRADIENTS)["largest_error"] == 0
    assert debugger_in_a_model._stepped(PLAIN, np.float64)["stops"] == 2
    assert bfloat16._close("bfloat16", PRODUCT)["relative_error"] < 1e-6
    assert complex_numbers._right(POWER, SLOPES)["gradient_error"] < 1e-6
    assert numpy_in_without_copy._shared({"np.asarray": np.asarray})["shares_memory"] == {"np.asarray": True}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: reproducible_random_numbers._repeats(lambda seed: [1.0] * 5), "not random"),
        (lambda: reproducible_random_numbers._repeats(lambda seed: [1.0, 2.0, 3.0, 4.0, 5.0]), "another seed gave"),
        (lambda: bfloat16._close("bfloat16", PRODUCT * 1.1), "off by 10"),
        (lambda: complex_numbers._right(POWER, SLOPES / 2), "the results are off"),
        (lambda: jacobian._right({"jacfwd": jacobian.EXPECTED / 2}), "off by"),
        (lambda: error_for_a_wrong_shape._judged(_raises("153 against 171")), "does not name the layer"),
        (lambda: sparse_matrices._right(np.array([[4, 6], [0, 3], [0, 0], [16, 20]]), np.ones((3, 2))), "gradient"),
        *PARTS,
        *further.PARTS,
    ],
)
def test_each_part_of_an_expectation_counts(wrong: Callable[[], Any], says: str) -> None:
    with pytest.raises(CannotDo, match=says):
        wrong()


def test_what_is_right_of_several_processes_and_devices_passes() -> None:
    weight = further.WHOLE.tolist()
    assert data_parallel_two_processes._equal(further.stepped(weight, weight))["processes"] == [2, 2]
    assert sharded_data_loading._split(further.read([*range(0, 16, 2)], [*range(1, 16, 2)]))
    exact = np.maximum(model_parallel.X @ model_parallel.FIRST, 0) @ model_parallel.SECOND
    assert model_parallel._right(exact, ["CPU:0", "CPU:1"])["parts"] == ["CPU:0", "CPU:1"]
    assert devices_listed._there(["cpu", "cuda:0"], "cuda:0", "cuda:0", [2.0, 4.0, 6.0])["lies_on"] == "cuda:0"
    assert keras_same_numbers._same(keras_same_numbers.by_hand())["largest_error"] == 0


def test_a_machine_with_nothing_but_a_cpu_cannot_be_asked_for_another_device() -> None:
    with pytest.raises(NotHere, match="no device but the CPU is seen: cpu:0"):
        devices_listed._other(["cpu:0"])
    assert devices_listed._other(["/device:CPU:0", "/device:GPU:0"]) == "/device:GPU:0"


def test_a_check_that_measured_nothing_is_no_fail() -> None:
    with pytest.raises(AssertionError, match="nothing was compiled"):
        new_shapes_without_compiling._few(lambda size: None, lambda: 0)
    with pytest.raises(AssertionError, match="raised nothing"):
        error_for_a_wrong_shape._judged(lambda: None)
