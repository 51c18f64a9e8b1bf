"""How a workload's sides are chosen and built: arrays to the device, a step to call, and the way back."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench.variants import VARIANTS, Variant
from collectors.bench.workload import Gap, Prepared, Side, Workload

Step = Callable[..., Any]


def side_of(variant: Variant, workload: Workload) -> Side | Gap:
    """Give the side that `variant` takes in `workload`, or the gap and its reason."""
    if variant.slug in workload.gaps:
        return workload.gaps[variant.slug]
    plain = _measured_instead(variant)
    if workload.modes is not None and plain is not None:
        return Gap(f"{workload.modes}; {plain.slug} is measured, and stands for {variant.slug} too")
    missing = Gap(f"{workload.slug} has no {variant.framework} side")
    return workload.frameworks.get(variant.framework, missing)


def _measured_instead(variant: Variant) -> Variant | None:
    """Give the eager variant of the same framework and backend, which stands for the compiled ones."""
    if not variant.compiled:
        return None
    same = (v for v in VARIANTS if (v.framework, v.backend) == (variant.framework, variant.backend))
    return next((v for v in same if not v.compiled), None)


def pytorch(step: Step, *arrays: NDArray[Any], device: str, **facts: str) -> Prepared:
    """Prepare a step over tensors without gradients whose output is one tensor."""
    import torch

    tensors = tuple(torch.from_numpy(np.ascontiguousarray(a)).to(device) for a in arrays)
    return Prepared(step, tensors, lambda out: out.detach().cpu().numpy(), facts=facts)


def tensorflow(step: Step, *arrays: NDArray[Any], **facts: str) -> Prepared:
    """Prepare a step over tensors whose output is one tensor."""
    import tensorflow as tf

    return Prepared(step, tuple(tf.constant(a) for a in arrays), lambda out: out.numpy(), facts=facts)


def jax(step: Step, *arrays: NDArray[Any], **facts: str) -> Prepared:
    """Prepare a step over arrays whose output is one array; 64-bit integers become 32-bit, JAX's default."""
    import jax.numpy as jnp

    return Prepared(step, tuple(jnp.asarray(a) for a in arrays), np.asarray, facts=facts)


def keras(step: Step, *arrays: NDArray[Any], **facts: str) -> Prepared:
    """Prepare a step of keras.ops over the backend's tensors whose output is one tensor."""
    from keras import ops

    return Prepared(step, tuple(ops.convert_to_tensor(a) for a in arrays), ops.convert_to_numpy, facts=facts)


def numpy(step: Step, *arrays: NDArray[Any], **facts: str) -> Prepared:
    """Prepare a step over NumPy's own arrays."""
    return Prepared(step, arrays, np.asarray, facts=facts)
