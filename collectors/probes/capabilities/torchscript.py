"""TorchScript: a module scripted with its `if`, saved, loaded and run, and what PyTorch warns of while it does."""

import warnings

from collectors.probes.model import Evidence, Gap, Mode, Probe, expect


def pytorch(mode: Mode) -> Evidence:
    """torch.jit.script, save and load of a module with a branch on its data."""
    import torch

    class Signed(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            if bool(x.sum() > 0):
                return x * 2
            return x * 3

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        torch.jit.script(Signed()).save("model.pt")
        loaded = torch.jit.load("model.pt")
    found = [loaded(torch.tensor([value])).item() for value in (1.0, -1.0)]
    return _branched(found, [f"{each.category.__name__}: {each.message}" for each in caught])


def _branched(found: list[float], warned: list[str]) -> Evidence:
    evidence = {"found": found, "warned": warned, "deprecated": any("deprecated" in line for line in warned)}
    expect(found == [2.0, -3.0], f"the loaded module gives {found} for 1 and -1, not 2 and -3", **evidence)
    return evidence


_ITS_OWN = "TorchScript is a form of PyTorch's own for PyTorch's own modules"

PROBE = Probe(
    slug="torchscript",
    title="TorchScript",
    axis="export",
    question="Can a module with a branch on its data still be scripted, saved, loaded and run as TorchScript?",
    sides={"pytorch": pytorch, "tensorflow": Gap(_ITS_OWN), "jax": Gap(_ITS_OWN), "keras": Gap(_ITS_OWN)},
    any_mode="a script is made by its own call",
)
