"""A debugger inside a model: a breakpoint in it stops at every call and shows values."""

import bdb
import inspect
from types import FrameType
from typing import Any

from collectors.probes.model import Evidence, Mode, Probe, expect

INPUTS = (1.0, 10.0)


class Recorder(bdb.Bdb):
    """A debugger with one breakpoint, which notes what `hidden` is when it stops."""

    def __init__(self, function: Any) -> None:
        super().__init__()
        file, (lines, first) = inspect.getsourcefile(function), inspect.getsourcelines(function)
        offset = next(number for number, line in enumerate(lines) if "# stop here" in line)
        assert file is not None
        self.set_break(file, first + offset)
        self.seen: list[Any] = []

    def user_line(self, frame: FrameType) -> None:
        """Note the local `hidden`, as a person at the prompt would print it, and go on."""
        if self.break_here(frame):
            self.seen.append(self.shown(frame.f_locals["hidden"]))
        self.set_continue()

    @staticmethod
    def shown(hidden: Any) -> float | str:
        """Give the value as a number; the type's name where it has none yet."""
        try:
            return round(float(hidden), 3)
        except (TypeError, ValueError, RuntimeError, NotImplementedError):
            return type(hidden).__name__


def model(x: Any) -> Any:
    """Two steps, with a value between them to look at."""
    hidden = x * 2
    return hidden + 1  # stop here


def pytorch(mode: Mode) -> Evidence:
    """A function over tensors."""
    import torch

    return _stepped(mode, lambda value: torch.tensor(value))


def tensorflow(mode: Mode) -> Evidence:
    """A function over tensors."""
    import tensorflow as tf

    return _stepped(mode, lambda value: tf.constant(value))


def jax(mode: Mode) -> Evidence:
    """A function over arrays."""
    from jax import numpy as jnp

    return _stepped(mode, lambda value: jnp.array(value))


def keras(mode: Mode) -> Evidence:
    """A function over tensors of the backend."""
    from keras import ops

    return _stepped(mode, lambda value: ops.convert_to_tensor(value, "float32"))


def _stepped(mode: Mode, tensor: Any) -> Evidence:
    """Call once without the debugger, as a program that runs already has, then twice under it."""
    call, recorder = mode.wrap(model), Recorder(model)
    call(tensor(INPUTS[0]))
    outputs: list[Any] = [recorder.runcall(call, tensor(value)) for value in INPUTS]
    results = [round(float(output), 3) for output in outputs]
    seen = {"stops": len(recorder.seen), "shown": recorder.seen, "results": results}
    expect(results == [3.0, 21.0], f"under the debugger the model gives {results}", **seen)
    expect(bool(recorder.seen), "the debugger never stopped in the model", **seen)
    expect(recorder.seen == [2.0, 20.0], f"the debugger showed {recorder.seen}, not the values 2 and 20", **seen)
    return seen


PROBE = Probe(
    slug="debugger_in_a_model",
    title="A debugger inside a model",
    axis="debugging",
    question="Does a breakpoint inside a model that has run before stop at every call in this mode, and show values?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
)
