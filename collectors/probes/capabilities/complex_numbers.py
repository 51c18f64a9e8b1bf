"""Complex numbers: a Fourier transform, and the gradient of a real loss through it."""

from typing import Any

import numpy as np

from collectors.probes.model import Evidence, Mode, Probe, expect

SIGNAL = np.array([1.0, 2.0, -1.0, 0.5], np.float32)
TRANSFORM = np.fft.fft(np.eye(len(SIGNAL))).astype(np.complex64)


def pytorch(mode: Mode) -> Evidence:
    """torch.fft and autograd."""
    import torch

    x = torch.from_numpy(SIGNAL).clone().requires_grad_()
    power = mode.wrap(lambda x: (torch.fft.fft(x) * torch.complex(x, -x)).abs().pow(2).sum())(x)
    power.backward()
    assert x.grad is not None
    return _right(float(power), x.grad.numpy())


def tensorflow(mode: Mode) -> Evidence:
    """tf.signal and GradientTape."""
    import tensorflow as tf

    def power(x: Any) -> Any:
        return tf.reduce_sum(tf.abs(tf.signal.fft(tf.complex(x, tf.zeros_like(x))) * tf.complex(x, -x)) ** 2)

    x = tf.constant(SIGNAL)
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = mode.wrap(power)(x)
    return _right(float(value), tape.gradient(value, x).numpy())


def jax(mode: Mode) -> Evidence:
    """jnp.fft and jax.grad."""
    import jax
    from jax import numpy as jnp

    def power(x: Any) -> Any:
        return (jnp.abs(jnp.fft.fft(x) * jax.lax.complex(x, -x)) ** 2).sum()

    value, gradient = mode.wrap(jax.value_and_grad(power))(jnp.asarray(SIGNAL))
    return _right(float(value), np.asarray(gradient))


def keras(mode: Mode) -> Evidence:
    """complex64 in keras.ops, the transform as a product with its matrix, differentiated as each backend does."""
    from keras import ops

    def power(x: Any) -> Any:
        signal = ops.cast(x, "complex64")
        return ops.sum(ops.square(ops.absolute(ops.matmul(TRANSFORM, signal) * (signal * (1 - 1j)))))

    call, x = mode.wrap(power), ops.convert_to_tensor(SIGNAL)
    kind = str(ops.cast(x, "complex64").dtype)
    expect("complex64" in kind, f"complex64 became {kind}")
    if mode.backend == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            tape.watch(x)
            value = call(x)
        return _right(float(value), tape.gradient(value, x).numpy())
    if mode.backend == "torch":
        x.requires_grad_()
        value = call(x)
        value.backward()
        return _right(float(value), x.grad.numpy())
    import jax

    value, gradient = jax.value_and_grad(call)(x)
    return _right(float(value), np.asarray(gradient))


def _exact(signal: Any) -> float:
    return float((np.abs(np.fft.fft(signal) * (signal - 1j * signal)) ** 2).sum())


def _right(value: float, gradient: Any) -> Evidence:
    exact = SIGNAL.astype(np.float64)
    slopes = [(_exact(exact + step) - _exact(exact - step)) / 2e-4 for step in np.eye(len(exact)) * 1e-4]
    seen = {
        "relative_error": abs(value - _exact(exact)) / _exact(exact),
        "gradient_error": float(np.abs(gradient - slopes).max() / np.abs(slopes).max()),
    }
    expect(max(seen.values()) < 1e-4, f"the results are off: {seen}", **seen)
    return seen


PROBE = Probe(
    slug="complex_numbers",
    title="Complex numbers",
    axis="numbers",
    question="Can complex numbers be computed with in this mode, and a real loss of them be differentiated?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
)
