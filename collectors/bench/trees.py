"""Random binary trees and the network over them that two workloads share: node by node, and depth by depth."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from collectors.bench.workload import Arrays, Shape

SIZES = {
    "tiny": {"trees": 3, "leaves": 5, "width": 8},
    "small": {"trees": 16, "leaves": 20, "width": 64},
    "medium": {"trees": 64, "leaves": 30, "width": 128},
    "large": {"trees": 256, "leaves": 40, "width": 256},
}


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw leaves (trees · leaves, width), a kernel (2 width, width), a bias, and the trees' shapes.

    left, right: for each inner node, children first, the numbers of its children; leaves are numbered first.
    roots: the number of each tree's root.
    """
    trees, leaves, width = (shape[name] for name in ("trees", "leaves", "width"))
    left, right, roots = [], [], []
    for tree in range(trees):
        row = list(range(tree * leaves, (tree + 1) * leaves))
        while len(row) > 1:
            place = int(rng.integers(0, len(row) - 1))
            left.append(row[place])
            right.append(row[place + 1])
            row[place : place + 2] = [trees * leaves + len(left) - 1]
        roots += row
    scale = np.float32((2 * width) ** -0.5)
    return {
        "leaves": rng.standard_normal((trees * leaves, width), dtype=np.float32),
        "kernel": rng.standard_normal((2 * width, width), dtype=np.float32) * scale,
        "bias": rng.standard_normal(width, dtype=np.float32) * scale,
        "left": np.array(left),
        "right": np.array(right),
        "roots": np.array(roots),
    }


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Give each root's state in float64: a node's is tanh([left, right] · kernel + bias) (Socher et al. 2011)."""
    states = list(arrays["leaves"])
    for left, right in zip(arrays["left"], arrays["right"], strict=True):
        states.append(np.tanh(np.concatenate([states[left], states[right]]) @ arrays["kernel"] + arrays["bias"]))
    return np.stack([states[root] for root in arrays["roots"]]).astype(np.float64)


@dataclass(frozen=True)
class Levels:
    """The inner nodes by height. Leaves keep their numbers; inner nodes are numbered anew, level after level.

    pairs: for each level the numbers of the left and of the right children, all below the level's own.
    """

    pairs: tuple[tuple[NDArray[np.int64], NDArray[np.int64]], ...]
    roots: NDArray[np.int64]


def by_depth(arrays: Arrays) -> Levels:
    """Group the inner nodes so that a level needs only those before it."""
    count = len(arrays["leaves"])
    left, right = arrays["left"], arrays["right"]
    height = np.zeros(count + len(left), np.int64)
    for node, (one, other) in enumerate(zip(left, right, strict=True)):
        height[count + node] = 1 + max(height[one], height[other])
    order = np.argsort(height, kind="stable")  # the leaves, of height 0, come first and keep their order
    number = np.empty_like(order)
    number[order] = np.arange(len(order))
    inner = order[count:] - count
    ends = np.flatnonzero(np.diff(height[order][count:])) + 1
    levels = [(number[left[nodes]], number[right[nodes]]) for nodes in np.split(inner, ends)]
    return Levels(tuple(levels), number[arrays["roots"]])


def inner_nodes(shape: Shape) -> int:
    """Count the nodes that are no leaf."""
    return shape["trees"] * (shape["leaves"] - 1)


def flops(shape: Shape) -> int:
    """Count each inner node's product alone."""
    return inner_nodes(shape) * 4 * shape["width"] ** 2


def bytes_moved(shape: Shape) -> int:
    """Count the leaves and the kernel read once, the roots written once."""
    width = shape["width"]
    return 4 * (width * shape["trees"] * (shape["leaves"] + 1) + width * (2 * width + 1))


def memory(shape: Shape) -> int:
    """Estimate all states in float32 and in float64 with as much again for their parts, and the kernel."""
    states = 2 * shape["trees"] * shape["leaves"]
    return states * (32 * shape["width"] + 200) + 48 * shape["width"] ** 2
