"""Adding two numbers: the task, and in the other files of this folder its programs."""

from collectors.tasks.model import Program, Task

TASK = Task(
    slug="sum",
    title="Adding two numbers",
    does=(
        "Adds 3 and 4.5: as TensorFlow 1.x did, through a graph with placeholders and a session, and as "
        "it is done today."
    ),
    sides={
        "pytorch": Program(),
        "tensorflow": Program(),
        "tensorflow.v1": Program(),
        "keras": Program(),
        "jax": Program(),
    },
)
