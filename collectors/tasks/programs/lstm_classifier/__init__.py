"""An LSTM that classifies: the task, and in the other files of this folder its programs."""

from collectors.tasks.model import Program, Task

TASK = Task(
    slug="lstm_classifier",
    title="An LSTM that classifies",
    does=(
        "Reads each of scikit-learn's digits as a sequence of eight rows by an LSTM, and checks the "
        "accuracy on digits that it has not seen."
    ),
    sides={
        "pytorch": Program(needs=("sklearn",)),
        "tensorflow": Program(needs=("sklearn",)),
        "keras": Program(needs=("sklearn",)),
        "jax": Program(needs=("sklearn",)),
    },
)
