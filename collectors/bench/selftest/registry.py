"""The self-test's own registry: two small computations, and variants that bear a fault or none."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench import sides
from collectors.bench.variants import Variant
from collectors.bench.workload import Arrays, Prepared, Shape, Side, Workload

PRODUCTS = 20
"""A twentieth more of them is the 5 % by which one variant is slowed."""


def _products_inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw a matrix and a rotation, which keeps the products' size."""
    n = shape["n"]
    rotation, _ = np.linalg.qr(rng.standard_normal((n, n)))
    return {"x": rng.standard_normal((n, n), dtype=np.float32), "rotation": rotation.astype(np.float32)}


def _product(arrays: Arrays) -> NDArray[np.float64]:
    result: NDArray[np.float64] = arrays["x"] @ np.linalg.matrix_power(arrays["rotation"], PRODUCTS)
    return result


def _multiply(x: NDArray[Any], rotation: NDArray[Any]) -> NDArray[Any]:
    for _ in range(PRODUCTS):
        x = x @ rotation
    return x


def _multiply_once_more(x: NDArray[Any], rotation: NDArray[Any]) -> NDArray[Any]:
    x @ rotation  # the work is what is wanted
    return _multiply(x, rotation)


def _on_products(step: sides.Step) -> Side:
    def side(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # NumPy has one device
        return sides.numpy(step, arrays["x"], arrays["rotation"])

    return side


def _images_inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw images (batch, side, side, channels) and a factor for each channel."""
    size = (shape["batch"], shape["side"], shape["side"], shape["channels"])
    factors = rng.standard_normal(shape["channels"], dtype=np.float32)
    return {"images": rng.standard_normal(size, dtype=np.float32), "factors": factors}


def _scaled(arrays: Arrays) -> NDArray[np.float64]:
    result: NDArray[np.float64] = arrays["images"] * arrays["factors"]
    return result


def _channels_last(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # NumPy has one device
    return sides.numpy(lambda x, f: x * f, arrays["images"], arrays["factors"], layout="NHWC")


def _channels_first(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # NumPy has one device
    images = np.ascontiguousarray(arrays["images"].transpose(0, 3, 1, 2))
    factors = arrays["factors"][:, None, None]
    turned = lambda out: out.transpose(0, 2, 3, 1)  # noqa: E731  # back into the reference's layout
    return Prepared(lambda x, f: x * f, (images, factors), turned, facts={"layout": "NCHW"})


def _mistaken(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # NumPy has one device
    """Take the bytes of NHWC for NCHW, as a forgotten transposition does."""
    batch, side, _, channels = arrays["images"].shape
    images = arrays["images"].reshape(batch, channels, side, side)
    factors = arrays["factors"][:, None, None]
    back = lambda out: out.reshape(batch, side, side, channels)  # noqa: E731  # the same mistake on the way back
    return Prepared(lambda x, f: x * f, (images, factors), back, facts={"layout": "NHWC"})


def _workload(slug: str, title: str, shape: Shape, **more: Any) -> Workload:
    values = int(np.prod(list(shape.values())))
    counts: dict[str, Any] = {"flops": lambda _: values, "bytes_moved": lambda _: 8 * values}
    sizes: dict[str, Any] = {"sizes": {"only": shape}, "default_size": "only"}
    return Workload(
        slug=slug, title=title, category="self-test", seed=40, tolerance={"float32": 1e-5}, **sizes, **counts, **more
    )


def _variant(name: str, mode: str = "plain", framework: str = "numpy") -> Variant:
    adapter = "collectors.bench.selftest.flaws"
    return Variant(f"selftest.{name}", framework, mode, False, "numpy", ("numpy",), adapter)


WORKLOADS = (
    _workload(
        "products",
        "Products with a rotation, one after the other",
        {"n": 128},
        inputs=_products_inputs,
        reference=_product,
        frameworks={"numpy": _on_products(_multiply), "slowed": _on_products(_multiply_once_more)},
    ),
    _workload(
        "images",
        "Images, each channel times a factor",
        {"batch": 8, "side": 32, "channels": 16},
        inputs=_images_inputs,
        reference=_scaled,
        frameworks={"numpy": _channels_last, "channels_first": _channels_first, "mistaken": _mistaken},
    ),
)
VARIANTS = (
    _variant("plain"),
    _variant("twin"),
    _variant("slowed", framework="slowed"),
    _variant("channels_first", framework="channels_first"),
    _variant("mistaken", framework="mistaken"),
    *(_variant(mode, mode) for mode in ("early", "recompiling", "wrong", "crashing", "hanging", "eating")),
)
