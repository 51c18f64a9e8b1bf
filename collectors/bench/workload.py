"""What a workload is: sizes, inputs, a float64 reference, counts, and one function per framework."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Shape = Mapping[str, int]
Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Prepared:
    """One framework's side of a workload, ready on the device.

    step: what the variant wraps (eager, compiled …) and calls with `arguments`.
    result: given the outputs of the last call, the array the reference is compared with, in the reference's layout.
    state: where a step is a function from state to state, the first one; it is passed before `arguments` and
        replaced by the outputs. None where the step keeps its state itself or has none.
    facts: what goes into the passport (layout, which implementation was used …).
    """

    step: Callable[..., Any]
    arguments: tuple[Any, ...]
    result: Callable[[Any], NDArray[Any]]
    state: Any = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Gap:
    """A framework that has no side in a workload, and why."""

    reason: str


Side = Callable[[Arrays, str], Prepared]


@dataclass(frozen=True)
class Workload:
    """One benchmarked computation.

    inputs: from a shape and a generator, float32 (or integer) arrays by name, the same for every framework.
    reference: from the inputs as float64 (integers as they are), the result after `check_calls` calls, as float64.
    flops, bytes_moved: of one call, counted on paper; bytes are the least that must cross to memory and back.
    tolerance: the largest relative error allowed, by precision mode.
    frameworks: each framework's side, `(inputs, device) -> Prepared`, or the declared gap.
    """

    slug: str
    title: str
    category: str
    sizes: Mapping[str, Shape]
    default_size: str
    seed: int
    inputs: Callable[[Shape, np.random.Generator], Arrays]
    reference: Callable[[Arrays], NDArray[np.float64]]
    flops: Callable[[Shape], int]
    bytes_moved: Callable[[Shape], int]
    tolerance: Mapping[str, float]
    frameworks: Mapping[str, Side | Gap]
    check_calls: int = 1

    def make_inputs(self, size: str) -> Arrays:
        """Draw the inputs of `size` from the workload's own seed."""
        return self.inputs(self.sizes[size], np.random.default_rng(self.seed))

    def make_reference(self, inputs: Arrays) -> NDArray[np.float64]:
        """Compute the reference from `inputs` widened to float64."""
        wide = {k: v.astype(np.float64) if v.dtype.kind == "f" else v for k, v in inputs.items()}
        return self.reference(wide)


def relative_error(result: NDArray[Any], reference: NDArray[np.float64]) -> float:
    """Give the distance of `result` from `reference`, as a share of the reference's Euclidean norm.

    Raises:
        ValueError: the two differ in shape, or the reference is all zero.
    """
    if result.shape != reference.shape:
        raise ValueError(f"the result has shape {result.shape}, the reference {reference.shape}")
    norm = float(np.linalg.norm(reference))
    if norm == 0.0:
        raise ValueError("the reference is all zero: no relative error exists")
    return float(np.linalg.norm(result.astype(np.float64) - reference)) / norm
