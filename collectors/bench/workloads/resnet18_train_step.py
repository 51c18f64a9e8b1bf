"""Training step of ResNet-18: forward, backward and SGD with momentum; batch statistics, running ones renewed."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench import layout, resnet, resnet_sides, training
from collectors.bench.autodiff import Value
from collectors.bench.keras_steps import training as keras_training
from collectors.bench.workload import Arrays, Prepared, Shape, Workload

OPTIMISER = training.Sgd(rate=0.01, momentum=0.9)
CLASSES = 100


def _plan(width: int) -> resnet.Plan:
    return resnet.Plan(blocks=(2, 2, 2, 2), bottleneck=False, width=width, classes=CLASSES)


def _plan_of(arrays: Arrays) -> resnet.Plan:
    return _plan(len(arrays["stem_norm/gamma"]))


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw images x (batch, side, side, 3), labels y, and the network's parameters."""
    batch, side = shape["batch"], shape["side"]
    return {
        "x": rng.standard_normal((batch, side, side, 3), dtype=np.float32),
        "y": rng.integers(0, CLASSES, batch).astype(np.int64),
        **resnet.weights(_plan(shape["width"]), rng),
    }


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Train three steps in float64 and give the change of every trained parameter."""

    def forward(p: Any, x: NDArray[Any]) -> Value:
        logits: Value = resnet.network(Value(x), _plan_of(arrays), resnet_sides.float64(p, training=True))
        return logits

    return training.reference(arrays, resnet.trained(arrays), forward, OPTIMISER)


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """torch.nn.functional and torch.optim.SGD; NCHW, where matched NHWC in memory."""
    import torch

    names, plan = resnet.trained(arrays), _plan_of(arrays)
    p = {n: torch.from_numpy(resnet.channels_first(n, a).copy()).to(device) for n, a in arrays.items() if "/" in n}
    p = {n: layout.images(tensor)[0] for n, tensor in p.items()}
    for name in names:
        p[name].requires_grad_()
    use = resnet_sides.pytorch(p, training=True)

    def result(_: Any) -> NDArray[Any]:
        after = {n: resnet.channels_last(p[n].detach().cpu().numpy()) for n in names}
        return training.change(arrays, after, names)

    x = torch.from_numpy(np.ascontiguousarray(arrays["x"].transpose(0, 3, 1, 2))).to(device)
    x, told = layout.images(x)
    y = torch.from_numpy(arrays["y"]).to(device)
    forward = lambda x: resnet.network(x, plan, use)  # noqa: E731  # one line per framework
    return training.pytorch(forward, [p[n] for n in names], OPTIMISER, x, y, result, layout=told)


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """tf.nn and a gradient tape, channels last."""
    import tensorflow as tf

    names, plan = resnet.trained(arrays), _plan_of(arrays)
    statistics = {n: tf.Variable(a) for n, a in arrays.items() if n.endswith(resnet.STATISTICS)}

    def forward(p: Any, x: Any) -> Any:
        return resnet.network(x, plan, resnet_sides.tensorflow(p, statistics, training=True))

    def result(after: Any) -> NDArray[Any]:
        return training.change(arrays, after, names)

    p = {n: arrays[n] for n in names}
    return training.tensorflow(forward, p, OPTIMISER, arrays["x"], arrays["y"], result, layout="NHWC")


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """jax.lax and jax.value_and_grad, channels last."""
    names, plan = resnet.trained(arrays), _plan_of(arrays)
    statistics = {n: a for n, a in arrays.items() if n.endswith(resnet.STATISTICS)}

    def forward(p: Any, x: Any, statistics: Any) -> Any:
        renewed: dict[str, Any] = {}
        return resnet.network(x, plan, resnet_sides.jax(p, statistics, renewed)), renewed

    def result(after: Any) -> NDArray[Any]:
        return training.change(arrays, after, names)

    p = {n: arrays[n] for n in names}
    return training.jax(forward, p, OPTIMISER, arrays["x"], arrays["y"], result, statistics, layout="NHWC")


def keras(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the backend takes a visible GPU by itself
    """keras.layers and keras.optimizers.SGD through train_on_batch, channels last."""
    model = resnet_sides.keras_model(_plan_of(arrays), arrays)
    order = [v.path for v in model.trainable_variables]

    def change(after: list[NDArray[Any]]) -> NDArray[np.float64]:
        return training.change(arrays, dict(zip(order, after, strict=True)), resnet.trained(arrays))

    example = (arrays["x"], arrays["y"])
    return keras_training(model, training.keras_optimiser(OPTIMISER), example, change, layout="NHWC")


def _count(shape: Shape) -> resnet.Count:
    return resnet.count(_plan(shape["width"]), shape["batch"], shape["side"])


def _parameters(shape: Shape) -> int:
    return sum(int(np.prod(size)) for size in _count(shape).parameters.values())


def _flops(shape: Shape) -> int:
    """Count products: forward, by weight, and (but for the first convolution) by input."""
    return 2 * (3 * _count(shape).multiplications - _count(shape).first)


WORKLOAD = Workload(
    slug="resnet18_train_step",
    title="Training step of ResNet-18",
    category="training step",
    sizes={
        "tiny": {"batch": 4, "side": 64, "width": 8},
        "small": {"batch": 4, "side": 64, "width": 64},
        "medium": {"batch": 8, "side": 128, "width": 64},
        "large": {"batch": 16, "side": 224, "width": 64},
    },
    default_size="small",
    seed=29,
    inputs=inputs,
    reference=reference,
    flops=_flops,
    # images read once; parameters and their momentum read and written once
    bytes_moved=lambda shape: 4 * (3 * shape["batch"] * shape["side"] ** 2 + 4 * _parameters(shape)),
    tolerance={"float32": 1e-2, "tf32": 2e-1},
    frameworks={
        "pytorch": pytorch,
        "tensorflow": tensorflow,
        "jax": jax,
        "keras": keras,
        "numpy": training.NUMPY_GAP,
    },
    check_calls=training.STEPS,
    # a dozen float64 arrays for every convolution's result; parameters, momentum, gradients and copies
    memory=lambda shape: 96 * _count(shape).numbers + 80 * _parameters(shape) + 400_000,
)
