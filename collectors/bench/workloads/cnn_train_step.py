"""Training step of a small CNN: forward, backward and Adam; 28×28×1, two 3×3 convolutions, two dense layers."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench import layout
from collectors.bench.cnn_gradients import gradients
from collectors.bench.keras_steps import training
from collectors.bench.workload import Arrays, Gap, Prepared, Shape, Workload

# Images are (batch, 28, 28, 1), kernels (3, 3, in, out), dense kernels (in, out); after two rounds of convolution
# without padding, ReLU and 2×2 pooling, 5×5×64 values reach the first dense layer, in the order row, column, channel.
SHAPES = {
    "kernel1": (3, 3, 1, 32),
    "bias1": (32,),
    "kernel2": (3, 3, 32, 64),
    "bias2": (64,),
    "dense1": (1600, 64),
    "bias3": (64,),
    "dense2": (64, 10),
    "bias4": (10,),
}
RATE, BETA1, BETA2, EPSILON = 1e-3, 0.9, 0.999, 1e-8
STEPS = 3


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw images, integer labels and parameters scaled by their fan-in."""
    batch = shape["batch"]
    arrays: dict[str, NDArray[Any]] = {
        "images": rng.standard_normal((batch, 28, 28, 1), dtype=np.float32),
        "labels": rng.integers(0, 10, batch).astype(np.int64),
    }
    for name, size in SHAPES.items():
        scale = math.sqrt(2 / math.prod(size[:-1])) if len(size) > 1 else 0.05
        arrays[name] = rng.standard_normal(size, dtype=np.float32) * np.float32(scale)
    return arrays


