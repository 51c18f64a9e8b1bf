"""Saving and loading: the task, and in the other files of this folder its programs."""

from collectors.tasks.model import Program, Task

TASK = Task(
    slug="saving_and_loading",
    title="Saving and loading",
    does=(
        "Saves a model in the middle of its training, loads it, and checks that the next steps are the "
        "same to the last bit."
    ),
    sides={
        "pytorch": Program(),
        "tensorflow": Program(),
        "keras": Program(),
        "jax": Program(),
    },
)
