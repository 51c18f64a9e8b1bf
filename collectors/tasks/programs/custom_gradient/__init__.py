"""A derivative of one's own: the task, and in the other files of this folder its programs."""

from collectors.tasks.model import Program, Task

TASK = Task(
    slug="custom_gradient",
    title="A derivative of one's own",
    does="Gives log(1 + exp(x)) a derivative that stays a number at 100, where the derived one does not.",
    sides={
        "pytorch": Program(),
        "tensorflow": Program(),
        "keras": Program(),
        "jax": Program(),
    },
)
