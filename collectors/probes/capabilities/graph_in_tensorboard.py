"""Model graph in TensorBoard: written by the framework into an event file, with its operations by name."""

import json
from typing import Any

from collectors.probes.model import Evidence, Mode, Probe, expect, needs


def pytorch(mode: Mode) -> Evidence:
    """SummaryWriter.add_graph."""
    needs("tensorboard")
    import torch
    from torch.utils.tensorboard import SummaryWriter

    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU())
    with SummaryWriter("log") as writer:
        writer.add_graph(model, torch.ones(2, 3))
    return _named([node.op for node in _events().Graph().node], "linear", "relu")


def tensorflow(mode: Mode) -> Evidence:
    """tf.summary.graph of a concrete function."""
    needs("tensorboard")
    import tensorflow as tf

    model = tf.function(lambda x: tf.nn.relu(x @ tf.ones((3, 4))))
    graph = model.get_concrete_function(tf.ones((2, 3))).graph
    with tf.summary.create_file_writer("log").as_default():
        tf.summary.graph(graph)
    return _named([node.op for node in _events().Graph().node], "matmul", "relu")


def jax(mode: Mode) -> Evidence:
    """Look for a writer among all modules of JAX; its profiler's files are no event files."""
    from pathlib import Path

    import jax

    files = [path.relative_to(jax.__path__[0]).as_posix() for path in Path(jax.__path__[0]).rglob("*.py")]
    writers = [name for name in files if "tensorboard" in name or "summary" in name]
    expect(bool(writers), "JAX has no writer of its own", modules=len(files), writers=writers)
    raise AssertionError(f"JAX has modules that were not asked: {writers}")


def keras(mode: Mode) -> Evidence:
    """keras.callbacks.TensorBoard, which writes the layers as the model's configuration."""
    needs("tensorboard")
    needs("tensorflow")
    import keras
    import numpy as np

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4), keras.layers.ReLU()])
    model.compile("sgd", "mse", run_eagerly=True)
    board = keras.callbacks.TensorBoard("log", write_graph=True)
    model.fit(np.ones((4, 3)), np.ones((4, 4)), verbose=0, callbacks=[board])
    (event,) = _events("train").Tensors("keras")
    config = json.loads(event.tensor_proto.string_val[0])["config"]
    return _named([layer["class_name"] for layer in config["layers"]], "dense", "relu")


def _events(folder: str = "") -> Any:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    return EventAccumulator(f"log/{folder}").Reload()


def _named(operations: list[str], *wanted: str) -> Evidence:
    for word in wanted:
        met = any(word in operation.lower() for operation in operations)
        expect(met, f"none of the operations is named {word}", operations=operations)
    return {"operations": operations}


PROBE = Probe(
    slug="graph_in_tensorboard",
    title="Model graph in TensorBoard",
    axis="debugging",
    question="Does TensorBoard's reader find the model's graph, its operations by name, as the framework wrote it?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
    any_mode="the graph is written by its own call",
)
