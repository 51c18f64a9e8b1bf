"""What the probes of leaving a framework, and of looking into it, say of what is not the capability."""

from collections.abc import Callable
from typing import Any

import numpy as np

from collectors.probes.capabilities import (
    ahead_of_time_compiling,
    checkpoint_resume,
    executorch_program,
    export_as_program,
    finding_a_nan,
    graph_in_tensorboard,
    litert_conversion,
    looking_inside_a_model,
    onnx_export,
    profiler_trace,
    saved_model,
    stablehlo,
    tensorboard_log,
    torchscript,
)

ROWS = np.ones((2, 3), "float32")
ZEROS = np.zeros((2, 4), "float32")


def _stops() -> None:
    raise FloatingPointError("invalid value (nan) encountered in mul")


def _refuses() -> None:
    raise FloatingPointError("no kernel for InstanceNaNny of sqrt")


def _forgetful() -> Any:
    """Go on from a checkpoint that holds nothing: the fresh process says 0 where the weight went on to 3."""
    weight = [0.0]

    def step() -> None:
        weight[0] += 1

    return checkpoint_resume._gone_on(step, lambda: None, lambda: list(weight), "print('[0.0]')")


LEAVING: dict[str, tuple[Callable[[], Any], str]] = {
    "export_as_program": (
        lambda: export_as_program._compared("x", [ZEROS, np.zeros((5, 4))]),
        "run elsewhere it differs by 1",
    ),
    "torchscript": (lambda: torchscript._branched([2.0, -2.0], []), r"gives \[2.0, -2.0\] for 1 and -1"),
    "saved_model": (lambda: saved_model._same(ROWS, ZEROS), "read back it differs by 0.8"),
    "stablehlo": (lambda: stablehlo._listed("x", "%0 = stablehlo.maximum %1"), "none of the operations"),
    "onnx_export": (lambda: onnx_export._same([2, 3], [], lambda x: x), "the batch is fixed to 2"),
    "litert_conversion": (lambda: litert_conversion._same(ROWS, ZEROS, 9), "in LiteRT it differs by 0.8"),
    "executorch_program": (lambda: executorch_program._same(ROWS, ZEROS, 9), "in ExecuTorch it differs by 0.8"),
    "tensorboard_log": (lambda: tensorboard_log._same("x", 1, [(0, 0.5)], (0.5, 0.25)), "TensorBoard reads"),
    "graph_in_tensorboard": (lambda: graph_in_tensorboard._named(["Relu"], "matmul"), "is named matmul"),
    "profiler_trace": (lambda: profiler_trace._named("x", ["$jax.py matmul", "Add"]), "does not name the product"),
    "checkpoint_resume": (_forgetful, "the third step comes out 3 apart"),
    "looking_inside_a_model": (
        lambda: looking_inside_a_model._taken("x", lambda x: (6 * x[0, 0], 2.0)),
        r"inside was seen \[2.0, 2.0\], not 2 and 20",
    ),
    "finding_a_nan": (
        lambda: finding_a_nan._named("x", _stops, FloatingPointError),
        "does not name the square root",
    ),
    "ahead_of_time_compiling": (lambda: ahead_of_time_compiling._same("x", ZEROS), "compiled ahead it differs by"),
}
"""By probe, as in `test_expectations.py`."""

PARTS: list[tuple[Callable[[], Any], str]] = [
    (lambda: finding_a_nan._named("x", lambda: None, FloatingPointError), "went through unnoticed"),
    (lambda: finding_a_nan._named("x", _refuses, FloatingPointError), "says nothing of a NaN"),
    (lambda: onnx_export._same(["batch", 3], [], lambda x: np.zeros((len(x), 4))), "in ONNX Runtime it differs by"),
    (lambda: looking_inside_a_model._taken("x", lambda x: (2.0, 2 * x[0, 0])), "watched, the model gives"),
    (lambda: tensorboard_log._same("x", 1, [(0, 0.5), (1, 0.5)], (0.5, 0.25)), "TensorBoard reads"),
]
