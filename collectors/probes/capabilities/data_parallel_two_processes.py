"""Data-parallel training: a step in two processes, each with half of the batch, against one over the whole batch."""

import json
import os
from datetime import timedelta
from typing import Any

import numpy as np

from collectors.probes.model import Evidence, Mode, Probe, cannot, expect
from collectors.probes.processes import LOOPBACK, Place, together

X = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.5], [-2.0, 1.0]], np.float32)
Y = np.array([[1.0], [0.0], [2.0], [-1.0]], np.float32)
RATE = 0.1
PATIENCE = timedelta(seconds=30)


def pytorch(mode: Mode) -> Evidence:
    """DistributedDataParallel over gloo."""
    return _equal(together(_on_torch, environment=LOOPBACK))


def tensorflow(mode: Mode) -> Evidence:
    """tf.distribute.MultiWorkerMirroredStrategy."""
    return _equal(together(_on_tensorflow))


def jax(mode: Mode) -> Evidence:
    """jax.distributed, and a batch sharded over the devices of both processes."""
    return _equal(together(_on_jax))


def keras(mode: Mode) -> Evidence:
    """What the guides of keras.io do on each backend: a strategy, DistributedDataParallel, keras.distribution."""
    if mode.backend == "tensorflow":
        return _equal(together(_keras_on_tensorflow))
    if mode.backend == "torch":
        return _equal(together(_keras_on_torch, environment=LOOPBACK))
    return _equal(together(_keras_on_jax))


def _half(place: Place) -> tuple[Any, Any]:
    size = len(X) // place.count
    mine = slice(place.rank * size, (place.rank + 1) * size)
    return X[mine], Y[mine]


def _on_torch(place: Place) -> Evidence:
    import torch

    model = torch.nn.Linear(2, 1, bias=False)
    torch.nn.init.zeros_(model.weight)
    return _step_on_torch(place, model, model.weight)


def _keras_on_torch(place: Place) -> Evidence:
    import keras

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")])
    return _step_on_torch(place, model, model.weights[0].value)


def _step_on_torch(place: Place, model: Any, weight: Any) -> Evidence:
    import torch
    from torch import distributed

    first = f"tcp://{place.addresses[0]}"
    distributed.init_process_group("gloo", first, PATIENCE, world_size=place.count, rank=place.rank)
    parallel = torch.nn.parallel.DistributedDataParallel(model)
    optimizer = torch.optim.SGD(parallel.parameters(), lr=RATE)
    x, y = map(torch.from_numpy, _half(place))
    ((parallel(x) - y) ** 2).mean().backward()
    optimizer.step()
    return _told(weight.detach().numpy(), distributed.get_world_size())


def _strategy(place: Place) -> Any:
    import tensorflow as tf

    task = {"type": "worker", "index": place.rank}
    os.environ["TF_CONFIG"] = json.dumps({"cluster": {"worker": place.addresses}, "task": task})
    return tf.distribute.MultiWorkerMirroredStrategy()


def _on_tensorflow(place: Place) -> Evidence:
    import tensorflow as tf

    strategy = _strategy(place)
    with strategy.scope():
        weight = tf.Variable(tf.zeros((2, 1)), aggregation=tf.VariableAggregation.SUM)

    @tf.function
    def step(x: Any, y: Any) -> None:
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum((x @ weight - y) ** 2) / len(X)
        weight.assign_sub(RATE * tape.gradient(loss, weight))

    strategy.run(step, args=tuple(map(tf.constant, _half(place))))
    return _told(weight.numpy(), strategy.num_replicas_in_sync)


def _keras_on_tensorflow(place: Place) -> Evidence:
    import keras
    import tensorflow as tf

    strategy = _strategy(place)
    with strategy.scope():
        dense = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
        model = keras.Sequential([keras.Input((2,)), dense])
        model.compile(keras.optimizers.SGD(RATE), "mse")
    batches = tf.data.Dataset.from_tensor_slices((X, Y)).batch(len(X))
    with cannot(ValueError, saying="unsupported type (<class 'tensorflow.python.distribute.values.PerReplica'>)"):
        model.fit(batches, epochs=1, verbose=0)
    return _told(model.get_weights()[0], strategy.num_replicas_in_sync)


def _on_jax(place: Place) -> Evidence:
    import jax
    from jax.sharding import NamedSharding, PartitionSpec

    jax.distributed.initialize(place.addresses[0], place.count, place.rank)
    mesh = jax.make_mesh((place.count,), ("data",))
    x, y = (
        jax.make_array_from_process_local_data(NamedSharding(mesh, PartitionSpec("data")), each)
        for each in _half(place)
    )
    weight = jax.device_put(np.zeros((2, 1), np.float32), NamedSharding(mesh, PartitionSpec()))
    slope = jax.jit(jax.grad(lambda weight, x, y: ((x @ weight - y) ** 2).mean()))(weight, x, y)
    return _told(np.asarray((weight - RATE * slope).addressable_data(0)), jax.process_count())


def _keras_on_jax(place: Place) -> Evidence:
    import keras

    keras.distribution.initialize(place.addresses[0], place.count, place.rank)
    keras.distribution.set_distribution(keras.distribution.DataParallel(auto_shard_dataset=False))
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")])
    model.compile(keras.optimizers.SGD(RATE), "mse")
    model.train_on_batch(*_half(place))
    return _told(np.asarray(model.weights[0].value.addressable_data(0)), len(keras.distribution.list_devices("cpu")))


def _told(weight: Any, count: int) -> Evidence:
    return {"process": os.getpid(), "processes": count, "weight": np.asarray(weight).ravel().tolist()}


def _equal(told: list[dict[str, Any]]) -> Evidence:
    """Compare what both processes hold with one step over the whole batch from zero, in float64."""
    assert len({each["process"] for each in told}) == len(told) == 2, told
    whole = (RATE * 2 * X.T.astype(np.float64) @ Y / len(X)).ravel()
    weights = [each["weight"] for each in told]
    seen = {"processes": [each["processes"] for each in told], "weights": weights, "one_process": whole.tolist()}
    expect(seen["processes"] == [2, 2], f"they see {seen['processes']} processes, not two each", **seen)
    expect(weights[0] == weights[1], "the two processes hold different weights", **seen)
    expect(np.allclose(weights[0], whole, atol=1e-5), "the weights are not those of one process", **seen)
    return seen


PROBE = Probe(
    slug="data_parallel_two_processes",
    title="Data-parallel, two processes",
    axis="scale",
    question="Does a training step in two processes, each with half of the batch, give what one over all of it gives?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
    any_mode="each framework's way of several processes brings its own mode",
)
