"""Inference of ResNet-50: images to a thousand logits, with running statistics; batch 1 and 32 at 224 × 224."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench import layout, resnet, resnet_sides, sides
from collectors.bench.autodiff import Value
from collectors.bench.keras_steps import forward
from collectors.bench.workload import Arrays, Gap, Prepared, Shape, Workload


def _plan(width: int) -> resnet.Plan:
    return resnet.Plan(blocks=(3, 4, 6, 3), bottleneck=True, width=width, classes=1000)


def _plan_of(arrays: Arrays) -> resnet.Plan:
    return _plan(len(arrays["stem_norm/gamma"]))


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw images x (batch, side, side, 3) and the network's parameters."""
    batch, side = shape["batch"], shape["side"]
    images = rng.standard_normal((batch, side, side, 3), dtype=np.float32)
    return {"x": images, **resnet.weights(_plan(shape["width"]), rng)}


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Run the network in float64, image by image to spare memory."""
    use = resnet_sides.float64({n: Value(a) for n, a in arrays.items() if n != "x"}, training=False)
    return np.concatenate([resnet.network(Value(x[None]), _plan_of(arrays), use).array for x in arrays["x"]])


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """torch.nn.functional; NCHW, where matched NHWC in memory."""
    names, plan = list(arrays), _plan_of(arrays)

    def step(*tensors: Any) -> Any:
        p = dict(zip(names, tensors, strict=True))
        return resnet.network(p["x"], plan, resnet_sides.pytorch(p, training=False))

    turned = [resnet.channels_first(n, a) if n != "x" else a.transpose(0, 3, 1, 2) for n, a in arrays.items()]
    prepared = sides.pytorch(step, *turned, device=device)
    *tensors, name = layout.images(*prepared.arguments)
    return replace(prepared, arguments=tuple(tensors), facts={"layout": name})


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """tf.nn, channels last."""
    names, plan = list(arrays), _plan_of(arrays)

    def step(*tensors: Any) -> Any:
        p = dict(zip(names, tensors, strict=True))
        return resnet.network(p["x"], plan, resnet_sides.tensorflow(p, p, training=False))

    return sides.tensorflow(step, *arrays.values(), layout="NHWC")


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """jax.lax, channels last."""
    names, plan = list(arrays), _plan_of(arrays)

    def step(*tensors: Any) -> Any:
        p = dict(zip(names, tensors, strict=True))
        return resnet.network(p["x"], plan, resnet_sides.jax(p, p))

    return sides.jax(step, *arrays.values(), layout="NHWC")


def keras(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the backend takes a visible GPU by itself
    """keras.layers, channels last."""
    model = resnet_sides.keras_model(_plan_of(arrays), arrays)
    call = lambda model, x: model(x, training=False)  # noqa: E731  # as predict calls it
    return forward(model, arrays["x"], call=call, implementation="keras.layers", layout="NHWC")


def _count(shape: Shape) -> resnet.Count:
    return resnet.count(_plan(shape["width"]), shape["batch"], shape["side"])


def _parameters(shape: Shape) -> int:
    return sum(int(np.prod(size)) for size in _count(shape).parameters.values())


def _memory(shape: Shape) -> int:
    """Count a dozen float64 arrays for every result of one image, parameters in both widths, and the images."""
    one = _count(shape).numbers // shape["batch"]
    return 100 * one + 12 * _parameters(shape) + shape["batch"] * (40 * shape["side"] ** 2 + 4 * one)


WORKLOAD = Workload(
    slug="resnet50_inference",
    title="Inference of ResNet-50",
    category="inference",
    sizes={
        "tiny": {"batch": 1, "side": 32, "width": 8},
        "small": {"batch": 1, "side": 224, "width": 64},
        "medium": {"batch": 8, "side": 224, "width": 64},
        "large": {"batch": 32, "side": 224, "width": 64},
    },
    default_size="small",
    seed=30,
    inputs=inputs,
    reference=reference,
    flops=lambda shape: 2 * _count(shape).multiplications,
    # images and parameters read once, logits written once
    bytes_moved=lambda shape: 4 * (shape["batch"] * (3 * shape["side"] ** 2 + 1000) + _parameters(shape)),
    tolerance={"float32": 1e-4, "tf32": 2e-2},
    frameworks={
        "pytorch": pytorch,
        "tensorflow": tensorflow,
        "jax": jax,
        "keras": keras,
        "numpy": Gap("NumPy has no convolution of images"),
    },
    memory=_memory,
)
