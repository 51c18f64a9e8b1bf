"""A small convolutional network: the task, and in the other files of this folder its programs."""

from collectors.tasks.model import Program, Task

TASK = Task(
    slug="small_cnn",
    title="A small convolutional network",
    does=(
        "Trains two convolutions of 32 and 64 filters and two dense layers with Adam for three epochs on "
        "1,400 of scikit-learn's digits, padded to 28×28, and checks the accuracy on the others."
    ),
    sides={
        "pytorch": Program(needs=("sklearn",)),
        "tensorflow": Program(needs=("sklearn",)),
        "keras": Program(needs=("sklearn",)),
        "jax": Program(needs=("sklearn",)),
    },
)
