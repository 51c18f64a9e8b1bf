"""Control flow in one graph: the framework's own loop and condition, with nothing left to Python."""

from typing import Any

from collectors.probes.model import Evidence, Gap, Mode, Probe, cannot, expect

STARTS = {6: 8, 7: 16, 27: 111}
"""Steps that the Collatz sequence takes from a number to 1."""


def pytorch(mode: Mode) -> Evidence:
    """torch.while_loop and torch.cond, compiled with fullgraph=True, which refuses to leave the graph."""
    import torch
    from torch._higher_order_ops.while_loop import while_loop

    def count(start: torch.Tensor) -> torch.Tensor:
        def body(number: torch.Tensor, steps: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            halved = torch.cond(number % 2 == 0, lambda n: n // 2, lambda n: 3 * n + 1, (number,))
            return halved, steps + 1

        return while_loop(lambda number, _: number != 1, body, (start, torch.zeros_like(start)))[1]

    compiled = torch.compile(count, fullgraph=True)
    with cannot(torch._dynamo.exc.Unsupported):
        return _counted(lambda start: int(compiled(torch.tensor(start))))


def tensorflow(mode: Mode) -> Evidence:
    """tf.while_loop and tf.cond."""
    import tensorflow as tf

    def body(number: Any, steps: Any) -> Any:
        return tf.cond(number % 2 == 0, lambda: number // 2, lambda: 3 * number + 1), steps + 1

    function = mode.wrap(lambda start: tf.while_loop(lambda n, _: n != 1, body, (start, tf.zeros_like(start)))[1])
    return _counted(lambda start: int(function(tf.constant(start))))


def jax(mode: Mode) -> Evidence:
    """jax.lax.while_loop and jax.lax.cond."""
    from jax import lax
    from jax import numpy as jnp

    def body(carry: Any) -> Any:
        number, steps = carry
        return lax.cond(number % 2 == 0, lambda: number // 2, lambda: 3 * number + 1), steps + 1

    function = mode.wrap(lambda start: lax.while_loop(lambda carry: carry[0] != 1, body, (start, start * 0))[1])
    return _counted(lambda start: int(function(jnp.array(start))))


def keras(mode: Mode) -> Evidence:
    """keras.ops.while_loop and keras.ops.cond; on torch with fullgraph=True, which refuses to leave the graph."""
    from keras import ops

    def body(number: Any, steps: Any) -> Any:
        return ops.cond(number % 2 == 0, lambda: number // 2, lambda: 3 * number + 1), steps + 1

    def count(start: Any) -> Any:
        return ops.while_loop(lambda number, _: number != 1, body, (start, ops.zeros_like(start)))[1]

    if mode.backend != "torch":
        function = mode.wrap(count)
        return _counted(lambda start: int(function(ops.convert_to_tensor(start, "int32"))))
    import torch

    whole = torch.compile(count, fullgraph=True)
    with cannot(torch._dynamo.exc.Unsupported, torch._dynamo.exc.UserError):
        return _counted(lambda start: int(whole(ops.convert_to_tensor(start, "int32"))))


def _counted(count: Any) -> Evidence:
    counted = {start: count(start) for start in STARTS}
    expect(counted == STARTS, f"the steps are {counted}, not {STARTS}", steps=counted)
    return {"steps": counted}


EAGER = Gap("nothing is captured in eager mode: Python runs the loop")

PROBE = Probe(
    slug="control_flow_in_one_graph",
    title="Loop and branch in one graph",
    axis="graph",
    question="Can one graph hold a loop and a condition that depend on the values of tensors?",
    sides={
        "pytorch": pytorch,
        "pytorch.eager": EAGER,
        "tensorflow": tensorflow,
        "tensorflow.eager": EAGER,
        "jax": jax,
        "jax.eager": EAGER,
        "keras": keras,
        "keras.eager": EAGER,
    },
)
