"""The registry that proves the harness: twins, one slowed by exactly 5 %, an empty step, and one beside a stopwatch.

Children of `collectors.bench` import it by its name. A step is some products of small matrices: twenty, or twenty-one
in the slowed variant, so that its true ratio is 1.05 by construction and its result the same.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from harness_beside import watched
from numpy.typing import NDArray

from collectors.bench import registry, sides
from collectors.bench.variants import Variant
from collectors.bench.workload import Arrays, Prepared, Shape, Side, Workload

PRODUCTS, MORE = 20, 1
SLOWED = 1 + MORE / PRODUCTS
NUMPY, TORCH = "collectors.bench.adapters.numpy", "collectors.bench.adapters.pytorch"
TIMED = (
    *("matmul", "batched_matmul", "conv2d", "depthwise_conv", "softmax", "layer_norm", "reduction", "elementwise"),
    *("embedding", "gather_scatter", "top_k", "fft", "matmul_bf16"),
)
"""The operators that are timed beside torch.utils.benchmark."""


def _inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    n = shape["n"]
    return {name: rng.standard_normal((n, n), dtype=np.float32) for name in ("left", "right")}


def _reference(arrays: Arrays) -> NDArray[np.float64]:
    product: NDArray[np.float64] = arrays["left"] @ arrays["right"]
    return product


def _repeated(product: Callable[[Any, Any], Any], times: int) -> Callable[[Any, Any], Any]:
    def step(left: Any, right: Any) -> Any:
        for _ in range(times):
            out = product(left, right)
        return out

    return step


def _numpy(times: int) -> Side:
    return lambda arrays, _: sides.numpy(_repeated(np.matmul, times), arrays["left"], arrays["right"])


def _torch(times: int) -> Side:
    def side(arrays: Arrays, device: str) -> Prepared:
        import torch

        return sides.pytorch(_repeated(torch.matmul, times), arrays["left"], arrays["right"], device=device)

    return side


PRODUCT = Workload(
    slug="products",
    title="Some products of small matrices",
    category="operator",
    sizes={"tiny": {"n": 32}, "small": {"n": 128}},
    default_size="small",
    seed=1,
    inputs=_inputs,
    reference=_reference,
    flops=lambda shape: PRODUCTS * 2 * shape["n"] ** 3,
    bytes_moved=lambda shape: 3 * 4 * shape["n"] ** 2,
    tolerance={"float32": 1e-5},
    frameworks={
        "numpy": _numpy(PRODUCTS),
        "numpy_slowed": _numpy(PRODUCTS + MORE),
        "pytorch": _torch(PRODUCTS),
        "pytorch_slowed": _torch(PRODUCTS + MORE),
    },
)


def _empty(arrays: Arrays, device: str) -> Prepared:
    return sides.pytorch(lambda x: x, arrays["left"], device=device)


EMPTY = Workload(
    slug="empty",
    title="A step that gives back its argument",
    category="dispatch",
    sizes=PRODUCT.sizes,
    default_size="tiny",
    seed=1,
    inputs=_inputs,
    reference=lambda arrays: arrays["left"],
    flops=lambda _: 0,
    bytes_moved=lambda _: 0,
    tolerance={"float32": 0.0},
    frameworks={"pytorch": _empty},
    memory=lambda _: 0,
)


def _variant(slug: str, framework: str, module: str, adapter: str) -> Variant:
    return Variant(slug, framework, "eager", False, module, (module,), adapter)


VARIANTS: tuple[Variant, ...] = (
    _variant("numpy.plain", "numpy", "numpy", NUMPY),
    _variant("numpy.twin", "numpy", "numpy", NUMPY),
    _variant("numpy.slowed", "numpy_slowed", "numpy", NUMPY),
    _variant("torch.plain", "pytorch", "torch", TORCH),
    _variant("torch.twin", "pytorch", "torch", TORCH),
    _variant("torch.slowed", "pytorch_slowed", "torch", TORCH),
    _variant("torch.eager", "pytorch", "torch", "harness_beside"),
)
WORKLOADS: tuple[Workload, ...] = (
    PRODUCT,
    *(watched(one) for one in (EMPTY, *registry.WORKLOADS) if one is EMPTY or one.slug in TIMED),
)
