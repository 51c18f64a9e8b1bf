"""Tree-shaped network, node by node: the shape of each tree decides what is computed from what."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench import trees
from collectors.bench.workload import Arrays, Gap, Prepared, Workload

UNROLLED = Gap(
    "Dynamo unrolls the walk over the tree: every tree of another shape would be compiled anew, for minutes at this "
    "number of nodes; tree_by_depth has the form that compiles"
)
KERAS = Gap(
    "keras.ops has no growing list of states that every backend can index in a loop; copying a buffer for every node "
    "would be a slow imitation"
)


def _in_a_row(arrays: Arrays) -> list[tuple[int, int]]:
    return list(zip(arrays["left"].tolist(), arrays["right"].tolist(), strict=True))


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """A Python loop over the nodes and a list of their states."""
    import torch

    nodes, roots = _in_a_row(arrays), arrays["roots"].tolist()

    def step(leaves: Any, kernel: Any, bias: Any) -> Any:
        states = list(leaves.split(1))
        for left, right in nodes:
            states.append(torch.tanh(torch.addmm(bias, torch.cat((states[left], states[right]), 1), kernel)))
        return torch.cat([states[root] for root in roots])

    arguments = tuple(torch.from_numpy(arrays[n]).to(device) for n in ("leaves", "kernel", "bias"))
    facts = {"implementation": "a Python list of states"}
    return Prepared(step, arguments, lambda out: out.cpu().numpy(), facts=facts)


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """tf.while_loop over the nodes and a tf.TensorArray of their states: one graph for trees of every shape."""
    import tensorflow as tf

    count, width = arrays["leaves"].shape
    inner = len(arrays["left"])

    def step(leaves: Any, kernel: Any, bias: Any, left: Any, right: Any, roots: Any) -> Any:
        def body(node: Any, states: Any) -> Any:
            pair = tf.concat([states.read(left[node]), states.read(right[node])], 1)
            return node + 1, states.write(count + node, tf.tanh(pair @ kernel + bias))

        states = tf.TensorArray(tf.float32, count + inner, clear_after_read=False, element_shape=(1, width))
        states = states.unstack(tf.concat([leaves, tf.zeros((inner, width))], 0)[:, None])
        states = tf.while_loop(lambda node, _: node < inner, body, (0, states))[1]
        return states.gather(roots)[:, 0]

    tensors = [tf.constant(arrays[n]) for n in ("leaves", "kernel", "bias")]
    numbers = [tf.constant(arrays[n].astype(np.int32)) for n in ("left", "right", "roots")]
    facts = {"implementation": "tf.while_loop, tf.TensorArray"}
    return Prepared(step, (*tensors, *numbers), lambda out: out.numpy(), facts=facts)


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """jax.lax.fori_loop over the nodes and one array of their states: one graph for trees of every shape."""
    from jax import lax
    from jax import numpy as jnp

    def step(leaves: Any, kernel: Any, bias: Any, left: Any, right: Any, roots: Any) -> Any:
        def body(node: Any, states: Any) -> Any:
            pair = jnp.concatenate([states[left[node]], states[right[node]]])
            return states.at[len(leaves) + node].set(jnp.tanh(pair @ kernel + bias))

        states = jnp.concatenate([leaves, jnp.zeros((len(left), leaves.shape[1]), leaves.dtype)])
        return lax.fori_loop(0, len(left), body, states)[roots]

    arguments = tuple(jnp.asarray(arrays[n]) for n in ("leaves", "kernel", "bias", "left", "right", "roots"))
    return Prepared(step, arguments, np.asarray, facts={"implementation": "lax.fori_loop over an array of states"})


def numpy(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # NumPy has one device
    """A Python loop over the nodes and one array of their states."""
    nodes, roots = _in_a_row(arrays), arrays["roots"]

    def step(leaves: NDArray[Any], kernel: NDArray[Any], bias: NDArray[Any]) -> NDArray[Any]:
        states = np.concatenate([leaves, np.empty((len(nodes), leaves.shape[1]), leaves.dtype)])
        for place, (left, right) in enumerate(nodes, start=len(leaves)):
            states[place] = np.tanh(np.concatenate((states[left], states[right])) @ kernel + bias)
        result: NDArray[Any] = states[roots]
        return result

    arguments = tuple(arrays[n] for n in ("leaves", "kernel", "bias"))
    return Prepared(step, arguments, np.asarray, facts={"implementation": "a Python loop over an array of states"})


WORKLOAD = Workload(
    slug="tree_by_node",
    title="Tree-shaped network, node by node",
    category="dynamic",
    sizes=trees.SIZES,
    default_size="small",
    seed=21,  # as in tree_by_depth: the same trees
    inputs=trees.inputs,
    reference=trees.reference,
    flops=trees.flops,
    bytes_moved=trees.bytes_moved,
    tolerance={"float32": 1e-5, "tf32": 5e-3},
    frameworks={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": KERAS, "numpy": numpy},
    memory=trees.memory,
    gaps={"torch.compile": UNROLLED},
)
