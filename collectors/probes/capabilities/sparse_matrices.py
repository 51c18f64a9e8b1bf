"""Sparse matrices: a sparse one times a dense one, and the gradient of the product."""

from typing import Any

import numpy as np

from collectors.probes.model import Evidence, Mode, Probe, cannot, expect

ROWS, COLUMNS, VALUES, SHAPE = [0, 1, 3], [1, 0, 2], [2.0, 3.0, 4.0], (4, 3)
DENSE = np.arange(6, dtype=np.float32).reshape(3, 2)


def pytorch(mode: Mode) -> Evidence:
    """torch.sparse_coo_tensor; compiled with fullgraph=True: else Dynamo leaves the product to Python, unsaid."""
    import torch

    sparse = torch.sparse_coo_tensor([ROWS, COLUMNS], VALUES, SHAPE, dtype=torch.float32, check_invariants=True)
    dense = torch.from_numpy(DENSE).clone().requires_grad_()
    call = torch.sparse.mm if mode.eager else torch.compile(torch.sparse.mm, fullgraph=True)
    with cannot(torch._dynamo.exc.Unsupported, saying="does not support sparse Tensors"):
        product = call(sparse, dense)
    product.sum().backward()
    assert dense.grad is not None
    return _right(product.detach().numpy(), dense.grad.numpy())


def tensorflow(mode: Mode) -> Evidence:
    """tf.sparse.SparseTensor; XLA has no kernel for it, and says so."""
    import tensorflow as tf

    sparse = tf.sparse.SparseTensor(list(zip(ROWS, COLUMNS, strict=True)), VALUES, SHAPE)
    dense = tf.constant(DENSE)
    with tf.GradientTape() as tape, cannot(tf.errors.InvalidArgumentError, saying="unsupported"):
        tape.watch(dense)
        product = mode.wrap(tf.sparse.sparse_dense_matmul)(sparse, dense)
    return _right(product.numpy(), tape.gradient(product, dense).numpy())


def jax(mode: Mode) -> Evidence:
    """jax.experimental.sparse.BCOO."""
    import jax
    from jax import numpy as jnp
    from jax.experimental.sparse import BCOO

    sparse = BCOO((jnp.array(VALUES), jnp.array(list(zip(ROWS, COLUMNS, strict=True)))), shape=SHAPE)
    product = mode.wrap(lambda s, d: s @ d)
    gradient = jax.grad(lambda dense: product(sparse, dense).sum())(jnp.asarray(DENSE))
    return _right(np.asarray(product(sparse, DENSE)), np.asarray(gradient))


def keras(mode: Mode) -> Evidence:
    """The backend's sparse tensor in keras.ops.matmul, differentiated as it does; on torch Keras refuses it."""
    from keras import ops

    with cannot(ValueError, saying="`sparse=True` is not supported"):
        sparse = ops.convert_to_tensor(_of_backend(mode), sparse=True)
    dense = ops.convert_to_tensor(DENSE)
    call = mode.wrap(lambda s, d: ops.matmul(s, d))
    product = ops.convert_to_numpy(call(sparse, dense))
    if mode.backend == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            tape.watch(dense)
            total = ops.sum(call(sparse, dense))
        return _right(product, tf.convert_to_tensor(tape.gradient(total, dense)).numpy())
    import jax

    return _right(product, np.asarray(jax.grad(lambda dense: ops.sum(call(sparse, dense)))(dense)))


def _of_backend(mode: Mode) -> Any:
    if mode.backend == "tensorflow":
        import tensorflow as tf

        return tf.sparse.SparseTensor(list(zip(ROWS, COLUMNS, strict=True)), VALUES, SHAPE)
    if mode.backend == "torch":
        import torch

        return torch.sparse_coo_tensor([ROWS, COLUMNS], VALUES, SHAPE, dtype=torch.float32, check_invariants=True)
    from jax import numpy as jnp
    from jax.experimental.sparse import BCOO

    return BCOO((jnp.array(VALUES), jnp.array(list(zip(ROWS, COLUMNS, strict=True)))), shape=SHAPE)


def _right(product: Any, gradient: Any) -> Evidence:
    matrix = np.zeros(SHAPE)
    matrix[ROWS, COLUMNS] = VALUES
    seen = {"stored": len(VALUES), "product": np.asarray(product).tolist(), "gradient": np.asarray(gradient).tolist()}
    expect(np.allclose(product, matrix @ DENSE), "the product is wrong", **seen)
    expect(np.allclose(gradient, matrix.T @ np.ones((4, 2))), "the gradient is wrong", **seen)
    return seen


PROBE = Probe(
    slug="sparse_matrices",
    title="Sparse matrices",
    axis="data",
    question="Can a sparse matrix be multiplied by a dense one in this mode, and the product be differentiated?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
)
