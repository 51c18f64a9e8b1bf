"""The layout a variant holds its data in: when two of them are of one family, and which one `matched` asks for."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_LETTERS = re.compile(r"[A-Z]{3,6}")
_preset: ContextVar[str] = ContextVar("preset", default="defaults")


def family(layout: str) -> tuple[str, ...]:
    """Give what of a layout decides how it is worked on: its outermost axis and its innermost one.

    The innermost axis lies contiguous in memory, which decides strides and vectors; the outermost one is what threads
    are given parts of. So NCHW and NHWC are two families, and `batch, heads, time, depth` is one with `batch, time,
    heads, depth`. A layout that names no axes is a family by itself.
    """
    axes = list(layout) if _LETTERS.fullmatch(layout) else [axis.strip() for axis in layout.split(",")]
    return (axes[0], axes[-1])


def difference(baseline: str | None, variant: str | None) -> list[str]:
    """Name the difference of two layouts where both are told and of different families."""
    if baseline is None or variant is None or family(baseline) == family(variant):
        return []
    return [f"layout: {baseline} against {variant}"]


@contextmanager
def under(preset: str) -> Iterator[None]:
    """Have sides that are built meanwhile take the layout of `preset`."""
    token = _preset.set(preset)
    try:
        yield
    finally:
        _preset.reset(token)


def images(*tensors: Any) -> tuple[Any, ...]:
    """Give PyTorch's image tensors and kernels, of shape (N, C, H, W), in the layout of the preset, with its name.

    By default PyTorch keeps them as they are shaped, NCHW. TensorFlow's and JAX's kernels on a CPU take NHWC only, so
    under `matched` PyTorch gets `torch.channels_last`, the same order in memory. The name comes last.
    """
    import torch

    if _preset.get() != "matched":
        return (*tensors, "NCHW")
    return (*(t.contiguous(memory_format=torch.channels_last) if t.ndim == 4 else t for t in tensors), "NHWC")
