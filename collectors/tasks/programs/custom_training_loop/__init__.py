"""A training loop by hand: the task, and in the other files of this folder its programs."""

from collectors.tasks.model import Program, Task

TASK = Task(
    slug="custom_training_loop",
    title="A training loop by hand",
    does=("Fits a line in a loop of its own that cuts the gradient and keeps the best step, and checks the line."),
    sides={
        "pytorch": Program(),
        "tensorflow": Program(),
        "keras": Program(),
        "jax": Program(),
    },
)
