"""Add two numbers: the sum is there as soon as the line has run."""

import torch

a = torch.tensor(3.0)
b = torch.tensor(4.5)
total = a + b

print(f"{a.item()} + {b.item()} = {total.item()}")
assert total.item() == 7.5
