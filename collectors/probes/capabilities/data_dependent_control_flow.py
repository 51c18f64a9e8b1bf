"""Data-dependent control flow: Python's own `while` and `if` over the values of tensors."""

from typing import Any

from collectors.probes.model import Evidence, Mode, Probe, cannot, expect

STARTS = {6: 8, 7: 16, 27: 111}
"""Steps that the Collatz sequence takes from a number to 1."""


def collatz(number: Any) -> Any:
    """Count steps to 1: how often, and which way, only the numbers say."""
    steps = number * 0
    while number != 1:
        if number % 2 == 0:  # noqa: SIM108  # the statement is what is tried
            number = number // 2
        else:
            number = 3 * number + 1
        steps = steps + 1
    return steps


def pytorch(mode: Mode) -> Evidence:
    """The function in this mode; compiled, Dynamo leaves the loop to Python: the graphs made before it are counted."""
    import torch
    from torch._dynamo.utils import counters

    before = counters["stats"]["unique_graphs"]
    function = mode.wrap(collatz)
    evidence = _counted(lambda start: int(function(torch.tensor(start))))
    return evidence if mode.eager else {**evidence, "graphs": int(counters["stats"]["unique_graphs"] - before)}


def tensorflow(mode: Mode) -> Evidence:
    """The function in this mode; AutoGraph turns the statements into tf.while_loop and tf.cond."""
    import tensorflow as tf

    function = mode.wrap(collatz)
    with cannot(tf.errors.OperatorNotAllowedInGraphError):
        return _counted(lambda start: int(function(tf.constant(start))))


def jax(mode: Mode) -> Evidence:
    """The function in this mode."""
    import jax
    from jax import numpy as jnp

    function = mode.wrap(collatz)
    with cannot(jax.errors.TracerBoolConversionError):
        return _counted(lambda start: int(function(jnp.array(start))))


def keras(mode: Mode) -> Evidence:
    """The function in this mode, over tensors of the backend."""
    from keras import ops

    function = mode.wrap(collatz)
    with cannot(*_refusals(mode)):
        return _counted(lambda start: int(function(ops.convert_to_tensor(start, "int32"))))


def _refusals(mode: Mode) -> tuple[type[BaseException], ...]:
    if mode.backend != "jax":
        return ()
    import jax

    return (jax.errors.TracerBoolConversionError,)


def _counted(count: Any) -> Evidence:
    counted = {start: count(start) for start in STARTS}
    expect(counted == STARTS, f"the steps are {counted}, not {STARTS}", steps=counted)
    return {"steps": counted}


PROBE = Probe(
    slug="data_dependent_control_flow",
    title="Python's own while and if",
    axis="graph",
    question="Does a function run in this mode whose `while` and `if` statements depend on the values of tensors?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
)
