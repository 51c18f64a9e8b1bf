"""A network shaped like a tree: the task, and in the other files of this folder its programs."""

from collectors.tasks.model import Program, Task

TASK = Task(
    slug="tree_network",
    title="A network shaped like a tree",
    does=(
        "Evaluates a recursive network node by node, then all nodes of one height at once, and checks "
        "that the outputs are equal."
    ),
    sides={
        "pytorch": Program(),
        "tensorflow": Program(),
        "keras": Program(),
        "jax": Program(),
    },
)
