"""A log for TensorBoard: the task, and in the other files of this folder its programs."""

from collectors.tasks.model import Program, Task

TASK = Task(
    slug="tensorboard_log",
    title="A log for TensorBoard",
    does="Writes the loss of ten steps for TensorBoard, reads the log back, and compares.",
    sides={
        "pytorch": Program(needs=("tensorboard",)),
        "tensorflow": Program(needs=("tensorboard",)),
        "keras": Program(needs=("tensorboard",)),
        "jax": Program(needs=("tensorboard",)),
    },
)
