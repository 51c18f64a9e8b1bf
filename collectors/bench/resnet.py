"""Residual networks of 18 and 50 layers (He et al. 2016, the stride on the 3×3 convolution), which two workloads share.

The network is written once; what it needs of a framework is in its `Operations`, side by side in `resnet_sides.py`.
Parameters are called as Keras calls them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench.workload import Arrays

EPSILON = 1e-5
KEEP = 0.9
"""How much of the running statistics a training step keeps; PyTorch's momentum is 1 minus this."""
STATISTICS = ("moving_mean", "moving_variance")


@dataclass(frozen=True)
class Plan:
    """A network: how many blocks in each of the four stages, of which kind, and how wide the first is."""

    blocks: tuple[int, int, int, int]
    bottleneck: bool
    width: int
    classes: int


@dataclass(frozen=True)
class Operations:
    """What the network needs of a framework; layers are called by name.

    conv: (x, layer, kernel side, channels, stride). norm: (x, layer). pool: 3×3, stride 2, of what is not negative.
    mean: over rows and columns. dense: (x, layer, classes).
    """

    conv: Callable[[Any, str, int, int, int], Any]
    norm: Callable[[Any, str], Any]
    relu: Callable[[Any], Any]
    add: Callable[[Any, Any], Any]
    pool: Callable[[Any], Any]
    mean: Callable[[Any], Any]
    dense: Callable[[Any, str, int], Any]


def network(x: Any, plan: Plan, use: Operations) -> Any:
    """Give the logits of images."""

    def conv_norm(x: Any, layer: str, side: int, channels: int, stride: int = 1) -> Any:
        return use.norm(use.conv(x, layer, side, channels, stride), f"{layer}_norm")

    x = use.pool(use.relu(conv_norm(x, "stem", 7, plan.width, 2)))
    for stage, count in enumerate(plan.blocks):
        inner = plan.width * 2**stage
        outer = 4 * inner if plan.bottleneck else inner
        for number in range(count):
            name, stride = f"s{stage}b{number}", 2 if number == 0 and stage else 1
            shortcut = x
            if number == 0 and (stage or plan.bottleneck):
                shortcut = conv_norm(x, f"{name}_shortcut", 1, outer, stride)
            if plan.bottleneck:
                x = use.relu(conv_norm(x, f"{name}_conv1", 1, inner))
                x = use.relu(conv_norm(x, f"{name}_conv2", 3, inner, stride))
                x = conv_norm(x, f"{name}_last", 1, outer)
            else:
                x = use.relu(conv_norm(x, f"{name}_conv1", 3, inner, stride))
                x = conv_norm(x, f"{name}_last", 3, outer)
            x = use.relu(use.add(x, shortcut))
    return use.dense(use.mean(x), "dense", plan.classes)


@dataclass
class Count:
    """What a pass over images of a shape meets: parameters in order, multiplications and numbers made."""

    parameters: dict[str, tuple[int, ...]]
    multiplications: int = 0
    first: int = 0
    numbers: int = 0


def count(plan: Plan, batch: int, side: int) -> Count:
    """Walk the network with shapes in place of images (batch, side, side, 3)."""
    found = Count({})

    def conv(x: Any, layer: str, side: int, channels: int, stride: int) -> Any:
        found.parameters[f"{layer}/kernel"] = (side, side, x[3], channels)
        out = (x[0], (x[1] - 1) // stride + 1, (x[2] - 1) // stride + 1, channels)
        found.multiplications += int(np.prod(out)) * side * side * x[3]
        found.first = found.first or found.multiplications
        found.numbers += int(np.prod(out))
        return out

    def norm(x: Any, layer: str) -> Any:
        for name in ("gamma", "beta", *STATISTICS):
            found.parameters[f"{layer}/{name}"] = (x[3],)
        return x

    def dense(x: Any, layer: str, classes: int) -> Any:
        found.parameters |= {f"{layer}/kernel": (x[1], classes), f"{layer}/bias": (classes,)}
        found.multiplications += x[0] * x[1] * classes
        return (x[0], classes)

    half = lambda x: (x[0], (x[1] - 1) // 2 + 1, (x[2] - 1) // 2 + 1, x[3])  # noqa: E731  # one line each
    use = Operations(conv, norm, lambda x: x, lambda x, _: x, half, lambda x: (x[0], x[3]), dense)
    network((batch, side, side, 3), plan, use)
    return found


def weights(plan: Plan, rng: np.random.Generator) -> dict[str, NDArray[np.float32]]:
    """Draw all parameters; a block's last scale is small, so that sums over many blocks stay of one size."""
    drawn: dict[str, NDArray[np.float32]] = {}
    for name, shape in count(plan, 1, 32).parameters.items():
        array: NDArray[Any] = rng.standard_normal(shape, dtype=np.float32)
        if name.endswith("kernel"):
            array *= np.float32(np.sqrt(2 / np.prod(shape[:-1])))
        elif name.endswith("gamma"):
            array = (1 + array / 10) * np.float32(0.3 if "last" in name else 1)
        elif name.endswith("moving_variance"):
            array = 1 + array * array
        else:
            array /= 10
        drawn[name] = array.astype(np.float32)
    return drawn


def trained(arrays: Arrays) -> list[str]:
    """Name the parameters that training changes: all but the running statistics and the images."""
    return [n for n in arrays if "/" in n and not n.endswith(STATISTICS)]


def channels_first(name: str, array: NDArray[Any]) -> NDArray[Any]:
    """Turn a kernel as PyTorch keeps it; the same turns a dense kernel back."""
    if not name.endswith("kernel"):
        return array
    return np.ascontiguousarray(array.transpose(3, 2, 0, 1) if array.ndim == 4 else array.T)


def channels_last(array: NDArray[Any]) -> NDArray[Any]:
    """Turn a parameter of PyTorch back."""
    return array.transpose(2, 3, 1, 0) if array.ndim == 4 else array.T
