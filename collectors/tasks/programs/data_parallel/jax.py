"""Train in two processes, half of the batch each, and compare with one process that has the whole batch."""

import multiprocessing
import socket

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import NamedSharding, PartitionSpec


@jax.jit
def train_step(weight, x, y):
    gradient = jax.grad(lambda weight: jnp.mean((x @ weight - y) ** 2))(weight)
    return weight - 0.1 * gradient


def train(x, y):
    weight = jnp.zeros((8, 1))
    for _ in range(5):
        weight = train_step(weight, x, y)
    return np.asarray(weight)


def data():
    rng = np.random.default_rng(1)
    return rng.normal(size=(32, 8)).astype("float32"), rng.normal(size=(32, 1)).astype("float32")


def worker(rank, address):
    jax.config.update("jax_cpu_collectives_implementation", "gloo")
    jax.distributed.initialize(address, num_processes=2, process_id=rank)
    mesh = jax.make_mesh((jax.device_count(),), ("batch",))
    halves = NamedSharding(mesh, PartitionSpec("batch"))
    x, y = (jax.make_array_from_process_local_data(halves, part[rank * 16 : rank * 16 + 16]) for part in data())
    with jax.set_mesh(mesh):
        np.save(f"weights-{rank}.npy", train(x, y))


if __name__ == "__main__":
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=worker, args=(rank, address)) for rank in range(2)]
    for each in workers:
        each.start()
    alone = train(*data())
    for each in workers:
        each.join()
    together = [np.load(f"weights-{rank}.npy") for rank in range(2)]
    error = np.abs(together[0] - alone).max()
    print(f"two processes and one differ by at most {error:.1e}")
    assert (together[0] == together[1]).all() and error < 1e-6
