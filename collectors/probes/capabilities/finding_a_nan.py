"""Finding a NaN: the framework stops at the operation that made the first one, and names it."""

import re
from collections.abc import Callable
from typing import Any

from collectors.probes.model import Evidence, Mode, Probe, expect

VALUES = (-1.0, 4.0)
"""Of these a square root is taken, and doubled: the root of the first is a NaN, and so is its slope."""


def pytorch(mode: Mode) -> Evidence:
    """torch.autograd.detect_anomaly, which looks at the backward pass."""
    import torch

    call = mode.wrap(lambda x: (torch.sqrt(x) * 2).sum())
    x = torch.tensor(VALUES, requires_grad=True)

    def run() -> None:
        with torch.autograd.detect_anomaly():
            call(x).backward()

    return _named("torch.autograd.detect_anomaly", run, RuntimeError)


def tensorflow(mode: Mode) -> Evidence:
    """tf.debugging.enable_check_numerics."""
    import tensorflow as tf

    call = mode.wrap(lambda x: tf.reduce_sum(tf.sqrt(x) * 2))
    tf.debugging.enable_check_numerics()
    try:
        return _named("tf.debugging.enable_check_numerics", lambda: call(tf.constant(VALUES)), tf.errors.OpError)
    finally:
        tf.debugging.disable_check_numerics()


def jax(mode: Mode) -> Evidence:
    """jax.debug_nans."""
    import jax
    from jax import numpy as jnp

    call = mode.wrap(lambda x: (jnp.sqrt(x) * 2).sum())
    with jax.debug_nans(True):
        return _named("jax.debug_nans", lambda: call(jnp.array(VALUES)), FloatingPointError)


def keras(mode: Mode) -> Evidence:
    """The backend's own means around operations of keras.ops: Keras itself only stops a training at a NaN."""
    from keras import ops

    call = mode.wrap(lambda x: ops.sum(ops.sqrt(x) * 2))
    if mode.backend == "torch":
        import torch

        x = torch.tensor(VALUES, requires_grad=True)

        def run() -> None:
            with torch.autograd.detect_anomaly():
                call(x).backward()

        return _named("torch.autograd.detect_anomaly", run, RuntimeError)
    x = ops.convert_to_tensor(VALUES, "float32")
    if mode.backend == "jax":
        import jax

        with jax.debug_nans(True):
            return _named("jax.debug_nans", lambda: call(x), FloatingPointError)
    import tensorflow as tf

    tf.debugging.enable_check_numerics()
    try:
        return _named("tf.debugging.enable_check_numerics", lambda: call(x), tf.errors.OpError)
    finally:
        tf.debugging.disable_check_numerics()


def _named(by: str, run: Callable[[], Any], refusal: type[Exception]) -> Evidence:
    said = ""
    try:
        run()
    except refusal as error:
        said = str(error)
    expect(bool(said), "the NaN went through unnoticed", by=by)
    evidence = {"by": by, "says": said[:600]}
    expect(re.search(r"\bnan\b", said, re.IGNORECASE) is not None, "it stops, and says nothing of a NaN", **evidence)
    expect("sqrt" in said.lower(), "it stops, and does not name the square root", **evidence)
    return evidence


PROBE = Probe(
    slug="finding_a_nan",
    title="Finding what made a NaN",
    axis="debugging",
    question="Does the framework stop at the operation that made the first NaN in this mode, and name it?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
)
