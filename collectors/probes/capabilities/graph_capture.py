"""Graph capture: a Python function becomes a graph whose operations can be listed."""

from collectors.probes.model import Evidence, Mode, Probe, expect


def pytorch(mode: Mode) -> Evidence:
    """torch.export of a module."""
    import torch

    class Step(torch.nn.Module):
        def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
            return torch.relu(x @ y) + 1

    program = torch.export.export(Step(), (torch.ones(2, 3), torch.ones(3, 4)))
    return _listed([str(node.target) for node in program.graph.nodes if node.op == "call_function"])


def tensorflow(mode: Mode) -> Evidence:
    """The concrete function of tf.function."""
    import tensorflow as tf

    step = tf.function(lambda x, y: tf.nn.relu(x @ y) + 1)
    graph = step.get_concrete_function(tf.ones((2, 3)), tf.ones((3, 4))).graph
    return _listed([operation.type for operation in graph.get_operations()])


def jax(mode: Mode) -> Evidence:
    """jax.make_jaxpr."""
    import jax
    from jax import numpy as jnp

    program = jax.make_jaxpr(lambda x, y: jax.lax.max(x @ y, 0.0) + 1)(jnp.ones((2, 3)), jnp.ones((3, 4)))
    return _listed([equation.primitive.name for equation in program.eqns])


def keras(mode: Mode) -> Evidence:
    """keras.Function over symbolic inputs."""
    import keras
    from keras import ops

    x, y = keras.KerasTensor((2, 3)), keras.KerasTensor((3, 4))
    function = keras.Function([x, y], ops.add(ops.relu(ops.matmul(x, y)), 1))
    return _listed([type(operation).__name__ for operation in function.operations])


def _listed(operations: list[str]) -> Evidence:
    named = [name.lower() for name in operations]
    for words in (("matmul", "dot_general", "mm"), ("relu", "max"), ("add",)):
        met = any(word in name for word in words for name in named)
        expect(met, f"none of the operations is one of {words}", operations=operations)
    return {"operations": operations}


PROBE = Probe(
    slug="graph_capture",
    title="Capturing a function as a graph",
    axis="graph",
    question="Can a Python function be turned into a graph whose operations can be listed one by one?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
    any_mode="a graph is captured by its own call",
)
