"""Depth that depends on the input: the task, and in the other files of this folder its programs."""

from collectors.tasks.model import Program, Task

TASK = Task(
    slug="depth_by_input",
    title="Depth that depends on the input",
    does=(
        "Repeats a layer until its output is small, in every mode of the framework, and prints what each "
        "mode gives or says."
    ),
    sides={
        "pytorch": Program(),
        "tensorflow": Program(),
        "keras": Program(),
        "jax": Program(),
    },
)
