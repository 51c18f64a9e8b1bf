"""Ragged tensors: rows of different lengths in one tensor, without padding."""

from typing import Any

from collectors.probes.model import Evidence, Mode, Probe, cannot, expect

LISTS = [[1.0, 2.0, 3.0], [4.0], [5.0, 6.0]]
SUMS = [12.0, 8.0, 22.0]
"""Of each row, doubled."""


def pytorch(mode: Mode) -> Evidence:
    """torch.nested in the jagged layout."""
    import torch

    nested = torch.nested.nested_tensor([torch.tensor(row) for row in LISTS], layout=torch.jagged)
    doubled = mode.wrap(lambda rows: rows * 2)(nested)
    return _right("torch.nested (jagged)", [float(row.sum()) for row in doubled.unbind()], doubled.values().numel())


def tensorflow(mode: Mode) -> Evidence:
    """tf.RaggedTensor."""
    import tensorflow as tf

    doubled = mode.wrap(lambda rows: rows * 2)(tf.ragged.constant(LISTS))
    return _right("tf.RaggedTensor", [float(row.numpy().sum()) for row in doubled], int(tf.size(doubled.flat_values)))


def jax(mode: Mode) -> Evidence:
    """jnp.array of lists of different lengths, which is all JAX could be asked: it has no ragged type."""
    from jax import numpy as jnp

    with cannot(ValueError, saying="inhomogeneous"):
        rows = jnp.array(LISTS)
    doubled = mode.wrap(lambda rows: rows * 2)(rows)
    return _right("jnp.array", [float(row.sum()) for row in doubled], int(doubled.size))


def keras(mode: Mode) -> Evidence:
    """keras.ops over a tf.RaggedTensor; convert_to_tensor says whether Keras takes ragged tensors on the backend."""
    from keras import ops

    with cannot(ValueError, saying="`ragged=True` is not supported"):
        rows = ops.convert_to_tensor(_of_backend(mode), ragged=True)
    doubled = mode.wrap(lambda rows: ops.multiply(rows, 2.0))(rows)
    return _right("keras.ops.convert_to_tensor(ragged=True)", [float(ops.sum(row)) for row in doubled], None)


def _of_backend(mode: Mode) -> Any:
    if mode.backend != "tensorflow":
        return LISTS
    import tensorflow as tf

    return tf.ragged.constant(LISTS)


def _right(how: str, sums: list[float], held: int | None) -> Evidence:
    expect(sums == SUMS, f"the rows, doubled, sum to {sums}, not {SUMS}", how=how, sums=sums)
    length = sum(map(len, LISTS))
    expect(held in (length, None), f"{held} numbers are held for {length}: the rows are padded", how=how, held=held)
    return {"how": how, "sums": sums, "held": held}


PROBE = Probe(
    slug="ragged_tensors",
    title="Ragged tensors",
    axis="data",
    question="Can rows of different lengths be held in one tensor without padding, and be computed with in this mode?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
)
