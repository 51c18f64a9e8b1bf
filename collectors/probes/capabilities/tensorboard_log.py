"""A TensorBoard log: scalars written by the framework's own writer and read back by TensorBoard's reader."""

from typing import Any

from collectors.probes.model import Evidence, Mode, Probe, expect, needs

TAG, VALUES = "loss", (0.5, 0.25)


def pytorch(mode: Mode) -> Evidence:
    """torch.utils.tensorboard.SummaryWriter."""
    needs("tensorboard")
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter("log") as writer:
        for step, value in enumerate(VALUES):
            writer.add_scalar(TAG, value, step)
    return _read("torch.utils.tensorboard", TAG, VALUES)


def tensorflow(mode: Mode) -> Evidence:
    """tf.summary.scalar."""
    needs("tensorboard")
    import tensorflow as tf

    with tf.summary.create_file_writer("log").as_default():
        for step, value in enumerate(VALUES):
            tf.summary.scalar(TAG, value, step=step)
    return _read("tf.summary", TAG, VALUES)


def jax(mode: Mode) -> Evidence:
    """Look for a writer among all modules of JAX: its users take another library's."""
    from pathlib import Path

    import jax

    files = [path.relative_to(jax.__path__[0]).as_posix() for path in Path(jax.__path__[0]).rglob("*.py")]
    writers = [name for name in files if "tensorboard" in name or "summary" in name]
    expect(bool(writers), "JAX has no writer of its own", modules=len(files), writers=writers)
    raise AssertionError(f"JAX has modules that were not asked: {writers}")


def keras(mode: Mode) -> Evidence:
    """keras.callbacks.TensorBoard, which writes through TensorFlow on every backend."""
    needs("tensorboard")
    needs("tensorflow")
    import keras
    import numpy as np

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", run_eagerly=True)
    board = keras.callbacks.TensorBoard("log", write_graph=False)
    history = model.fit(np.ones((4, 3)), np.ones((4, 1)), epochs=2, verbose=0, callbacks=[board]).history
    return _read("keras.callbacks.TensorBoard", "epoch_loss", history["loss"])


def _read(by: str, tag: str, wanted: Any) -> Evidence:
    """Read all event files under the log; TensorFlow's writer keeps a scalar as a tensor of no dimension."""
    from pathlib import Path

    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.util.tensor_util import make_ndarray

    found: list[tuple[int, float]] = []
    files = sorted(Path("log").rglob("events.out.tfevents.*"))
    for file in files:
        events = EventAccumulator(str(file)).Reload()
        if tag in events.Tags()["scalars"]:
            found += [(event.step, event.value) for event in events.Scalars(tag)]
        if tag in events.Tags()["tensors"]:
            found += [(event.step, float(make_ndarray(event.tensor_proto))) for event in events.Tensors(tag)]
    return _same(by, len(files), found, wanted)


def _same(by: str, files: int, found: list[tuple[int, float]], wanted: Any) -> Evidence:
    same = [step for step, _ in found] == [0, 1] and max(
        abs(a - b) for (_, a), b in zip(found, wanted, strict=True)
    ) < 1e-6
    evidence = {"by": by, "files": files, "read": found}
    expect(same, f"TensorBoard reads {found} for {list(wanted)}", **evidence)
    return evidence


PROBE = Probe(
    slug="tensorboard_log",
    title="Scalars for TensorBoard",
    axis="debugging",
    question="Does TensorBoard's reader find the scalars that the framework's own writer wrote?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
    any_mode="values are written between calls",
)
