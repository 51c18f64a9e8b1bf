"""A profiler's trace: a step in this mode, traced by the framework's own profiler, with its product in the file.

The product is a small one: XLA on a CPU hands larger ones to a library, and then calls them after it.
"""

import json
import sys
from pathlib import Path
from typing import Any

from collectors.probes.model import Evidence, Mode, NotHere, Probe, cannot, expect, needs

PRODUCT = ("matmul", "::mm", "dot")
"""What the operation is called, by one framework or compiler or another."""


def pytorch(mode: Mode) -> Evidence:
    """torch.profiler.profile, and its trace for Chrome."""
    import torch

    step, x, weight = mode.wrap(lambda x, weight: x @ weight), torch.ones(2, 3), torch.ones(3, 4)
    step(x, weight)
    with torch.profiler.profile() as profile:
        step(x, weight)
    profile.export_chrome_trace("trace.json")
    events = json.loads(Path("trace.json").read_text(encoding="utf-8"))["traceEvents"]
    return _named("torch.profiler", [event["name"] for event in events if event.get("cat") == "cpu_op"])


def tensorflow(mode: Mode) -> Evidence:
    """tf.profiler.experimental."""
    import tensorflow as tf

    step, x, weight = mode.wrap(lambda x, weight: x @ weight), tf.ones((2, 3)), tf.ones((3, 4))
    step(x, weight)
    with tf.profiler.experimental.Profile("log"):
        step(x, weight).numpy()
    return _named("tf.profiler", _tensorflow_events())


def jax(mode: Mode) -> Evidence:
    """jax.profiler.trace, read by jax.profiler.ProfileData."""
    import jax
    from jax import numpy as jnp

    step, x, weight = mode.wrap(lambda x, weight: x @ weight), jnp.ones((2, 3)), jnp.ones((3, 4))
    step(x, weight)
    with jax.profiler.trace("log"):
        step(x, weight).block_until_ready()
    (file,) = Path("log").rglob("*.xplane.pb")
    data = jax.profiler.ProfileData.from_file(str(file))
    return _named(
        "jax.profiler", [event.name for plane in data.planes for line in plane.lines for event in line.events]
    )


def keras(mode: Mode) -> Evidence:
    """The TensorBoard callback with profile_batch, which Keras has for TensorFlow and, from Python 3.12 on, JAX."""
    needs("tensorflow")
    import keras
    import numpy as np

    if mode.backend == "jax" and sys.version_info < (3, 12):
        raise NotHere("Keras profiles JAX from Python 3.12 on")
    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(8)])
    model.compile("sgd", "mse", run_eagerly=mode.eager, jit_compile=not mode.eager and mode.backend != "tensorflow")
    with cannot(ValueError, saying="Profiling is not yet available"):
        board = keras.callbacks.TensorBoard("log", write_graph=False, profile_batch=2)
    model.fit(np.ones((96, 8)), np.ones((96, 8)), verbose=0, callbacks=[board])
    return _named("keras.callbacks.TensorBoard", _tensorflow_events())


def _tensorflow_events() -> list[str]:
    from tensorflow.tsl.profiler.protobuf import xplane_pb2

    files = list(Path("log").rglob("*.xplane.pb"))
    expect(bool(files), "the profiler wrote no trace")
    space = xplane_pb2.XSpace.FromString(files[0].read_bytes())
    return [known.name for plane in space.planes for known in plane.event_metadata.values()]


def _named(by: str, events: list[str]) -> Evidence:
    """Look for the product among the events; those of JAX that begin with $ are lines of Python."""
    names = [name for name in dict.fromkeys(events) if not name.startswith("$")]
    found = [name for name in names if any(word in name.lower() for word in PRODUCT)]
    expect(bool(found), "the trace does not name the product of the step", by=by, events=names[:60])
    evidence: dict[str, Any] = {"by": by, "events": len(events), "the_product": found[:10]}
    return evidence


PROBE = Probe(
    slug="profiler_trace",
    title="A profiler's trace",
    axis="debugging",
    question="Does the trace of the framework's own profiler name the operation of a step run in this mode?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
)
