"""ExecuTorch: a model lowered to a .pte program and run by ExecuTorch's runtime, as on a phone."""

from pathlib import Path
from typing import Any

import numpy as np

from collectors.probes.model import Evidence, Gap, Mode, Probe, cannot, expect, needs

WEIGHT = np.linspace(-1, 1, 12, dtype="float32").reshape(3, 4)
FILE = Path("model.pte")


def pytorch(mode: Mode) -> Evidence:
    """torch.export, then to_edge_transform_and_lower."""
    needs("executorch")
    import torch

    class Model(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.tensor(WEIGHT))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.relu(x @ self.weight)

    return _run(torch.export.export(Model().eval(), (torch.ones(1, 3),)))


def keras(mode: Mode) -> Evidence:
    """The program of torch.export that Keras writes on torch, lowered like any other."""
    needs("executorch")
    import keras

    dense = keras.layers.Dense(4, activation="relu")
    model = keras.Sequential([keras.Input((3,)), dense])
    dense.set_weights([WEIGHT, np.zeros(4, "float32")])
    with cannot(ValueError, saying="Torch export requires PyTorch backend"):
        model.export("model.pt2", format="torch", verbose=False)
    import torch

    return _run(torch.export.load("model.pt2"))


def _run(exported: Any) -> Evidence:
    import torch
    from executorch.exir import to_edge_transform_and_lower
    from executorch.runtime import Runtime

    FILE.write_bytes(to_edge_transform_and_lower(exported).to_executorch().buffer)
    x = np.array([[0.1, 0.2, 0.3]], "float32")
    (output,) = Runtime.get().load_program(str(FILE)).load_method("forward").execute([torch.tensor(x)])
    return _same(x, output.numpy(), FILE.stat().st_size)


def _same(x: Any, output: Any, size: int) -> Evidence:
    furthest = float(np.abs(np.maximum(x @ WEIGHT, 0) - output).max())
    evidence = {"bytes": size, "greatest_difference": furthest}
    expect(furthest < 1e-5, f"in ExecuTorch it differs by {furthest:g}", **evidence)
    return evidence


_ITS_OWN = "ExecuTorch is made for the programs of torch.export"

PROBE = Probe(
    slug="executorch_program",
    title="A program for ExecuTorch",
    axis="export",
    question="Does a model lowered to an ExecuTorch program give the same numbers in ExecuTorch's runtime?",
    sides={"pytorch": pytorch, "tensorflow": Gap(_ITS_OWN), "jax": Gap(_ITS_OWN), "keras": keras},
    any_mode="lowering is a call of its own, which captures the model itself",
)
