"""Save a model and its optimizer after three steps, load both elsewhere, and go on as if nothing had happened."""

import torch
from torch import nn


def fresh():
    model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 1))
    return model, torch.optim.Adam(model.parameters(), lr=0.01)


def step(model, optimizer):
    loss = nn.functional.mse_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


torch.manual_seed(0)
x, y = torch.randn(32, 8), torch.randn(32, 1)
model, optimizer = fresh()
for _ in range(3):
    step(model, optimizer)
torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()}, "checkpoint.pt")

loaded, loaded_optimizer = fresh()
checkpoint = torch.load("checkpoint.pt", weights_only=True)
loaded.load_state_dict(checkpoint["model"])
loaded_optimizer.load_state_dict(checkpoint["optimizer"])

went_on = [step(model, optimizer) for _ in range(2)]
resumed = [step(loaded, loaded_optimizer) for _ in range(2)]
print(f"next losses: {went_on} without a stop, {resumed} from the file")
assert went_on == resumed
