"""Train in two processes, half of the batch each, and compare with one process that has the whole batch."""

import json
import multiprocessing
import os
import socket

import numpy as np


def train(strategy, x, y):
    import tensorflow as tf

    with strategy.scope():
        weight = tf.Variable(tf.zeros((8, 1)))

    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x @ weight - y) ** 2)
        gradient = tape.gradient(loss, weight)
        mean = tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.MEAN, gradient)
        weight.assign_sub(0.1 * mean)

    @tf.function
    def train_step():
        strategy.run(step, args=(x, y))

    for _ in range(5):
        train_step()
    return weight.numpy()


def data():
    rng = np.random.default_rng(1)
    return rng.normal(size=(32, 8)).astype("float32"), rng.normal(size=(32, 1)).astype("float32")


def worker(rank, addresses):
    os.environ["TF_CONFIG"] = json.dumps({"cluster": {"worker": addresses}, "task": {"type": "worker", "index": rank}})
    import tensorflow as tf

    x, y = data()
    strategy = tf.distribute.MultiWorkerMirroredStrategy()
    np.save(f"weights-{rank}.npy", train(strategy, x[rank::2], y[rank::2]))


def free_addresses(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    addresses = [f"127.0.0.1:{each.getsockname()[1]}" for each in sockets]
    for each in sockets:
        each.close()
    return addresses


if __name__ == "__main__":
    addresses = free_addresses(2)
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=worker, args=(rank, addresses)) for rank in range(2)]
    for each in workers:
        each.start()

    import tensorflow as tf

    alone = train(tf.distribute.get_strategy(), *data())
    for each in workers:
        each.join()
    together = [np.load(f"weights-{rank}.npy") for rank in range(2)]
    error = np.abs(together[0] - alone).max()
    print(f"two processes and one differ by at most {error:.1e}")
    assert (together[0] == together[1]).all() and error < 1e-6
