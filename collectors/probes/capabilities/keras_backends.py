"""Keras's backends: which names it takes for one, each in a process of its own."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from collectors.probes.model import Evidence, Gap, Mode, Probe, expect

NAMES = ("numpy", "openvino", "theano", "cntk", "mxnet")
"""Beside the backend of the column: what else Keras takes today, and what it took once."""
LIMIT_S = 60.0
OTHER = Gap("is a backend, and has none")
PROGRAM = """
import json, sys
import numpy as np
answer = {"imports": False, "computes": False, "trains": False, "said": ""}
try:
    import keras
    answer["imports"] = keras.backend.backend()
    doubled = keras.ops.convert_to_numpy(keras.ops.add(keras.ops.ones((2,)), 1.0))
    answer["computes"] = doubled.tolist() == [2.0, 2.0]
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    model.compile("sgd", "mse")
    model.train_on_batch(np.ones((2, 1), "float32"), np.ones((2, 1), "float32"))
    answer["trains"] = bool(abs(model.get_weights()[0]).sum() > 0)
except Exception as error:
    answer["said"] = f"{type(error).__name__}: {error}"[:300]
print("\\n" + json.dumps(answer))
"""


def keras(mode: Mode) -> Evidence:
    """KERAS_BACKEND by name: the import, an addition, a training step."""
    names = (mode.backend, *NAMES)
    with ThreadPoolExecutor(max_workers=2) as pool:
        return _accepted(mode.backend, dict(zip(names, pool.map(_tried, names), strict=True)))


def _tried(name: str) -> dict[str, Any]:
    """Try one backend in a new process.

    Raises:
        TimeoutError: it took longer than `LIMIT_S` seconds.
        ValueError: the process gave no answer.
    """
    environment = os.environ | {"KERAS_BACKEND": name}
    command = [sys.executable, "-c", PROGRAM]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        raise TimeoutError(f"with the backend {name} Keras was not done within {LIMIT_S:g} s") from None
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines:
        raise ValueError(f"{name}: ended with {done.returncode}: {done.stderr[-500:]}")
    answer: dict[str, Any] = json.loads(lines[-1])
    return answer


def _accepted(own: str, tried: dict[str, dict[str, Any]]) -> Evidence:
    found = tried[own]
    expect(found["imports"] == own, f"Keras runs on {found['imports']}, not on {own}: {found['said']}", tried=tried)
    expect(found["computes"] and found["trains"], f"on {own} it does not train: {found['said']}", tried=tried)
    return {"tried": tried}


PROBE = Probe(
    slug="keras_backends",
    title="Backends that Keras accepts",
    axis="compatibility",
    question="Does Keras import, compute and train on this backend, and what does it say to the others it ever had?",
    sides={"keras": keras, "pytorch": OTHER, "tensorflow": OTHER, "jax": OTHER},
    any_mode="a backend is chosen once, at the import",
    limit_s=120,
)
