"""Tree-shaped network, batched by depth: all nodes of one height, of all trees, in one product."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench import trees
from collectors.bench.workload import Arrays, Prepared, Workload

NAMES = ("leaves", "kernel", "bias")


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """torch.addmm per level, written into one tensor of states."""
    import torch

    levels = trees.by_depth(arrays)
    inner = len(arrays["left"])

    def step(leaves: Any, kernel: Any, bias: Any, pairs: Any, roots: Any) -> Any:
        start = len(leaves)
        states = torch.cat([leaves, leaves.new_empty(inner, leaves.shape[1])])
        for left, right in pairs:
            now = torch.tanh(torch.addmm(bias, torch.cat((states[left], states[right]), 1), kernel))
            states[start : start + len(now)] = now
            start += len(now)
        return states[roots]

    def to_device(array: NDArray[Any]) -> Any:
        return torch.from_numpy(array).to(device)

    pairs = [tuple(map(to_device, pair)) for pair in levels.pairs]
    arguments = (*(to_device(arrays[n]) for n in NAMES), pairs, to_device(levels.roots))
    facts = {"implementation": "one tensor of states, written level by level"}
    return Prepared(step, arguments, lambda out: out.cpu().numpy(), facts=facts)


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """tf.matmul per level; the levels' states are joined, since a tensor cannot be written to."""
    import tensorflow as tf

    levels = trees.by_depth(arrays)

    def step(leaves: Any, kernel: Any, bias: Any, pairs: Any, roots: Any) -> Any:
        states = leaves
        for left, right in pairs:
            pair = tf.concat([tf.gather(states, left), tf.gather(states, right)], 1)
            states = tf.concat([states, tf.tanh(pair @ kernel + bias)], 0)
        return tf.gather(states, roots)

    pairs = [tuple(map(tf.constant, pair)) for pair in levels.pairs]
    arguments = (*(tf.constant(arrays[n]) for n in NAMES), pairs, tf.constant(levels.roots))
    facts = {"implementation": "states joined level by level"}
    return Prepared(step, arguments, lambda out: out.numpy(), facts=facts)


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """jax.numpy.matmul per level, written into one array of states."""
    from jax import numpy as jnp

    levels = trees.by_depth(arrays)
    inner = len(arrays["left"])

    def step(leaves: Any, kernel: Any, bias: Any, pairs: Any, roots: Any) -> Any:
        start = len(leaves)
        states = jnp.concatenate([leaves, jnp.zeros((inner, leaves.shape[1]), leaves.dtype)])
        for left, right in pairs:
            pair = jnp.concatenate([states[left], states[right]], axis=1)
            states = states.at[start : start + len(left)].set(jnp.tanh(pair @ kernel + bias))
            start += len(left)
        return states[roots]

    pairs = [tuple(map(jnp.asarray, pair)) for pair in levels.pairs]
    arguments = (*(jnp.asarray(arrays[n]) for n in NAMES), pairs, jnp.asarray(levels.roots))
    facts = {"implementation": "one array of states, written level by level"}
    return Prepared(step, arguments, np.asarray, facts=facts)


def keras(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the backend takes a visible GPU by itself
    """keras.ops.matmul per level; the levels' states are joined, since a tensor cannot be written to."""
    from keras import ops

    levels = trees.by_depth(arrays)

    def step(leaves: Any, kernel: Any, bias: Any, pairs: Any, roots: Any) -> Any:
        states = leaves
        for left, right in pairs:
            pair = ops.concatenate([ops.take(states, left, axis=0), ops.take(states, right, axis=0)], axis=1)
            states = ops.concatenate([states, ops.tanh(ops.matmul(pair, kernel) + bias)], axis=0)
        return ops.take(states, roots, axis=0)

    pairs = [tuple(map(ops.convert_to_tensor, pair)) for pair in levels.pairs]
    arguments = (*(ops.convert_to_tensor(arrays[n]) for n in NAMES), pairs, ops.convert_to_tensor(levels.roots))
    facts = {"implementation": "states joined level by level"}
    return Prepared(step, arguments, ops.convert_to_numpy, facts=facts)


def numpy(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # NumPy has one device
    """numpy.matmul per level, written into one array of states."""
    levels = trees.by_depth(arrays)
    inner = len(arrays["left"])

    def step(leaves: NDArray[Any], kernel: NDArray[Any], bias: NDArray[Any]) -> NDArray[Any]:
        start = len(leaves)
        states = np.concatenate([leaves, np.empty((inner, leaves.shape[1]), leaves.dtype)])
        for left, right in levels.pairs:
            now = np.tanh(np.concatenate((states[left], states[right]), axis=1) @ kernel + bias)
            states[start : start + len(now)] = now
            start += len(now)
        result: NDArray[Any] = states[levels.roots]
        return result

    arguments = tuple(arrays[n] for n in NAMES)
    facts = {"implementation": "one array of states, written level by level"}
    return Prepared(step, arguments, np.asarray, facts=facts)


WORKLOAD = Workload(
    slug="tree_by_depth",
    title="Tree-shaped network, batched by depth",
    category="dynamic",
    sizes=trees.SIZES,
    default_size="small",
    seed=21,  # as in tree_by_node: the same trees
    inputs=trees.inputs,
    reference=trees.reference,
    flops=trees.flops,
    bytes_moved=trees.bytes_moved,
    tolerance={"float32": 1e-5, "tf32": 5e-3},
    frameworks={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras, "numpy": numpy},
    memory=trees.memory,
)
