"""Train in two processes, half of the batch each, and compare with one process that has the whole batch."""

import socket

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from torch import nn
from torch.nn.parallel import DistributedDataParallel


def train(wrap, x, y):
    torch.manual_seed(0)
    model = wrap(nn.Linear(8, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(5):
        loss = nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return torch.cat([value.detach().flatten() for value in model.parameters()])


def data():
    generator = torch.Generator().manual_seed(1)
    return torch.randn(32, 8, generator=generator), torch.randn(32, 1, generator=generator)


def worker(rank, port):
    dist.init_process_group("gloo", init_method=f"tcp://127.0.0.1:{port}", rank=rank, world_size=2)
    x, y = data()
    weights = train(DistributedDataParallel, x[rank::2], y[rank::2])
    torch.save(weights, f"weights-{rank}.pt")
    dist.destroy_process_group()


if __name__ == "__main__":
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    mp.spawn(worker, args=(port,), nprocs=2)

    alone = train(lambda model: model, *data())
    together = [torch.load(f"weights-{rank}.pt") for rank in range(2)]
    error = (together[0] - alone).abs().max().item()
    print(f"two processes and one differ by at most {error:.1e}")
    assert torch.equal(*together) and error < 1e-6