def _change(arrays: Arrays, after: dict[str, NDArray[Any]]) -> NDArray[np.float64]:
    """Give what training changed, all parameters in one row: far more sensitive than the parameters themselves."""
    return np.concatenate([(after[n].astype(np.float64) - arrays[n]).ravel() for n in SHAPES])


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Train three steps in float64 and give the change of every parameter (Adam: Kingma and Ba 2015, algorithm 1)."""
    p = {name: arrays[name].copy() for name in SHAPES}
    m = {name: np.zeros(size) for name, size in SHAPES.items()}
    v = {name: np.zeros(size) for name, size in SHAPES.items()}
    for t in range(1, STEPS + 1):
        for name, g in gradients(p, arrays["images"], arrays["labels"])[1].items():
            m[name] = BETA1 * m[name] + (1 - BETA1) * g
            v[name] = BETA2 * v[name] + (1 - BETA2) * g * g
            p[name] -= RATE * (m[name] / (1 - BETA1**t)) / (np.sqrt(v[name] / (1 - BETA2**t)) + EPSILON)
    return _change(arrays, p)


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """torch.nn modules and torch.optim.Adam with its fused kernel; NCHW, where matched NHWC in memory."""
    import torch
    from torch import nn

    layers = [nn.Conv2d(1, 32, 3), nn.Conv2d(32, 64, 3), nn.Linear(1600, 64), nn.Linear(64, 10)]
    conv1, conv2, dense1, dense2 = layers
    model = nn.Sequential(
        *(conv1, nn.ReLU(), nn.MaxPool2d(2)),
        *(conv2, nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), dense1, nn.ReLU(), dense2),
    )
    turned = _channels_first({name: arrays[name] for name in SHAPES})
    names = list(SHAPES)
    with torch.no_grad():
        for layer, kernel, bias in zip(layers, names[::2], names[1::2], strict=True):
            layer.weight.copy_(torch.from_numpy(turned[kernel]))
            layer.weight.data = layout.images(layer.weight.data)[0]
            layer.bias.copy_(torch.from_numpy(turned[bias]))
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE, betas=(BETA1, BETA2), eps=EPSILON, fused=True)
    images = torch.from_numpy(np.ascontiguousarray(arrays["images"].transpose(0, 3, 1, 2))).to(device)
    images, name = layout.images(images)
    labels = torch.from_numpy(arrays["labels"]).to(device)

    def step(x: Any, y: Any) -> Any:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return loss.detach()

    def result(_: Any) -> NDArray[np.float64]:
        now = zip(names, (p.detach().cpu().numpy() for p in model.parameters()), strict=True)
        return _change(arrays, _channels_last(dict(now)))

    facts = {"layout": name, "implementation": "torch.nn, torch.optim.Adam(fused=True)"}
    return Prepared(step, (images, labels), result, facts=facts)


def _channels_first(p: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    turned = {name: a.transpose(3, 2, 0, 1) if a.ndim == 4 else a.T for name, a in p.items()}
    turned["dense1"] = p["dense1"].reshape(5, 5, 64, 64).transpose(3, 2, 0, 1).reshape(64, 1600)
    return {name: np.ascontiguousarray(a) for name, a in turned.items()}


def _channels_last(p: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    turned = {name: a.transpose(2, 3, 1, 0) if a.ndim == 4 else a.T for name, a in p.items()}
    turned["dense1"] = p["dense1"].reshape(64, 64, 5, 5).transpose(2, 3, 1, 0).reshape(1600, 64)
    return turned


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """tf.nn layers, a gradient tape, and TensorFlow's own fused Adam kernel; channels last."""
    import tensorflow as tf

    p = {name: tf.Variable(arrays[name]) for name in SHAPES}
    m = {name: tf.Variable(tf.zeros(size)) for name, size in SHAPES.items()}
    v = {name: tf.Variable(tf.zeros(size)) for name, size in SHAPES.items()}
    power1, power2 = tf.Variable(1.0), tf.Variable(1.0)

    def block(x: Any, kernel: Any, bias: Any) -> Any:
        return tf.nn.max_pool2d(tf.nn.relu(tf.nn.conv2d(x, kernel, 1, "VALID") + bias), 2, 2, "VALID")

    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            x = block(block(x, p["kernel1"], p["bias1"]), p["kernel2"], p["bias2"])
            x = tf.nn.relu(tf.reshape(x, (-1, 1600)) @ p["dense1"] + p["bias3"])
            logits = x @ p["dense2"] + p["bias4"]
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits))
        gradient = tape.gradient(loss, p)
        b1, b2 = power1.assign(power1 * BETA1, read_value=True), power2.assign(power2 * BETA2, read_value=True)
        epsilon = EPSILON * tf.sqrt(1 - b2)  # this kernel adds epsilon before it corrects the second moment
        for name in SHAPES:
            slots = {"var": p[name].handle, "m": m[name].handle, "v": v[name].handle}
            rates = {"lr": RATE, "beta1": BETA1, "beta2": BETA2, "beta1_power": b1, "beta2_power": b2}
            tf.raw_ops.ResourceApplyAdam(**slots, **rates, epsilon=epsilon, grad=gradient[name])
        return loss

    arguments = (tf.constant(arrays["images"]), tf.constant(arrays["labels"]))
    facts = {"layout": "NHWC", "implementation": "tf.nn, tf.GradientTape, tf.raw_ops.ResourceApplyAdam"}
    return Prepared(step, arguments, lambda _: _change(arrays, {n: w.numpy() for n, w in p.items()}), facts=facts)


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """jax.lax layers, jax.value_and_grad, and Adam written out (JAX ships no optimiser); channels last."""
    import jax
    from jax import lax, nn
    from jax import numpy as jnp

    def block(x: Any, kernel: Any, bias: Any) -> Any:
        x = lax.conv_general_dilated(x, kernel, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"))
        return lax.reduce_window(nn.relu(x + bias), -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")

    def loss(p: Any, x: Any, y: Any) -> Any:
        x = block(block(x, p["kernel1"], p["bias1"]), p["kernel2"], p["bias2"])
        x = nn.relu(x.reshape(-1, 1600) @ p["dense1"] + p["bias3"])
        logs = nn.log_softmax(x @ p["dense2"] + p["bias4"])
        return -jnp.mean(jnp.take_along_axis(logs, y[:, None], axis=1))

    def step(state: Any, x: Any, y: Any) -> Any:
        p, m, v, t, _ = state
        value, gradient = jax.value_and_grad(loss)(p, x, y)
        t = t + 1
        m = jax.tree.map(lambda a, g: BETA1 * a + (1 - BETA1) * g, m, gradient)
        v = jax.tree.map(lambda a, g: BETA2 * a + (1 - BETA2) * g * g, v, gradient)
        rate, root = RATE / (1 - BETA1**t), jnp.sqrt(1 - BETA2**t)
        p = jax.tree.map(lambda w, a, b: w - rate * a / (jnp.sqrt(b) / root + EPSILON), p, m, v)
        return p, m, v, t, value

    p = {name: jnp.asarray(arrays[name]) for name in SHAPES}
    zeros = jax.tree.map(jnp.zeros_like, p)
    state = (p, zeros, zeros, jnp.float32(0), jnp.float32(0))
    arguments = (jnp.asarray(arrays["images"]), jnp.asarray(arrays["labels"]))
    facts = {"layout": "NHWC", "implementation": "jax.lax, jax.value_and_grad, Adam written out"}
    return Prepared(step, arguments, lambda out: _change(arrays, {n: np.asarray(out[0][n]) for n in SHAPES}),
                    state=state, facts=facts)  # fmt: skip


def keras(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the backend takes a visible GPU by itself
    """keras.Sequential and keras.optimizers.Adam through train_on_batch; channels last."""
    import keras
    from keras import layers

    model = keras.Sequential([
        keras.Input((28, 28, 1)),
        *(layers.Conv2D(32, 3, activation="relu", data_format="channels_last"), layers.MaxPooling2D(2)),
        *(layers.Conv2D(64, 3, activation="relu", data_format="channels_last"), layers.MaxPooling2D(2)),
        *(layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dense(10)),
    ])  # fmt: skip
    model.set_weights([arrays[name] for name in SHAPES])
    # Keras too adds epsilon before it corrects the second moment; the middle step's correction stands for the three.
    epsilon = EPSILON * math.sqrt(1 - BETA2**2)
    optimizer = keras.optimizers.Adam(RATE, BETA1, BETA2, epsilon)
    example = (arrays["images"], arrays["labels"])
    return training(model, optimizer, example, lambda w: _change(arrays, dict(zip(SHAPES, w, strict=True))),
                    layout="NHWC")  # fmt: skip


def _flops(shape: Shape) -> int:
    """Count products of convolutions and dense layers: forward, by weight, and (but for the first layer) by input."""
    first = 2 * 26 * 26 * 9 * 32
    others = 2 * (11 * 11 * 9 * 32 * 64 + 1600 * 64 + 64 * 10)
    return shape["batch"] * (2 * first + 3 * others)


def _bytes(shape: Shape) -> int:
    """Count images read once; parameters and both moments read and written once."""
    parameters = sum(math.prod(size) for size in SHAPES.values())
    return 4 * (shape["batch"] * 28 * 28 + 6 * parameters)


WORKLOAD = Workload(
    slug="cnn_train_step",
    title="Training step of a small CNN",
    category="training step",
    sizes={"tiny": {"batch": 4}, "small": {"batch": 32}, "medium": {"batch": 128}, "large": {"batch": 512}},
    default_size="small",
    seed=3,
    inputs=inputs,
    reference=reference,
    flops=_flops,
    bytes_moved=_bytes,
    # Adam divides by the root of the second moment: where a gradient is all rounding, so is its whole update.
    tolerance={"float32": 5e-3, "tf32": 1e-1},
    frameworks={
        "pytorch": pytorch,
        "tensorflow": tensorflow,
        "jax": jax,
        "keras": keras,
        "numpy": Gap("NumPy has no automatic differentiation; a backward pass by hand would measure our own code"),
    },
    check_calls=STEPS,
    memory=lambda shape: 2_000_000 * shape["batch"] + 50_000_000,  # activations and windows in float64
)
