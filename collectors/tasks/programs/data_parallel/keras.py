"""Train in two processes, half of the batch each, and compare with one process that has the whole batch.

Keras's own way to distribute, keras.distribution, needs its JAX backend for more than one process.
"""

import multiprocessing
import os
import socket

os.environ["KERAS_BACKEND"] = "jax"

import numpy as np


def train(x, y):
    import keras

    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    model.fit(x, y, batch_size=len(x), epochs=5, shuffle=False, verbose=0)
    return np.concatenate([np.ravel(weight) for weight in model.get_weights()])


def data():
    rng = np.random.default_rng(1)
    return rng.normal(size=(32, 8)).astype("float32"), rng.normal(size=(32, 1)).astype("float32")


def worker(rank, address):
    import keras

    keras.distribution.initialize(f"{address},{address}", 2, rank)
    keras.distribution.set_distribution(keras.distribution.DataParallel(auto_shard_dataset=False))
    x, y = data()
    np.save(f"weights-{rank}.npy", train(x[rank::2], y[rank::2]))


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
