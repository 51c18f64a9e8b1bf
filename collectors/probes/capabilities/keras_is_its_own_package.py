"""Keras as a package of its own: imported and trained where no framework but its backend can be imported."""

import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

import numpy as np

from collectors.probes.model import Evidence, Gap, Mode, Probe, expect
from collectors.probes.processes import Place, together

OTHER = Gap("is a backend: the question is what Keras needs beside one")
FRAMEWORKS = ("tensorflow", "torch", "jax")


class Without(PathFinder):
    """Finds what is installed, less the frameworks that are not the backend: to all who ask they are not there."""

    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a module."""
        name = fullname.partition(".")[0]
        left_out = name in FRAMEWORKS and name != os.environ["KERAS_BACKEND"]
        return None if left_out else super().find_spec(fullname, path, target)


def keras(mode: Mode) -> Evidence:
    """A model fitted in a process in which the two other frameworks cannot be found."""
    (found,) = together(_alone, count=1)
    return _trained(mode.backend, found)


def _alone(place: Place) -> Evidence:
    sys.meta_path[:] = [Without if each is PathFinder else each for each in sys.meta_path]
    import keras

    x = np.linspace(-1, 1, 32, dtype=np.float32).reshape(32, 1)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    model.compile(keras.optimizers.SGD(0.5), "mse")
    losses = model.fit(x, 2 * x + 1, batch_size=8, epochs=4, verbose=0).history["loss"]
    return {"losses": losses, "imported": [name for name in FRAMEWORKS if name in sys.modules]}


def _trained(backend: str, found: dict[str, Any]) -> Evidence:
    losses, imported = found["losses"], found["imported"]
    expect(imported == [backend], f"the process holds {imported}", **found)
    expect(losses[-1] < 0.1 * losses[0], f"the losses of the epochs are {losses}", **found)
    return found


PROBE = Probe(
    slug="keras_is_its_own_package",
    title="Keras with its backend alone",
    axis="compatibility",
    question="Does Keras import and train on this backend where no other framework can be imported?",
    sides={"keras": keras, "pytorch": OTHER, "tensorflow": OTHER, "jax": OTHER},
    any_mode="what is imported is the same in every mode",
)
