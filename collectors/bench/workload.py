"""What a workload is: sizes, inputs, a float64 reference, counts, and one function per framework."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Shape = Mapping[str, int]
Arrays = Mapping[str, NDArray[Any]]
FLOAT64_COPIES = 4
"""An array in float32, its copy in float64, and as much again for the result."""


@dataclass(frozen=True)
class Prepared:
    """One framework's side of a workload, ready on the device.

    step: what the variant wraps (eager, compiled …) and calls with `arguments`.
    result: given the outputs of the last call, the array the reference is compared with, in the reference's layout.
    state: where a step is a function from state to state, the first one; it is passed before `arguments` and
        replaced by the outputs. None where the step keeps its state itself or has none.
    facts: what goes into the passport (layout, which implementation was used …).
    graphs: where a step compiles by itself (a Keras training loop), how many graphs it has so far; the variant then
        takes the step as it is. None where the variant wraps it.
    """

    step: Callable[..., Any]
    arguments: tuple[Any, ...]
    result: Callable[[Any], NDArray[Any]]
    state: Any = None
    facts: Mapping[str, str] = field(default_factory=dict)
    graphs: Callable[[], int] | None = None


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
    memory: the bytes one process may need for a shape, on top of the framework: inputs, their float64 copies,
        intermediate results. None where four times `bytes_moved` covers it.
    gaps: variants of a framework with a side that have none themselves, by slug, and why.
    cold: why there is no cold-cache figure; None where the inputs of a call can be taken from copies in turn.
    modes: why the execution mode plays no part (a copy, a file); then one variant of each framework is measured,
        and its step is not compiled. None where it does play one.
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
    memory: Callable[[Shape], int] | None = None
    gaps: Mapping[str, Gap] = field(default_factory=dict)
    modes: str | None = None
    cold: Gap | None = None

    def memory_needed(self, size: str, processes: int = 1) -> int:
        """Estimate the bytes that `processes` children need for `size`, on top of their frameworks.

        One at a time is at its peak. What the others keep meanwhile, inputs and outputs, is what a call reads and
        writes once, and no more than a quarter of the peak, which holds a copy in float64 and as much for the result.
        """
        shape = self.sizes[size]
        moved = self.bytes_moved(shape)
        peak = self.memory(shape) if self.memory else FLOAT64_COPIES * moved
        return peak + (processes - 1) * min(moved, peak // FLOAT64_COPIES)

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
