"""Scalar control flow: a loop whose end and whose branches depend on the numbers it computes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench.workload import Arrays, Prepared, Shape, Workload

# A linear congruential generator of full period over 0 … 65536; all numbers stay below 2³¹.
FACTOR, INCREMENT, MODULUS = 75, 74, 65537


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw a start, and the state after `steps` steps, at which the loop ends."""
    start = int(rng.integers(1, MODULUS - 1))
    state = start
    for _ in range(shape["steps"]):
        state = (state * FACTOR + INCREMENT) % MODULUS
    return {"start": np.array(start), "stop": np.array(state)}


def _walk(state: Any, stop: Any) -> Any:
    """Add odd states and subtract even ones until `stop`; Python's own statements decide."""
    total = state * 0
    while state != stop:
        total = total + state if state % 2 == 1 else total - state
        state = (state * FACTOR + INCREMENT) % MODULUS
    return total


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Walk with Python's integers."""
    return np.array([float(_walk(int(arrays["start"]), int(arrays["stop"])))])


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """Python's while and if over tensors, as PyTorch's documentation has it."""
    import torch

    scalars = tuple(torch.tensor(int(arrays[n]), device=device) for n in ("start", "stop"))
    return Prepared(_walk, scalars, lambda out: out.cpu().numpy().reshape(1), facts={"implementation": "while, if"})


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """tf.while_loop and tf.cond."""
    import tensorflow as tf

    def body(state: Any, total: Any) -> Any:
        total = tf.cond(state % 2 == 1, lambda: total + state, lambda: total - state)
        return (state * FACTOR + INCREMENT) % MODULUS, total

    def step(start: Any, stop: Any) -> Any:
        return tf.while_loop(lambda state, _: state != stop, body, (start, tf.zeros_like(start)))[1]

    scalars = tuple(tf.constant(int(arrays[n])) for n in ("start", "stop"))
    facts = {"implementation": "tf.while_loop, tf.cond"}
    return Prepared(step, scalars, lambda out: out.numpy().reshape(1), facts=facts)


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """jax.lax.while_loop and jax.lax.cond."""
    from jax import lax
    from jax import numpy as jnp

    def body(carry: Any) -> Any:
        state, total = carry
        total = lax.cond(state % 2 == 1, lambda: total + state, lambda: total - state)
        return (state * FACTOR + INCREMENT) % MODULUS, total

    def step(start: Any, stop: Any) -> Any:
        return lax.while_loop(lambda carry: carry[0] != stop, body, (start, jnp.zeros_like(start)))[1]

    scalars = tuple(jnp.int32(int(arrays[n])) for n in ("start", "stop"))
    facts = {"implementation": "lax.while_loop, lax.cond"}
    return Prepared(step, scalars, lambda out: np.asarray(out).reshape(1), facts=facts)


def keras(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the backend takes a visible GPU by itself
    """keras.ops.while_loop and keras.ops.cond."""
    from keras import ops

    def body(state: Any, total: Any) -> Any:
        total = ops.cond(state % 2 == 1, lambda: total + state, lambda: total - state)
        return (state * FACTOR + INCREMENT) % MODULUS, total

    def step(start: Any, stop: Any) -> Any:
        return ops.while_loop(lambda state, _: state != stop, body, (start, ops.zeros_like(start)))[1]

    scalars = tuple(ops.convert_to_tensor(int(arrays[n]), "int32") for n in ("start", "stop"))
    facts = {"implementation": "keras.ops.while_loop, keras.ops.cond"}
    return Prepared(step, scalars, lambda out: ops.convert_to_numpy(out).reshape(1), facts=facts)


def numpy(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # NumPy has one device
    """Python's while and if over numpy.int64."""
    scalars = tuple(np.int64(arrays[n]) for n in ("start", "stop"))
    return Prepared(_walk, scalars, lambda out: np.asarray(out).reshape(1), facts={"implementation": "while, if"})


WORKLOAD = Workload(
    slug="control_flow",
    title="Scalar control flow",
    category="dispatch",
    sizes={"tiny": {"steps": 20}, "small": {"steps": 200}, "medium": {"steps": 2000}, "large": {"steps": 20_000}},
    default_size="small",
    seed=17,
    inputs=inputs,
    reference=reference,
    flops=lambda shape: 7 * shape["steps"],  # on integers: two comparisons, two remainders, a product and two sums
    bytes_moved=lambda shape: 0,  # noqa: ARG005  # three numbers, whatever the size
    tolerance={"float32": 0.0, "tf32": 0.0},
    frameworks={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras, "numpy": numpy},
)
