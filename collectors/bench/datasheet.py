"""What NVIDIA promises of some of its GPUs, to be shown beside the ceilings measured: never instead of them.

Peaks without sparsity: where a data sheet prints only the figure with sparsity, half of it, as its footnote says.
bfloat16 with accumulation in float32. Only GPUs whose figures are certain are listed; one that is not here has none.
"""

from typing import Any

T = 1e12
H100, A100 = "NVIDIA H100 Tensor Core GPU data sheet", "NVIDIA A100 Tensor Core GPU data sheet"

_Peaks = dict[str, float]


def _sheet(origin: str, gigabytes_per_s: float, **teraflops: float) -> dict[str, Any]:
    flops: _Peaks = {mode: value * T for mode, value in teraflops.items()}
    return {"flops_per_s": flops, "bytes_per_s": gigabytes_per_s * 1e9, "origin": origin}


SHEETS: dict[str, dict[str, Any]] = {
    "H200": _sheet("NVIDIA H200 Tensor Core GPU data sheet", 4800, float32=67, tf32=494.5, bfloat16=989.5),
    "H100 80GB HBM3": _sheet(f"{H100}, SXM", 3350, float32=67, tf32=494.5, bfloat16=989.5),
    "H100 PCIe": _sheet(f"{H100}, PCIe", 2000, float32=51, tf32=378, bfloat16=756.5),
    "A100-SXM4-80GB": _sheet(f"{A100}, 80GB SXM", 2039, float32=19.5, tf32=156, bfloat16=312),
    "A100-SXM4-40GB": _sheet(f"{A100}, 40GB SXM", 1555, float32=19.5, tf32=156, bfloat16=312),
    "A100 80GB PCIe": _sheet(f"{A100}, 80GB PCIe", 1935, float32=19.5, tf32=156, bfloat16=312),
    "A100-PCIE-40GB": _sheet(f"{A100}, 40GB PCIe", 1555, float32=19.5, tf32=156, bfloat16=312),
    "L4": _sheet("NVIDIA L4 Tensor Core GPU data sheet", 300, float32=30.3, tf32=60, bfloat16=121),
    "GeForce RTX 4090": _sheet(
        "NVIDIA Ada GPU architecture white paper", 1008, float32=82.6, tf32=82.6, bfloat16=165.2
    ),
}
"""By the name that the driver gives, without the maker's."""


def promised(name: str | None) -> dict[str, Any] | None:
    """Give `{flops_per_s: {mode: …}, bytes_per_s, origin}` of the GPU of that exact name; None where not known."""
    bare = (name or "").removeprefix("NVIDIA ").removeprefix("Tesla ")
    return SHEETS.get(bare)
