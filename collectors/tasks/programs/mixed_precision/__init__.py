"""Mixed precision: the task, and in the other files of this folder its programs."""

from collectors.tasks.model import Program, Task

TASK = Task(
    slug="mixed_precision",
    title="Mixed precision",
    does=("Trains with products in bfloat16 and weights in float32, and checks both types and that the loss falls."),
    sides={
        "pytorch": Program(),
        "tensorflow": Program(),
        "keras": Program(),
        "jax": Program(),
    },
)
