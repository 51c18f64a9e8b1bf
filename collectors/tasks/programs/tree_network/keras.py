"""A network whose shape is each sentence's tree: node by node, then all nodes of one height at once."""

import keras
import numpy as np
from keras import layers, ops

WORDS, SIZE = 20, 16
rng = np.random.default_rng(0)


def random_tree(leaves):
    """A leaf is (word,), a node is (left, right)."""
    if leaves == 1:
        return (int(rng.integers(WORDS)),)
    left = int(rng.integers(1, leaves))
    return (random_tree(left), random_tree(leaves - left))


trees = [random_tree(9) for _ in range(16)]
keras.utils.set_random_seed(0)
embedding, layer = layers.Embedding(WORDS, SIZE), layers.Dense(SIZE, activation="tanh")


def combine(left, right):
    return layer(ops.concatenate([left, right], -1))


def by_node(tree):
    if len(tree) == 1:
        return embedding(np.array(tree))
    return combine(by_node(tree[0]), by_node(tree[1]))


def levels_of(trees):
    """All nodes by height, leaves first, and for each node the row it gets if they are numbered in this order."""
    found = {}

    def height(tree):
        own = 0 if len(tree) == 1 else 1 + max(map(height, tree))
        found.setdefault(own, []).append(tree)
        return own

    for tree in trees:
        height(tree)
    levels = [found[own] for own in sorted(found)]
    return levels, {id(tree): row for row, tree in enumerate(tree for level in levels for tree in level)}


def by_height(trees):
    (leaves, *levels), rows = levels_of(trees)
    states = embedding(np.array([word for (word,) in leaves]))
    for level in levels:
        left, right = ([rows[id(tree[side])] for tree in level] for side in (0, 1))
        states = ops.concatenate([states, combine(ops.take(states, left, 0), ops.take(states, right, 0))], 0)
    return ops.take(states, [rows[id(tree)] for tree in trees], 0)


one = ops.concatenate([by_node(tree) for tree in trees], 0)
all_at_once = by_height(trees)
error = float(ops.max(ops.abs(one - all_at_once)))

levels, rows = levels_of(trees)
print(f"{len(rows)} nodes in {len(levels)} heights: {len(rows) - len(levels[0])} calls, or {len(levels) - 1}")
print(f"the outputs differ by at most {error:.1e}")
assert one.shape == (16, SIZE) and error < 1e-6
