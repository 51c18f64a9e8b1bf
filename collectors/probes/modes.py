"""What a mode does with a function of tensors, for each framework and Keras backend."""

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
