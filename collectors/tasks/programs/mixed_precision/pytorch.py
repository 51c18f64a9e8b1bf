"""One training step in mixed precision: products in bfloat16, weights and loss in float32."""

import torch
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(64, 32), torch.randint(0, 10, (64,))
model = nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

losses = []
for step in range(20):
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = model(x)
        loss = nn.functional.cross_entropy(logits, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())

print(f"product {logits.dtype}, weight {model[0].weight.dtype}, gradient {model[0].weight.grad.dtype}")
print(f"loss {losses[0]:.3f}, after 20 steps {losses[-1]:.3f}")
assert logits.dtype == torch.bfloat16 and model[0].weight.dtype == torch.float32
assert losses[-1] < losses[0]
