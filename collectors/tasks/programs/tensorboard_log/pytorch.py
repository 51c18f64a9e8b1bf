"""Log the loss of ten steps for TensorBoard, and read the log back."""

import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from torch.utils.tensorboard import SummaryWriter

x = torch.tensor(4.0, requires_grad=True)
losses = []
with SummaryWriter("logs") as writer:
    for step in range(10):
        loss = x**2
        loss.backward()
        with torch.no_grad():
            x -= 0.1 * x.grad
            x.grad.zero_()
        losses.append(loss.item())
        writer.add_scalar("loss", losses[-1], step)

log = EventAccumulator("logs").Reload()
read = [event.value for event in log.Scalars("loss")]
print(f"read back: {', '.join(f'{value:.3f}' for value in read)}")
assert read == losses
