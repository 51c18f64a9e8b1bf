"""A .keras file across backends: saved on one, loaded on the next, the same outputs."""

from typing import Any

import numpy as np

from collectors.probes.model import Evidence, Gap, Mode, Probe, expect, needs
from collectors.probes.processes import Place, together

OTHER = Gap("is a backend: the question is whether a file of Keras goes from one to another")
NEXT = {"tensorflow": "torch", "torch": "jax", "jax": "tensorflow"}
FILE = "model.keras"
X = np.linspace(-1, 1, 16, dtype=np.float32).reshape(4, 4)


def keras(mode: Mode) -> Evidence:
    """Model.save here; keras.saving.load_model in a process on the next backend."""
    import keras

    other = NEXT[mode.backend]
    needs(other)
    model = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(8, activation="gelu"), keras.layers.LayerNormalization()]
    )
    model.compile("adam", "mse")
    model.train_on_batch(X, np.zeros((4, 8), "float32"))
    model.save(FILE)
    (loaded,) = together(_loaded, count=1, environment={"KERAS_BACKEND": other})
    return _same(mode.backend, other, loaded, model.predict_on_batch(X))


def _loaded(place: Place) -> Evidence:
    import keras

    model = keras.saving.load_model(FILE)
    steps = int(keras.ops.convert_to_numpy(model.optimizer.iterations))
    return {"backend": keras.backend.backend(), "steps": steps, "outputs": model.predict_on_batch(X).tolist()}


def _same(here: str, other: str, loaded: dict[str, Any], outputs: Any) -> Evidence:
    assert loaded["backend"] == other, loaded
    off = float(np.abs(np.asarray(loaded["outputs"]) - np.asarray(outputs)).max())
    seen = {"saved_on": here, "loaded_on": other, "largest_difference": off, "steps_of_optimizer": loaded["steps"]}
    expect(off < 1e-4, f"loaded on {other} the outputs differ by {off:.2g}", **seen)
    expect(loaded["steps"] == 1, f"loaded on {other} the optimizer counts {loaded['steps']} steps, not 1", **seen)
    return seen


PROBE = Probe(
    slug="keras_model_across_backends",
    title="Keras file on another backend",
    axis="compatibility",
    question="Does a .keras file that was saved on this backend give the same outputs on another?",
    sides={"keras": keras, "pytorch": OTHER, "tensorflow": OTHER, "jax": OTHER},
    any_mode="a file holds the model, not how it is run",
)
