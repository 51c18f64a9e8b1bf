"""Gather and scatter: each edge of a graph carries its source's row to its target, where the rows are added."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench import sides
from collectors.bench.workload import Arrays, Prepared, Shape, Workload

NAMES = ("rows", "sources", "targets")


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw rows (nodes, width) and the ends of edges (edges,) each."""
    nodes, width, edges = (shape[name] for name in ("nodes", "width", "edges"))
    return {
        "rows": rng.standard_normal((nodes, width), dtype=np.float32),
        "sources": rng.integers(0, nodes, edges).astype(np.int64),
        "targets": rng.integers(0, nodes, edges).astype(np.int64),
    }


def _add_at(rows: NDArray[Any], sources: NDArray[Any], targets: NDArray[Any]) -> NDArray[Any]:
    total = np.zeros_like(rows)
    np.add.at(total, targets, rows[sources])
    return total


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Add in float64."""
    return _add_at(*(arrays[n] for n in NAMES)).astype(np.float64)


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """torch.Tensor.index_add."""
    import torch

    def step(rows: Any, sources: Any, targets: Any) -> Any:
        return torch.zeros_like(rows).index_add(0, targets, rows.index_select(0, sources))

    return sides.pytorch(step, *(arrays[n] for n in NAMES), device=device)


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """tf.gather and tf.math.unsorted_segment_sum."""
    import tensorflow as tf

    def step(rows: Any, sources: Any, targets: Any) -> Any:
        return tf.math.unsorted_segment_sum(tf.gather(rows, sources), targets, rows.shape[0])

    return sides.tensorflow(step, *(arrays[n] for n in NAMES))


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """jax.ops.segment_sum."""
    from jax.ops import segment_sum

    def step(rows: Any, sources: Any, targets: Any) -> Any:
        return segment_sum(rows[sources], targets, num_segments=rows.shape[0])

    return sides.jax(step, *(arrays[n] for n in NAMES))


def keras(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the backend takes a visible GPU by itself
    """keras.ops.take and keras.ops.segment_sum."""
    from keras import ops

    def step(rows: Any, sources: Any, targets: Any) -> Any:
        return ops.segment_sum(ops.take(rows, sources, axis=0), targets, num_segments=rows.shape[0])

    return sides.keras(step, *(arrays[n] for n in NAMES))


def numpy(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # NumPy has one device
    """numpy.add.at."""
    return sides.numpy(_add_at, *(arrays[n] for n in NAMES))


WORKLOAD = Workload(
    slug="gather_scatter",
    title="Gather and scatter-add over a graph",
    category="operator",
    sizes={
        "tiny": {"nodes": 20, "width": 8, "edges": 60},
        "small": {"nodes": 2000, "width": 64, "edges": 16_000},
        "medium": {"nodes": 20_000, "width": 128, "edges": 160_000},
        "large": {"nodes": 200_000, "width": 256, "edges": 1_600_000},
    },
    default_size="small",
    seed=13,
    inputs=inputs,
    reference=reference,
    flops=lambda shape: shape["edges"] * shape["width"],
    # the rows read once, the sums written once, the ends of the edges; rows of edges need not exist
    bytes_moved=lambda shape: 2 * 4 * shape["nodes"] * shape["width"] + 2 * 8 * shape["edges"],
    tolerance={"float32": 1e-5, "tf32": 1e-5},
    frameworks={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras, "numpy": numpy},
    memory=lambda shape: shape["width"] * (40 * shape["nodes"] + 12 * shape["edges"]) + 32 * shape["edges"],
)
