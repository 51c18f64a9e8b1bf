"""Training steps on cross-entropy: the reference in float64, and each framework's loop and optimisers side by side.

Three optimisers, the same in all: stochastic gradient descent with momentum (v ← μv + g, p ← p − rate·v), Adam (Kingma
and Ba 2015, algorithm 1) and AdamW, Adam with the decay taken off the parameters (Loshchilov and Hutter 2019).
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench.autodiff import Value, backward, cross_entropy
from collectors.bench.workload import Arrays, Gap, Prepared

STEPS = 3
NUMPY_GAP = Gap("NumPy has no automatic differentiation; a backward pass by hand would measure our own code")
Parameters = Mapping[str, Any]
Forward = Callable[[Any, Any], Any]
"""From the parameters by name and the input to the logits (rows, classes)."""


@dataclass(frozen=True)
class Sgd:
    """Stochastic gradient descent with momentum."""

    rate: float
    momentum: float


@dataclass(frozen=True)
class Adam:
    """Adam; with a decay, AdamW."""

    rate: float = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    decay: float = 0.0


Optimiser = Sgd | Adam


def change(before: Arrays, after: Parameters, names: list[str]) -> NDArray[np.float64]:
    """Give what training changed, all parameters in one row: far more sensitive than the parameters themselves."""
    return np.concatenate([(np.asarray(after[n], np.float64) - before[n]).ravel() for n in names])


def reference(arrays: Arrays, names: list[str], forward: Forward, optimiser: Optimiser) -> NDArray[np.float64]:
    """Train three steps in float64 on `x` and `y` and give the change of the parameters called `names`."""
    p = {name: arrays[name].copy() for name in names}
    m, v = ({name: np.zeros_like(a) for name, a in p.items()} for _ in range(2))
    for t in range(1, STEPS + 1):
        values = {name: Value(a) for name, a in p.items()}
        backward(cross_entropy(forward(values, arrays["x"]), arrays["y"]))
        for name, value in values.items():
            g = value.grad
            assert g is not None  # noqa: S101  # every parameter takes part
            if isinstance(optimiser, Sgd):
                m[name] = optimiser.momentum * m[name] + g
                p[name] -= optimiser.rate * m[name]
                continue
            p[name] -= optimiser.rate * optimiser.decay * p[name]
            m[name] = optimiser.beta1 * m[name] + (1 - optimiser.beta1) * g
            v[name] = optimiser.beta2 * v[name] + (1 - optimiser.beta2) * g * g
            mean, square = m[name] / (1 - optimiser.beta1**t), v[name] / (1 - optimiser.beta2**t)
            p[name] -= optimiser.rate * mean / (np.sqrt(square) + optimiser.epsilon)
    return change(arrays, p, names)


def pytorch(forward: Callable[[Any], Any], parameters: Any, optimiser: Optimiser, x: Any, y: Any,
            result: Callable[[Any], NDArray[Any]], **facts: str) -> Prepared:  # fmt: skip
    """torch.optim with its fused kernel; `forward` is a module, or a function over `parameters`."""
    import torch

    if isinstance(optimiser, Sgd):
        how = {"lr": optimiser.rate, "momentum": optimiser.momentum, "fused": True}
        stepper: Any = torch.optim.SGD(parameters, **how)
    else:
        kind = torch.optim.AdamW if optimiser.decay else torch.optim.Adam
        betas = (optimiser.beta1, optimiser.beta2)
        stepper = kind(parameters, optimiser.rate, betas, optimiser.epsilon, optimiser.decay, fused=True)

    def step(x: Any, y: Any) -> Any:
        stepper.zero_grad()
        loss = torch.nn.functional.cross_entropy(forward(x), y)
        loss.backward()
        stepper.step()
        return loss.detach()

    told = {"optimiser": f"torch.optim.{type(stepper).__name__}(fused=True)"}
    return Prepared(step, (x, y), result, facts=told | facts)


def tensorflow(forward: Forward, parameters: Parameters, optimiser: Optimiser, x: Any, y: Any,
               result: Callable[[Parameters], NDArray[Any]], **facts: str) -> Prepared:  # fmt: skip
    """A gradient tape, and TensorFlow's own fused kernel of the optimiser; parameters are arrays or a layer's own."""
    import tensorflow as tf

    p = {name: tf.Variable(a) if isinstance(a, np.ndarray) else a for name, a in parameters.items()}
    m, v = ({name: tf.Variable(tf.zeros_like(a)) for name, a in p.items()} for _ in range(2))
    power1, power2 = tf.Variable(1.0), tf.Variable(1.0)

    def update(gradient: Mapping[str, Any]) -> None:
        if isinstance(optimiser, Sgd):
            for n, g in gradient.items():
                how = {"lr": optimiser.rate, "momentum": optimiser.momentum}
                tf.raw_ops.ResourceApplyMomentum(var=p[n].handle, accum=m[n].handle, grad=g, **how)
            return
        b1 = power1.assign(power1 * optimiser.beta1, read_value=True)
        b2 = power2.assign(power2 * optimiser.beta2, read_value=True)
        epsilon = optimiser.epsilon * tf.sqrt(1 - b2)  # this kernel adds epsilon before it corrects the second moment
        rates = {"lr": optimiser.rate, "beta1": optimiser.beta1, "beta2": optimiser.beta2}
        for n, g in gradient.items():
            if optimiser.decay:
                p[n].assign_sub(optimiser.rate * optimiser.decay * p[n])
            slots = {"var": p[n].handle, "m": m[n].handle, "v": v[n].handle}
            powers = {"beta1_power": b1, "beta2_power": b2, "epsilon": epsilon}
            tf.raw_ops.ResourceApplyAdam(**slots, **rates, **powers, grad=g)

    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, forward(p, x)))
        update({n: tf.convert_to_tensor(g) for n, g in tape.gradient(loss, p).items()})
        return loss

    kernel = "ResourceApplyMomentum" if isinstance(optimiser, Sgd) else "ResourceApplyAdam"
    return Prepared(step, (tf.constant(x), tf.constant(y)), lambda _: result({n: a.numpy() for n, a in p.items()}),
                    facts={"optimiser": f"tf.raw_ops.{kernel}"} | facts)  # fmt: skip


def jax(forward: Callable[[Any, Any, Any], Any], parameters: Arrays, optimiser: Optimiser, x: Any, y: Any,
        result: Callable[[Parameters], NDArray[Any]], carried: Any = (), **facts: str) -> Prepared:  # fmt: skip
    """jax.value_and_grad, and the optimiser written out, since JAX ships none.

    forward: from the parameters, the input and what is carried from step to step to the logits and the new carry.
    carried: what a step keeps besides parameters (running statistics); an empty tuple where there is nothing.
    """
    import jax
    from jax import numpy as jnp

    def loss(p: Any, x: Any, y: Any, carried: Any) -> Any:
        logits, carried = forward(p, x, carried)
        logs = jax.nn.log_softmax(logits)
        return -jnp.mean(jnp.take_along_axis(logs, y[:, None], axis=1)), carried

    def update(p: Any, m: Any, v: Any, t: Any, g: Any) -> Any:
        if isinstance(optimiser, Sgd):
            m = jax.tree.map(lambda a, g: optimiser.momentum * a + g, m, g)
            return jax.tree.map(lambda w, a: w - optimiser.rate * a, p, m), m, v
        one, two = optimiser.beta1, optimiser.beta2
        m = jax.tree.map(lambda a, g: one * a + (1 - one) * g, m, g)
        v = jax.tree.map(lambda a, g: two * a + (1 - two) * g * g, v, g)
        rate, root = optimiser.rate / (1 - one**t), jnp.sqrt(1 - two**t)
        keep = 1 - optimiser.rate * optimiser.decay
        p = jax.tree.map(lambda w, a, b: keep * w - rate * a / (jnp.sqrt(b) / root + optimiser.epsilon), p, m, v)
        return p, m, v

    def step(state: Any, x: Any, y: Any) -> Any:
        p, m, v, t, carried, _ = state
        (value, carried), gradient = jax.value_and_grad(loss, has_aux=True)(p, x, y, carried)
        return (*update(p, m, v, t + 1, gradient), t + 1, carried, value)

    p = {name: jnp.asarray(a) for name, a in parameters.items()}
    m = jax.tree.map(jnp.zeros_like, p)
    v = () if isinstance(optimiser, Sgd) else m
    state = (p, m, v, jnp.float32(0), jax.tree.map(jnp.asarray, carried), jnp.float32(0))
    return Prepared(step, (jnp.asarray(x), jnp.asarray(y)), lambda out: result(out[0]), state=state,
                    facts={"optimiser": f"{type(optimiser).__name__} written out"} | facts)  # fmt: skip


def keras_optimiser(optimiser: Optimiser) -> Any:
    """Give keras.optimizers' own."""
    import keras

    if isinstance(optimiser, Sgd):
        return keras.optimizers.SGD(optimiser.rate, optimiser.momentum)
    # Keras adds epsilon before it corrects the second moment; the middle step's correction stands for the three.
    epsilon = optimiser.epsilon * math.sqrt(1 - optimiser.beta2**2)
    kind = keras.optimizers.AdamW if optimiser.decay else keras.optimizers.Adam
    decay = {"weight_decay": optimiser.decay} if optimiser.decay else {}
    return kind(optimiser.rate, beta_1=optimiser.beta1, beta_2=optimiser.beta2, epsilon=epsilon, **decay)
