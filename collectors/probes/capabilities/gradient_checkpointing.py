"""Gradient checkpointing: what a block computed is thrown away and computed again on the way back."""

from typing import Any

from collectors.probes.model import Evidence, Mode, Probe, expect

AT, SLOPE = 2.0, 32.0
"""The block gives x⁴, whose derivative at 2 is 32."""


def pytorch(mode: Mode) -> Evidence:
    """torch.utils.checkpoint with use_reentrant=False; an operator counts that no compiler looks into."""
    from torch.utils.checkpoint import checkpoint

    return _counted_on_torch(mode, lambda block: lambda x: checkpoint(block, x, use_reentrant=False))


def tensorflow(mode: Mode) -> Evidence:
    """tf.recompute_grad; a variable counts."""
    import tensorflow as tf

    runs = tf.Variable(0)

    @tf.recompute_grad
    def block(x: Any) -> Any:
        runs.assign_add(1)
        return (x * x) ** 2

    def slope(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = block(x)
        return tape.gradient(value, x)

    return _again(float(mode.wrap(slope)(tf.constant(AT))), int(runs))


def jax(mode: Mode) -> Evidence:
    """jax.checkpoint; a callback in the block counts."""
    import jax

    runs: list[int] = []

    @jax.checkpoint
    def block(x: Any) -> Any:
        jax.debug.callback(lambda _: runs.append(1), x)
        return (x * x) ** 2

    slope = float(mode.wrap(jax.grad(block))(AT))
    jax.effects_barrier()
    return _again(slope, len(runs))


def keras(mode: Mode) -> Evidence:
    """keras.remat around a block, trained for one step with its backend's own means; each backend counts as above."""
    import keras

    on = {"tensorflow": _on_tensorflow, "torch": _on_torch, "jax": _on_jax}
    return on[mode.backend](mode, keras.remat)


def _on_tensorflow(mode: Mode, remat: Any) -> Evidence:
    import tensorflow as tf
    from keras import ops

    runs = tf.Variable(0)

    def block(x: Any) -> Any:
        runs.assign_add(1)
        return ops.square(ops.square(x))

    again = remat(block)

    def slope(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = again(x)
        return tape.gradient(value, x)

    return _again(float(mode.wrap(slope)(tf.constant(AT))), int(runs))


def _on_torch(mode: Mode, remat: Any) -> Evidence:
    return _counted_on_torch(mode, remat)


def _counted_on_torch(mode: Mode, checkpointed: Any) -> Evidence:
    import torch

    runs: list[int] = []

    @torch.library.custom_op(f"framescope::seen_{mode.name}", mutates_args=())
    def seen(x: torch.Tensor) -> torch.Tensor:
        runs.append(1)
        return x.clone()

    seen.register_fake(torch.empty_like)
    seen.register_autograd(lambda _, upstream: upstream)
    again = checkpointed(lambda x: (seen(x) ** 2) ** 2)
    x = torch.tensor(AT, requires_grad=True)
    mode.wrap(lambda x: again(x))(x).backward()
    assert x.grad is not None
    return _again(float(x.grad), len(runs))


def _on_jax(mode: Mode, remat: Any) -> Evidence:
    import jax
    from keras import ops

    runs: list[int] = []

    def block(x: Any) -> Any:
        jax.debug.callback(lambda _: runs.append(1), x)
        return ops.square(ops.square(x))

    slope = float(mode.wrap(jax.grad(remat(block)))(AT))
    jax.effects_barrier()
    return _again(slope, len(runs))


def _again(slope: float, runs: float) -> Evidence:
    seen = {"slope": slope, "runs": runs}
    expect(abs(slope - SLOPE) < 1e-3, f"the gradient is {slope:g}, not {SLOPE:g}", **seen)
    expect(runs == 2, f"the block ran {runs:g} times, not twice", **seen)
    return seen


PROBE = Probe(
    slug="gradient_checkpointing",
    title="Gradient checkpointing",
    axis="training",
    question="Can a block be computed again on the way back instead of being kept, and give the same gradient?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
)
