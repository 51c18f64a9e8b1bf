"""A custom operator: code that the framework cannot see into, with a derivative of its own, in a function."""

from typing import Any

import numpy as np

from collectors.probes.model import Evidence, Mode, Probe, cannot, expect

AT = 2.0
"""The operator cubes number by number in Python: 8 at 2, slope 12; the function adds 1 to it."""


def pytorch(mode: Mode) -> Evidence:
    """torch.library.custom_op with register_autograd; compiled with fullgraph=True: no leaving the graph."""
    import torch

    @torch.library.custom_op(f"framescope::cube_{mode.name}", mutates_args=())
    def cube(x: torch.Tensor) -> torch.Tensor:
        return torch.from_numpy(_cube(x.numpy(force=True)))

    cube.register_fake(torch.empty_like)

    def keep(ctx: Any, inputs: Any, output: Any) -> None:
        ctx.save_for_backward(*inputs)

    cube.register_autograd(lambda ctx, upstream: upstream * 3 * ctx.saved_tensors[0] ** 2, setup_context=keep)

    def function(x: torch.Tensor) -> torch.Tensor:
        return cube(x) + 1

    x = torch.tensor([AT], requires_grad=True)
    value = (function if mode.eager else torch.compile(function, fullgraph=True))(x)
    value.sum().backward()
    assert x.grad is not None
    return _followed(float(value), float(x.grad))


def tensorflow(mode: Mode) -> Evidence:
    """tf.numpy_function within tf.custom_gradient."""
    import tensorflow as tf

    @tf.custom_gradient
    def cube(x: Any) -> Any:
        found = tf.ensure_shape(tf.numpy_function(_cube, [x], tf.float32), x.shape)
        return found, lambda upstream: upstream * 3 * x**2

    def both(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = cube(x) + 1
        return value, tape.gradient(value, x)

    step, x = mode.wrap(both), tf.constant([AT])
    with cannot(tf.errors.InvalidArgumentError, saying="unsupported operations"):
        value, slope = step(x)
    return _followed(float(value[0]), float(slope[0]))


def jax(mode: Mode) -> Evidence:
    """jax.pure_callback within jax.custom_vjp."""
    import jax
    from jax import numpy as jnp

    @jax.custom_vjp
    def cube(x: Any) -> Any:
        return jax.pure_callback(lambda x: _cube(np.asarray(x)), jax.ShapeDtypeStruct(x.shape, x.dtype), x)

    cube.defvjp(lambda x: (cube(x), x), lambda x, upstream: (upstream * 3 * x**2,))
    value, slope = mode.wrap(jax.value_and_grad(lambda x: (cube(x) + 1).sum()))(jnp.array([AT]))
    return _followed(float(value), float(slope[0]))


def keras(mode: Mode) -> Evidence:
    """keras.ops.custom_gradient around code that takes the values out, differentiated as each backend does."""
    from keras import ops

    @ops.custom_gradient
    def cube(x: Any) -> Any:
        def slope(*arguments: Any, upstream: Any = None) -> Any:
            return ops.multiply(arguments[-1] if upstream is None else upstream, 3 * x**2)

        return ops.reshape(ops.convert_to_tensor(_cube(ops.convert_to_numpy(ops.reshape(x, (1,))))), ()), slope

    return {"tensorflow": _on_tensorflow, "torch": _on_torch, "jax": _on_jax}[mode.backend](mode, cube)


def _on_tensorflow(mode: Mode, cube: Any) -> Evidence:
    import tensorflow as tf

    def both(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = cube(x) + 1
        return value, tape.gradient(value, x)

    step, x = mode.wrap(both), tf.constant(AT)
    with cannot(NotImplementedError, saying="symbolic tf.Tensor"):
        value, slope = step(x)
    return _followed(float(value), float(slope))


def _on_torch(mode: Mode, cube: Any) -> Evidence:
    """With fullgraph=True, which refuses to leave the graph."""
    import torch

    def function(x: torch.Tensor) -> torch.Tensor:
        return cube(x) + 1

    call = function if mode.eager else torch.compile(function, fullgraph=True)
    x = torch.tensor(AT, requires_grad=True)
    with cannot(torch._dynamo.exc.Unsupported):
        value = call(x)
    value.backward()
    assert x.grad is not None
    return _followed(float(value), float(x.grad))


def _on_jax(mode: Mode, cube: Any) -> Evidence:
    import jax

    step = mode.wrap(jax.value_and_grad(lambda x: cube(x) + 1))
    with cannot(jax.errors.TracerArrayConversionError):
        value, slope = step(AT)
    return _followed(float(value), float(slope))


def _cube(x: Any) -> Any:
    """Cube as Python does, number by number, for which it needs values."""
    return np.asarray([number**3 for number in x.tolist()], np.float32)


def _followed(value: float, slope: float) -> Evidence:
    seen = {"value": value, "slope": slope}
    expect(abs(value - 9) < 1e-4, f"2³ + 1 came out as {value:g}", **seen)
    expect(abs(slope - 12) < 1e-4, f"the derivative is {slope:g}, not 12", **seen)
    return seen


PROBE = Probe(
    slug="custom_operator",
    title="An operator of one's own",
    axis="gradients",
    question="Can code the framework cannot see into be an operator with a derivative, in a function of this mode?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
)
