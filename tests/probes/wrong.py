"""What a framework without the capability would give, for the probes of training, precision, Keras and old code."""

from collections.abc import Callable
from typing import Any

import numpy as np

from collectors.probes.capabilities import (
    custom_operator,
    custom_training_loop,
    data_parallel_two_processes,
    deterministic_operations,
    devices_listed,
    float8,
    gradient_checkpointing,
    in_place_update,
    int8_quantised_inference,
    keras_backends,
    keras_is_its_own_package,
    keras_model_across_backends,
    keras_same_numbers,
    model_parallel,
    operations_at_scale_of_a_loop,
    sharded_data_loading,
    sizes_inferred,
    tf1_code,
    training_loop_shipped,
)

Wrong = dict[str, tuple[Callable[[], Any], str]]
WHOLE = data_parallel_two_processes.RATE / 2 * (data_parallel_two_processes.X.T @ data_parallel_two_processes.Y).ravel()
QUIET = {"backend": "jax", "steps": 1, "outputs": [[1.0]]}
INT8 = np.maximum(int8_quantised_inference.X @ int8_quantised_inference.FIRST, 0) @ int8_quantised_inference.SECOND


def stepped(*weights: list[float], processes: int = 2) -> list[dict[str, Any]]:
    """What processes tell of a step: a weight each."""
    return [{"process": n, "processes": processes, "weight": weight} for n, weight in enumerate(weights)]


def read(*rows: list[int]) -> list[dict[str, Any]]:
    """What processes tell of the rows they read."""
    return [{"process": n, "rows": each} for n, each in enumerate(rows)]


def tried(**changes: Any) -> dict[str, dict[str, Any]]:
    """What a process tells of a backend."""
    return {"jax": {"imports": "jax", "computes": True, "trains": True, "said": "", **changes}}


def fitted(*losses: float, imported: tuple[str, ...] = ("jax",)) -> dict[str, Any]:
    """What a process tells of a fit."""
    return {"losses": list(losses), "imported": list(imported)}


def _done() -> None:
    """An operation that is not refused."""


WRONG: Wrong = {
    "in_place_update": (lambda: in_place_update._changed("x", [0.0, 0.0, 0.0]), "the x became"),
    "custom_operator": (lambda: custom_operator._followed(9.0, 4.0), "the derivative is 4, not 12"),
    "operations_at_scale_of_a_loop": (
        lambda: operations_at_scale_of_a_loop._right(1.5**6, 1.0),
        "the gradient is 1, not 45.5",
    ),
    "float8": (lambda: float8._right("float8_e4m3fn", float8.GIVEN, float8.PRODUCT), "became"),
    "int8_quantised_inference": (
        lambda: int8_quantised_inference._near("x", ["float32", "int8"], INT8 * 1.01),
        "the weights are",
    ),
    "deterministic_operations": (
        lambda: deterministic_operations._deterministic("x", [b"same", b"same"], _done, RuntimeError, "determin"),
        "was done without a word",
    ),
    "gradient_checkpointing": (lambda: gradient_checkpointing._again(32.0, 1), "ran 1 times, not twice"),
    "custom_training_loop": (
        lambda: custom_training_loop._trained(np.zeros((2, 1)), [1.5, 1.5, 1.5]),
        "the losses are",
    ),
    "training_loop_shipped": (lambda: training_loop_shipped._learnt([1.0, 0.9]), "the losses of the epochs"),
    "sizes_inferred": (lambda: sizes_inferred._inferred(False, [[5, 4], [4], [5, 2], [2]]), "the sizes became"),
    "devices_listed": (lambda: devices_listed._there(["cuda:0"], "cuda:0", "cpu", [2.0, 4.0, 6.0]), "lies on cpu"),
    "data_parallel_two_processes": (
        lambda: data_parallel_two_processes._equal(stepped([0.1, 0.2], [0.3, 0.2])),
        "different weights",
    ),
    "sharded_data_loading": (lambda: sharded_data_loading._split(read([*range(16)], [*range(16)])), "half each"),
    "model_parallel": (lambda: model_parallel._right(None, [[4, 8], [4, 8]]), "not in two parts"),
    "keras_backends": (lambda: keras_backends._accepted("jax", tried(imports="tensorflow")), "runs on tensorflow"),
    "keras_same_numbers": (lambda: keras_same_numbers._same(keras_same_numbers.by_hand() + 0.01), "are off by 0.01"),
    "keras_model_across_backends": (
        lambda: keras_model_across_backends._same("torch", "jax", QUIET, [[1.1]]),
        "loaded on jax the outputs differ by 0.1",
    ),
    "keras_is_its_own_package": (
        lambda: keras_is_its_own_package._trained("jax", fitted(1.0, 0.0, imported=("tensorflow", "jax"))),
        "the process holds",
    ),
    "tf1_code": (lambda: tf1_code._ran(7.5, 4.0), "after one step the weight is 4"),
}
"""By probe: its expectation, met with what is not the capability, and what it then says."""

PARTS: list[tuple[Callable[[], Any], str]] = [
    (lambda: custom_operator._followed(8.0, 12.0), "came out as 8"),
    (lambda: float8._right("float8_e4m3fn", float8.ROUNDED, [[6.0, 9.0], [7.0, 4.0]]), "the product is"),
    (lambda: int8_quantised_inference._near("x", ["int8", "int8"], INT8 * 1.1), "off by 10"),
    (lambda: operations_at_scale_of_a_loop._right(1.5, 1.0), "the loop ended at 1.5"),
    (
        lambda: deterministic_operations._deterministic("x", [b"one", b"other"], _done, RuntimeError, ""),
        "two runs differ",
    ),
    (lambda: deterministic_operations._no_switch(["seed"], lambda: b""), "none of its 1 settings"),
    (lambda: gradient_checkpointing._again(30.0, 2), "the gradient is 30"),
    (lambda: devices_listed._there(["cuda:0"], "cuda:0", "cuda:0", [1.0, 2.0, 3.0]), "back from cuda:0"),
    (lambda: data_parallel_two_processes._equal(stepped([0.0, 0.0], [0.0, 0.0])), "not those of one process"),
    (lambda: data_parallel_two_processes._equal(stepped([0.0], [0.0], processes=1)), "not two each"),
    (lambda: sharded_data_loading._split(read([*range(8)], [*range(8)])), "each row once"),
    (lambda: model_parallel._right(np.zeros((3, 2)), [[4, 4], [4, 4]]), "the result is"),
    (lambda: keras_backends._accepted("jax", tried(trains=False)), "it does not train"),
    (lambda: keras_model_across_backends._same("x", "jax", QUIET | {"steps": 0}, [[1.0]]), "counts 0 steps"),
    (lambda: keras_is_its_own_package._trained("jax", fitted(1.0, 0.9)), "the losses of the epochs"),
    (lambda: tf1_code._ran(3.0, 2.0), "came out as 3"),
]
"""Each further part of an expectation, not met, and what it then says."""
