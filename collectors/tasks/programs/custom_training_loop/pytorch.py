"""A training loop by hand: a line is fitted, its gradient cut at a length of 1, and the best step kept."""

import torch
from torch import nn

torch.manual_seed(0)
x = torch.linspace(-1, 1, 64)[:, None]
y = 3 * x + 2

model = nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
best = float("inf")

for step in range(150):
    loss = nn.functional.mse_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    if loss.item() < best:
        best, kept = loss.item(), {name: value.clone() for name, value in model.state_dict().items()}
    if step % 50 == 0:
        print(f"step {step}: loss {loss.item():.4f}")

slope, offset = kept["weight"].item(), kept["bias"].item()
print(f"y = {slope:.3f} x + {offset:.3f}")
assert abs(slope - 3) < 0.01 and abs(offset - 2) < 0.01
