"""What a mode does with a function of tensors, for each framework and Keras backend."""

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from collectors.probes.model import ANY, Mode

Function = Callable[..., Any]
_BACKENDS = {"tensorflow": ("tensorflow", "function"), "torch": ("pytorch", "compile"), "jax": ("jax", "jit")}


def mode_of(framework: str, backend: str, name: str) -> Mode:
    """Give the mode with what wraps a function in it; `any` and `eager` leave it as it is."""
    if name in (ANY, "eager"):
        return Mode(name, framework, backend, lambda function: function)
    compiler = _BACKENDS[backend] if framework == "keras" else (framework, name)
    return Mode(name, framework, backend, partial(_compiled, *compiler))


def compiled_by_dynamo(framework: str, backend: str, mode: str) -> bool:
    """Whether a mode goes by Dynamo, which leaves to Python, without a word, what it cannot take."""
    return mode not in (ANY, "eager") and "pytorch" in (framework, _BACKENDS.get(backend, ("",))[0])


def graphs() -> int:
    """Count the graphs that Dynamo compiled in this process so far; none where it was never loaded."""
    dynamo = sys.modules.get("torch._dynamo.utils")
    return int(dynamo.counters["stats"]["unique_graphs"]) if dynamo else 0


def forget() -> None:
    """Have Dynamo forget what it compiled: past eight compilations of one function it leaves that one to Python."""
    dynamo = sys.modules.get("torch._dynamo")
    if dynamo is not None:
        dynamo.reset()


def _compiled(framework: str, mode: str, function: Function) -> Function:
    wrapped: Function
    if framework == "pytorch":
        import torch

        wrapped = torch.compile(function)
    elif framework == "tensorflow":
        import tensorflow as tf

        wrapped = tf.function(function, jit_compile=True if mode == "xla" else None)
    else:
        import jax

        wrapped = jax.jit(function)
    return wrapped
