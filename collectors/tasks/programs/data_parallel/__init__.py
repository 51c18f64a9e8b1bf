"""Data-parallel training in two processes: the task, and in the other files of this folder its programs."""

from collectors.tasks.model import Program, Task

TASK = Task(
    slug="data_parallel",
    title="Data-parallel training in two processes",
    does=(
        "Trains in two processes with half of the batch each, and checks that the weights are those of "
        "one process with the whole batch."
    ),
    sides={
        "pytorch": Program(),
        "tensorflow": Program(),
        "keras": Program(),
        "jax": Program(),
    },
)
