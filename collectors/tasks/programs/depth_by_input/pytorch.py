"""A model that repeats its layer until its output is small, in every mode of PyTorch."""

import torch
from torch import nn


class Repeats(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 4, bias=False)
        nn.init.constant_(self.layer.weight, 0.125)

    def forward(self, x):
        depth = 0
        while x.sum() > 1:
            x = self.layer(x)
            depth += 1
        return x, depth


model = Repeats()
modes = {
    "eager": model,
    "torch.compile": torch.compile(model, backend="eager"),
    "torch.compile, fullgraph": torch.compile(model, backend="eager", fullgraph=True),
    "torch.export": lambda x: torch.export.export(model, (x,)).module()(x),
}
found = {}
for mode, run in modes.items():
    torch.compiler.reset()  # what one mode compiled is not to serve the next
    try:
        found[mode] = [run(torch.full((1, 4), start))[1] for start in (1.0, 100.0)]
        print(f"{mode}: depths {found[mode]}")
    except Exception as error:
        print(f"{mode}: {type(error).__name__}: {str(error).strip().splitlines()[0]}")

assert found == {"eager": [2, 9], "torch.compile": [2, 9]}
